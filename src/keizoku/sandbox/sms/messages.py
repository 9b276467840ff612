"""One SMS as the carrier keeps it, and how it tells of it. Field names and values are those of Karaden's API."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")
SERVICE_ID = 1
_UNIT = (
    66  # characters a part of a long message where the carrier counts fewest (channels' reference: Rakuten)
)
_SINGLE = 70


class SentResult(StrEnum):
    NONE = "none"
    RECEIVED = "received"
    UNCONNECTED = "unconnected"
    ERROR = "error"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class Message:
    """``to`` in national form, 11 digits. Moments are aware; None where it has not come to that."""

    id: str
    to: str
    body: str
    tags: list[str]
    is_shorten: bool
    scheduled_at: datetime
    limited_at: datetime
    created_at: datetime
    updated_at: datetime
    status: str = "waiting"
    sent_result: SentResult = SentResult.NONE
    sent_at: datetime | None = None
    received_at: datetime | None = None
    carrier: str = "checking"
    is_clicked: bool = field(default=False)

    @property
    def is_over(self) -> bool:
        return self.sent_result is not SentResult.NONE or self.status in {"error", "canceled"}

    def as_json(self) -> dict[str, Any]:
        charged = self.sent_at if self.sent_result is SentResult.RECEIVED else None
        return {
            "id": self.id,
            "object": "message",
            "service_id": SERVICE_ID,
            "billing_address_id": 1,
            "to": self.to,
            "body": self.body,
            "tags": self.tags,
            "is_shorten": self.is_shorten,
            "is_shorten_clicked": self.is_clicked,
            "result": "done" if self.is_over else "processing",
            "status": self.status,
            "sent_result": self.sent_result.value,
            "carrier": self.carrier,
            "charged_count_per_sent": units(self.body),
            "scheduled_at": _moment(self.scheduled_at),
            "limited_at": _moment(self.limited_at),
            "sent_at": _moment(self.sent_at),
            "received_at": _moment(self.received_at),
            "charged_at": _moment(charged),
            "created_at": _moment(self.created_at),
            "updated_at": _moment(self.updated_at),
        }


def units(body: str) -> int:
    """How many messages are charged for a body."""
    return 1 if len(body) <= _SINGLE else -(-len(body) // _UNIT)


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(TOKYO).isoformat(timespec="seconds") if at else None
