"""The desk's queue: cases that wait for a person, the longest waiting first."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from keizoku.kernel.database import numbers
from keizoku.kernel.database.numbers import Number
from keizoku.reviews.models import ProposedChange, Review
from keizoku.reviews.queries.rows import code_of
from keizoku.reviews.rules.reasons import help_words
from keizoku.reviews.rules.states import ON_THE_DESK, STATE_WORDS, State
from keizoku.risk.rules.scale import Level

SHOWN_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class QueueKey:
    """Where the page before ended."""

    waiting_since: datetime
    review_id: int


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case that waits; ``changes`` counts fields that would change; ``help`` are words of what was asked for."""

    review_id: int
    code: str
    customer_id: int
    campaign_id: int | None
    state: State
    waiting_since: datetime
    level: str
    changes: int
    help: str
    is_escalated: bool
    assigned_to: int | None

    @property
    def key(self) -> QueueKey:
        return QueueKey(self.waiting_since, self.review_id)

    @property
    def state_words(self) -> str:
        return STATE_WORDS[self.state]


def waiting() -> Number:
    """How many cases wait for a person."""
    return numbers.rows(Review.objects.filter(state__in=ON_THE_DESK))


def queue(after: QueueKey | None = None, limit: int = SHOWN_AT_ONCE) -> list[QueueRow]:
    """The longest waiting first; escalated ones are the oldest by nature."""
    rows = Review.objects.filter(state__in=ON_THE_DESK).order_by("state_since", "id")
    if after is not None:
        rows = rows.filter(
            Q(state_since__gt=after.waiting_since)
            | Q(state_since=after.waiting_since, id__gt=after.review_id),
            state_since__gte=after.waiting_since,  # where the index begins
        )
    # Counted for the rows that are shown, not for all that wait.
    changes = ProposedChange.objects.filter(review=OuterRef("id"), round=OuterRef("round"), is_change=True)
    counted = changes.order_by().values("review").annotate(number=Count("id")).values("number")
    found = rows.annotate(changes=Coalesce(Subquery(counted), 0), level=F("customer__standing__level"))
    return [
        QueueRow(
            review_id=row.id,
            code=code_of(row.reference),
            customer_id=row.customer_id,
            campaign_id=row.campaign_id,
            state=State(row.state),
            waiting_since=row.state_since,
            level=Level(row.level).label if row.level else "",
            changes=row.changes,
            help=help_words(row.help_kind),
            is_escalated=row.escalated_at is not None,
            assigned_to=row.assigned_to_id,
        )
        for row in found[:limit]
    ]
