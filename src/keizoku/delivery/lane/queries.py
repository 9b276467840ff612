"""The lane's reads: when a code was last asked for, and whether one was typed rightly."""

from datetime import datetime
from uuid import UUID

from keizoku.delivery.lane.models import Code


def last_asked(customer_id: int, purpose: str) -> datetime | None:
    """When the newest code of this purpose was asked for, in wall time."""
    found = Code.objects.filter(customer_id=customer_id, purpose=purpose).order_by("-id")
    return found.values_list("asked_at", flat=True).first()


def redeemed(key: UUID, customer_id: int, purpose: str) -> tuple[str, datetime] | None:
    """(channel, when) of a code of this customer that was typed rightly; None for any other key."""
    found = Code.objects.filter(key=key, customer_id=customer_id, purpose=purpose, used_at__isnull=False)
    row = found.values_list("channel", "used_at").first()
    return (row[0], row[1]) if row and row[1] else None
