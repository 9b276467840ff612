"""Conditions over the columns of a row: one typed tree, read by scorecards and by audiences alike.

    parse(document, fields) → Condition → holds(condition, row, today)      in Python, for one row
                                        → to_sql(condition, fields, today)  in SQL, for sets of rows
                                        → describe(condition, fields)       in Japanese, for people
                                        → to_json(condition)                for storage and digests

Invariants: Python and SQL agree on every row (held by a property test); a comparison with a missing value
is false; ``Not`` is the exact complement. Pure: no Django, no clock, no database. Any room may call me, and
brings its own ``Fields``.
"""

from keizoku.kernel.conditions.evaluation import holds
from keizoku.kernel.conditions.reading import ConditionError, parse, to_json
from keizoku.kernel.conditions.sql import to_sql
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
    fields_read,
    registry,
)
from keizoku.kernel.conditions.words import describe

__all__ = [
    "All",
    "Any",
    "Compare",
    "Condition",
    "ConditionError",
    "Field",
    "FieldType",
    "Fields",
    "Not",
    "Operator",
    "describe",
    "fields_read",
    "holds",
    "parse",
    "registry",
    "to_json",
    "to_sql",
]
