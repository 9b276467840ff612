"""Who has a case: the next one from the queue under a lease, one given by a supervisor, one put back.

No two people ever get one case: the row is locked while it is chosen, and rows locked by others are passed over.
"""

from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from keizoku.accounts.models import Staff
from keizoku.audit import actions as audit
from keizoku.audit.rules import ids_digest
from keizoku.customers import sight
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_now
from keizoku.reviews.desk.models import DeskCase
from keizoku.reviews.errors import AssigneeUnfit, HeldByAnother, OwnAnswer, StateChanged
from keizoku.reviews.permitted import refuse_unless
from keizoku.reviews.queries import finding
from keizoku.reviews.queries.finding import Wanted
from keizoku.reviews.queries.queue import EVERYTHING, moment
from keizoku.reviews.rules.service_levels import ASSIGNED_FOR, LEASE

# More than a day's work of one person (300 cases) is no assignment any more; our own choice.
MOST_AT_ONCE: Final = 300
_SWEEPER: Final = Actor.system("reviews.sweeper")


@transaction.atomic
def assign_next(staff: Staff, wanted: Wanted = EVERYTHING, *, passing: int | None = None) -> int | None:
    """The soonest due case of the filter that nobody else has, kept for half an hour; None when there is none.

    Args:
        staff: who takes it.
        wanted: the queue's filter.
        passing: a case that is put back: the search goes on behind it, and only then begins anew.

    Raises:
        NotPermitted: not a reviewer.
    """
    refuse_unless(staff, "reviews.decide")
    if passing is not None:
        release_case(passing, staff)
    at = moment(staff.pk)
    rows = DeskCase.objects.filter(
        finding.condition(wanted, at), finding.free(at), ~finding.own_answer(staff.pk)
    )
    found = _soonest(rows, passing)
    if found is None:
        return None
    review_id, held_by = found
    fresh = {} if held_by == staff.pk else {"draft": None}
    DeskCase.objects.filter(review_id=review_id).update(held_by=staff, held_until=at.wall + LEASE, **fresh)
    audit.record(actor=staff.actor, action="reviews.case.assigned", subject=("review", review_id))
    return review_id


def _soonest(rows: QuerySet[DeskCase], passing: int | None) -> tuple[int, int | None] | None:
    """The case and who holds it, locked.

    Behind the one that is put back first: from the beginning each time, two cases that nobody wants would be offered by
    turns for ever, and none behind them.
    """
    ordered = (
        rows.order_by("due_at", "review_id")
        .select_for_update(skip_locked=True, of=("self",))
        .values_list("review_id", "held_by_id")
    )
    if passing is None:
        return ordered.first()
    passed = DeskCase.objects.filter(review_id=passing).values_list("due_at", flat=True).first()
    if passed is None:
        return ordered.first()
    behind = Q(due_at__gt=passed) | Q(due_at=passed, review_id__gt=passing)
    return ordered.filter(behind).first() or ordered.exclude(review_id=passing).first()


@transaction.atomic
def take_case(review_id: int, staff: Staff) -> None:
    """This very case, kept for half an hour; taking one's own again prolongs it.

    Raises:
        NotPermitted, OwnAnswer, StateChanged, HeldByAnother: see there.
    """
    refuse_unless(staff, "reviews.decide")
    case = locked(review_id, staff)
    if DeskCase.objects.filter(finding.own_answer(staff.pk), review_id=review_id).exists():
        raise OwnAnswer
    fresh = {} if case.held_by_id == staff.pk else {"draft": None}
    until = timezone.now() + LEASE
    DeskCase.objects.filter(review_id=review_id).update(held_by=staff, held_until=until, **fresh)
    audit.record(actor=staff.actor, action="reviews.case.assigned", subject=("review", review_id))


def release_case(review_id: int, staff: Staff) -> None:
    """Put a case back for others; one that somebody else holds stays theirs. What was typed goes."""
    held = DeskCase.objects.filter(review_id=review_id, held_by=staff)
    if held.update(held_by=None, held_until=None, draft=None):
        audit.record(actor=staff.actor, action="reviews.case.released", subject=("review", review_id))


@transaction.atomic
def give_case(review_id: int, to: int | None, staff: Staff) -> None:
    """A supervisor gives a case to a reviewer, or back to all (None); whoever had it open loses it.

    Raises:
        NotPermitted: no supervisor.
        AssigneeUnfit: not an active reviewer, or who wrote the answer down.
        StateChanged: not on the desk any more.
    """
    refuse_unless(staff, "reviews.supervise")
    if not DeskCase.objects.select_for_update().filter(review_id=review_id).exists():
        raise StateChanged
    if to is not None:
        member = Staff.objects.filter(pk=to).first()
        is_own = DeskCase.objects.filter(finding.own_answer(to), review_id=review_id).exists()
        if member is None or not member.may("reviews.decide") or is_own:
            raise AssigneeUnfit
    DeskCase.objects.filter(review_id=review_id).update(
        owner=to,
        owned_since=business_now() if to is not None else None,
        held_by=None,
        held_until=None,
        draft=None,
    )
    audit.record(
        actor=staff.actor,
        action="reviews.case.given" if to is not None else "reviews.case.taken_back",
        subject=("review", review_id),
        details={"to": to} if to is not None else {},
    )


@transaction.atomic
def give_next(wanted: Wanted, number: int, to: int, staff: Staff) -> int:
    """Give the soonest due cases of a filter that nobody has to one reviewer. Returns how many; there may be fewer.

    Raises:
        NotPermitted: no supervisor.
        AssigneeUnfit: not an active reviewer, or not from 1 to ``MOST_AT_ONCE`` cases.
    """
    refuse_unless(staff, "reviews.supervise")
    member = Staff.objects.filter(pk=to).first()
    if member is None or not member.may("reviews.decide") or not 1 <= number <= MOST_AT_ONCE:
        raise AssigneeUnfit
    at = moment(staff.pk)
    nobodys = Q(owner__isnull=True) & (Q(held_until__isnull=True) | Q(held_until__lte=at.wall))
    rows = DeskCase.objects.filter(finding.condition(wanted, at), nobodys, ~finding.own_answer(to))
    chosen = rows.order_by("due_at", "review_id").select_for_update(skip_locked=True, of=("self",))
    ids = list(chosen.values_list("review_id", flat=True)[:number])
    if ids:
        DeskCase.objects.filter(review_id__in=ids).update(
            owner=to, owned_since=business_now(), held_by=None, held_until=None, draft=None
        )
        audit.record_many(
            actor=staff.actor,
            action="reviews.case.given",
            count=len(ids),
            ids_digest=ids_digest(sorted(ids)),
            details={"to": to},
        )
    return len(ids)


@transaction.atomic
def lapse_assignments() -> int:
    """Cases given to somebody who is not a reviewer any more, or too long ago, go back to all. Returns how many."""
    reviewers = [member.pk for member in Staff.objects.filter(is_active=True) if member.may("reviews.decide")]
    given = DeskCase.objects.filter(owner__isnull=False)
    stale = given.exclude(owner__in=reviewers) | given.filter(owned_since__lt=business_now() - ASSIGNED_FOR)
    ids = list(stale.select_for_update(skip_locked=True, of=("self",)).values_list("review_id", flat=True))
    if ids:
        DeskCase.objects.filter(review_id__in=ids).update(owner=None, owned_since=None)
        audit.record_many(
            actor=_SWEEPER,
            action="reviews.case.assignment_lapsed",
            count=len(ids),
            ids_digest=ids_digest(sorted(ids)),
        )
    # What was typed goes with the lease, whether or not anybody takes the case.
    DeskCase.objects.filter(held_until__lt=timezone.now()).update(held_by=None, held_until=None, draft=None)
    return len(ids)


def locked(review_id: int, staff: Staff) -> DeskCase:
    """The case's row, locked for this transaction, when this person may act on it.

    Raises:
        StateChanged: not on the desk any more, or of somebody whom this person does not see.
        HeldByAnother: somebody else has it open, or it was given to somebody else.
    """
    seen = sight.seen_by(staff.actor, "review__customer_id")
    case = DeskCase.objects.select_for_update(of=("self",)).filter(seen, review_id=review_id).first()
    if case is None:
        raise StateChanged
    is_held = case.held_until is not None and case.held_until > timezone.now()
    if (is_held and case.held_by_id != staff.pk) or case.owner_id not in {None, staff.pk}:
        raise HeldByAnother
    return case
