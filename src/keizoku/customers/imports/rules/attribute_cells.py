"""A row's cells that hold attributes: each a value of its definition, or the row's rejection. Empty cells say nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from keizoku.customers.attributes.rules.definition import Definition, Stored
from keizoku.customers.attributes.rules.values import Fault as ValueFault
from keizoku.customers.attributes.rules.values import read
from keizoku.customers.imports.rules.rejections import Fault, Rejection, RejectionCode, rejection
from keizoku.customers.imports.rules.table import Record

CODES: Final[Mapping[ValueFault, RejectionCode]] = {
    ValueFault.CHOICE: RejectionCode.ATTRIBUTE_CHOICE,
    ValueFault.CLOSED: RejectionCode.ATTRIBUTE_CLOSED,
    ValueFault.NUMBER: RejectionCode.ATTRIBUTE_NUMBER,
    ValueFault.RANGE: RejectionCode.ATTRIBUTE_RANGE,
    ValueFault.DATE: RejectionCode.ATTRIBUTE_DATE,
    ValueFault.FLAG: RejectionCode.ATTRIBUTE_FLAG,
    ValueFault.INDIVIDUAL_NUMBER: RejectionCode.INDIVIDUAL_NUMBER_FOUND,
}


@dataclass(frozen=True, slots=True)
class AttributeColumn:
    """Where an attribute stands in the file."""

    definition: Definition
    position: int


def read_cells(record: Record, columns: Sequence[AttributeColumn]) -> dict[str, Stored] | Rejection:
    """Attribute → value for every cell that is not empty; ``record`` is as wide as the header."""
    values: dict[str, Stored] = {}
    faults = []
    for column in columns:
        text = record.cells[column.position].strip()
        if not text:
            continue
        value = read(column.definition, text)
        if isinstance(value, ValueFault):
            faults.append(Fault(column.definition.label, CODES[value]))
        else:
            values[column.definition.name] = value
    return rejection(record.line, faults) if faults else values
