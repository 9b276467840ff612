"""The same condition as SQL, for sets of rows.

A comparison stays bare (``due_on <= %s``), so that indexes serve it; with a missing value it is NULL, which
WHERE and CASE take as false. ``IS NOT TRUE`` makes the exact complement: AND and OR of bare comparisons are
true exactly where they would be with false in NULL's place.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TypeAlias

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
)

Parameter: TypeAlias = str | int | bool | date | list[str] | list[int]

_BARE: Mapping[Operator, str] = {
    Operator.EQUALS: "{} = %s",
    Operator.NOT_EQUALS: "{} <> %s",
    Operator.ONE_OF: "{} = ANY(%s)",
    Operator.AT_LEAST: "{} >= %s",
    Operator.AT_MOST: "{} <= %s",
    Operator.BEFORE: "{} < %s",
    Operator.ON_OR_AFTER: "{} >= %s",
    Operator.CONTAINS: "{} ? %s",
    Operator.WITHIN_DAYS: "{} <= %s",
    Operator.OLDER_THAN_DAYS: "{} < %s",
    Operator.IN_LAST_DAYS: "{} >= %s",
}


def to_sql(condition: Condition, fields: Fields, today: date) -> tuple[str, list[Parameter]]:
    """A bracketed boolean expression with ``%s`` places, and their values.

    It may be NULL where it does not hold: right for WHERE and CASE; elsewhere write ``(…) IS TRUE``.
    """
    match condition:
        case All(parts):
            return _joined(" AND ", "true", parts, fields, today)
        case Any(parts):
            return _joined(" OR ", "false", parts, fields, today)
        case Not(part):
            sql, parameters = to_sql(part, fields, today)
            # A plain NOT lets the database turn "not in that set" into a join.
            return f"(NOT {sql})" if _is_never_null(part, fields) else f"({sql} IS NOT TRUE)", parameters
        case Compare():
            return _compared(condition, fields[condition.field], today)


def _is_never_null(condition: Condition, fields: Fields) -> bool:
    match condition:
        case All(parts) | Any(parts):
            return all(_is_never_null(part, fields) for part in parts)
        case Not():
            return True
        case Compare(field, operator):
            return operator is Operator.IS_MISSING or fields[field].type is FieldType.SET


def _joined(
    word: str, nothing: str, parts: tuple[Condition, ...], fields: Fields, today: date
) -> tuple[str, list[Parameter]]:
    pairs = [to_sql(part, fields, today) for part in parts]
    sql = word.join(sql for sql, _ in pairs) or nothing
    return f"({sql})", [parameter for _, parameters in pairs for parameter in parameters]


def _compared(compare: Compare, field: Field, today: date) -> tuple[str, list[Parameter]]:
    expression = field.sql.replace("%", "%%")
    if field.type is FieldType.SET:
        if compare.operator is Operator.IS_MISSING:
            return f"(NOT {expression.format(member='true')})", []
        places = expression.count("{member}")
        return f"({expression.format(member=f'{field.element} = ANY(%s)')})", [
            _parameter(compare, today)
        ] * places
    if compare.operator is Operator.IS_MISSING:
        return _missing(expression, field.type), []
    if compare.operator is Operator.NOT_EQUALS and field.type is FieldType.TEXT:
        expression = f"nullif({expression}, '')"
    return f"({_BARE[compare.operator].format(expression)})", [_parameter(compare, today)]


def _missing(expression: str, kind: FieldType) -> str:
    if kind is FieldType.TEXT:
        return f"(nullif({expression}, '') IS NULL)"
    if kind is FieldType.LIST:
        return f"({expression} IS NULL OR {expression} IN ('null'::jsonb, '[]'::jsonb))"
    return f"({expression} IS NULL)"


def _parameter(compare: Compare, today: date) -> Parameter:
    value = compare.value
    if compare.operator is Operator.WITHIN_DAYS:
        assert isinstance(value, int)
        return today + timedelta(days=value)
    if compare.operator in {Operator.OLDER_THAN_DAYS, Operator.IN_LAST_DAYS}:
        assert isinstance(value, int)
        return today - timedelta(days=value)
    assert value is not None
    return list(value) if isinstance(value, tuple) else value  # type: ignore[return-value] # a tuple is of one type
