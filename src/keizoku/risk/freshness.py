"""What is stale: how long ago each value was confirmed, for any field and any audience. Nothing is decrypted."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import connection

from keizoku.customers.attributes import queries as attributes
from keizoku.kernel.conditions import All, Condition, to_sql
from keizoku.risk.confirmations import VALUES, confirmed_sql, stale
from keizoku.risk.fields import AUDIENCE_TABLES
from keizoku.risk.registry import readable_fields

YEAR: Final = 365
BUCKETS: Final = ("year", "two_years", "three_years", "older", "never", "missing")


@dataclass(frozen=True, slots=True)
class Ages:
    """How many customers have the value confirmed within 1, 2, 3 years, before that, never; and how many have none."""

    name: str
    label: str
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class StaleCustomer:
    """``confirmed_on`` is None where the value was never confirmed."""

    id: int
    confirmed_on: date | None


@dataclass(frozen=True, slots=True)
class Value:
    """What can be stale: its label, and over ``c``, ``f`` and ``v`` the value and the day of its confirmation."""

    label: str
    column: str
    day: str


def values() -> dict[str, Value]:
    """By name: the values of the record, then the attributes that are in use now."""
    own = {name: Value(label, column, confirmed_sql(name)) for name, (label, column) in VALUES.items()}
    fields = readable_fields()
    return own | {
        one.name: Value(one.label, f"f.attributes->'{one.name}'", fields[f"confirmed_{one.name}"].sql)
        for one in attributes.usable()
    }


def overview(audience: Condition, today: date) -> list[Ages]:
    """Each value's ages in one pass over the audience."""
    condition, parameters = to_sql(audience, readable_fields(), today)
    known = values()
    listed = ", ".join(f"('{name}', {one.column} IS NULL, {one.day})" for name, one in known.items())
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT value.name, CASE WHEN value.is_missing THEN 'missing' WHEN value.day IS NULL THEN 'never'
                WHEN value.day >= %s THEN 'year' WHEN value.day >= %s THEN 'two_years'
                WHEN value.day >= %s THEN 'three_years' ELSE 'older' END AS bucket, count(*)
            FROM {AUDIENCE_TABLES}
            JOIN customers_recordversion v ON v.customer_id = c.id AND v.version = c.version
            CROSS JOIN LATERAL (VALUES {listed}) AS value (name, is_missing, day)
            WHERE c.state = 'active' AND ({condition}) GROUP BY 1, 2
            """,  # noqa: S608 - names of this module, and places for the values
            [*(today - timedelta(days=YEAR * years) for years in (1, 2, 3)), *parameters],
        )
        counted = {(name, bucket): count for name, bucket, count in cursor.fetchall()}
    return [
        Ages(name, one.label, {bucket: counted.get((name, bucket), 0) for bucket in BUCKETS})
        for name, one in known.items()
    ]


def stale_customers(
    audience: Condition, name: str, days: int, today: date, *, after: int = 0, limit: int = 50
) -> list[StaleCustomer]:
    """Those of the audience for whom ``stale(name, days)`` holds, by id behind ``after``."""
    fields = readable_fields()
    condition, parameters = to_sql(All((audience, stale(name, days))), fields, today)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT c.id, {fields[f'confirmed_{name}'].sql} FROM {AUDIENCE_TABLES} "  # noqa: S608
            f"WHERE c.state = 'active' AND c.id > %s AND ({condition}) ORDER BY c.id LIMIT %s",
            [after, *parameters, limit],
        )
        return [StaleCustomer(*row) for row in cursor.fetchall()]


def count_stale(audience: Condition, name: str, days: int, today: date) -> int:
    """How many they are."""
    condition, parameters = to_sql(All((audience, stale(name, days))), readable_fields(), today)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM {AUDIENCE_TABLES} WHERE c.state = 'active' AND ({condition})",  # noqa: S608
            parameters,
        )
        (count,) = cursor.fetchone()
    return int(count)
