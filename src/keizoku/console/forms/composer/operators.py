"""The ways to compare that the composer offers for each kind of field, and how their values are typed. Pure.

A key is an operator's name, or "yes" and "no" for a flag; "no:" before it is the exact complement, the missing included.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from keizoku.kernel.conditions import Field, FieldType, Operator
from keizoku.kernel.conditions.tree import OPERATORS

NOT: Final = "no:"
MOST_BOXES: Final = 60  # of choices as boxes to tick; more than these are typed by name


class Entry(StrEnum):
    """How the value of a comparison is given."""

    NOTHING = "nothing"
    BOXES = "boxes"
    NAMES = "names"
    TEXT = "text"
    NUMBER = "number"
    DAYS = "days"
    DATE = "date"


_KNOWN: Final = (("no:is_missing", "登録がある"), ("is_missing", "登録がない"))
_CHOSEN: Final = (("one_of", "次のどれか"), ("no:one_of", "次のどれでもない（登録のない方を含む）"), *_KNOWN)
_OFFERED: Final[Mapping[FieldType, Sequence[tuple[str, str]]]] = {
    FieldType.TEXT: _CHOSEN,
    FieldType.NUMBER: (
        ("at_least", "次の数以上"),
        ("at_most", "次の数以下"),
        ("equals", "次の数"),
        *_KNOWN,
    ),
    FieldType.DATE: (
        ("within_days", "今日から次の日数以内（過ぎた日を含む）"),
        ("older_than_days", "今日より次の日数をこえて前"),
        ("in_last_days", "過去の次の日数以内"),
        ("no:in_last_days", "過去の次の日数以内ではない（日付のない方を含む）"),
        ("on_or_after", "次の日以降"),
        ("before", "次の日より前"),
        ("no:is_missing", "日付がある"),
        ("is_missing", "日付がない"),
    ),
    FieldType.FLAG: (("yes", "はい・あり"), ("no", "いいえ・なし"), *_KNOWN),
    FieldType.LIST: (
        ("contains", "次のどれかを含む"),
        ("no:contains", "次のどれも含まない（登録のない方を含む）"),
        *_KNOWN,
    ),
    FieldType.SET: (("any_of", "次のどれかに当てはまる"), ("no:any_of", "次のどれにも当てはまらない")),
}
# Not offered, since others say the same; kept where a tree from elsewhere has them.
_OTHERS: Final = {
    "equals": "次の値",
    "not_equals": "次の値以外（登録のない方を除く）",
    "one_of": "次のどれか",
    "is_missing": "どれにも当てはまらない",
}
_IN_DAYS: Final = {"within_days", "older_than_days", "in_last_days"}
_WITHOUT_VALUE: Final = {"yes", "no", "is_missing"}


def offered(field: Field, current: str = "") -> list[tuple[str, str]]:
    """(key, words) of what may be chosen for a field; ``current`` is there too if it can be read."""
    found = list(_CHOSEN if field.type is FieldType.NUMBER and field.choices else _OFFERED[field.type])
    if current and current not in dict(found) and is_known(field, current):
        found.append((current, _words(field, current)))
    return found


def is_known(field: Field, key: str) -> bool:
    """Whether a key can be read for this field at all."""
    plain = key.removeprefix(NOT)
    if plain in {"yes", "no"}:
        return field.type is FieldType.FLAG
    return plain in _readable(field)


def entry(field: Field, key: str) -> Entry:
    """How the value is given for a comparison."""
    plain = key.removeprefix(NOT)
    if plain in _WITHOUT_VALUE:
        return Entry.NOTHING
    if plain in _IN_DAYS:
        return Entry.DAYS
    if field.type is FieldType.DATE:
        return Entry.DATE
    if field.type is FieldType.SET:
        return Entry.BOXES
    if field.choices:
        return Entry.BOXES if len(field.choices) <= MOST_BOXES else Entry.NAMES
    return Entry.NUMBER if field.type is FieldType.NUMBER else Entry.TEXT


def _readable(field: Field) -> set[str]:
    return {str(operator) for operator in OPERATORS[field.type]} - (
        {str(Operator.EQUALS)} if field.type is FieldType.FLAG else set()
    )


def _words(field: Field, key: str) -> str:
    plain = key.removeprefix(NOT)
    own = dict(_OFFERED[field.type]) | dict(_CHOSEN if field.choices else ())
    words = own.get(plain) or _OTHERS.get(plain) or plain
    return f"{words}（ではない方）" if key.startswith(NOT) else words
