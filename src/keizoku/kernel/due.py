"""By when a case has to be decided, in business days of Tokyo, and how much that presses. Pure."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

TOKYO: Final = ZoneInfo("Asia/Tokyo")
# A bank's counter closes at 15:00 (銀行法施行規則16条1項). That work on what came in ends two hours later is our own choice.
DAY_ENDS: Final = time(17)


class Urgency(StrEnum):
    LATE = "late"
    TODAY = "today"
    LATER = "later"


URGENCY_WORDS: Final = {
    Urgency.LATE: "期限を過ぎた",
    Urgency.TODAY: "今日が期限",
    Urgency.LATER: "期限内",
}


def due_at(since: datetime, days: int, is_closed: Callable[[date], bool]) -> datetime:
    """The end of the ``days``-th business day after the day of ``since``, in Tokyo."""
    day = since.astimezone(TOKYO).date()
    while days:
        day += timedelta(days=1)
        days -= not is_closed(day)
    return datetime.combine(day, DAY_ENDS, TOKYO)


def urgency(due: datetime, now: datetime) -> Urgency:
    if due < now:
        return Urgency.LATE
    return Urgency.TODAY if due < day_after(now) else Urgency.LATER


def day_after(now: datetime) -> datetime:
    """The first moment of tomorrow in Tokyo."""
    return datetime.combine(now.astimezone(TOKYO).date() + timedelta(days=1), time(0), TOKYO)


def day_begun(now: datetime) -> datetime:
    """The first moment of today in Tokyo."""
    return datetime.combine(now.astimezone(TOKYO).date(), time(0), TOKYO)
