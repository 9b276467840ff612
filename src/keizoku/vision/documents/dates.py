"""Printed dates: by era, by Western year, or by both at once, and when the two disagree."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final

from keizoku.kernel.text import era

_BY_ERA: Final = re.compile(r"(明治|大正|昭和|平成|令和|[MTSHR])(\d{1,2}|元)[年.](\d{1,2})[月.](\d{1,2})日?")
_BOTH: Final = re.compile(r"(\d{4})年?\(?(明治|大正|昭和|平成|令和)(\d{1,2}|元)年\)?(\d{1,2})月(\d{1,2})日")
_WESTERN: Final = re.compile(r"(\d{4})[年.](\d{1,2})[月.](\d{1,2})日?")
# What a licence prints where there is no date.
_NONE: Final = re.compile(r"00年00月00日")


@dataclass(frozen=True)
class Printed:
    """A date read: None where it is none; `is_blank` for a printed 00年00月00日; `is_consistent` when both years agree."""

    day: date | None
    is_blank: bool = False
    is_consistent: bool = True
    has_both: bool = False


def printed(text: str) -> Printed:
    """The first date in a text."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    if _NONE.search(plain):
        return Printed(None, is_blank=True)
    if found := _BOTH.search(plain):
        year, name, number, month, day = found.groups()
        by_era = _day(f"{name}{number}年{month}月{day}日")
        western = _day(f"{year}年{month}月{day}日")
        # After an era's end a date that lies ahead keeps the era it was printed with (平成33年).
        return Printed(western, is_consistent=by_era == western, has_both=True)
    if found := _BY_ERA.search(plain):
        name, number, month, day = found.groups()
        return Printed(_day(f"{name}{number}年{month}月{day}日") or _beyond(name, number, month, day))
    if found := _WESTERN.search(plain):
        year, month, day = found.groups()
        return Printed(_day(f"{year}年{month}月{day}日"))
    return Printed(None)


def _day(text: str) -> date | None:
    read = era.read_date(text)
    return read if isinstance(read, date) else None


def _beyond(name: str, number: str, month: str, day: str) -> date | None:
    """平成33年5月1日 on a card of before 令和: a day that its era did not live to see."""
    if name[0] not in "平H" or number == "元":
        return None
    try:
        return date(1988 + int(number), int(month), int(day))
    except ValueError:
        return None
