"""A file brought in the browser: received and stored encrypted, its columns matched, read on trial, imported by a worker.

Invariant: the stored file goes when the upload is over (done, failed, discarded); none stays in a state for longer than
``UPLOAD_AGES`` says (``sweep``), and it goes only where ``UPLOAD_TRANSITIONS`` lets it.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import IO, Final

from django.db import connection, connections, transaction
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.customers.errors import FileRefused
from keizoku.customers.imports.dry_run import dry_run
from keizoku.customers.imports.importing import LOCK, REASON_LIMIT, import_table
from keizoku.customers.imports.rules.columns import Names
from keizoku.customers.imports.rules.table import Table
from keizoku.customers.imports.rules.uploads import UPLOAD_AGES, UPLOAD_TRANSITIONS, UploadState
from keizoku.customers.imports.sources import count_rows, open_stream
from keizoku.customers.models import ImportRun, ImportUpload
from keizoku.kernel import files
from keizoku.kernel.actor import Actor
from keizoku.kernel.errors import Refusal
from keizoku.kernel.logs import get_logger

log = get_logger(__name__)

State = UploadState
# A run has its row a moment before it has the lock.
GRACE: Final = timedelta(minutes=2)


def receive(pieces: Iterable[bytes], file_name: str, *, as_of: date, actor: Actor) -> int:
    """Store a file and read its header; returns the upload's id.

    Raises:
        FileRefused: it holds no row that could be a header; nothing is kept.
    """
    stored = files.store(pieces)
    try:
        with files.open_stored(stored.id) as stream:
            table = _opened(stream)
        with transaction.atomic():
            upload = ImportUpload.objects.create(
                file=stored.id,
                file_name=file_name[-200:],
                sha256=stored.sha256,
                size=stored.size,
                as_of=as_of,
                header=[cell.replace("\0", "") for cell in table.header],
                sheet=table.sheet,
                sheets=list(table.sheets),
                requested_by=str(actor),
                changed_at=timezone.now(),
            )
            audit.record(
                actor=actor,
                action="customers.file.received",
                subject=("upload", upload.id),
                details={"sha256": stored.sha256, "bytes": stored.size},
            )
    except BaseException:
        files.delete(stored.id)
        raise
    return upload.id


def discard(upload_id: int, *, actor: Actor) -> None:
    """Take nothing of the file and delete it."""
    with transaction.atomic():
        move(upload_id, (State.RECEIVED, State.CHECKED), State.DISCARDED)
        audit.record(actor=actor, action="customers.file.discarded", subject=("upload", upload_id))
    files.delete(ImportUpload.objects.get(id=upload_id).file)


def check(upload_id: int) -> None:
    """The worker's trial reading; may run twice."""
    upload = ImportUpload.objects.get(id=upload_id)
    if upload.state != State.CHECKING:
        return
    with (
        _failing(upload, State.CHECKING),
        files.open_stored(upload.file) as stream,
        _progress(upload) as told,
    ):
        with files.open_stored(upload.file) as counted:
            rows = count_rows(counted)
        ImportUpload.objects.filter(id=upload_id).update(rows_total=rows)
        found = dry_run(
            open_stream(stream, upload.sheet), as_of=upload.as_of, names=_names(upload), progress=told
        )
        move(upload_id, (State.CHECKING,), State.CHECKED, checked=found.as_json(), rows_total=found.read)


def take_in(upload_id: int) -> None:
    """The worker's import; may run twice: what a killed worker began was rolled back with its transaction."""
    upload = ImportUpload.objects.get(id=upload_id)
    if upload.state != State.IMPORTING:
        return
    with (
        _failing(upload, State.IMPORTING),
        files.open_stored(upload.file) as stream,
        _progress(upload) as told,
        transaction.atomic(),
    ):
        run = _import(upload, stream, told)
        move(upload_id, (State.IMPORTING,), State.DONE, run_id=run.id, rows_done=run.rows_read)
    files.delete(upload.file)


def sweep() -> int:
    """End what nobody works on any more: runs of killed processes, uploads that wait too long. Returns how many."""
    now = timezone.now()
    stale = ImportRun.objects.filter(state=ImportRun.State.RUNNING, started_at__lt=now - GRACE)
    ended = 0
    if stale.exists() and _nobody_imports():
        ended = stale.update(
            state=ImportRun.State.FAILED,
            failure="取込が途中で止まりました。1行も取り込んでいません。",
            finished_at=now,
        )
    for state, longest in UPLOAD_AGES.items():
        for upload in ImportUpload.objects.filter(state=state, changed_at__lt=now - longest):
            if _fail(upload, state, "期限までに終わりませんでした。"):
                files.delete(upload.file)
                ended += 1
    return ended


def choose_sheet(upload_id: int, sheet: str) -> None:
    """Read another sheet of the workbook: its columns are matched anew.

    Raises:
        FileRefused: no such sheet, nothing that could be a header, or the file is being read already.
    """
    upload = ImportUpload.objects.get(id=upload_id)
    with files.open_stored(upload.file) as stream:
        table = _opened(stream, sheet)
    move(
        upload_id,
        (State.RECEIVED, State.CHECKED),
        State.RECEIVED,
        sheet=table.sheet,
        header=list(table.header),
        checked={},
        mapping_id=None,
    )


def _opened(stream: IO[bytes], sheet: str = "") -> Table:
    table = open_stream(stream, sheet)
    if len([cell for cell in table.header if cell.strip()]) <= 1:
        raise FileRefused(
            "CSVファイルかExcelファイルとして読めません。",
            remedy="1行目を見出しにして、カンマ区切りで出力してください。",
        )
    return table


def _nobody_imports() -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _import(upload: ImportUpload, stream: IO[bytes], told: Callable[[int], None]) -> ImportRun:
    kind, _, identity = upload.requested_by.partition(":")
    actor = Actor.staff(int(identity)) if kind == "staff" else Actor.system(identity)
    return import_table(
        open_stream(stream, upload.sheet),
        upload.file_name,
        upload.sha256,
        as_of=upload.as_of,
        actor=actor,
        names=_names(upload),
        progress=told,
    )


def _names(upload: ImportUpload) -> Names | None:
    mapped = upload.mapping
    return dict(mapped.columns) if mapped else None


@contextmanager
def _progress(upload: ImportUpload) -> Iterator[Callable[[int], None]]:
    """Tell others how far it is, on a connection beside the import's own transaction."""
    beside = connections.create_connection("default")
    beside.settings_dict = connection.settings_dict

    def tell(rows: int) -> None:
        with beside.cursor() as cursor:
            cursor.execute(
                "UPDATE customers_importupload SET rows_done = %s WHERE id = %s", [rows, upload.id]
            )

    try:
        yield tell
    finally:
        beside.close()


@contextmanager
def _failing(upload: ImportUpload, state: str) -> Iterator[None]:
    """A failure is the upload's end, with its reason; a refusal is no crash of ours."""
    try:
        yield
    except Refusal as refusal:
        _fail(upload, state, refusal.message)
        files.delete(upload.file)
        log.info("upload.refused", upload_id=upload.id, code=refusal.code)
    except Exception as error:
        _fail(upload, state, type(error).__name__)
        files.delete(upload.file)
        raise


def _fail(upload: ImportUpload, state: str, reason: str) -> bool:
    return bool(
        ImportUpload.objects.filter(id=upload.id, state=state).update(
            state=State.FAILED, failure=reason[:REASON_LIMIT], changed_at=timezone.now()
        )
    )


def move(upload_id: int, before: tuple[UploadState, ...], after: UploadState, **changes: object) -> None:
    """Change an upload's state; refused in words when it is in none of ``before``."""
    assert all(after is state or after in UPLOAD_TRANSITIONS[state] for state in before)
    moved = ImportUpload.objects.filter(id=upload_id, state__in=before).update(
        state=after, changed_at=timezone.now(), **changes
    )
    if not moved:
        raise FileRefused("このファイルは、いまその操作ができません。", remedy="画面を開き直してください。")
