"""Attributes that a file brings in columns of its own: found through the saved mapping, merged set by set.

A file that maps none costs nothing here. A value that was told for a later day than the file's is not overwritten; it is
listed as a conflict for a person, as every other field.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.utils import timezone

from keizoku.customers.attributes import queries
from keizoku.customers.attributes.rules.definition import Stored
from keizoku.customers.attributes.rules.values import write
from keizoku.customers.errors import AttributeRefused, FileRefused
from keizoku.customers.imports.rules.attribute_cells import AttributeColumn
from keizoku.customers.imports.rules.columns import Names, attribute_names, plain_name
from keizoku.customers.models import ImportConflict, ImportRun
from keizoku.kernel.crypto import field as encrypted

PROPOSED = "customers_importconflict.proposed"
ToldValues = Sequence[tuple[int, dict[str, Stored]]]

_COMPARED = """
    WITH compared AS MATERIALIZED (
        SELECT told.customer_id, told.name, told.value, coalesce(newest.as_of > %(as_of)s, false) AS is_later
        FROM (SELECT customer_id, name, text::jsonb AS value
              FROM unnest(%(customers)s::bigint[], %(names)s::text[], %(values)s::text[])
                   AS one (customer_id, name, text)) told
        JOIN customers_fact f ON f.customer_id = told.customer_id
        LEFT JOIN LATERAL (
            SELECT v.as_of FROM customers_attributevalue v
            WHERE v.customer_id = told.customer_id AND v.name = told.name ORDER BY v.id DESC LIMIT 1
        ) newest ON true
        WHERE f.attributes -> told.name IS DISTINCT FROM told.value
    )
"""
_TOLD = "SELECT customer_id, name, value::text, is_later FROM compared ORDER BY customer_id, name"
_READ = _COMPARED + _TOLD
_WRITTEN = f"""
    {_COMPARED},
    added AS (
        INSERT INTO customers_attributevalue
            (customer_id, name, value, source, as_of, written_by, written_at, reason)
        SELECT customer_id, name, value, %(source)s, %(as_of)s, %(by)s, %(now)s, ''
        FROM compared WHERE NOT is_later ORDER BY customer_id, name
    ),
    held AS (
        UPDATE customers_fact f SET attributes = f.attributes || taken.values
        FROM (SELECT customer_id, jsonb_object_agg(name, value) AS values
              FROM compared WHERE NOT is_later GROUP BY customer_id) taken
        WHERE f.customer_id = taken.customer_id
    )
    {_TOLD}
"""  # noqa: S608 - our own words


@dataclass(frozen=True, slots=True)
class MergedValues:
    """Customers who get another value, and how many values are left to a person."""

    changed: frozenset[int] = field(default_factory=frozenset)
    conflicts: int = 0


def columns_of(cells: Sequence[str], names: Names | None) -> tuple[AttributeColumn, ...]:
    """Where the mapping's attributes stand in the file.

    Raises:
        FileRefused: one that ended since the mapping was saved, or whose column is not in the file once.
    """
    wanted = attribute_names(names or {})
    if not wanted:
        return ()
    try:
        definitions = queries.usable_by_name(wanted.keys())
    except AttributeRefused as refusal:
        raise FileRefused(refusal.message, remedy="列の対応を選び直してください。") from None
    found = [plain_name(cell) for cell in cells]
    for name, column in wanted.items():
        if found.count(column) != 1:
            raise FileRefused(
                f"「{definitions[name].label}」の列「{column}」が、ファイルに1つありません。",
                remedy="列の対応を選び直してください。",
            )
    return tuple(AttributeColumn(definitions[name], found.index(column)) for name, column in wanted.items())


def compare(told: ToldValues, run: ImportRun) -> MergedValues:
    """What ``merge`` would do, doing nothing."""
    return _merged(_asked(_READ, told, run)) if told else MergedValues()


def merge(told: ToldValues, known: Sequence[int], run: ImportRun) -> MergedValues:
    """Write what differs, with its source and history; ``known`` existed before the file and are locked first."""
    if not told:
        return MergedValues()
    if known:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM customers_customer WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
                [list(known)],
            )
    rows = _asked(_WRITTEN, told, run)
    ImportConflict.objects.bulk_create(
        _conflict(run, customer_id, name, text) for customer_id, name, text, is_later in rows if is_later
    )
    return _merged(rows)


def _asked(sql: str, told: ToldValues, run: ImportRun) -> list[tuple[int, str, str, bool]]:
    flat = [(customer_id, name, value) for customer_id, values in told for name, value in values.items()]
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            {
                "customers": [customer_id for customer_id, _, _ in flat],
                "names": [name for _, name, _ in flat],
                "values": [json.dumps(value) for _, _, value in flat],
                "source": run.source,
                "as_of": run.as_of,
                "by": f"import:{run.id}",
                "now": timezone.now(),
            },
        )
        return list(cursor.fetchall())


def _merged(rows: Sequence[tuple[int, str, str, bool]]) -> MergedValues:
    return MergedValues(
        frozenset(customer_id for customer_id, _, _, is_later in rows if not is_later),
        sum(is_later for *_, is_later in rows),
    )


def _conflict(run: ImportRun, customer_id: int, name: str, text: str) -> ImportConflict:
    proposed = encrypted.encrypt(
        write(json.loads(text)), where=PROPOSED, record=f"{customer_id}.{name}.{run.id}"
    )
    return ImportConflict(run=run, customer_id=customer_id, field=name, proposed=proposed)
