"""Import of a bank's file: every good row becomes or updates a customer, every bad row a rejection with its reason.

One transaction: a file is taken whole (with its named rejections) or not at all, and one file at a time. Rows are made
ready in batches by other processes (``preparers``) and written by COPY. A value that a person or the customer confirmed
after the file's day is not overwritten; it is listed as a conflict.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from itertools import islice
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.customers.ending.by_file import end_by_file
from keizoku.customers.errors import FileRefused
from keizoku.customers.imports import attributes, reimporting
from keizoku.customers.imports.copying import copy_new
from keizoku.customers.imports.numbering import Numbering
from keizoku.customers.imports.preparers import ready_batches
from keizoku.customers.imports.preparing import FileFacts, Ready
from keizoku.customers.imports.rules.columns import Header, Names, read_header
from keizoku.customers.imports.rules.rejections import Rejection
from keizoku.customers.imports.rules.sheets import with_zeros
from keizoku.customers.imports.rules.table import Record, Table
from keizoku.customers.imports.sources import open_stream
from keizoku.customers.models import ImportRejection, ImportRun, RecordVersion
from keizoku.kernel.actor import Actor

BATCH = 2000
REASON_LIMIT = 300
# "keizoku import" as the number of an advisory lock: one import at a time.
LOCK = 0x4B5A_0001
Progress = Callable[[int], None]


def import_file(
    path: Path,
    *,
    as_of: date,
    actor: Actor,
    names: Names | None = None,
    sheet: str = "",
    progress: Progress = lambda _: None,
) -> ImportRun:
    """Take in one file of the documented layout (docs/import-layout.md): CSV in UTF-8 or CP932, or a workbook.

    Args:
        path: the file.
        as_of: the day whose state the file shows; also "today" for the rules on dates.
        actor: who imports.
        names: the bank's own column names (``import_rules.columns``); without it the layout's.
        sheet: of a workbook; without it the first that holds anything.
        progress: called with the number of rows read so far.

    Returns:
        The run, with its counts; rejections and conflicts hang on it.

    Raises:
        FileRefused: the file lacks columns or is empty, or another import is under way; nothing was taken.
    """
    with path.open("rb") as stream:
        # Before the whole file is read for its digest: most that is wrong with one stands in its beginning.
        table = open_stream(stream, sheet)
        header_of(table, names)
        with path.open("rb") as whole:
            sha256 = hashlib.file_digest(whole, "sha256").hexdigest()
        return import_table(
            table, path.name, sha256, as_of=as_of, actor=actor, names=names, progress=progress
        )


def import_table(
    table: Table,
    file_name: str,
    sha256: str,
    *,
    as_of: date,
    actor: Actor,
    names: Names | None = None,
    source: str = RecordVersion.Source.CORE_SYSTEM,
    progress: Progress = lambda _: None,
) -> ImportRun:
    """Take in the rows of an opened table; ``source`` is whose word they are."""
    run = ImportRun.objects.create(
        file_name=file_name[-200:],
        sha256=sha256,
        encoding=str(table.encoding),
        sheet=table.sheet,
        remarks=list(table.remarks),
        as_of=as_of,
        source=source,
        started_by=str(actor),
    )
    try:
        with transaction.atomic():
            _take(run, table, actor, names, progress)
    except BaseException as error:
        reason = error.message if isinstance(error, FileRefused) else type(error).__name__
        ImportRun.objects.filter(id=run.id).update(
            state=ImportRun.State.FAILED, failure=reason[:REASON_LIMIT], finished_at=timezone.now()
        )
        raise
    return run


def header_of(table: Table, names: Names | None = None) -> Header:
    """Where the layout's columns stand in the file; refuses a file that lacks one."""
    header = read_header(table.header, names)
    if isinstance(header, Rejection):
        raise FileRefused(
            f"{header.column}: {header.reason}",
            remedy="見出し行を取込レイアウトに合わせるか、列の対応を選んでください。",
        )
    return header


def _take(run: ImportRun, table: Table, actor: Actor, names: Names | None, progress: Progress) -> None:
    _begin_alone()
    file = FileFacts(
        header=header_of(table, names),
        as_of=run.as_of,
        written_at=timezone.now(),
        written_by=f"import:{run.id}",
        attributes=attributes.columns_of(table.header, names),
        source=run.source,
    )
    numbering = Numbering(file.header)
    numbered = (numbering.assign(records) for records in batches(with_zeros(table, file.header)))
    with closing(ready_batches(numbered, file)) as answers:
        for rows, ready in answers:
            _write(run, ready)
            run.rows_read += len(rows)
            progress(run.rows_read)
    run.state = ImportRun.State.DONE
    run.finished_at = timezone.now()
    run.save()
    audit.record(
        actor=actor,
        action="customers.file.imported",
        subject=("import", run.id),
        purpose="import",
        details={
            "sha256": run.sha256,
            "read": run.rows_read,
            "created": run.created_count,
            "updated": run.updated_count,
            "unchanged": run.unchanged_count,
            "rejected": run.rejected_count,
        },
    )


def _begin_alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise FileRefused(
                "ほかのファイルを取り込んでいます。", remedy="終わってから、もう一度取り込んでください。"
            )
        # One COPY of a batch, or the wait for the next one, may take longer than a web request's limits.
        cursor.execute(
            "SET LOCAL statement_timeout = '15min'; SET LOCAL idle_in_transaction_session_timeout = '15min'"
        )


def _write(run: ImportRun, ready: Ready) -> None:
    ImportRejection.objects.bulk_create(
        ImportRejection(
            run=run, line=r.line, column=r.column[:20], code=r.code, reason=r.reason[:REASON_LIMIT]
        )
        for r in ready.rejections
    )
    copy_new(ready)
    merged = reimporting.merge_known(ready.told, run)
    merged.add(attributes.merge(ready.attributes, [told.customer_id for told in ready.told], run), ready.told)
    end_by_file(ready.ended, run)
    run.rejected_count += len(ready.rejections)
    run.warning_count += ready.warnings
    run.created_count += ready.created
    run.updated_count += merged.updated
    run.unchanged_count += merged.unchanged
    run.conflict_count += merged.conflicts


def batches(records: Iterator[Record]) -> Iterator[list[Record]]:
    """Rows by the batch, lazily."""
    while batch := list(islice(records, BATCH)):
        yield batch
