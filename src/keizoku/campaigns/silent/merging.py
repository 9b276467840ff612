"""What becomes of silent cases when two customers become one: those of the one merged away end with that reason.

The survivor is asked by his own due date and campaigns. A restriction that two people had confirmed is not lost by it: it
becomes a task about the survivor, since only a person can say whether it holds for him.
"""

from datetime import timedelta
from typing import Final

from keizoku.campaigns.silent import events
from keizoku.campaigns.silent.events import Move
from keizoku.campaigns.silent.models import SilentCase
from keizoku.campaigns.silent.rules import MEASURES, TASK_DUE_DAYS, State
from keizoku.customers.casework import actions as casework
from keizoku.customers.casework.actions import Owner
from keizoku.customers.casework.rules import TaskKind
from keizoku.customers.duplicates.parts import Merge, Part, register
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_now

ACTOR: Final = Actor.system("silent")
MERGED: Final = "merged"
DECIDE: Final = (
    "このお客さまに統合された方（No. {other}）には、取引制限の提案が確定していました（{measure}）。"
    "引き継ぐか、勘定系で解除するかを決めてください。"
)


def register_part() -> None:
    register(Part("silent", 60, carry))


def carry(merge: Merge) -> None:
    """Most cases were ended by the merge's contact stop, in this transaction; who had one before has his ended here."""
    _end(merge)
    confirmed = SilentCase.objects.filter(customer_id=merge.other_id, state=State.RELEASED).exclude(
        measure=""
    )
    for case in confirmed.exclude(confirmed_by=None).order_by("id"):  # one a campaign: a handful in a life
        casework.open_task(
            TaskKind.OTHER,
            DECIDE.format(other=merge.other_id, measure=MEASURES[case.measure]),
            owner=Owner(role="compliance"),
            due_on=merge.today + timedelta(days=TASK_DUE_DAYS),
            actor=ACTOR,
            today=merge.today,
            customer_id=merge.survivor_id,
            origin=f"silent-merged:{case.id}",
        )
    confirmed.update(measure="")


def _end(merge: Merge) -> None:
    waiting = SilentCase.objects.filter(customer_id=merge.other_id).exclude(state=State.RELEASED)
    found = list(waiting.order_by("id").select_for_update().values_list("id", "state"))
    if not found:
        return
    now = business_now()
    SilentCase.objects.filter(id__in=[case_id for case_id, _ in found]).exclude(state=State.RELEASED).update(
        state=State.RELEASED, state_since=now, reason=MERGED, until=None, escalated_at=None
    )
    move = Move(State.RELEASED, now, merge.actor, reason=MERGED)
    events.append_many(found, move, action="campaigns.silent.ended_by_merge")
