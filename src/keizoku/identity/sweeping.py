"""No state lasts for ever: what waits for the customer expires, a stuck judgement goes to a person, a late case is told."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.audit.rules import ids_digest
from keizoku.identity import judging, policies, templates
from keizoku.identity.models import CaptureSession, Verification
from keizoku.identity.rules.states import MAXIMUM_AGES, State
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import TOKYO

SWEEPER: Final = Actor.system("identity.sweeper")
_AT_ONCE: Final = 1_000


def sweep(now: datetime) -> tuple[int, int]:
    """End or hand on what is past its state's age, mark what nobody has decided; how many of each."""
    wake_left()
    policies.sweep()
    templates.sweep(now.astimezone(TOKYO).date())
    return sum(_moved(state, now) for state in MAXIMUM_AGES), _escalated(now)


def wake_left() -> int:
    """Judgements that nobody holds: their worker was killed, or never came."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lte=timezone.now())
    left = Verification.objects.filter(free, state=State.JUDGING).order_by("state_since")
    ids = list(left.values_list("id", flat=True)[:_AT_ONCE])
    for verification_id in ids:  # each is a job of its own
        judging.work.wake(verification_id=verification_id)
    return len(ids)


@transaction.atomic
def _moved(state: State, now: datetime) -> int:
    age = MAXIMUM_AGES[state]
    if age.then is None:
        return 0
    late = Verification.objects.filter(state=state, state_since__lt=now - age.age).order_by("id")
    ids = list(late.select_for_update(skip_locked=True).values_list("id", flat=True)[:_AT_ONCE])
    if not ids:
        return 0
    Verification.objects.filter(id__in=ids).update(state=age.then, state_since=now, leased_until=None)
    CaptureSession.objects.filter(verification_id__in=ids, ended_at__isnull=True).update(
        ended_at=timezone.now()
    )
    action = (
        "identity.verification.expired" if age.then is State.EXPIRED else "identity.verification.handed_on"
    )
    audit.record_many(
        actor=SWEEPER,
        action=action,
        count=len(ids),
        ids_digest=ids_digest(ids),
        details={"from_state": state.value},
    )
    return len(ids)


@transaction.atomic
def _escalated(now: datetime) -> int:
    late = Verification.objects.filter(
        state=State.WAITING,
        state_since__lt=now - MAXIMUM_AGES[State.WAITING].age,
        escalated_at__isnull=True,
    ).order_by("id")
    ids = list(late.select_for_update(skip_locked=True).values_list("id", flat=True)[:_AT_ONCE])
    if ids:
        Verification.objects.filter(id__in=ids).update(escalated_at=now)
        audit.record_many(
            actor=SWEEPER,
            action="identity.verification.escalated",
            count=len(ids),
            ids_digest=ids_digest(ids),
        )
    return len(ids)
