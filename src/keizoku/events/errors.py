"""The events' named refusals."""

from keizoku.kernel.errors import Refusal


class SubscriptionRefused(Refusal):
    """A subscription that cannot be made or changed like this; nothing was changed."""

    code = "events.subscription_refused"
