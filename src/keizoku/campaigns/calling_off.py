"""Has the letters of a stopped campaign called off at the print house: woken by the stop, and looked for each minute.

A stop is for good, so whatever is not printed yet must not be printed. A campaign that is over by its deadline keeps its
letters, unless an incident is being dealt with.
"""

from collections.abc import Sequence

from django.db.models import Q

from keizoku.campaigns.incidents.models import Incident
from keizoku.campaigns.incidents.rules import State as IncidentState
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.rules import State
from keizoku.delivery.letters import calling_off as letters
from keizoku.kernel.tasks import task


@task("campaigns.call_off_letters")
def work(campaign: int) -> None:
    """Of one campaign, unless it was not stopped."""
    for each in _stopped([campaign]):
        letters.call_off(each)


def sweep() -> int:
    """Of every stopped campaign; returns how many letters were called off."""
    return sum(letters.call_off(campaign) for campaign in _stopped(letters.campaigns()))


def _stopped(campaigns: Sequence[int]) -> list[int]:
    if not campaigns:
        return []
    dealt_with = Incident.objects.filter(state__in=(IncidentState.OPEN, IncidentState.CLOSING)).values(
        "campaign_id"
    )
    is_stopped = Q(state=State.STOPPED) | Q(state=State.FINISHED, id__in=dealt_with)
    return list(
        Campaign.objects.filter(is_stopped, id__in=campaigns).order_by("id").values_list("id", flat=True)
    )
