"""Counters that are appended to and added up: now and then many rows of one key become one row with their sum.

Whoever counts appends and waits for nobody; whoever reads adds up. I keep the adding up short. The table's columns are
its keys and ``count``; a row with a key that is NULL stays as it is. Workers may call me.
"""

from collections.abc import Sequence

from django.db import connection, transaction


@transaction.atomic
def fold(table: str, keys: Sequence[str]) -> int:
    """Returns how many rows were added up; the sums are the same at every moment."""
    names, same = ", ".join(keys), " AND ".join(f"t.{key} = crowded.{key}" for key in keys)
    held = ", ".join(f"t.{key}" for key in keys)
    with connection.cursor() as cursor:
        alone(table)
        cursor.execute(
            f"WITH crowded AS (SELECT {names} FROM {table} GROUP BY {names} HAVING count(*) > 1), "  # noqa: S608 - names of ours
            f"gone AS (DELETE FROM {table} t USING crowded WHERE {same} RETURNING {held}, t.count), "
            f"kept AS (INSERT INTO {table} ({names}, count) "
            f"SELECT {names}, sum(count) FROM gone GROUP BY {names} HAVING sum(count) <> 0) "
            "SELECT count(*) FROM gone"
        )
        (gone,) = cursor.fetchone()
    assert isinstance(gone, int)
    return gone


def alone(table: str) -> None:
    """Wait until nobody else folds or counts anew, until the end of the transaction; whoever appends is not held up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [table])
