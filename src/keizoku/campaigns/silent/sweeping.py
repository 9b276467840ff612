"""Nothing waits for ever: decisions that led to nothing come back, what nobody decided is marked, restrictions are lifted.

Every statement is a set's; whoever releases by an answer is quicker (``state`` is compared anew).
"""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q, Sum

from keizoku.campaigns.silent import events
from keizoku.campaigns.silent.events import Move
from keizoku.campaigns.silent.models import SilentCase, SilentCount
from keizoku.campaigns.silent.rules import MAXIMUM_AGES, TASK_DUE_DAYS, State
from keizoku.customers.casework import actions as casework
from keizoku.customers.casework.actions import Owner
from keizoku.customers.casework.rules import TaskKind
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import TOKYO

ACTOR: Final = Actor.system("silent")
AT_ONCE: Final = 5_000
FOLDED_FROM: Final = 5_000
LIFT: Final = (
    "取引制限の提案が確定していたお客さまから回答などがあり、未回答の記録は解除されました。"
    "制限をしている場合は、勘定系で解除の手続きをしてください。"
)


def sweep(now: datetime) -> int:
    """Take up, mark, and ask for restrictions to be lifted; returns how many cases changed."""
    total = 0
    for state in MAXIMUM_AGES:
        while count := _sweep_some(state, now):
            total += count
    return total + _ask_to_lift(now)


@transaction.atomic
def _sweep_some(state: State, now: datetime) -> int:
    age, today = MAXIMUM_AGES[state], now.astimezone(TOKYO).date()
    late = Q(until__lt=today) if age.days is None else Q(state_since__lt=now - timedelta(days=age.days))
    found = SilentCase.objects.filter(late, state=state).order_by("id")
    if age.then is None:
        found = found.filter(escalated_at=None)
    ids = list(found.select_for_update(skip_locked=True).values_list("id", flat=True)[:AT_ONCE])
    if not ids:
        return 0
    if age.then is None:
        SilentCase.objects.filter(id__in=ids).update(escalated_at=now)
        move = Move(state, now, ACTOR, reason="late")
        events.append_many(
            [(case_id, state.value) for case_id in ids], move, action="campaigns.silent.escalated"
        )
        return len(ids)
    SilentCase.objects.filter(id__in=ids, state=state).update(
        state=age.then, state_since=now, until=None, reason="", measure="", proposed_by=None, decided_by=None
    )
    move = Move(age.then, now, ACTOR, reason="lapsed")
    events.append_many([(case_id, state.value) for case_id in ids], move, action="campaigns.silent.taken_up")
    return len(ids)


def _ask_to_lift(now: datetime) -> int:
    """Few: only of restrictions that two people agreed on."""
    released = SilentCase.objects.filter(state=State.RELEASED).exclude(measure="")
    done = 0
    for case in released.exclude(confirmed_by=None).order_by("id")[:AT_ONCE]:
        with transaction.atomic():
            if (
                SilentCase.objects.filter(id=case.id, state=State.RELEASED)
                .exclude(measure="")
                .update(measure="")
            ):
                today = now.astimezone(TOKYO).date()
                casework.open_task(
                    TaskKind.OTHER,
                    LIFT,
                    owner=Owner(role="compliance"),
                    due_on=today + timedelta(days=TASK_DUE_DAYS // 7),
                    actor=ACTOR,
                    today=today,
                    customer_id=case.customer_id,
                    origin=f"silent-lift:{case.id}",
                )
                done += 1
    SilentCase.objects.filter(state=State.RELEASED, confirmed_by=None).exclude(measure="").update(measure="")
    return done


@transaction.atomic
def fold_counts() -> int:
    """Many appended counts become few; their sums stay. Returns how many rows went."""
    if SilentCount.objects.count() < FOLDED_FROM:
        return 0
    rows = list(SilentCount.objects.select_for_update().order_by("id"))
    sums = (
        SilentCount.objects.filter(id__in=[row.id for row in rows])
        .values("campaign_id", "opened_on", "state")
        .annotate(total=Sum("count"))
    )
    folded = [
        SilentCount(
            campaign_id=s["campaign_id"], opened_on=s["opened_on"], state=s["state"], count=s["total"]
        )
        for s in sums
        if s["total"]
    ]
    SilentCount.objects.filter(id__in=[row.id for row in rows]).delete()
    SilentCount.objects.bulk_create(folded)
    return len(rows) - len(folded)
