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
# A screen looks at so many pages (8 KiB each) of a table and reckons; beyond that an exact count takes seconds.
PAGES_FOR_A_SCREEN = 5_000


@dataclass(frozen=True, slots=True)
class Count:
    """How many values of one place ("table.column", or the stored files) lie under one key."""

    place: str
    epoch: int
    count: int


def counts(*, is_rough: bool = False) -> list[Count]:
    """Every place and key with at least one value.

    ``is_rough`` is for a screen, never for a decision: it reckons large tables from a sample of their pages, and leaves out
    those whose count alone would tell.
    """
    found: list[Count] = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{LONGEST}'")
        for table in (each for each in tables() if each.is_told or not is_rough):
            found += _counts_of(cursor, table, _percent(cursor, table) if is_rough else 100.0)
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


def _percent(cursor: CursorWrapper, table: EncryptedTable) -> float:
    """How much of a table a screen looks at."""
    cursor.execute("SELECT pg_relation_size(%s::regclass) / 8192", [table.table])
    pages = int(cursor.fetchone()[0])
    return 100.0 if pages <= PAGES_FOR_A_SCREEN else 100.0 * PAGES_FOR_A_SCREEN / pages


def _counts_of(cursor: CursorWrapper, table: EncryptedTable, percent: float) -> Iterator[Count]:
    values = ", ".join(f"('{column}', substr(t.{column}, 1, 2))" for column in table.columns)
    part = "" if percent >= 100 else f" TABLESAMPLE SYSTEM ({percent:.6f})"  # noqa: PLR2004 - the whole
    cursor.execute(
        f"SELECT value.name, value.id, count(*) FROM {table.table} AS t{part}"  # noqa: S608 - names of our own
        f" CROSS JOIN LATERAL (VALUES {values}) AS value(name, id)"
        " WHERE value.id IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2"
    )
    for column, head, count in cursor.fetchall():
        yield Count(f"{table.table}.{column}", int.from_bytes(bytes(head)), round(count * 100 / percent))


def _files() -> Counter[int]:
    return Counter(epoch for _, epoch in files.epochs())
