"""Which cases a filter means: the same words for the list, the number on a button, and the decision on all of them."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from keizoku.campaigns.silent.models import SilentCase
from keizoku.campaigns.silent.rules import AGE_BANDS, DECIDABLE, WAITING


@dataclass(frozen=True, slots=True)
class Criteria:
    """``state`` "" means all that wait for something; ``band`` is a place of ``AGE_BANDS`` or None; ``today`` is its day."""

    today: date
    campaign_id: int | None = None
    state: str = ""
    band: int | None = None
    reach: str = ""

    @property
    def opened(self) -> tuple[date | None, date | None]:
        """The first and the last day of opening that the band means; None: without bound."""
        if self.band is None:
            return None, None
        least, most = AGE_BANDS[self.band]
        first = None if most is None else self.today - timedelta(days=most)
        return first, self.today - timedelta(days=least)


def chosen(criteria: Criteria) -> QuerySet[SilentCase]:
    """The cases, in the order of the desk: the oldest first."""
    states = [criteria.state] if criteria.state else sorted(state.value for state in WAITING)
    found = SilentCase.objects.filter(state__in=states)
    if criteria.campaign_id is not None:
        found = found.filter(campaign_id=criteria.campaign_id)
    if criteria.reach:
        found = found.filter(reach=criteria.reach)
    first, last = criteria.opened
    if first is not None:
        found = found.filter(opened_on__gte=first)
    if last is not None:
        found = found.filter(opened_on__lte=last)
    return found.order_by("opened_on", "id")


def matching(criteria: Criteria) -> list[int]:
    """The ids of those that can be decided now."""
    found = chosen(criteria).filter(state__in=[state.value for state in DECIDABLE])
    return list(found.values_list("id", flat=True))
