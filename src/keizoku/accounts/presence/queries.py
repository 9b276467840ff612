"""Reads of open sessions."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.sessions.models import Session
from django.utils import timezone

from keizoku.accounts.models import Staff
from keizoku.accounts.presence.models import Presence


@dataclass(frozen=True, slots=True)
class PresenceRow:
    id: int
    device: str
    method: str
    opened_at: datetime
    ends_at: datetime
    is_this: bool


def ends_at(session_key: str | None) -> datetime | None:
    """When the session ends by itself, as its row says now; nothing where it is gone."""
    ends = Session.objects.filter(session_key=session_key or "").values_list("expire_date", flat=True)
    return ends.first()


def of(staff: Staff, this_key: str | None) -> list[PresenceRow]:
    """The person's sessions that are still open, the newest first."""
    rows = list(Presence.objects.filter(staff=staff).order_by("-opened_at"))
    keys = [row.session_key for row in rows]
    ends = dict(
        Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now()).values_list(
            "session_key", "expire_date"
        )
    )
    return [
        PresenceRow(
            row.pk,
            row.device,
            row.method,
            row.opened_at,
            ends[row.session_key],
            row.session_key == this_key,
        )
        for row in rows
        if row.session_key in ends
    ]
