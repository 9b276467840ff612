"""Brings every value under the newest key, in the background, while everybody works.

Progress is rows: a pass (``Reencryption``) with a place in each table, moved in the transaction of its batch, so a kill
repeats at most nothing. A batch is read under a grant, opened, sealed under the newest key, opened again and compared; the
database changes only rows that still hold what was read (``keizoku_reencrypt``). Rows that somebody wrote meanwhile, or
that an older transaction brings in behind our place, are found by the count at the end, which alone ends a pass.

The audit gets one entry a batch: table, rows, the ids' digest and a keyed digest of all plain values, taken from the old
blobs and again from the new ones. Equal digests are the proof that no value changed.
"""

import hmac
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import F
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.audit.actions import grant_read, record, record_many
from keizoku.audit.rules import ids_digest
from keizoku.kernel import files
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto import field, keyring
from keizoku.kernel.crypto.columns import EncryptedTable, tables
from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.kernel.logs import get_logger
from keizoku.safekeeping.errors import ReencryptionRefused
from keizoku.safekeeping.keys import counting
from keizoku.safekeeping.models import Progress, Reencryption

log = get_logger(__name__)

BATCH_ROWS: Final = 1_000
PURPOSE: Final = "keys.reencrypt"
WORKER: Final = Actor.system("reencryption")
_ONE_WORKER: Final = 0x6B_7A_72_65  # advisory lock: one pass at a time, in one process


@dataclass(frozen=True, slots=True, repr=False)
class _Row:
    key: int
    record: str
    subject: int | None
    blobs: tuple[bytes | None, ...]


def start(*, actor: Actor) -> int:
    """Begin a pass towards the newest key (or find the one that runs); returns its id. Workers do the rest."""
    authorise(actor, "keys.edit")
    target = keyring.look_again().newest
    with transaction.atomic():
        expected = _older(target)
        running, is_new = Reencryption.objects.get_or_create(
            target=target,
            finished_at=None,
            defaults={
                "started_at": timezone.now(),
                "started_by": str(actor),
                "expected": expected,
            },
        )
        if is_new:
            Progress.objects.bulk_create(
                Progress(pass_of=running, table_name=table.table) for table in tables()
            )
            record(
                actor=actor,
                action="safekeeping.reencryption.started",
                details={"epoch": target, "rows": expected},
            )
    return running.id


def work(seconds: float) -> bool:
    """Go on with the oldest pass that is not over, for about so long. True when nothing is left to do.

    Safe to be called by anybody at any time: whoever finds another at work leaves.
    """
    deadline = time.monotonic() + seconds
    with _alone() as is_alone:
        if not is_alone:
            return False
        while (running := Reencryption.objects.filter(finished_at=None).order_by("id").first()) is not None:
            if running.target not in keyring.look_again().epochs:
                raise ReencryptionRefused(f"世代 {running.target} の鍵がありません。")
            for table in tables():
                if not _table(running, table, deadline):
                    return False
            _files(running)
            _end(running)
            if time.monotonic() > deadline:
                return not Reencryption.objects.filter(finished_at=None).exists()
    return True


def _table(running: Reencryption, table: EncryptedTable, deadline: float) -> bool:
    """Go through one table; False when the time is over first."""
    place, _ = Progress.objects.get_or_create(pass_of=running, table_name=table.table)
    while not place.is_done:
        if time.monotonic() > deadline:
            return False
        began = time.monotonic()
        with transaction.atomic():
            changed, last = _batch(table, running.target, place.cursor)
            place.cursor, place.rows = max(last, place.cursor), place.rows + changed
            place.is_done = last < 0
            place.save()
            Reencryption.objects.filter(id=running.id).update(
                rows=F("rows") + changed, worked_s=F("worked_s") + time.monotonic() - began
            )
    return True


def _batch(table: EncryptedTable, target: int, cursor_at: int) -> tuple[int, int]:
    """Encrypt the next rows anew; returns how many changed, and the last row's key (-1 at the end)."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{counting.LONGEST}'")
        rows = _read(cursor, table, target, cursor_at)
        if not rows:
            return 0, -1
        subjects = {row.subject for row in rows if row.subject is not None}
        grant = grant_read(actor=WORKER, purpose=PURPOSE, subjects=subjects) if subjects else None
        olds = [row.blobs for row in rows]
        plain = [_opened(table, row, olds[place], grant) for place, row in enumerate(rows)]
        news = [_sealed(table, row, plain[place], target) for place, row in enumerate(rows)]
        again = [_opened(table, row, news[place], grant) for place, row in enumerate(rows)]
        proof = _proof(table, rows, plain)
        if not hmac.compare_digest(proof, _proof(table, rows, again)):
            raise ReencryptionRefused(
                "新しい鍵で包んだ値が、元の値と合いません。", remedy="何も変えていません。"
            )
        cursor.execute(
            "SELECT keizoku_reencrypt(%s, %s, %s, %s, %s, %s)",
            [
                table.table,
                table.key,
                list(table.columns),
                [row.key for row in rows],
                _by_column(olds),
                _by_column(news),
            ],
        )
        changed = int(cursor.fetchone()[0])
        record_many(
            actor=WORKER,
            action="safekeeping.values.reencrypted",
            count=len(rows),
            ids_digest=ids_digest([row.key for row in rows]),
            purpose=PURPOSE,
            details={"table": table.table, "epoch": target, "changed": changed, "proof": proof},
        )
    return changed, rows[-1].key


def _read(cursor: CursorWrapper, table: EncryptedTable, target: int, after: int) -> list[_Row]:
    columns = ", ".join(f"t.{column}" for column in table.columns)
    cursor.execute(
        f"SELECT t.{table.key}, {table.record}, {table.subject or 'NULL'}, {columns}"  # noqa: S608 - the rooms' own SQL
        f" FROM {table.table} AS t WHERE t.{table.key} > %(after)s AND {counting.is_older(table)}"
        f" ORDER BY t.{table.key} LIMIT {BATCH_ROWS}",
        {"after": after, "target": counting.key_id(target)},
    )
    return [
        _Row(key, text, subject, tuple(None if blob is None else bytes(blob) for blob in blobs))
        for key, text, subject, *blobs in cursor.fetchall()
    ]


def _opened(
    table: EncryptedTable, row: _Row, blobs: Sequence[bytes | None], grant: ReadGrant | None
) -> list[str | None]:
    """A row's values. One that does not open stops the pass by name: nobody shall overwrite it, nor destroy its key."""
    try:
        return [
            None if blob is None else opened(table, column, row.record, row.subject, blob, grant)
            for column, blob in zip(table.columns, blobs, strict=True)
        ]
    except field.Undecryptable as fault:
        raise ReencryptionRefused(
            f"{table.table} の {row.key} の値を開けません（{fault}）。",
            remedy="この行をバックアップと見比べてください。ほかの行は済んだところまで保存されています。",
        ) from None


def _sealed(
    table: EncryptedTable, row: _Row, plain: Sequence[str | None], target: int
) -> tuple[bytes | None, ...]:
    """The row's values under the target's key; what lies there already stays as it is."""
    head = counting.key_id(target)
    return tuple(
        blob
        if blob is None or value is None or blob[:2] >= head
        else field.encrypt(value, where=f"{table.table}.{column}", record=row.record, epoch=target)
        for column, blob, value in zip(table.columns, row.blobs, plain, strict=True)
    )


def opened(  # noqa: PLR0917 - one value's whole place
    table: EncryptedTable, column: str, record: str, subject: int | None, blob: bytes, grant: ReadGrant | None
) -> str:
    """One value, under the batch's grant; nobody's values need none."""
    where = f"{table.table}.{column}"
    if subject is None or grant is None:
        return field.decrypt_system_value(blob, where=where, record=record)
    return field.decrypt(blob, where=where, record=record, subject=subject, grant=grant)


def _proof(table: EncryptedTable, rows: Sequence[_Row], values: Sequence[Sequence[str | None]]) -> str:
    """HMAC-SHA-256 over place, length and value of everything in the batch, under a key of its own."""
    digest = hmac.new(keyring.current().derive("reencryption-proof"), digestmod="sha256")
    for row, held in zip(rows, values, strict=True):
        for column, value in zip(table.columns, held, strict=True):
            content = (value or "").encode()
            digest.update(f"{table.table}.{column}:{row.record}:{len(content)}:".encode() + content)
    return digest.hexdigest()


def _by_column(rows: Sequence[tuple[bytes | None, ...]]) -> list[bytes | None]:
    return [blob for column in zip(*rows, strict=True) for blob in column]


def _files(running: Reencryption) -> None:
    """Stored files, one by one: each is replaced whole. One that is still being written is left for later."""
    for file_id in counting.older_files(running.target):
        if files.reencrypt(file_id):
            with transaction.atomic():
                Reencryption.objects.filter(id=running.id).update(rows=F("rows") + 1)
                record(
                    actor=WORKER,
                    action="safekeeping.file.reencrypted",
                    purpose=PURPOSE,
                    details={"file": file_id, "epoch": running.target},
                )


def _end(running: Reencryption) -> None:
    """The count decides: nothing older left ends the pass, anything else sends it round again."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{counting.LONGEST}'")
            left = [table.table for table in tables() if counting.older_rows(cursor, table, running.target)]
        if left:
            Progress.objects.filter(pass_of=running, table_name__in=left).update(cursor=0, is_done=False)
            return
        Reencryption.objects.filter(id=running.id, finished_at=None).update(finished_at=timezone.now())
        running.refresh_from_db()
        record(
            actor=WORKER,
            action="safekeeping.reencryption.finished",
            details={"epoch": running.target, "rows": running.rows},
        )
    log.info("reencryption.finished", epoch=running.target, rows=running.rows)


def _older(target: int) -> int:
    """Rows and files that a pass towards ``target`` has before it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{counting.LONGEST}'")
        rows = sum(counting.older_rows(cursor, table, target) for table in tables())
    return rows + len(counting.older_files(target))


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether this is the only process that works on a pass; held by the session, so that batches can commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ONE_WORKER])
        (is_alone,) = cursor.fetchone()
    try:
        yield is_alone
    finally:
        if is_alone:
            _let_go()


def _let_go() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [_ONE_WORKER])


def rate(row: Any) -> float:
    """Rows a second of work of a pass; 0 before its first batch."""
    return float(row.rows / row.worked_s) if row.worked_s else 0.0
