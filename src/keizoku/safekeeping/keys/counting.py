"""Under which key which values lie: counted from the blobs themselves, never from what somebody wrote down."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from keizoku.kernel import files
from keizoku.kernel.crypto.columns import EncryptedTable, tables

FILES = "files"
# One look at every encrypted value; the app's usual limits are for web requests.
LONGEST = "30min"


@dataclass(frozen=True, slots=True)
class Count:
    """How many values of one place ("table.column", or the stored files) lie under one key."""

    place: str
    epoch: int
    count: int


def counts() -> list[Count]:
    """Every place and key with at least one value."""
    found: list[Count] = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{LONGEST}'")
        for table in tables():
            found += _counts_of(cursor, table)
    return found + [Count(FILES, epoch, count) for epoch, count in sorted(_files().items())]


def of_epoch(epoch: int) -> dict[str, int]:
    """Place → how many values name the key; places with none are missing."""
    return {count.place: count.count for count in counts() if count.epoch == epoch}


def older_rows(cursor: CursorWrapper, table: EncryptedTable, target: int) -> int:
    """Rows of a table with a value under a key older than ``target``."""
    statement = f"SELECT count(*) FROM {table.table} AS t WHERE {is_older(table)}"  # noqa: S608 - names of our own
    cursor.execute(statement, {"target": key_id(target)})
    return int(cursor.fetchone()[0])


def is_older(table: EncryptedTable) -> str:
    """SQL: a row ``t`` with a value under a key older than ``%(target)s``."""
    return "(" + " OR ".join(f"substr(t.{column}, 1, 2) < %(target)s" for column in table.columns) + ")"


def key_id(epoch: int) -> bytes:
    return epoch.to_bytes(2)


def older_files(target: int) -> list[str]:
    """Stored files under a key older than ``target``."""
    return [file_id for file_id, epoch in files.epochs() if epoch < target]


def _counts_of(cursor: CursorWrapper, table: EncryptedTable) -> Iterator[Count]:
    values = ", ".join(f"('{column}', substr(t.{column}, 1, 2))" for column in table.columns)
    cursor.execute(
        f"SELECT value.name, value.id, count(*) FROM {table.table} AS t"  # noqa: S608 - names of our own
        f" CROSS JOIN LATERAL (VALUES {values}) AS value(name, id)"
        " WHERE value.id IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2"
    )
    for column, head, count in cursor.fetchall():
        yield Count(f"{table.table}.{column}", int.from_bytes(bytes(head)), count)


def _files() -> Counter[int]:
    return Counter(epoch for _, epoch in files.epochs())
