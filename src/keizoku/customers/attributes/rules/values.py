"""One attribute's value: read from text strictly, written as text, and put into words.

Text is what a file's cell, a form's field or an answer holds: a choice's value or its label, digits, a date in any of the
ways that the import knows, はい or いいえ, choices joined by ・.
"""

import unicodedata
from datetime import date
from enum import StrEnum
from typing import Final

from keizoku.customers.attributes.rules.definition import Definition, Stored, Type
from keizoku.customers.attributes.rules.reading import JOINT
from keizoku.kernel.text.digits import ascii_digits
from keizoku.kernel.text.era import read_date
from keizoku.kernel.text.numbers import has_individual_number

_YES: Final = frozenset({"yes", "true", "1", "はい", "あり", "有", "該当"})
_NO: Final = frozenset({"no", "false", "0", "いいえ", "なし", "無", "非該当"})
_MOST_DIGITS: Final = 11


class Fault(StrEnum):
    CHOICE = "choice"
    CLOSED = "closed"
    NUMBER = "number"
    RANGE = "range"
    DATE = "date"
    FLAG = "flag"
    INDIVIDUAL_NUMBER = "individual_number"


FAULT_WORDS: Final = {
    Fault.CHOICE: "選択肢にない値です。決められた値か名称のどれかを入れてください。",
    Fault.CLOSED: "もう使わない選択肢です。ほかの選択肢を選んでください。",
    Fault.NUMBER: "整数ではありません。数字だけを入れてください。",
    Fault.RANGE: "決められた範囲の外の数です。範囲を確かめて入れ直してください。",
    Fault.DATE: "日付として読めません。「2026-04-01」のように入れてください。",
    Fault.FLAG: "「はい」か「いいえ」ではありません。どちらかを入れてください。",
    Fault.INDIVIDUAL_NUMBER: (
        "個人番号（マイナンバー）とみられる12桁の番号です。値は保存していません。番号を取り除いてください。"
    ),
}


def read(definition: Definition, text: str, *, takes_closed: bool = False) -> Stored | Fault:
    """The value that ``text`` (not empty) says; ``takes_closed``: for what was said before a choice ended."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if has_individual_number(plain):
        return Fault.INDIVIDUAL_NUMBER
    match definition.type:
        case Type.CHOICE:
            return _choice(definition, plain, takes_closed=takes_closed)
        case Type.LIST:
            return _list(definition, plain, takes_closed=takes_closed)
        case Type.NUMBER:
            return _number(definition, plain)
        case Type.DATE:
            day = read_date(plain)
            return day.isoformat() if isinstance(day, date) else Fault.DATE
        case Type.FLAG:
            word = plain.casefold()
            return True if word in _YES else False if word in _NO else Fault.FLAG


def write(stored: Stored | None) -> str:
    """The text that answers and files hold; empty for no value."""
    if stored is None:
        return ""
    if isinstance(stored, bool):
        return "yes" if stored else "no"
    return JOINT.join(stored) if isinstance(stored, list) else str(stored)


def words(definition: Definition, stored: Stored | None) -> str:
    """For people: labels, 1,234, はい."""
    if stored is None:
        return ""
    if isinstance(stored, bool):
        return "はい" if stored else "いいえ"
    if isinstance(stored, list):
        return JOINT.join(map(definition.label_of, stored))
    return f"{stored:,}" if isinstance(stored, int) else definition.label_of(stored)


def _choice(definition: Definition, plain: str, *, takes_closed: bool) -> str | Fault:
    for choice in definition.choices:
        if plain in (choice.value, unicodedata.normalize("NFKC", choice.label)):
            return Fault.CLOSED if choice.is_closed and not takes_closed else choice.value
    return Fault.CHOICE


def _list(definition: Definition, plain: str, *, takes_closed: bool) -> list[str] | Fault:
    """In the definition's order, each once."""
    found = [_choice(definition, part.strip(), takes_closed=takes_closed) for part in plain.split(JOINT)]
    for one in found:
        if isinstance(one, Fault):
            return one
    return [choice.value for choice in definition.choices if choice.value in found]


def _number(definition: Definition, plain: str) -> int | Fault:
    digits = ascii_digits(plain).replace(",", "")
    unsigned = digits.removeprefix("-")
    if not (unsigned.isascii() and unsigned.isdigit()):
        return Fault.NUMBER
    if len(unsigned) > _MOST_DIGITS:
        return Fault.RANGE
    assert definition.least is not None
    assert definition.most is not None
    return int(digits) if definition.least <= int(digits) <= definition.most else Fault.RANGE
