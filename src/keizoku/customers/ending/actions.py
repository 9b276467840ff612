"""The end of one relation by staff, and its re-opening, each with a reason from a closed list.

Invariants: a closed customer has a last day and a stop of all contact from the same commit on; a relation that ended is
opened again by staff only, and never once its record was destroyed. ``reviews.actions.ending`` ends the open review too.
"""

from datetime import date
from typing import Final

from django.db import transaction

from keizoku.accounts.access import authorise
from keizoku.audit import actions as audit
from keizoku.customers.actions import release_stop, stop_contact
from keizoku.customers.errors import EndingRefused
from keizoku.customers.models import ContactStop, Customer, Ending, Fact
from keizoku.kernel.actor import Actor

Kind, Reason, State = Ending.Kind, Ending.Reason, Customer.State
REASONS_TO_END: Final = (Reason.REQUEST, Reason.DECEASED, Reason.DISSOLVED, Reason.BANK)
REASONS_TO_REOPEN: Final = (Reason.MISTAKE, Reason.RETURNED)


@transaction.atomic
def end_relation(customer_id: int, *, on: date, reason: str, actor: Actor, today: date) -> None:
    """Close the relation as of its last day ``on``; from the commit on nobody writes to this customer.

    Raises:
        NotPermitted: the actor may not.
        EndingRefused: no such reason, a day before the opening or after today, or the relation has ended already.
    """
    authorise(actor, "customers.close")
    if reason not in REASONS_TO_END:
        raise EndingRefused("解約の理由を選んでください。")
    opened = Fact.objects.values_list("opened_on", flat=True).get(customer_id=customer_id)
    if not opened <= on <= today:
        raise EndingRefused(
            "解約日は、口座開設日から今日までの日付です。", remedy="正しい日付を入力してください。"
        )
    _move(customer_id, State.ACTIVE, State.CLOSED, closed_on=on)
    stop_contact(
        customer_id=customer_id, campaign_id=None, reason=ContactStop.Reason.CLOSED.value, actor=actor
    )
    _note(customer_id, Kind.ENDED, on, reason, actor)


@transaction.atomic
def reopen_relation(customer_id: int, *, reason: str, actor: Actor, today: date) -> None:
    """Open the relation again: it counts in audiences, ratings and due dates from now on.

    Raises:
        NotPermitted: the actor may not.
        EndingRefused: no such reason, the relation has not ended, or its record was destroyed.
    """
    authorise(actor, "customers.close")
    if reason not in REASONS_TO_REOPEN:
        raise EndingRefused("取引中に戻す理由を選んでください。")
    _move(customer_id, State.CLOSED, State.ACTIVE, closed_on=None)
    release_stop(
        customer_id=customer_id, campaign_id=None, reason=ContactStop.Reason.CLOSED.value, actor=actor
    )
    _note(customer_id, Kind.REOPENED, today, reason, actor)


def _move(customer_id: int, before: str, after: str, *, closed_on: date | None) -> None:
    known = Customer.objects.filter(id=customer_id, state=before, destroyed_on=None)
    if known.update(state=after, closed_on=closed_on) == 0:
        raise EndingRefused(
            "このお客さまの取引の状態は、いまこの操作ができません。", remedy="画面を開き直してください。"
        )


def _note(customer_id: int, kind: str, on: date, reason: str, actor: Actor) -> None:
    Ending.objects.create(customer_id=customer_id, kind=kind, on=on, reason=reason, recorded_by=str(actor))
    audit.record(
        actor=actor,
        action=f"customers.relation.{kind}",
        subject=("customer", customer_id),
        details={"on": on.isoformat(), "reason": reason},
    )
