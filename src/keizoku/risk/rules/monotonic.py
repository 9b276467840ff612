"""Whether a factor that is said to rise (or fall) with a value does so. Pure.

A factor's points and floor are a staircase over the one value that it reads: they change only where a rule compares. So
looking at each compared value and at its two neighbours sees every step, and the answer is exact.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from keizoku.kernel.conditions import All, Any, Compare, Condition, Not, Operator, fields_read, holds
from keizoku.risk.rules.scorecard import Factor, Rule

# Any day serves: steps are counted either from it or from fixed days, and one factor does not mix both.
_TODAY: Final = date(2026, 4, 1)
_RELATIVE: Final = {Operator.WITHIN_DAYS, Operator.OLDER_THAN_DAYS, Operator.IN_LAST_DAYS}
Value = int | date


def fault_of(factor: Factor, name: str, *, rises: bool) -> str | None:
    """What is wrong, in Japanese; None where the factor never falls (``rises``) or never rises with the value."""
    if any(fields_read(rule.when) != {name} for rule in factor.rules):
        return (
            f"「{name}」だけを読む規則にしてください。ほかの項目を読む規則があると、増減を確かめられません。"
        )
    compares = [one for rule in factor.rules for one in _compares(rule.when)]
    kinds = {one.operator in _RELATIVE for one in compares if one.operator is not Operator.IS_MISSING}
    if len(kinds) > 1:
        return (
            "今日からの日数と、決まった日付を混ぜると、増減を確かめられません。どちらかにそろえてください。"
        )
    steps = sorted({value for one in compares for value in _around(one)})
    if not steps:
        return "大小を比べる規則がありません。"
    before: tuple[Value, int, Rule | None] | None = None
    for value in steps if rises else reversed(steps):
        weight, rule = _weight(factor, name, value)
        if before is not None and weight < before[1]:
            heavier = before[2].label if before[2] else ""
            lighter = f"「{rule.label}」" if rule else "当てはまる規則なし"
            return (
                f"{before[0]}（「{heavier}」）より{value}（{lighter}）が軽くなっています。"
                "点数か下限を直すか、rises_with・falls_with を外してください。"
            )
        before = (value, weight, rule)
    return None


def _weight(factor: Factor, name: str, value: Value) -> tuple[int, Rule | None]:
    """Points and floor as one number that orders them; a floor weighs more than any points of one factor."""
    matching = [rule for rule in factor.rules if holds(rule.when, {name: value}, _TODAY)]
    points = max((rule.points for rule in matching), default=0)
    floor = max((rule.floor.rank for rule in matching if rule.floor), default=0)
    heaviest = max(
        matching, key=lambda rule: (rule.floor.rank if rule.floor else 0, rule.points), default=None
    )
    return floor * 1_000_000 + points, heaviest


def _compares(condition: Condition) -> Iterator[Compare]:
    match condition:
        case All(parts) | Any(parts):
            for part in parts:
                yield from _compares(part)
        case Not(part):
            yield from _compares(part)
        case Compare():
            yield condition


def _around(compare: Compare) -> tuple[Value, ...]:
    if compare.operator is Operator.ONE_OF:
        assert isinstance(compare.value, tuple)
        return tuple(
            value
            for one in compare.value
            for value in _around(replace(compare, operator=Operator.EQUALS, value=one))
        )
    at = compare.value
    if compare.operator in _RELATIVE:
        assert isinstance(at, int)
        at = _TODAY + timedelta(days=at if compare.operator is Operator.WITHIN_DAYS else -at)
    if isinstance(at, date):
        return at - timedelta(days=1), at, at + timedelta(days=1)
    return (at - 1, at, at + 1) if type(at) is int else ()
