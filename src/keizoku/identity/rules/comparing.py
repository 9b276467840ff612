"""What a document says beside what the record holds: folded for comparing, never stored and never told.

A difference is no fault of the customer: people move and marry. Only a birth date that was read without doubt and differs
speaks against the same person; everything else that differs goes to a person's eyes.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from keizoku.identity.rules.outcomes import Outcome
from keizoku.kernel.text import digits, era, hyphen, itaiji, kana, names

SAME, VARIANT, DIFFERS, NOT_READ, NOT_KNOWN, DOUBTFUL, EXPIRED = (
    "same",
    "variant",
    "differs",
    "not_read",
    "not_known",
    "doubtful",
    "expired",
)
# 渋谷1丁目2番3号, 渋谷一丁目２番地３ and 渋谷1-2-3 are one place.
_NUMERALS: Final = {
    **{str(n): n for n in range(10)},
    **{sign: n for n, sign in enumerate("〇一二三四五六七八九")},
}
_CHOME: Final = re.compile(r"([〇一二三四五六七八九十]+)(?=丁目)")
_BETWEEN: Final = re.compile(r"丁目|番地の?|番(?=\d)|番$|号室|号|(?<=\d)の(?=\d)")
_SPACES: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Read:
    """A value of a document as it is compared."""

    value: str
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    field: str
    outcome: Outcome
    reason: str


def compare(document: Mapping[str, Read], record: Mapping[str, str | None]) -> tuple[Compared, ...]:
    """Name, birth date and address of both, one line each; the values themselves are in no line."""
    return tuple(
        _compared(name, document.get(name), record.get(name)) for name in ("name", "birth_date", "address")
    )


def expiry(document: Mapping[str, Read], today: date) -> Compared | None:
    """Whether the document is still valid on this day; None where it names no end."""
    said = [document[name] for name in ("expiry_date", "period_of_stay_until") if name in document]
    days = [(read_day(each.value), each.is_doubtful) for each in said if each.value]
    if not days:
        return None
    if any(day is None or is_doubtful for day, is_doubtful in days):
        return Compared("expiry_date", Outcome.UNSURE, DOUBTFUL)
    is_over = any(day is not None and day < today for day, _ in days)
    return Compared(
        "expiry_date", Outcome.FAILED if is_over else Outcome.PASSED, EXPIRED if is_over else SAME
    )


def read_day(text: str) -> date | None:
    """A day as a document's field says it (ISO)."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        found = era.read_date(text)
        return found if isinstance(found, date) else None


def fold_address(text: str) -> str:
    """An address for comparing: one width, one dash, variants folded, 丁目・番地・号 as dashes; idempotent."""
    folded = itaiji.fold(unicodedata.normalize("NFKC", text)).casefold()
    folded = _CHOME.sub(lambda found: str(_number(found[1])), folded)
    folded = _BETWEEN.sub("-", hyphen.fold(digits.ascii_digits(_SPACES.sub("", folded))))
    return re.sub(r"-+", "-", folded).strip("-")


def _compared(field: str, said: Read | None, known: str | None) -> Compared:
    if not known:
        return Compared(field, Outcome.UNSURE, NOT_KNOWN)
    if said is None or not said.value:
        return Compared(field, Outcome.UNSURE, NOT_READ)
    if said.is_doubtful:
        return Compared(field, Outcome.UNSURE, DOUBTFUL)
    if _folded(field, said.value) != _folded(field, known):
        return Compared(field, Outcome.FAILED if field == "birth_date" else Outcome.UNSURE, DIFFERS)
    if field == "name" and _plain(said.value) != _plain(known):
        return Compared(field, Outcome.UNSURE, VARIANT)  # 渡辺 beside 渡邊: one family, or another
    return Compared(field, Outcome.PASSED, SAME)


def _folded(field: str, value: str) -> str:
    if field == "birth_date":
        day = read_day(value)
        return day.isoformat() if day else value
    return fold_address(value) if field == "address" else kana.fold(names.fold(value))


def _plain(name: str) -> str:
    """Without spaces, in one width; variants stay apart."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", name)).casefold()


def _number(text: str) -> int:
    """十二 → 12; chome numbers stay below a hundred."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return int("".join(str(_NUMERALS[sign]) for sign in text))
    return (_NUMERALS[tens] if tens else 1) * 10 + (_NUMERALS[ones] if ones else 0)
