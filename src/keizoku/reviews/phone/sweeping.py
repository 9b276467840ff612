"""What nobody ended: a call that was left open, a call back whose day is long over. Each may run twice and start late."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.customers.casework.actions import Owner, open_task
from keizoku.customers.casework.rules import TaskKind
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import TOKYO
from keizoku.reviews.phone.calls import close
from keizoku.reviews.phone.models import CallBack, PhoneCall
from keizoku.reviews.phone.rules.states import (
    CALL_AGES,
    CALL_BACK_AGES,
    CallBackState,
    CallState,
    Result,
    StepKind,
    kept_from,
)
from keizoku.reviews.phone.steps import record, step

_SWEEPER: Final = Actor.system("phone_desk")
_AT_ONCE: Final = 500
_BROKEN: Final = "お約束した折り返しの電話をかけないまま、期限が過ぎました。お客さまに連絡してください。"


def sweep(now: datetime) -> int:
    """End what has waited too long; ``now`` is business time, calls are counted in wall time. Returns how many."""
    return _abandon_calls() + _lapse_call_backs(now)


@transaction.atomic
def _abandon_calls() -> int:
    late = PhoneCall.objects.filter(
        state=CallState.OPEN, touched_at__lt=timezone.now() - CALL_AGES[CallState.OPEN]
    )
    calls = list(late.order_by("id").select_for_update(skip_locked=True)[:_AT_ONCE])
    for call in calls:  # few: one a member of staff at most
        step(call, StepKind.ENDED, Result.LEFT_OPEN)
        close(call, CallState.ABANDONED, Result.LEFT_OPEN)
        record(call, _SWEEPER, "reviews.call.abandoned")
    return len(calls)


@transaction.atomic
def _lapse_call_backs(now: datetime) -> int:
    today = now.astimezone(TOKYO).date()
    total = 0
    for state, age in CALL_BACK_AGES.items():
        late = CallBack.objects.filter(state=state, day__lt=kept_from(today, age)).order_by("id")
        for row in late.select_for_update(skip_locked=True)[
            :_AT_ONCE
        ]:  # few, and each opens a task of its own
            CallBack.objects.filter(id=row.id, state=state).update(
                state=CallBackState.LAPSED.value, state_since=now
            )
            audit.record(
                actor=_SWEEPER,
                action="reviews.call_back.lapsed",
                subject=("customer", row.customer_id),
                details={"call_back": row.id},
            )
            open_task(
                TaskKind.CALL_BACK,
                _BROKEN,
                owner=Owner(role="operator"),
                due_on=today,
                actor=_SWEEPER,
                today=today,
                customer_id=row.customer_id,
                origin=f"call_back:{row.id}",
            )
            total += 1
    return total
