"""The compact way in which a scorecard writes a condition, and its unfolding into ``kernel.conditions``' own.

{ kind = "corporation" }                                  equals
{ nationality = ["PRK", "IRN"] }                          one of
{ nationality = { in_list = "watched_countries" } }       one of the scorecard's own [lists]
{ opened_on = { older_than_days = 365 }, has_email = false }     both
{ all = [ … ] }   { any = [ … ] }   { not = { … } }
"""

from collections.abc import Mapping
from datetime import date

from keizoku.kernel.conditions import Operator

Lists = Mapping[str, list[str]]


class NotationError(ValueError):
    """What is wrong, in Japanese."""


def unfold(table: object, lists: Lists) -> dict[str, object]:
    """The document for ``kernel.conditions.parse``."""
    if not isinstance(table, Mapping) or not table:
        raise NotationError("条件は { 項目 = 値 } の形で書きます。")
    parts = [part for key, value in table.items() for part in _entry(str(key), value, lists)]
    return parts[0] if len(parts) == 1 else {"all": list(parts)}


def _entry(key: str, value: object, lists: Lists) -> list[dict[str, object]]:
    if key in {"all", "any"}:
        if not isinstance(value, list):
            raise NotationError(f"{key} には条件の並びが必要です。")
        return [{key: [unfold(part, lists) for part in value]}]
    if key == "not":
        return [{"not": unfold(value, lists)}]
    if isinstance(value, Mapping):
        return [_comparison(key, str(operator), operand, lists) for operator, operand in value.items()]
    if isinstance(value, list):
        return [_comparison(key, Operator.ONE_OF, value, lists)]
    return [_comparison(key, Operator.EQUALS, value, lists)]


def _comparison(field: str, operator: str, operand: object, lists: Lists) -> dict[str, object]:
    if operator == "in_list":
        if not isinstance(operand, str) or operand not in lists:
            raise NotationError(f"[lists] に「{operand}」がありません。")
        return {"field": field, "operator": Operator.ONE_OF.value, "value": lists[operand]}
    if operator == Operator.IS_MISSING:
        if not isinstance(operand, bool):
            raise NotationError("is_missing は true か false です。")
        missing: dict[str, object] = {"field": field, "operator": Operator.IS_MISSING.value}
        return missing if operand else {"not": missing}
    value = operand.isoformat() if isinstance(operand, date) else operand
    return {"field": field, "operator": str(operator), "value": value}
