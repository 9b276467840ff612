"""Import of a bank's file: every good row becomes or updates a customer, every bad row a rejection with its reason.

One transaction: a file is taken whole (with its named rejections) or not at all. Rows are written by COPY, in batches.
A value that a person or the customer confirmed after the file's day is not overwritten; it is listed as a conflict.
"""

import hashlib
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.customers import merging
from keizoku.customers.copying import copy_new
from keizoku.customers.errors import FileRefused
from keizoku.customers.import_rules.columns import Header, read_header
from keizoku.customers.import_rules.parsed import ParsedRow
from keizoku.customers.import_rules.rejections import Rejection
from keizoku.customers.import_rules.rows import read_row
from keizoku.customers.import_rules.table import Record, Table, open_table
from keizoku.customers.models import Customer, ImportRejection, ImportRun
from keizoku.customers.sealing import number_token
from keizoku.kernel.actor import Actor
from keizoku.kernel.logs import get_logger

log = get_logger(__name__)

BATCH = 2000
REASON_LIMIT = 300
Progress = Callable[[int], None]


def import_file(path: Path, *, as_of: date, actor: Actor, progress: Progress = lambda _: None) -> ImportRun:
    """Take in one CSV file of the documented layout (docs/import-layout.md), UTF-8 or CP932.

    Args:
        path: the file.
        as_of: the day whose state the file shows; also "today" for the rules on dates.
        actor: who imports.
        progress: called with the number of rows read so far.

    Returns:
        The run, with its counts; rejections and conflicts hang on it.

    Raises:
        FileRefused: the file lacks columns or is empty; nothing was taken.
    """
    run = ImportRun.objects.create(
        file_name=path.name[-200:],
        sha256=_sha256(path),
        encoding="",
        as_of=as_of,
        started_by=f"{actor.kind}:{actor.id}",
    )
    try:
        with transaction.atomic(), path.open("rb") as stream:
            _take(run, open_table(stream), actor, progress)
    except BaseException as error:
        reason = error.message if isinstance(error, FileRefused) else type(error).__name__
        ImportRun.objects.filter(id=run.id).update(
            state=ImportRun.State.FAILED, failure=reason[:REASON_LIMIT], finished_at=timezone.now()
        )
        raise
    return run


def _take(run: ImportRun, table: Table, actor: Actor, progress: Progress) -> None:
    header = read_header(table.header)
    if isinstance(header, Rejection):
        raise FileRefused(
            f"{header.column}: {header.reason}",
            remedy="見出し行を取込レイアウトに合わせて、ファイルを作り直してください。",
        )
    run.encoding = str(table.encoding)
    with connection.cursor() as cursor:
        # One COPY of a large file may take longer than a web request's limit.
        cursor.execute("SET LOCAL statement_timeout = '15min'")
    seen: set[int] = set()
    for records in _batches(table.records):
        _take_batch(run, records, header, seen)
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


def _take_batch(run: ImportRun, records: list[Record], header: Header, seen: set[int]) -> None:
    read = [read_row(record, header, today=run.as_of, seen=seen) for record in records]
    rows = [row for row in read if isinstance(row, ParsedRow)]
    rejections = [row for row in read if isinstance(row, Rejection)]
    ImportRejection.objects.bulk_create(
        ImportRejection(
            run=run, line=r.line, column=r.column[:20], code=r.code, reason=r.reason[:REASON_LIMIT]
        )
        for r in rejections
    )
    tokens = {number_token(row.number): row for row in rows}
    known = {
        bytes(token): customer_id
        for token, customer_id in Customer.objects.filter(number_token__in=list(tokens)).values_list(
            "number_token", "id"
        )
    }
    new = {token: row for token, row in tokens.items() if token not in known}
    copy_new(new, run)
    merged = merging.merge_known({customer_id: tokens[token] for token, customer_id in known.items()}, run)
    run.rows_read += len(records)
    run.rejected_count += len(rejections)
    run.warning_count += sum(bool(row.warnings) for row in rows)
    run.created_count += len(new)
    run.updated_count += merged.updated
    run.unchanged_count += merged.unchanged
    run.conflict_count += merged.conflicts


def _batches(records: Iterator[Record]) -> Iterator[list[Record]]:
    while batch := list(islice(records, BATCH)):
        yield batch


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
