"""Reads of imports: which files came, what became of them, which rows were not taken and why."""

from dataclasses import dataclass
from datetime import date, datetime

from keizoku.customers.models import ImportRejection, ImportRun


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
        started_by=run.started_by,
        started_at=run.started_at,
    )
