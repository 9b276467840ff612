"""Delivery's refusals."""

from keizoku.kernel.errors import Refusal


class MessageRefused(Refusal):
    """A message version that may not be used; the message lists every problem."""

    code = "delivery.message_refused"


class DoubtRefused(Refusal):
    """A message that is not in doubt, or a finding without its reason."""

    code = "delivery.doubt_refused"


class CallbackRefused(Refusal):
    """A callback that does not wait for a person, or is to be let go without a reason."""

    code = "delivery.callback_refused"
