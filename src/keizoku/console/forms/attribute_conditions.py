"""The part of an audience's form that asks about attributes: for each one a comparison that fits its type, and a value."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.http import QueryDict

from keizoku.console.forms.numbers import whole_number
from keizoku.customers.attributes.rules import values as rules
from keizoku.customers.attributes.rules.definition import WITH_CHOICES, Definition, Type
from keizoku.customers.attributes.rules.reading import LARGEST
from keizoku.kernel.conditions import Any, Compare, Condition, Not, Operator
from keizoku.kernel.conditions.reading import MOST_DAYS

_KNOWN: Final = (("present", "登録がある"), ("is_missing", "登録がない"))
OPERATORS: Final[Mapping[Type, Sequence[tuple[str, str]]]] = {
    Type.CHOICE: (("one_of", "次のどれか"), ("none_of", "次のどれでもない（登録のない方を含む）"), *_KNOWN),
    Type.LIST: (("contains", "次のどれかを含む"), *_KNOWN),
    Type.NUMBER: (("at_least", "次の数以上"), ("at_most", "次の数以下"), *_KNOWN),
    Type.DATE: (
        ("on_or_after", "次の日以降"),
        ("before", "次の日より前"),
        ("older_than_days", "次の日数より前"),
        ("within_days", "次の日数以内（過ぎたものを含む）"),
        *_KNOWN,
    ),
    Type.FLAG: (("yes", "はい"), ("no", "いいえ"), *_KNOWN),
}
# Comparisons without a value.
_FIXED: Final[Mapping[str, Callable[[str], Condition]]] = {
    "present": lambda name: Not(Compare(name, Operator.IS_MISSING)),
    "is_missing": lambda name: Compare(name, Operator.IS_MISSING),
    "yes": lambda name: Compare(name, Operator.EQUALS, value=True),
    "no": lambda name: Compare(name, Operator.EQUALS, value=False),
}
_IN_DAYS: Final = frozenset({"older_than_days", "within_days"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What was chosen for one attribute, as typed; without an operator it is not asked about."""

    definition: Definition
    operator: str = ""
    values: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return field_name(self.definition)

    @property
    def operators(self) -> list[tuple[str, str]]:
        return [("", "問わない"), *OPERATORS[self.definition.type]]

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(choice.value, choice.label) for choice in self.definition.choices]

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def value_legend(self) -> str:
        return f"「{self.definition.label}」の値"

    @property
    def example(self) -> str:
        """How a value is typed; nothing where none is."""
        return {Type.NUMBER: "500", Type.DATE: "2026-04-01、日数なら365"}.get(self.definition.type, "")

    def problem(self) -> str:
        """What is wrong with the value, in words; empty when nothing is."""
        if not self.operator or self.condition() is not None:
            return ""
        if self.definition.type in WITH_CHOICES:
            return "値を1つ以上選んでください。"
        if self.operator in _IN_DAYS:
            return f"日数を0から{MOST_DAYS}までの数字で入力してください（例：365）。"
        return (
            "値を入力してください（例：500）。"
            if self.definition.type is Type.NUMBER
            else "日付を入力してください（例：2026-04-01）。"
        )

    def condition(self) -> Condition | None:
        """The condition; None where nothing is asked or the value cannot be read."""
        if self.operator in _FIXED:
            return _FIXED[self.operator](self.definition.name)
        if self.definition.type in WITH_CHOICES:
            return self._of_choices() if self.operator and self.values else None
        value = self._operand() if self.operator else None
        return None if value is None else Compare(self.definition.name, Operator(self.operator), value)

    def _of_choices(self) -> Condition:
        name = self.definition.name
        if self.operator == "contains":
            return Any(tuple(Compare(name, Operator.CONTAINS, value) for value in self.values))
        chosen = Compare(name, Operator.ONE_OF, self.values)
        return Not(chosen) if self.operator == "none_of" else chosen

    def _operand(self) -> int | date | None:
        if self.operator in _IN_DAYS:
            days = whole_number(self.value)
            return None if days is None or days > MOST_DAYS else days
        if self.definition.type is Type.NUMBER:
            unsigned = self.value.strip().removeprefix("-")
            number = whole_number(unsigned)
            if number is None or number > LARGEST:
                return None
            return number if unsigned == self.value.strip() else -number
        stored = rules.read(self.definition, self.value) if self.value.strip() else rules.Fault.DATE
        return None if isinstance(stored, rules.Fault) else date.fromisoformat(str(stored))


def field_name(definition: Definition) -> str:
    return f"attribute_{definition.name}"


def read(posted: QueryDict, definitions: Sequence[Definition]) -> tuple[Asked, ...]:
    """What was posted for each of ``definitions``."""
    return tuple(_read(posted, definition) for definition in definitions)


def _read(posted: QueryDict, definition: Definition) -> Asked:
    name = field_name(definition)
    operator = posted.get(name, "")
    if operator not in dict(OPERATORS[definition.type]):
        return Asked(definition)
    known = {choice.value for choice in definition.choices}
    typed = tuple(value for value in posted.getlist(f"{name}_value") if not known or value in known)
    return Asked(definition, operator, () if operator in _FIXED else typed)


def read_back(part: object, definitions: Sequence[Definition]) -> Asked | None:
    """The choice that wrote this part of an audience; None where no attribute's did."""
    by_name = {definition.name: definition for definition in definitions}
    match part:
        case {"not": {"field": str(name), "operator": "is_missing"}} if name in by_name:
            return Asked(by_name[name], "present")
        case {"not": {"field": str(name), "operator": "one_of", "value": list(values)}} if name in by_name:
            return Asked(by_name[name], "none_of", tuple(map(str, values)))
        case {"any": [{"field": str(name), "operator": "contains"}, *_] as parts} if name in by_name:
            return Asked(by_name[name], "contains", tuple(str(each["value"]) for each in parts))
        case {"field": str(name), "operator": "is_missing"} if name in by_name:
            return Asked(by_name[name], "is_missing")
        case {"field": str(name), "operator": str(operator), "value": value} if name in by_name:
            return _compared(by_name[name], operator, value)
    return None


def _compared(definition: Definition, operator: str, value: object) -> Asked | None:
    if isinstance(value, bool):
        return Asked(definition, "yes" if value else "no")
    if operator not in dict(OPERATORS[definition.type]):
        return None
    values = value if isinstance(value, list) else [value]
    return Asked(definition, operator, tuple(map(str, values)))
