"""New customers of a file, written by COPY: ids are reserved first, since every blob is bound to its customer's id."""

from collections.abc import Sequence
from typing import Final

from django.db import connection

from keizoku.customers.imports.preparing import TARGETS, Ready

_SPAN: Final = (
    "WITH drawn AS (SELECT nextval('customers_customer_id_seq') AS id FROM generate_series(1, %s))"
    " SELECT min(id), max(id) FROM drawn"
)
_EACH: Final = "SELECT nextval('customers_customer_id_seq') FROM generate_series(1, %s)"


def reserve_ids(count: int) -> Sequence[int]:
    """Customer ids that nobody else is given; those of rows that are then refused stay unused."""
    with connection.cursor() as cursor:
        cursor.execute(_SPAN, [count])
        first, last = cursor.fetchone()
        if count == 0 or last - first + 1 == count:
            return range(first, last + 1) if count else ()
        # Somebody drew between ours: those ids stay unused, and the next are told one by one.
        cursor.execute(_EACH, [count])
        return [customer_id for (customer_id,) in cursor.fetchall()]


def copy_new(ready: Ready) -> None:
    """Write customers, first versions, facts, look-ups, contact points and stops of one batch."""
    for target, rows in zip(TARGETS, ready.copies, strict=False):
        if rows:
            with (
                connection.cursor() as cursor,
                cursor.copy(f"COPY {target} FROM STDIN (FORMAT binary)") as copy,
            ):
                copy.write(rows)
