"""A condition in Japanese, for the people who write and approve it: 「最終確認日がない、かつ リスクが高」."""

from collections.abc import Mapping
from datetime import date

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

_FORMS: Mapping[Operator, str] = {
    Operator.EQUALS: "{label}が{value}",
    Operator.NOT_EQUALS: "{label}が{value}以外",
    Operator.ONE_OF: "{label}が{value}のいずれか",
    Operator.AT_LEAST: "{label}が{value}以上",
    Operator.AT_MOST: "{label}が{value}以下",
    Operator.BEFORE: "{label}が{value}より前",
    Operator.ON_OR_AFTER: "{label}が{value}以降",
    Operator.CONTAINS: "{label}に{value}を含む",
    Operator.IS_MISSING: "{label}がない",
    Operator.WITHIN_DAYS: "{label}が{value}日以内（経過を含む）",
    Operator.OLDER_THAN_DAYS: "{label}が{value}日前より前",
    Operator.IN_LAST_DAYS: "{label}が過去{value}日以内",
    Operator.ANY_OF: "{label}に{value}のいずれかを含む",
}


def describe(condition: Condition, fields: Fields) -> str:
    """One sentence without a full stop; nested groups in brackets."""
    match condition:
        case All(()):
            return "すべて"
        case Any(()):
            return "該当なし"
        case All(parts):
            return "、かつ ".join(_part(part, fields) for part in parts)
        case Any(parts):
            return "、または ".join(_part(part, fields) for part in parts)
        case Not(part):
            return f"（{describe(part, fields)}）に当てはまらない"
        case Compare():
            return _compared(condition, fields[condition.field])


def _part(part: Condition, fields: Fields) -> str:
    is_group = isinstance(part, All | Any) and len(part.parts) > 1
    return f"（{describe(part, fields)}）" if is_group else describe(part, fields)


def _compared(compare: Compare, field: Field) -> str:
    if compare.operator is Operator.OLDER_THAN_DAYS and compare.value == 0:
        return f"{field.label}が今日より前"
    if compare.operator is Operator.WITHIN_DAYS and compare.value == 0:
        return f"{field.label}が今日まで（経過を含む）"
    if compare.operator is Operator.IN_LAST_DAYS and compare.value == 0:
        return f"{field.label}が今日以降"
    return _FORMS[compare.operator].format(label=field.label, value=_shown(compare.value, field))


def _shown(value: Value, field: Field) -> str:
    if isinstance(value, tuple):
        return "・".join(_shown(each, field) for each in value)
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if field.type is FieldType.FLAG:
        return "あり" if value else "なし"
    labels: Mapping[object, str] = dict(field.choices.items())
    return labels.get(value, str(value))
