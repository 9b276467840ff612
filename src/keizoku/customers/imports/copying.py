"""New customers of a file, written by COPY: ids are reserved first, since every blob is bound to its customer's id."""

from django.db import connection

from keizoku.customers.imports.preparing import TARGETS, Ready


def reserve_ids(count: int) -> list[int]:
    """Customer ids that nobody else is given; those of rows that are then refused stay unused."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('customers_customer_id_seq') FROM generate_series(1, %s)", [count])
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
