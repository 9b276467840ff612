"""The desk's queue: cases that wait for a person, the soonest due first."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from keizoku.customers import sight
from keizoku.kernel import due
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_now
from keizoku.kernel.database import numbers
from keizoku.kernel.database.numbers import Number
from keizoku.kernel.due import Urgency
from keizoku.reviews.desk.models import DeskCase, SavedFilter
from keizoku.reviews.queries import finding
from keizoku.reviews.queries.finding import Moment, Wanted
from keizoku.reviews.queries.rows import code_of
from keizoku.reviews.rules.reasons import help_words
from keizoku.reviews.rules.service_levels import SNOOZE_WORDS, SnoozeReason
from keizoku.reviews.rules.states import STATE_WORDS, State

SHOWN_AT_ONCE = 50
EVERYTHING = Wanted()


@dataclass(frozen=True, slots=True)
class QueueKey:
    """Where the page before ended."""

    due_at: datetime
    review_id: int


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case that waits; ``changes`` counts fields that would change; ``help`` are words of what was asked for.

    ``owner``: to whom a supervisor gave it; ``held_by``: who has it open now; ``snoozed_until``: only of a case that rests.
    """

    review_id: int
    code: str
    customer_id: int
    campaign_id: int | None
    state: State
    waiting_since: datetime
    due_at: datetime
    urgency: Urgency
    level: str
    changes: int
    help: str
    is_escalated: bool
    owner: int | None
    held_by: int | None
    snoozed_until: datetime | None
    snooze_words: str

    @property
    def key(self) -> QueueKey:
        return QueueKey(self.due_at, self.review_id)

    @property
    def state_words(self) -> str:
        return STATE_WORDS[self.state]

    @property
    def assigned_to(self) -> int | None:
        return self.held_by or self.owner


@dataclass(frozen=True, slots=True)
class DeskCounts:
    """All open cases that one sees, however filtered. ``resting`` are not among the other three but in ``waiting``."""

    waiting: int
    late: int
    today: int
    resting: int
    mine: int


@dataclass(frozen=True, slots=True)
class FilterRow:
    id: int
    name: str
    query: str
    is_shared: bool
    is_own: bool


def waiting() -> Number:
    """How many cases wait for a person."""
    return numbers.rows(DeskCase.objects.all())


def moment(staff_id: int) -> Moment:
    """Now, for this person; 0 is nobody in particular, who sees everybody."""
    seen = sight.seen_by(Actor.staff(staff_id), "review__customer_id")
    return Moment(timezone.now(), business_now(), staff_id, seen)


def queue(
    after: QueueKey | None = None,
    limit: int = SHOWN_AT_ONCE,
    *,
    wanted: Wanted = EVERYTHING,
    staff_id: int = 0,
) -> list[QueueRow]:
    """The soonest due first, among equals the lower number."""
    at = moment(staff_id)
    rows = DeskCase.objects.filter(finding.condition(wanted, at)).order_by("due_at", "review_id")
    if after is not None:
        rows = rows.filter(
            Q(due_at__gt=after.due_at) | Q(due_at=after.due_at, review_id__gt=after.review_id),
            due_at__gte=after.due_at,  # where the index begins
        )
    return shown_rows(rows, limit, at)


def shown_rows(rows: QuerySet[DeskCase], limit: int, at: Moment) -> list[QueueRow]:
    """The first of these cases, in their order."""
    found = rows.annotate(
        reference=F("review__reference"),
        customer_id=F("review__customer_id"),
        campaign_id=F("review__campaign_id"),
        escalated_at=F("review__escalated_at"),
    )
    return [_row(row, at) for row in found.defer("draft")[:limit]]


def count(wanted: Wanted, staff_id: int) -> Number:
    """How many cases a filter means."""
    return numbers.rows(DeskCase.objects.filter(finding.condition(wanted, moment(staff_id))))


def counts(staff_id: int) -> DeskCounts:
    """One walk over the open cases."""
    at = moment(staff_id)
    rests = Q(snoozed_until__gt=at.business)
    awake = ~rests | Q(snoozed_until__isnull=True)
    tomorrow = due.day_after(at.business)
    found = DeskCase.objects.filter(at.sight).aggregate(
        waiting=Count("review"),
        late=Count("review", filter=awake & Q(due_at__lt=at.business)),
        today=Count("review", filter=awake & Q(due_at__gte=at.business, due_at__lt=tomorrow)),
        resting=Count("review", filter=rests),
        mine=Count("review", filter=Q(owner=staff_id) | Q(held_by=staff_id, held_until__gt=at.wall)),
    )
    return DeskCounts(**found)


def saved_filters(staff_id: int) -> list[FilterRow]:
    """One's own and those that colleagues share, by name."""
    rows = SavedFilter.objects.filter(Q(staff=staff_id) | Q(is_shared=True)).order_by("name", "id")
    return [
        FilterRow(row.id, row.name, row.query, row.is_shared, row.staff_id == staff_id) for row in rows[:100]
    ]


def _row(row: DeskCase, at: Moment) -> QueueRow:
    rests = row.snoozed_until is not None and row.snoozed_until > at.business
    return QueueRow(
        review_id=row.review_id,
        code=code_of(row.reference),  # type: ignore[attr-defined]  # annotated above, as the next three
        customer_id=row.customer_id,  # type: ignore[attr-defined]
        campaign_id=row.campaign_id,  # type: ignore[attr-defined]
        state=State(row.state),
        waiting_since=row.since,
        due_at=row.due_at,
        urgency=due.urgency(row.due_at, at.business),
        level=row.level,
        changes=len(row.changed),
        help=help_words(row.help_kind),
        is_escalated=row.escalated_at is not None,  # type: ignore[attr-defined]
        owner=row.owner_id,
        held_by=row.held_by_id if row.held_until and row.held_until > at.wall else None,
        snoozed_until=row.snoozed_until if rests else None,
        snooze_words=SNOOZE_WORDS[SnoozeReason(row.snooze_reason)] if rests else "",
    )
