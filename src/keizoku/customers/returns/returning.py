"""The way back to the core system: what was decided here, as a counted and hashed file that is downloaded once.

Invariant: a decided value is waiting until it has its row in a file; that is returned until the core system's answer
names it accepted or refused (``answering``); a refused one goes again or is replaced by a newer value. Nothing leaves
the list otherwise, so nothing is forgotten. The file lies encrypted until all of it is answered for, so that a lost one
can be issued again (``reissuing``).
"""

import hashlib
import json
from collections.abc import Iterator
from typing import IO, Final

from django.db import connection, transaction
from django.db.models import Max, Min
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.customers.errors import ReturnRefused
from keizoku.customers.models import ReturnFile, ReturnReissue, ReturnRow
from keizoku.customers.returns import rows
from keizoku.customers.returns.rules import ReissueState
from keizoku.customers.written_csv import lines
from keizoku.kernel import files
from keizoku.kernel.actor import Actor

# "keizoku return" as the number of an advisory lock: one file is produced at a time.
LOCK: Final = 0x4B5A_0002


def produce(*, actor: Actor) -> ReturnFile:
    """Put everything that waits into one file, encrypted at rest.

    Raises:
        ReturnRefused: nothing waits.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            # Two hundred thousand values take longer than a web request's statement may.
            cursor.execute(
                "SET LOCAL statement_timeout = '15min'; SET LOCAL idle_in_transaction_session_timeout = '15min'"
            )
        now = timezone.now()
        file = ReturnFile.objects.create(
            file="",
            rows=0,
            sha256="",
            changed_from=now,
            changed_to=now,
            produced_by=str(actor),
            produced_at=now,
        )
        count = rows.take(file.id)
        if not count:
            raise ReturnRefused("勘定系へ返す値はありません。")
        stored = files.store(lines(rows.HEADER, rows.lines(file.id, actor), "utf-8"))
        try:
            _record(file, count, stored, actor)
        except BaseException:
            files.delete(stored.id)
            raise
    return file


def file_of(file_id: int) -> ReturnFile:
    """One file. Raises ``ReturnFile.DoesNotExist``."""
    return ReturnFile.objects.get(id=file_id)


def manifest(file: ReturnFile) -> bytes:
    """What goes with the file, so that the receiver can tell that it came whole."""
    content = {
        "return": file.id,
        "rows": file.rows,
        "sha256": file.sha256,
        "from": file.changed_from.isoformat(),
        "to": file.changed_to.isoformat(),
        "produced_at": file.produced_at.isoformat(),
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def download(file_id: int, *, actor: Actor) -> Iterator[bytes]:
    """The file's content, piece by piece: once, and once more for each reissue that two people agreed on.

    Raises:
        ReturnRefused: somebody has it already, or it is not what was written.
    """
    with transaction.atomic():
        now, name = timezone.now(), str(actor)
        is_first = ReturnFile.objects.filter(id=file_id, downloaded_at=None).update(
            downloaded_at=now, downloaded_by=name
        )
        is_reissue = not is_first and ReturnReissue.objects.filter(
            file_id=file_id, state=ReissueState.CONFIRMED
        ).update(state=ReissueState.DOWNLOADED, downloaded_at=now, downloaded_by=name)
        if not is_first and not is_reissue:
            raise ReturnRefused(
                "この返却ファイルは、もう受け取られています。",
                remedy="受け取った人に確かめてください。なくしたときは、再発行を頼めます。",
            )
        file = ReturnFile.objects.get(id=file_id)
        stream = _opened(file)
        audit.record(
            actor=actor,
            action="customers.return.reissued" if is_reissue else "customers.return.downloaded",
            subject=("return", file_id),
            details={"rows": file.rows, "sha256": file.sha256},
        )
    return _pieces(stream)


def _opened(file: ReturnFile) -> IO[bytes]:
    """The stored content, found to be what was written; refused where it is neither there nor the same."""
    try:
        with files.open_stored(file.file) as stream:
            is_same = hashlib.file_digest(stream, "sha256").hexdigest() == file.sha256  # type: ignore[arg-type]
    except (FileNotFoundError, files.Damaged):
        is_same = False
    if not is_same:
        raise ReturnRefused(
            "保管した返却ファイルがないか、作ったときの内容と違います。",
            remedy="システム管理者に、バックアップから files フォルダーを戻せるか確かめてください。",
        )
    return files.open_stored(file.file)


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    with stream:
        while piece := stream.read(files.CHUNK):
            yield piece


def _record(file: ReturnFile, count: int, stored: files.Stored, actor: Actor) -> None:
    span = ReturnRow.objects.filter(file=file).aggregate(first=Min("decided_at"), last=Max("decided_at"))
    file.file, file.rows, file.sha256 = stored.id, count, stored.sha256
    file.changed_from, file.changed_to = span["first"], span["last"]
    file.save(update_fields=["file", "rows", "sha256", "changed_from", "changed_to"])
    audit.record(
        actor=actor,
        action="customers.return.produced",
        subject=("return", file.id),
        details={"rows": count, "sha256": file.sha256},
    )
