"""What becomes of calls back when two customers become one: they wait for the one who stays; calls stay where they
happened.
"""

from keizoku.audit import actions as audit
from keizoku.customers.duplicates.parts import Merge, Part, register
from keizoku.reviews.phone.models import CallBack
from keizoku.reviews.phone.rules.states import WAITING, CallBackState


def register_part() -> None:
    register(Part("phone", 55, carry=carry))


def carry(merge: Merge) -> None:
    """The promise to the one merged away goes over, or is cancelled where the one who stays has his own."""
    waiting = CallBack.objects.filter(state__in=WAITING)
    row = waiting.filter(customer_id=merge.other_id).first()
    if row is None:
        return
    has_own = waiting.filter(customer_id=merge.survivor_id).exists()
    change = {"state": CallBackState.CANCELLED.value} if has_own else {"customer_id": merge.survivor_id}
    CallBack.objects.filter(id=row.id, state=row.state).update(**change)
    audit.record(
        actor=merge.actor,
        action="reviews.call_back.cancelled" if has_own else "reviews.call_back.carried",
        subject=("customer", merge.survivor_id),
        details={"call_back": row.id, "merged_from": merge.other_id},
    )
