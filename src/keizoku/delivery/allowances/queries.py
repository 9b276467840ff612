"""Reads of the carriers' limits and of what is used of them."""

from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from keizoku.delivery.allowances import statements
from keizoku.delivery.allowances.rules import Limit


@dataclass(frozen=True, slots=True)
class Use:
    """One channel: its limit, what is used of it, the pace in hundredths and for how long everybody waits."""

    channel: str
    limit: Limit
    used_today: int
    used_this_month: int
    pace: int
    waits_s: float


def uses() -> list[Use]:
    """All channels of the settings."""
    return [_use(channel) for channel in settings.CHANNELS]


def _use(channel: str) -> Use:
    limit = settings.CARRIER_LIMITS.get(channel, Limit())
    with connection.cursor() as cursor:
        cursor.execute(statements.LOOK, {"channel": channel, "at": None})
        wait, pace, today, month, _ = cursor.fetchone() or (0.0, 100, 0, 0, 0.0)
    return Use(channel, limit, today, month, pace, round(wait, 1))
