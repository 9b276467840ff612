"""Whether a condition holds for one row."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any as Anything

from keizoku.kernel.conditions.tree import All, Any, Compare, Condition, Not, Operator

_COMPARISONS: Mapping[Operator, Callable[[Anything, Anything, date], bool]] = {
    Operator.EQUALS: lambda held, value, _: held == value,
    Operator.NOT_EQUALS: lambda held, value, _: held != value,
    Operator.ONE_OF: lambda held, values, _: held in values,
    Operator.AT_LEAST: lambda held, value, _: held >= value,
    Operator.AT_MOST: lambda held, value, _: held <= value,
    Operator.BEFORE: lambda held, value, _: held < value,
    Operator.ON_OR_AFTER: lambda held, value, _: held >= value,
    Operator.CONTAINS: lambda held, value, _: value in held,
    Operator.WITHIN_DAYS: lambda held, days, today: held <= today + timedelta(days=days),
    Operator.OLDER_THAN_DAYS: lambda held, days, today: held < today - timedelta(days=days),
    Operator.IN_LAST_DAYS: lambda held, days, today: held >= today - timedelta(days=days),
    Operator.ANY_OF: lambda held, values, _: any(value in held for value in values),
}


def holds(condition: Condition, row: Mapping[str, object], today: date) -> bool:
    """Evaluate ``condition`` for ``row``, which has a key for every field that the condition names."""
    match condition:
        case All(parts):
            return all(holds(part, row, today) for part in parts)
        case Any(parts):
            return any(holds(part, row, today) for part in parts)
        case Not(part):
            return not holds(part, row, today)
        case Compare(field, operator, value):
            held = row[field]
            missing = held is None or held in ("", [], ())
            if operator is Operator.IS_MISSING:
                return missing
            return not missing and _COMPARISONS[operator](held, value, today)
