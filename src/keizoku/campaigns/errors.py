"""Campaigns' refusals."""

from keizoku.kernel.errors import Refusal


class CampaignRefused(Refusal):
    """A campaign that is not ready, or not in a state for this; the message says which."""

    code = "campaigns.refused"


class NotAllowed(Refusal):
    """The second pair of eyes is not a second one. Who lacks the right at all meets ``accounts.errors.NotPermitted``."""

    code = "campaigns.four_eyes"


class AnomalyOpen(Refusal):
    """Something unusual about the request has no reason of this approver yet."""

    code = "campaigns.anomaly_open"


class CountMismatch(Refusal):
    """The typed number is not the number of recipients."""

    code = "campaigns.count_mismatch"
