"""Reads of imports: which files came, what became of them, which rows were not taken and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from keizoku.customers.imports.rules.uploads import UPLOAD_AGES, UPLOAD_WORDS, UploadState
from keizoku.customers.models import ImportRejection, ImportRun, ImportUpload


@dataclass(frozen=True, slots=True)
class RunRow:
    """One file. ``started_by`` is an actor's kind and id; ``failure`` says why nothing was taken."""

    id: int
    file_name: str
    as_of: date
    state: str
    is_failed: bool
    failure: str
    rows_read: int
    created: int
    updated: int
    unchanged: int
    conflicts: int
    rejected: int
    warnings: int
    remarks: Sequence[str]
    started_by: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class RejectionRow:
    """One row that was not taken; its own values stay in the bank's file."""

    line: int
    column: str
    code: str
    reason: str


def runs(*, before: int | None = None, limit: int = 50) -> list[RunRow]:
    """The newest first, from below the run ``before``."""
    found = ImportRun.objects.order_by("-id")
    if before is not None:
        found = found.filter(id__lt=before)
    return [_row(run) for run in found[:limit]]


def run(run_id: int) -> RunRow:
    """One file. Raises ``ImportRun.DoesNotExist``."""
    return _row(ImportRun.objects.get(id=run_id))


def rejections(run_id: int, *, after_line: int = 0, limit: int = 50) -> list[RejectionRow]:
    """Rows that were not taken, in the file's order, from behind ``after_line``."""
    found = ImportRejection.objects.filter(run_id=run_id, line__gt=after_line).order_by("line")
    return [RejectionRow(row.line, row.column, row.code, row.reason) for row in found[:limit]]


@dataclass(frozen=True, slots=True)
class UploadRow:
    """A file brought in the browser. ``checked`` holds the trial's counts once there are any."""

    id: int
    file_name: str
    as_of: date
    state: str
    label: str
    header: Sequence[str]
    sheet: str
    sheets: Sequence[str]
    mapping_name: str
    failure: str
    rows_total: int
    rows_done: int
    seconds_left: int | None
    checked: dict[str, Any]
    run_id: int | None


def open_uploads() -> list[UploadRow]:
    """Those that are not over, the newest first."""
    found = ImportUpload.objects.filter(state__in=UPLOAD_AGES).select_related("mapping").order_by("-id")
    return [_upload(row) for row in found]


def upload(upload_id: int) -> UploadRow:
    """One upload. Raises ``ImportUpload.DoesNotExist``."""
    return _upload(ImportUpload.objects.select_related("mapping").get(id=upload_id))


def every_rejection(run_id: int) -> Iterator[tuple[int, str, str, str]]:
    """Line, column, code and reason of all rows that were not taken, in the file's order."""
    found = ImportRejection.objects.filter(run_id=run_id).order_by("line")
    return found.values_list("line", "column", "code", "reason").iterator()


def _upload(row: ImportUpload) -> UploadRow:
    passed = (timezone.now() - row.changed_at).total_seconds()
    left = max(row.rows_total - row.rows_done, 0)
    return UploadRow(
        id=row.id,
        file_name=row.file_name,
        as_of=row.as_of,
        state=row.state,
        label=UPLOAD_WORDS[UploadState(row.state)],
        header=row.header,
        sheet=row.sheet,
        sheets=row.sheets,
        mapping_name=row.mapping.name if row.mapping else "",
        failure=row.failure,
        rows_total=row.rows_total,
        rows_done=row.rows_done,
        seconds_left=round(passed * left / row.rows_done) if row.rows_done else None,
        checked=row.checked,
        run_id=row.run_id,
    )


def _row(run: ImportRun) -> RunRow:
    return RunRow(
        id=run.id,
        file_name=run.file_name,
        as_of=run.as_of,
        state=ImportRun.State(run.state).label,
        is_failed=run.state == ImportRun.State.FAILED,
        failure=run.failure,
        rows_read=run.rows_read,
        created=run.created_count,
        updated=run.updated_count,
        unchanged=run.unchanged_count,
        conflicts=run.conflict_count,
        rejected=run.rejected_count,
        warnings=run.warning_count,
        remarks=run.remarks,
        started_by=run.started_by,
        started_at=run.started_at,
    )
