"""The audit's named refusals."""

from keizoku.kernel.errors import Refusal


class PurposeRefused(Refusal):
    """Personal data is read for a stated purpose or not at all."""

    code = "audit.purpose_refused"


class SealingStopped(Refusal):
    """The chain cannot be continued without a person looking first."""

    code = "audit.sealing_stopped"
