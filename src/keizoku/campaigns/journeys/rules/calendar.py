"""When a journey may send: hours of the day in Tokyo, weekends, Japan's holidays, the days around the new year.

A bank is closed on Saturdays, Sundays, national holidays and from 31 December to 3 January (Banking Act art. 15 and its
Order art. 5): then nobody answers the telephone of those who doubt a message. That is the calendar to begin with.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from keizoku.kernel import bank_days
from keizoku.kernel.text.sentences import Composed, Listed

TOKYO: Final = ZoneInfo("Asia/Tokyo")
_MIDNIGHT: Final = time(0)
# No calendar closes for longer: the longest run of closed days of a bank is well below.
_LONGEST_CLOSED: Final = 60
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """Open from ``opens`` to ``closes`` (not included; 0:00 is the day's end) on the days that are allowed."""

    opens: time = time(9)
    closes: time = time(20)
    weekends: bool = False
    holidays: bool = False
    year_end: bool = False

    @property
    def is_always(self) -> bool:
        """Whether it never closes."""
        whole_day = self.opens == self.closes == _MIDNIGHT
        return whole_day and self.weekends and self.holidays and self.year_end


BANK_DAYS: Final = Calendar()
ALWAYS: Final = Calendar(_MIDNIGHT, _MIDNIGHT, weekends=True, holidays=True, year_end=True)


def problems(calendar: Calendar) -> list[str]:
    """What keeps a calendar from being used, in Japanese."""
    if calendar.closes != _MIDNIGHT and calendar.opens >= calendar.closes:
        return ["送る時間帯は、始まりを終わりより前にしてください（例: 9:00から20:00）。"]
    return []


def closed_day(calendar: Calendar, day: date) -> str:
    """Why nothing is sent on this day, in Japanese; empty when it is a day of sending."""
    if not calendar.year_end and bank_days.is_year_end(day):
        return "年末年始"
    if not calendar.holidays and (name := bank_days.holiday(day)):
        return Composed("祝日（{0}）", name)
    if not calendar.weekends and bank_days.is_weekend(day):
        return "土曜日" if day.weekday() == _SATURDAY else "日曜日"
    return ""


def closed_because(calendar: Calendar, now: datetime) -> str:
    """Why nothing is sent at this moment, in Japanese; empty when it may be sent."""
    local = now.astimezone(TOKYO)
    if reason := closed_day(calendar, local.date()):
        return reason
    return "" if _opening(calendar, local.date()) <= now < _closing(calendar, local.date()) else "時間外"


def is_open(calendar: Calendar, now: datetime) -> bool:
    return not closed_because(calendar, now)


def next_open(calendar: Calendar, now: datetime) -> datetime:
    """The earliest moment, not before ``now``, at which it may be sent."""
    if is_open(calendar, now):
        return now
    today = now.astimezone(TOKYO).date()
    for ahead in range(_LONGEST_CLOSED):
        day = today + timedelta(days=ahead)
        opening = _opening(calendar, day)
        if opening >= now and not closed_day(calendar, day):
            return opening
    raise AssertionError("no calendar is closed for so long")


def open_until(calendar: Calendar, now: datetime) -> datetime | None:
    """When the opening that holds now ends; None for a calendar that never closes. ``now`` must be open."""
    return None if calendar.is_always else _closing(calendar, now.astimezone(TOKYO).date())


def _opening(calendar: Calendar, day: date) -> datetime:
    return datetime.combine(day, calendar.opens, TOKYO).astimezone(UTC)


def _closing(calendar: Calendar, day: date) -> datetime:
    if calendar.closes == _MIDNIGHT:
        return datetime.combine(day + timedelta(days=1), _MIDNIGHT, TOKYO).astimezone(UTC)
    return datetime.combine(day, calendar.closes, TOKYO).astimezone(UTC)


def in_words(calendar: Calendar) -> str:
    """As people read it: 9:00〜20:00、土日・祝日・年末年始は送りません."""
    if calendar.is_always:
        return "時間と曜日を問わずに送ります"
    closes = _clock(calendar.closes) if calendar.closes != _MIDNIGHT else "24:00"
    hours = Composed("{0}〜{1}", _clock(calendar.opens), closes)
    left_out = [
        words
        for allowed, words in (
            (calendar.weekends, "土日"),
            (calendar.holidays, "祝日"),
            (calendar.year_end, "年末年始（12月31日〜1月3日）"),
        )
        if not allowed
    ]
    if not left_out:
        return Composed("{0}、毎日", hours)
    return Composed("{0}、{1}は送りません", hours, Listed("・", left_out))


def _clock(moment: time) -> str:
    return f"{moment.hour}:{moment.minute:02d}"
