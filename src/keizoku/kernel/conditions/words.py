"""A condition in Japanese, for the people who write and approve it: 「最終確認日がない、かつ リスクが高」."""

from collections.abc import Mapping
from datetime import date
from typing import Self

from keizoku.kernel.conditions.tree import (
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
from keizoku.kernel.text.sentences import Say, Sentence

_FORMS: Mapping[Operator, str] = {
    Operator.EQUALS: "{0}が{1}",
    Operator.NOT_EQUALS: "{0}が{1}以外",
    Operator.ONE_OF: "{0}が{1}のいずれか",
    Operator.AT_LEAST: "{0}が{1}以上",
    Operator.AT_MOST: "{0}が{1}以下",
    Operator.BEFORE: "{0}が{1}より前",
    Operator.ON_OR_AFTER: "{0}が{1}以降",
    Operator.CONTAINS: "{0}に{1}を含む",
    Operator.WITHIN_DAYS: "{0}が{1}日以内（経過を含む）",
    Operator.OLDER_THAN_DAYS: "{0}が{1}日前より前",
    Operator.IN_LAST_DAYS: "{0}が過去{1}日以内",
    Operator.ANY_OF: "{0}に{1}のいずれかを含む",
}
_TODAY: Mapping[Operator, str] = {
    Operator.OLDER_THAN_DAYS: "{0}が今日より前",
    Operator.WITHIN_DAYS: "{0}が今日まで（経過を含む）",
    Operator.IN_LAST_DAYS: "{0}が今日以降",
}


class Described(Sentence):
    """A condition's sentence, which can be said in another language."""

    __slots__ = ("_condition", "_fields")

    _condition: Condition
    _fields: Fields

    def __new__(cls, condition: Condition, fields: Fields) -> Self:
        made = super().__new__(cls, _described(condition, fields, str))
        made._condition, made._fields = condition, fields
        return made

    def said(self, say: Say) -> str:
        return _described(self._condition, self._fields, say)


def describe(condition: Condition, fields: Fields) -> str:
    """One sentence without a full stop; nested groups in brackets."""
    return Described(condition, fields)


def _described(condition: Condition, fields: Fields, say: Say) -> str:
    match condition:
        case All(()):
            return say("すべて")
        case Any(()):
            return say("該当なし")
        case All(parts):
            return say("、かつ ").join(_part(part, fields, say) for part in parts)
        case Any(parts):
            return say("、または ").join(_part(part, fields, say) for part in parts)
        case Not(part):
            return say("（{0}）に当てはまらない").format(_described(part, fields, say))
        case Compare():
            return _compared(condition, fields[condition.field], say)


def _part(part: Condition, fields: Fields, say: Say) -> str:
    is_group = isinstance(part, All | Any) and len(part.parts) > 1
    told = _described(part, fields, say)
    return say("（{0}）").format(told) if is_group else told


def _compared(compare: Compare, field: Field, say: Say) -> str:
    label = say(field.label)
    if compare.operator is Operator.IS_MISSING:
        return say("{0}がない").format(label)
    if compare.operator in _TODAY and compare.value == 0:
        return say(_TODAY[compare.operator]).format(label)
    if compare.operator is Operator.EQUALS and field.type is FieldType.FLAG:
        return say("{0}があり" if compare.value else "{0}がなし").format(label)
    return say(_FORMS[compare.operator]).format(label, _shown(compare.value, field, say))


def _shown(value: Value, field: Field, say: Say) -> str:
    if isinstance(value, tuple):
        return say("・").join(_shown(each, field, say) for each in value)
    if isinstance(value, date):
        return say(f"{value.year}年{value.month}月{value.day}日")
    if field.type is FieldType.FLAG:
        return say("あり" if value else "なし")
    labels: Mapping[object, str] = dict(field.choices.items())
    return say(labels.get(value, str(value)))
