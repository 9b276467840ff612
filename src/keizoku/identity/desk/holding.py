"""Who has a case open: the next one of the queue for half an hour, this very one, one put back.

No two people get one case: its row is locked while it is chosen, and rows locked by others are passed over.
"""

from typing import Final

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.accounts.models import Staff
from keizoku.audit import actions as audit
from keizoku.identity.desk.queue import EVERYTHING, Wanted, condition, free
from keizoku.identity.errors import HeldByAnother, NotWaiting
from keizoku.identity.models import Verification
from keizoku.identity.rules.desk import LEASE
from keizoku.identity.rules.states import State

PERMISSION: Final = "identity.decide"


@transaction.atomic
def take_next(staff: Staff, wanted: Wanted = EVERYTHING, *, passing: int | None = None) -> int | None:
    """The soonest due case of the filter that this person may decide and nobody else has; None when there is none.

    Args:
        staff: who takes it. What he asked for, photographed or proposed himself is another's to decide.
        wanted: the queue's filter.
        passing: a case that is put back: the search goes on behind it, and only then begins anew.

    Raises:
        NotPermitted: no reviewer.
    """
    authorise(staff.actor, PERMISSION)
    behind = Q()
    if passing is not None:
        release(passing, staff)
        passed = Verification.objects.filter(id=passing).values_list("state_since", flat=True).first()
        if passed is not None:
            behind = Q(state_since__gt=passed) | Q(state_since=passed, id__gt=passing)
    rows = condition(wanted, staff.pk).filter(free(staff.pk)).exclude(_own(staff))
    ordered = rows.order_by("state_since", "id").select_for_update(skip_locked=True, of=("self",))
    ids = ordered.values_list("id", flat=True)
    found = ids.filter(behind).first() or (ids.exclude(id=passing).first() if passing is not None else None)
    if found is None:
        return None
    _hold(found, staff)
    return found


@transaction.atomic
def take(verification_id: int, staff: Staff) -> None:
    """This very case; one's own again prolongs it.

    Raises:
        NotPermitted: no reviewer.
        NotWaiting: it does not wait for a decision.
        HeldByAnother: somebody else has it open.
    """
    authorise(staff.actor, PERMISSION)
    row = Verification.objects.select_for_update().get(id=verification_id)
    if row.state != State.WAITING:
        raise NotWaiting
    if row.held_by_id not in (None, staff.pk) and row.held_until and row.held_until > timezone.now():
        raise HeldByAnother
    is_mine = row.held_by_id == staff.pk and row.held_until is not None and row.held_until > timezone.now()
    _hold(verification_id, staff, is_new=not is_mine)


def refuse_held(verification_id: int, staff: Staff) -> None:
    """Before a verdict: a case that a colleague has open is his.

    Raises:
        HeldByAnother: it is.
    """
    held = Verification.objects.filter(id=verification_id, held_until__gt=timezone.now())
    if held.exclude(held_by=staff).exists():
        raise HeldByAnother


def release(verification_id: int, staff: Staff) -> None:
    """Put a case back for others; one that somebody else holds stays theirs."""
    held = Verification.objects.filter(id=verification_id, held_by=staff)
    if held.update(held_by=None, held_until=None):
        _record(staff, "identity.case.released", verification_id)


def _hold(verification_id: int, staff: Staff, *, is_new: bool = True) -> None:
    Verification.objects.filter(id=verification_id).update(held_by=staff, held_until=timezone.now() + LEASE)
    if is_new:
        _record(staff, "identity.case.taken", verification_id)


def _own(staff: Staff) -> Q:
    name = str(staff.actor)
    return (
        Q(asked_by=name)
        | Q(id__in=Verification.objects.filter(sessions__begun_by=name).values("id"))
        | Q(
            id__in=Verification.objects.filter(
                decisions__decided_by=staff, decisions__is_final=False, decisions__round=F("round")
            ).values("id")
        )
    )


def _record(staff: Staff, action: str, verification_id: int) -> None:
    audit.record(actor=staff.actor, action=action, subject=("verification", verification_id))
