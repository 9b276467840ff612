"""Named filters of the queue: one's own, or shared with all reviewers."""

from typing import Final

from django.db import transaction

from keizoku.accounts.models import Staff
from keizoku.audit import actions as audit
from keizoku.reviews.desk.models import SavedFilter
from keizoku.reviews.errors import FilterRefused
from keizoku.reviews.permitted import refuse_unless

# Our own choice: a name that a button shows whole, an address that a log line holds, and a list that is read at one glance.
LONGEST_NAME: Final = 40
LONGEST_QUERY: Final = 300
MOST_FILTERS: Final = 30


@transaction.atomic
def save_filter(staff: Staff, name: str, query: str, *, is_shared: bool) -> int:
    """Keep a filter under a name; the same name again replaces it. Returns its id.

    Raises:
        NotPermitted, FilterRefused: see there.
    """
    refuse_unless(staff, "reviews.read")
    name = name.strip()
    others = SavedFilter.objects.filter(staff=staff).exclude(name=name)
    if not 0 < len(name) <= LONGEST_NAME or len(query) > LONGEST_QUERY or others.count() >= MOST_FILTERS:
        raise FilterRefused(LONGEST_NAME, MOST_FILTERS)
    row, _ = SavedFilter.objects.update_or_create(
        staff=staff, name=name, defaults={"query": query, "is_shared": is_shared}
    )
    audit.record(
        actor=staff.actor,
        action="reviews.filter.saved",
        subject=("filter", row.id),
        details={"shared": int(is_shared)},
    )
    return row.id


def drop_filter(filter_id: int, staff: Staff) -> None:
    """Forget one's own filter; another's stays."""
    refuse_unless(staff, "reviews.read")
    if SavedFilter.objects.filter(id=filter_id, staff=staff).delete()[0]:
        audit.record(actor=staff.actor, action="reviews.filter.dropped", subject=("filter", filter_id))
