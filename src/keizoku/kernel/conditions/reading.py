"""From JSON and back. Strict: what is not understood is refused with its place, never skipped.

    {"all": […]}   {"any": […]}   {"not": {…}}
    {"field": "level", "operator": "one_of", "value": ["high", "medium"]}

Dates are written "2026-04-01"; ``is_missing`` has no value; ``{"all": []}`` means everything.
"""

from collections.abc import Mapping
from datetime import date
from typing import NoReturn, TypeAlias, cast

from keizoku.kernel.conditions.tree import (
    OPERATORS,
    All,
    Any,
    Compare,
    Condition,
    Field,
    Fields,
    FieldType,
    Not,
    Operator,
    Value,
)
from keizoku.kernel.errors import Refusal

MOST_LEVELS = 12
MOST_CHOICES = 1000
MOST_DAYS = 36_500
LARGEST_NUMBER = 2**53  # what JSON carries exactly

_DAYS = {Operator.WITHIN_DAYS, Operator.OLDER_THAN_DAYS, Operator.IN_LAST_DAYS}
_SEVERAL = {Operator.ONE_OF, Operator.ANY_OF}

Json: TypeAlias = dict[str, object]


class ConditionError(Refusal):
    """A condition that cannot be read. ``place`` is the path to the fault, such as ``all[1].value``."""

    code = "kernel.condition_invalid"

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"条件の{place or '全体'}：{problem}", remedy="条件のその部分を直してください。")
        self.place = place
        self.problem = problem


def parse(document: object, fields: Fields) -> Condition:
    """The condition over ``fields`` that ``document`` (parsed JSON) says; otherwise `ConditionError`."""
    return _node(document, fields, "", MOST_LEVELS)


def to_json(condition: Condition) -> Json:
    """The document from which ``parse`` makes an equal condition."""
    match condition:
        case All(parts):
            return {"all": [to_json(part) for part in parts]}
        case Any(parts):
            return {"any": [to_json(part) for part in parts]}
        case Not(part):
            return {"not": to_json(part)}
        case Compare(field, operator, value):
            written: Json = {"field": field, "operator": operator.value}
            if operator is not Operator.IS_MISSING:
                written["value"] = _written(value)
            return written


def _written(value: Value) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _node(document: object, fields: Fields, place: str, levels: int) -> Condition:
    if not isinstance(document, Mapping):
        _refuse(place, "all、any、not、field のいずれかを持つ表が必要です。")
    if not levels:
        _refuse(place, f"入れ子が深すぎます（{MOST_LEVELS}段まで）。")
    keys = set(document)
    if keys == {"all"}:
        return All(_parts(document["all"], fields, _inside(place, "all"), levels))
    if keys == {"any"}:
        parts = _parts(document["any"], fields, _inside(place, "any"), levels)
        return Any(parts) if parts else _refuse(_inside(place, "any"), "条件が1つもありません。")
    if keys == {"not"}:
        return Not(_node(document["not"], fields, _inside(place, "not"), levels - 1))
    return _compare(document, fields, place)


def _parts(documents: object, fields: Fields, place: str, levels: int) -> tuple[Condition, ...]:
    if not isinstance(documents, list):
        _refuse(place, "条件の並びが必要です。")
    return tuple(_node(part, fields, f"{place}[{index}]", levels - 1) for index, part in enumerate(documents))


def _compare(document: Mapping[object, object], fields: Fields, place: str) -> Compare:
    unknown = set(document) - {"field", "operator", "value"}
    if unknown:
        _refuse(place, f"「{min(map(str, unknown))}」は使えません。")
    name = document.get("field")
    if not isinstance(name, str) or name not in fields:
        _refuse(_inside(place, "field"), f"「{name}」という項目はありません。")
    field = fields[name]
    try:
        operator = Operator(cast("str", document.get("operator")))
    except ValueError:
        _refuse(_inside(place, "operator"), f"「{document.get('operator')}」という比べ方はありません。")
    if operator not in OPERATORS[field.type]:
        _refuse(_inside(place, "operator"), f"「{field.label}」に {operator} は使えません。")
    if operator is Operator.IS_MISSING:
        if "value" in document:
            _refuse(place, "is_missing に値は要りません。")
        return Compare(name, operator)
    if "value" not in document:
        _refuse(place, "値がありません。")
    return Compare(name, operator, _operand(document["value"], field, operator, _inside(place, "value")))


def _operand(value: object, field: Field, operator: Operator, place: str) -> Value:
    if operator in _DAYS:
        if type(value) is not int or not 0 <= value <= MOST_DAYS:
            _refuse(place, f"日数は0から{MOST_DAYS}までの整数です。")
        return value
    if operator not in _SEVERAL:
        return _one(value, field, place)
    if not isinstance(value, list) or not 0 < len(value) <= MOST_CHOICES:
        _refuse(place, f"1個以上{MOST_CHOICES}個以下の値の並びが必要です。")
    return cast("Value", tuple(_one(each, field, f"{place}[{index}]") for index, each in enumerate(value)))


def _one(value: object, field: Field, place: str) -> str | int | bool | date:
    """One value of the field's type (of a list field, of its elements)."""
    match field.type:
        case FieldType.TEXT | FieldType.LIST:
            if not isinstance(value, str) or not value or "\0" in value:
                _refuse(place, f"「{field.label}」は空でない文字列です。")
        case FieldType.NUMBER:
            if type(value) is not int or abs(value) > LARGEST_NUMBER:
                _refuse(place, f"「{field.label}」は整数です。")
        case FieldType.FLAG:
            if not isinstance(value, bool):
                _refuse(place, f"「{field.label}」は true か false です。")
        case FieldType.DATE:
            return _date(value, field, place)
        case FieldType.SET:
            return _chosen(value, field, place)
    is_closed = bool(field.choices) and field.type is not FieldType.FLAG
    return _chosen(value, field, place) if is_closed else value


def _chosen(value: object, field: Field, place: str) -> str | int:
    """One of the field's own values; True is none, though Python takes it for 1."""
    if not isinstance(value, str | int) or isinstance(value, bool) or value not in field.choices:
        _refuse(place, f"「{field.label}」に「{value}」という値はありません。")
    return value


def _date(value: object, field: Field, place: str) -> date:
    try:
        read = date.fromisoformat(cast("str", value))
    except (TypeError, ValueError):
        read = None
    if read is None or read.isoformat() != value:
        _refuse(place, f"「{field.label}」は 2026-04-01 の形の日付です。")
    return read


def _inside(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key


def _refuse(place: str, problem: str) -> NoReturn:
    raise ConditionError(place, problem)
