"""和暦: dates by era name, read and written.

Reads what banks export: 昭和35年4月8日, 昭35.4.8, S35.4.8, S350408, 平成元年1月8日, 1960-04-08, 1960/4/8,
1960年4月8日, 19600408, with full-width digits, any dash and spaces. An era's dates end where the next era
begins; the days on which the Taisho and Showa eras were proclaimed have two right names, and both are read.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from keizoku.kernel.text import hyphen


class DateProblem(Enum):
    """Why a text is not a date."""

    EMPTY = "empty"
    FORMAT = "format"
    NO_SUCH_DAY = "no_such_day"
    OUTSIDE_ERA = "outside_era"
    # Japan counted by the moon until 明治5年12月2日; the next day was 1873-01-01.
    BEFORE_SOLAR_CALENDAR = "before_solar_calendar"


@dataclass(frozen=True, slots=True)
class Era:
    """One era; `last` is the last day that carries its name."""

    name: str
    initial: str
    first: date
    last: date


SOLAR_CALENDAR_BEGINS: Final = date(1873, 1, 1)
# The edicts of 1912-07-30 and 1926-12-25 took effect on their own day,
# the cabinet orders of 1989 and 2019 on the day after.
ERAS: Final = (
    Era("明治", "M", date(1868, 1, 25), date(1912, 7, 30)),
    Era("大正", "T", date(1912, 7, 30), date(1926, 12, 25)),
    Era("昭和", "S", date(1926, 12, 25), date(1989, 1, 7)),
    Era("平成", "H", date(1989, 1, 8), date(2019, 4, 30)),
    Era("令和", "R", date(2019, 5, 1), date.max),
)
_BY_NAME: Final = {key: era for era in ERAS for key in (era.name, era.name[0], era.initial)}

_WESTERN = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))")
_JAPANESE = re.compile(
    r"(明治|大正|昭和|平成|令和|[明大昭平令MTSHR])(?:(元|\d{1,2})(?:年(\d{1,2})月(\d{1,2})日|([-/.])(\d{1,2})\5(\d{1,2}))"
    r"|(\d{2})(\d{2})(\d{2}))"
)


def read_date(text: str) -> date | DateProblem:
    """The day that `text` names, in any of the writings above, or what is wrong with it."""
    plain = "".join(hyphen.fold(unicodedata.normalize("NFKC", text)).split()).upper()
    if not plain:
        return DateProblem.EMPTY
    if found := _WESTERN.fullmatch(plain):
        return _day(*(int(part) for part in found.groups() if part and part not in "-/."))
    if found := _JAPANESE.fullmatch(plain):
        name, *parts = (part for part in found.groups() if part and part not in "-/.")
        year, month, day = (1 if part == "元" else int(part) for part in parts)
        return _era_day(_BY_NAME[name], year, month, day)
    return DateProblem.FORMAT


def era_of(day: date) -> Era:
    """The era whose name `day` carries, the newer where it has two.

    ValueError before the solar calendar.
    """
    if day < SOLAR_CALENDAR_BEGINS:
        raise ValueError("no era date before the solar calendar of 1873")
    return next(era for era in reversed(ERAS) if era.first <= day)


def era_year(day: date) -> int:
    """The year of `day` within its era, the first being 1."""
    return day.year - era_of(day).first.year + 1


def long_form(day: date) -> str:
    """昭和35年4月8日, with 元年 for the first year."""
    year = era_year(day)
    return f"{era_of(day).name}{'元' if year == 1 else year}年{day.month}月{day.day}日"


def short_form(day: date) -> str:
    """S35.4.8."""
    return f"{era_of(day).initial}{era_year(day)}.{day.month}.{day.day}"


def _day(year: int, month: int, day: int) -> date | DateProblem:
    try:
        found = date(year, month, day)
    except ValueError:
        return DateProblem.NO_SUCH_DAY
    return found if found >= SOLAR_CALENDAR_BEGINS else DateProblem.BEFORE_SOLAR_CALENDAR


def _era_day(era: Era, year: int, month: int, day: int) -> date | DateProblem:
    if year == 0:
        return DateProblem.NO_SUCH_DAY
    found = _day(era.first.year + year - 1, month, day)
    if isinstance(found, DateProblem):
        return found
    return found if era.first <= found <= era.last else DateProblem.OUTSIDE_ERA
