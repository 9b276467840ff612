"""Under which key which values lie: counted from the blobs themselves, never from what somebody wrote down."""

from collections import Counter
from collections.abc import Sequence
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
    found = _about() if is_rough else _exactly()
    return found + [Count(FILES, epoch, count) for epoch, count in sorted(_files().items())]


def _about() -> list[Count]:
    """Two statements, however many tables there are."""
    told = [table for table in tables() if table.is_told]
    with connection.cursor() as cursor:
        return _counts_of(cursor, list(zip(told, _percents(cursor, told), strict=True)))


def _exactly() -> list[Count]:
    """A statement a table: each may take as long as the longest may."""
    found: list[Count] = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{LONGEST}'")
        for table in tables():
            found += _counts_of(cursor, [(table, 100.0)])
    return found


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


def _percents(cursor: CursorWrapper, told: Sequence[EncryptedTable]) -> list[float]:
    """How much of each table a screen looks at."""
    cursor.execute(
        "SELECT pg_relation_size(name::regclass) / 8192 FROM unnest(%s::text[]) WITH ORDINALITY AS one (name, place) "
        "ORDER BY place",
        [[table.table for table in told]],
    )
    return [min(100.0, 100.0 * PAGES_FOR_A_SCREEN / (pages or 1)) for (pages,) in cursor.fetchall()]


def _counts_of(cursor: CursorWrapper, sampled: Sequence[tuple[EncryptedTable, float]]) -> list[Count]:
    """Of these tables, each with how much of it is looked at, by one statement."""
    cursor.execute(
        " UNION ALL ".join(_of_one(table, percent) for table, percent in sampled) + " ORDER BY 1, 2"
    )
    return [
        Count(place, int.from_bytes(bytes(head)), round(count)) for place, head, count in cursor.fetchall()
    ]


def _of_one(table: EncryptedTable, percent: float) -> str:
    values = ", ".join(f"('{table.table}.{column}', substr(t.{column}, 1, 2))" for column in table.columns)
    part = "" if percent >= 100 else f" TABLESAMPLE SYSTEM ({percent:.6f})"  # noqa: PLR2004 - the whole
    return (
        f"SELECT value.place, value.id, count(*) * {100 / percent:.6f} FROM {table.table} AS t{part}"  # noqa: S608 - ours
        f" CROSS JOIN LATERAL (VALUES {values}) AS value (place, id) WHERE value.id IS NOT NULL GROUP BY 1, 2"
    )


def _files() -> Counter[int]:
    return Counter(epoch for _, epoch in files.epochs())
