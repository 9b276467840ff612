"""Attributes as fields that conditions may name, beside those of the facts.

A name is [a-z0-9_] (``reading``), so it may stand in SQL; values travel as parameters.
"""

from collections.abc import Iterable
from typing import Final

from keizoku.customers.attributes.rules.definition import Definition, Type
from keizoku.kernel.conditions import Field, Fields, FieldType, registry

_TYPES: Final = {
    Type.CHOICE: FieldType.TEXT,
    Type.LIST: FieldType.LIST,
    Type.NUMBER: FieldType.NUMBER,
    Type.DATE: FieldType.DATE,
    Type.FLAG: FieldType.FLAG,
}
# Over a customers_fact named f.
_SQL: Final = {
    Type.CHOICE: "(f.attributes ->> '{name}')",
    Type.LIST: "(f.attributes -> '{name}')",
    Type.NUMBER: "(f.attributes ->> '{name}')::bigint",
    Type.DATE: "(f.attributes ->> '{name}')::date",
    Type.FLAG: "(f.attributes ->> '{name}')::boolean",
}


def field_of(definition: Definition) -> Field:
    return Field(
        definition.name,
        _TYPES[definition.type],
        definition.label,
        _SQL[definition.type].format(name=definition.name),
        {choice.value: choice.label for choice in definition.choices},
    )


def with_attributes(fields: Fields, definitions: Iterable[Definition]) -> Fields:
    """``fields`` and those of the attributes."""
    return registry(*fields.values(), *map(field_of, definitions))
