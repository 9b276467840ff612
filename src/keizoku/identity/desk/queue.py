"""What waits for a decision, by a filter, the soonest due first; and how many."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from keizoku.customers import sight
from keizoku.identity.models import Check, Decision, Verification
from keizoku.identity.results import Row, told
from keizoku.identity.rules.desk import DAYS, Marks, marks
from keizoku.identity.rules.outcomes import Outcome
from keizoku.identity.rules.states import State
from keizoku.kernel.actor import Actor
from keizoku.kernel.bank_days import is_closed
from keizoku.kernel.clock import business_now
from keizoku.kernel.database import numbers
from keizoku.kernel.database.numbers import Number
from keizoku.kernel.due import Urgency, due_at, urgency

MINE, FREE, OTHERS = "me", "free", "others"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The queue's filter; empty parts narrow nothing. ``second``: those that wait for a second person."""

    kind: str = ""
    purpose: str = ""
    found: Outcome | None = None
    due: Urgency | None = None
    held: str = ""
    second: bool = False


EVERYTHING: Final = Wanted()


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case as the list shows it: nothing of anybody."""

    row: Row
    due_at: datetime
    urgency: Urgency
    found: Outcome
    held_by: int | None
    has_proposal: bool
    is_escalated: bool


@dataclass(frozen=True, slots=True)
class Key:
    """Behind which case a page goes on."""

    since: datetime
    id: int


@dataclass(frozen=True, slots=True)
class Counts:
    waiting: int
    late: int
    today: int
    mine: int
    second: int


def queue(wanted: Wanted, staff_id: int, *, after: Key | None = None, limit: int) -> list[QueueRow]:
    rows = condition(wanted, staff_id)
    if after is not None:
        rows = rows.filter(Q(state_since__gt=after.since) | Q(state_since=after.since, id__gt=after.id))
    now = business_now()
    return [_row(row, now) for row in _told(rows).order_by("state_since", "id")[:limit]]


def count(wanted: Wanted, staff_id: int) -> Number:
    return numbers.rows(condition(wanted, staff_id))


def counts(staff_id: int) -> Counts:
    filters = (
        EVERYTHING,
        Wanted(due=Urgency.LATE),
        Wanted(due=Urgency.TODAY),
        Wanted(held=MINE),
        Wanted(second=True),
    )
    return Counts(*numbers.ask(*(count(wanted, staff_id) for wanted in filters)))


def waiting() -> Number:
    """For the navigation: what waits for somebody's decision."""
    return numbers.rows(Verification.objects.filter(state=State.WAITING))


def condition(wanted: Wanted, staff_id: int) -> "QuerySet[Verification]":
    """The waiting cases that this member of staff sees, narrowed."""
    rows = Verification.objects.filter(sight_of(staff_id), state=State.WAITING)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.purpose:
        rows = rows.filter(purpose=wanted.purpose)
    if wanted.found is not None:
        rows = rows.filter(_found(wanted.found))
    if wanted.due is not None:
        rows = rows.filter(_due(wanted.due, marks(business_now(), is_closed)))
    if wanted.held:
        rows = rows.filter(_held(wanted.held, staff_id))
    if wanted.second:
        rows = rows.filter(_proposal())
    return rows


def sight_of(staff_id: int) -> Q:
    """Rows of customers whom this member of staff sees; applicants belong to no branch yet and are everybody's."""
    seen = sight.seen_by(Actor.staff(staff_id), "customer_id")
    return seen | Q(customer_id__isnull=True) if seen else seen  # an empty one means everybody


def free(staff_id: int) -> Q:
    """What nobody else has open."""
    return Q(held_by=staff_id) | Q(held_until__isnull=True) | Q(held_until__lte=timezone.now())


def _told(rows: "QuerySet[Verification]") -> "QuerySet[Verification]":
    return rows.annotate(
        has_failed=_check(Outcome.FAILED),
        has_unsure=_check(Outcome.UNSURE),
        has_passed=_check(Outcome.PASSED),
        has_proposal=_proposal(),
    )


def _row(row: Any, now: datetime) -> QueueRow:
    """``row`` carries what ``_told`` adds to it."""
    due = due_at(row.state_since, DAYS, is_closed)
    is_held = row.held_until is not None and row.held_until > timezone.now()
    return QueueRow(
        row=told(row),
        due_at=due,
        urgency=urgency(due, now),
        found=_overall(row),
        held_by=row.held_by_id if is_held else None,
        has_proposal=row.has_proposal,
        is_escalated=row.escalated_at is not None,
    )


def _overall(row: Any) -> Outcome:
    if row.has_failed:
        return Outcome.FAILED
    return Outcome.PASSED if row.has_passed and not row.has_unsure else Outcome.UNSURE


def _check(outcome: Outcome) -> Exists:
    return Exists(
        Check.objects.filter(verification=OuterRef("pk"), round=OuterRef("round"), outcome=outcome.value)
    )


def _proposal() -> Exists:
    """A verdict of this round that waits for a second person."""
    return Exists(
        Decision.objects.filter(verification=OuterRef("pk"), round=OuterRef("round"), is_final=False)
    )


def _found(outcome: Outcome) -> Q:
    failed, unsure, passed = (_check(one) for one in (Outcome.FAILED, Outcome.UNSURE, Outcome.PASSED))
    if outcome is Outcome.FAILED:
        return Q(failed)
    if outcome is Outcome.PASSED:
        return Q(passed) & ~Q(failed) & ~Q(unsure)
    return ~Q(failed) & (Q(unsure) | ~Q(passed))


def _due(how: Urgency, at: Marks) -> Q:
    if how is Urgency.LATE:
        return Q(state_since__lt=at.late)
    if how is Urgency.TODAY:
        return Q(state_since__gte=at.late, state_since__lt=at.today)
    return Q(state_since__gte=at.today)


def _held(how: str, staff_id: int) -> Q:
    is_held = Q(held_until__gt=timezone.now())
    if how == MINE:
        return is_held & Q(held_by=staff_id)
    return (
        is_held & ~Q(held_by=staff_id) if how == OTHERS else free(staff_id) & ~(is_held & Q(held_by=staff_id))
    )
