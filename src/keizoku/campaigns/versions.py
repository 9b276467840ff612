"""Which state of a draft a caller has seen, so that two who edit at once do not lose each other's changes."""

import hashlib

from keizoku.campaigns.journeys import courses
from keizoku.campaigns.models import Campaign


def of(campaign_id: int, *, is_locked: bool = False) -> str:
    """A digest of all that may be edited, and of the state. Raises ``Campaign.DoesNotExist``.

    ``is_locked`` keeps everybody else from changing it until the transaction's end.
    """
    rows = Campaign.objects.select_for_update(no_key=True) if is_locked else Campaign.objects
    campaign = rows.get(id=campaign_id)
    told = (
        campaign.state,
        campaign.name,
        campaign.audience,
        campaign.audience_version_id,
        campaign.answer_days,
        courses.of_campaign(campaign),
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]
