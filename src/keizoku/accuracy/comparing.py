"""When a value read is the value printed, and which fields something else on the document checks."""

import unicodedata
from enum import StrEnum
from typing import Final

_SEXES: Final = {"M": "男", "F": "女", "男性": "男", "女性": "女"}
DATES: Final = frozenset({"birth_date", "issue_date", "expiry_date", "period_of_stay_until"})
NUMBERS: Final = frozenset({"number"})
NAMES: Final = frozenset({"name", "name_latin"})
# Kind → fields that a check digit, another field or a rule of days contradicts when they are read wrong. A licence: its
# number's check digit; its expiry in two calendars, which falls a month after the birthday. A My Number card ends on a
# birthday. A passport's zone repeats number and days, each with a check digit. A residence card says its end twice.
CHECKED: Final[dict[str, frozenset[str]]] = {
    "driving_licence": frozenset({"number", "expiry_date", "birth_date"}),
    "driving_history": frozenset({"number"}),
    "my_number_card": frozenset({"expiry_date", "birth_date"}),
    "passport": frozenset({"number", "birth_date", "expiry_date", "mrz"}),
    "residence_card": frozenset({"expiry_date", "period_of_stay_until"}),
    "special_permanent_resident": frozenset({"expiry_date"}),
}


class Result(StrEnum):
    """What became of one field. WRONG is the only silent one: a value that was not there, given without doubt."""

    EXACT = "exact"
    EXACT_DOUBTFUL = "exact_doubtful"
    DOUBTFUL = "doubtful"
    MISSING = "missing"
    WRONG = "wrong"


def plain(name: str, value: str) -> str:
    """What is compared: NFKC, without any space. Kanji are not folded: 﨑 is not 崎."""
    text = "".join(unicodedata.normalize("NFKC", value).split())
    if name == "address":
        return text.replace("‐", "-").replace("−", "-")
    return _SEXES.get(text, text) if name == "sex" else text


def result(name: str, truth: str, read: str | None, *, is_doubtful: bool) -> Result:
    """Compare one field; `read` None or empty where the reader gave nothing."""
    if not read:
        return Result.MISSING
    if plain(name, read) == plain(name, truth):
        return Result.EXACT_DOUBTFUL if is_doubtful else Result.EXACT
    return Result.DOUBTFUL if is_doubtful else Result.WRONG


def is_checked(kind: str | None, name: str) -> bool:
    """Whether something on the document contradicts a wrong value of this field."""
    return name in CHECKED.get(kind or "", frozenset())
