"""Reads of a relation's end."""

from dataclasses import dataclass
from datetime import date

from keizoku.customers.models import Customer, Ending


@dataclass(frozen=True, slots=True)
class Relation:
    """How a relation stands; ``reason`` is the last event's, in words."""

    is_open: bool
    closed_on: date | None
    destroyed_on: date | None
    reason: str


def relation(customer_id: int) -> Relation:
    """Raises ``Customer.DoesNotExist``."""
    row = Customer.objects.get(id=customer_id)
    last = Ending.objects.filter(customer_id=customer_id).order_by("-id").first()
    return Relation(
        is_open=row.state == Customer.State.ACTIVE,
        closed_on=row.closed_on,
        destroyed_on=row.destroyed_on,
        reason=Ending.Reason(last.reason).label if last else "",
    )
