"""Events that staff see: returned mail, dormancy, their own judgement. The due date follows in the same transaction."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from keizoku.accounts.access import authorise
from keizoku.audit.actions import record
from keizoku.kernel.actor import Actor
from keizoku.risk.actions import rate_one
from keizoku.risk.errors import EventRefused
from keizoku.risk.models import Event
from keizoku.risk.rules.scale import EventKind

RECORDED_BY_STAFF = (EventKind.RETURNED_MAIL, EventKind.DORMANCY, EventKind.STAFF)
LONGEST_DAYS_AGO = 366


@dataclass(frozen=True, slots=True)
class EventRow:
    kind: EventKind
    occurred_on: date
    recorded_by: str
    recorded_at: datetime


@transaction.atomic
def record_event(customer_id: int, kind: EventKind, occurred_on: date, actor: Actor, today: date) -> None:
    """Write down what happened; the due date comes forward by it, or stays.

    Raises:
        EventRefused: of another kind, in the future, too long ago, or known already.
    """
    authorise(actor, "risk.record_event")
    if kind not in RECORDED_BY_STAFF:
        raise EventRefused("出来事の種類を選んでください。")
    if not today - timedelta(days=LONGEST_DAYS_AGO) <= occurred_on <= today:
        raise EventRefused("日付は、1年前から今日までの間で入力してください。")
    _, is_new = Event.objects.get_or_create(
        customer_id=customer_id,
        kind=kind,
        occurred_on=occurred_on,
        defaults={"recorded_by": str(actor)},
    )
    if not is_new:
        raise EventRefused("同じ日の同じ出来事が、すでに記録されています。")
    record(
        actor=actor,
        action="risk.event.recorded",
        subject=("customer", customer_id),
        details={"reason": kind.value},
    )
    rate_one(customer_id, actor, today)


def events_of(customer_id: int) -> list[EventRow]:
    """All of one customer, the newest first."""
    return [
        EventRow(EventKind(row.kind), row.occurred_on, row.recorded_by, row.recorded_at)
        for row in Event.objects.filter(customer_id=customer_id).order_by("-occurred_on", "-id")
    ]
