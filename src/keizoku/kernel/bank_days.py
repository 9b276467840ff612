"""Days on which a bank is closed: Saturdays, Sundays, national holidays, 31 December to 3 January.

Banking Act art. 15 and its Order art. 5. Pure but for the list of holidays, which a library computes.
"""

from datetime import date, timedelta
from functools import cache
from typing import Final

_YEAR_END: Final = frozenset({(12, 31), (1, 1), (1, 2), (1, 3)})
_SATURDAY: Final = 5


@cache
def _holidays(year: int) -> dict[date, str]:
    # At the first look: a quarter of a second that a command which asks for no day need not wait for.
    import holidays  # noqa: PLC0415

    return dict(holidays.country_holidays("JP", years=year, language="ja").items())


def holiday(day: date) -> str:
    """The national holiday's name; empty on other days."""
    return _holidays(day.year).get(day, "")


def is_year_end(day: date) -> bool:
    return (day.month, day.day) in _YEAR_END


def is_weekend(day: date) -> bool:
    return day.weekday() >= _SATURDAY


def is_closed(day: date) -> bool:
    return is_weekend(day) or is_year_end(day) or bool(holiday(day))


def open_from(day: date) -> date:
    """The first day from this one on on which a bank is open."""
    while is_closed(day):
        day += timedelta(days=1)
    return day


def open_days_back(day: date, count: int) -> date:
    """The day so many days on which a bank is open before this one."""
    while count:
        day -= timedelta(days=1)
        count -= not is_closed(day)
    return day


def closed_weekdays(year: int) -> list[date]:
    """The days of a year on which a bank is closed, other than by the weekend."""
    days = (date(year, 1, 1) + timedelta(days=ahead) for ahead in range(366))
    return [day for day in days if day.year == year and not is_weekend(day) and is_closed(day)]
