"""The tree itself, and the fields that it may name."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias


class FieldType(StrEnum):
    TEXT = "text"
    NUMBER = "number"  # whole numbers
    DATE = "date"
    FLAG = "flag"
    LIST = "list"  # of texts; jsonb in SQL
    SET = "set"  # of texts or whole numbers, in rows of another table


class Operator(StrEnum):
    EQUALS = "equals"
    NOT_EQUALS = "not_equals"
    ONE_OF = "one_of"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BEFORE = "before"
    ON_OR_AFTER = "on_or_after"
    CONTAINS = "contains"
    IS_MISSING = "is_missing"
    WITHIN_DAYS = "within_days"  # not later than so many days after today; what is past counts too
    OLDER_THAN_DAYS = "older_than_days"  # earlier than so many days before today
    IN_LAST_DAYS = "in_last_days"  # not earlier than so many days before today
    ANY_OF = "any_of"  # at least one of these is in the set


OPERATORS: Mapping[FieldType, frozenset[Operator]] = {
    FieldType.TEXT: frozenset({Operator.EQUALS, Operator.NOT_EQUALS, Operator.ONE_OF, Operator.IS_MISSING}),
    FieldType.NUMBER: frozenset(
        {
            Operator.EQUALS,
            Operator.NOT_EQUALS,
            Operator.ONE_OF,
            Operator.AT_LEAST,
            Operator.AT_MOST,
            Operator.IS_MISSING,
        }
    ),
    FieldType.DATE: frozenset(
        {
            Operator.BEFORE,
            Operator.ON_OR_AFTER,
            Operator.WITHIN_DAYS,
            Operator.OLDER_THAN_DAYS,
            Operator.IN_LAST_DAYS,
            Operator.IS_MISSING,
        }
    ),
    FieldType.FLAG: frozenset({Operator.EQUALS, Operator.IS_MISSING}),
    FieldType.LIST: frozenset({Operator.CONTAINS, Operator.IS_MISSING}),
    FieldType.SET: frozenset({Operator.ANY_OF, Operator.IS_MISSING}),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One column that conditions may name.

    Attributes:
        label: what people call it, in Japanese.
        sql: its expression, written by a programmer and never by a user; of the SQL type that ``type`` says. Of a set:
            whether the row has an element for which ``{member}`` holds, never NULL.
        choices: value → Japanese label where only these values exist; of a list or set, those of its elements.
        element: of a set, the column inside ``sql`` that ``{member}`` compares.
    """

    name: str
    type: FieldType
    label: str
    sql: str
    choices: Mapping[str, str] | Mapping[int, str] = dataclasses.field(default_factory=dict[str, str])
    element: str = ""


Fields: TypeAlias = Mapping[str, Field]

Value: TypeAlias = str | int | bool | date | tuple[str, ...] | tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Compare:
    """One field against one value (``is_missing`` has none). Missing is: no value, an empty text or list."""

    field: str
    operator: Operator
    value: Value = None


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; with no parts, always."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part holds; with no parts, never."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold, be it false or for want of a value."""

    part: "Condition"


Condition: TypeAlias = All | Any | Not | Compare


def registry(*fields: Field) -> Fields:
    """The fields by name; a name given twice is a programmer's slip."""
    by_name = {field.name: field for field in fields}
    assert len(by_name) == len(fields), "two fields have one name"
    return by_name


def fields_read(condition: Condition) -> frozenset[str]:
    """The names of all fields that the condition looks at."""
    match condition:
        case All(parts) | Any(parts):
            return frozenset().union(*map(fields_read, parts))
        case Not(part):
            return fields_read(part)
        case Compare(field):
            return frozenset({field})
