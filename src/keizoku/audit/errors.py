"""The audit's named refusals."""

from keizoku.kernel.errors import Refusal


class PurposeRefused(Refusal):
    """Personal data is read for a stated purpose or not at all."""

    code = "audit.purpose_refused"


class SealingStopped(Refusal):
    """The chain cannot be continued without a person looking first."""

    code = "audit.sealing_stopped"


class SigningKeyLost(SealingStopped):
    """The private half of the key that is due is not on this host."""

    code = "audit.signing_key_lost"
