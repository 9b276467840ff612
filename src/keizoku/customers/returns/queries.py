"""Reads of the way back: what waits, what is on its way, what came back, and since when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min
from django.utils import timezone

from keizoku.customers.models import ReturnFile, ReturnReissue, ReturnRow
from keizoku.customers.queries import FIELD_LABELS
from keizoku.customers.returns import rows
from keizoku.customers.returns.rules import (
    CAUSE_WORDS,
    COUNTED,
    OVERDUE_DAYS,
    REISSUE_OPEN,
    ROW_WORDS,
    Cause,
    ReissueState,
    RowState,
)

# A refused value counts as one, in whichever file it is; so does one that moved, in the file that it moved to.
WAITING_DAYS = 3


@dataclass(frozen=True, slots=True)
class Stand:
    """How many values are in a state, and how old the oldest is in days; overdue where a person should ask."""

    label: str
    count: int
    oldest_days: int | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class Reissue:
    """A file's request to be issued again that is not over."""

    id: int
    cause: str
    is_confirmed: bool
    asked_by: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file on its way, and what became of its values."""

    id: int
    rows: int
    sha256: str
    produced_by: str
    produced_at: datetime
    downloaded_by: str
    downloaded_at: datetime | None
    acknowledged_at: datetime | None
    reissue: Reissue | None
    returned: int
    acknowledged: int
    refused: int
    again: int
    moved: int
    replaced: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Values of one file that the core system refused for one reason, with the first of them."""

    file_id: int
    reason: str
    count: int
    rows: Sequence["RefusedRow"]


@dataclass(frozen=True, slots=True)
class RefusedRow:
    id: int
    line: int
    label: str
    customer_id: int


def stands() -> list[Stand]:
    """Every decided value is counted in exactly one of them."""
    now = timezone.now()
    count, oldest = rows.waiting()
    found = [_stand("未返却", count, oldest, now, WAITING_DAYS)]
    by_state = {
        state: (count, oldest)
        for state, count, oldest in ReturnRow.objects.values_list("state").annotate(
            Count("id"), Min("decided_at")
        )
    }
    for state in COUNTED:
        count, oldest = by_state.get(state, (0, None))
        found.append(_stand(ROW_WORDS[state], count, oldest, now, OVERDUE_DAYS.get(state)))
    return found


def return_files(limit: int = 50) -> list[FileRow]:
    """The newest first."""
    files = list(ReturnFile.objects.order_by("-id")[:limit])
    counts = {
        (file_id, state): count
        for file_id, state, count in ReturnRow.objects.filter(file__in=files)
        .values_list("file_id", "state")
        .annotate(count=Count("id"))
    }
    reissues = {
        row.file_id: _reissue(row)
        for row in ReturnReissue.objects.filter(file__in=files, state__in=REISSUE_OPEN)
    }
    return [_file_row(file, counts, reissues.get(file.id)) for file in files]


def refusals(shown: int = 20) -> list[Refusal]:
    """Values that the core system refused and nobody has handled yet, by file and reason, the oldest file first."""
    groups = (
        ReturnRow.objects.filter(state=RowState.REFUSED)
        .values_list("file_id", "refusal")
        .annotate(count=Count("id"))
        .order_by("file_id", "refusal")
    )
    # A loop over reasons: a handful a file.
    return [
        Refusal(file_id, reason, count, _refused(file_id, reason, shown)) for file_id, reason, count in groups
    ]


def refused_ids(file_id: int, reason: str | None = None, line: int | None = None) -> list[int]:
    """The refused values of a file: all, those of one reason, or the one on a line."""
    found = ReturnRow.objects.filter(file_id=file_id, state=RowState.REFUSED)
    if reason is not None:
        found = found.filter(refusal=reason)
    if line is not None:
        found = found.filter(line=line)
    return list(found.values_list("id", flat=True))


def reissue(reissue_id: int) -> tuple[Reissue, FileRow]:
    """One request and its file. Raises ``ReturnReissue.DoesNotExist``."""
    row = ReturnReissue.objects.select_related("file").get(id=reissue_id)
    return _reissue(row), _file_row(row.file, {}, None)


def open_reissue(file_id: int) -> int | None:
    """The file's request that waits to be confirmed."""
    return (
        ReturnReissue.objects.filter(file_id=file_id, state=ReissueState.ASKED)
        .values_list("id", flat=True)
        .first()
    )


def _file_row(file: ReturnFile, counts: Mapping[tuple[int, str], int], reissue: Reissue | None) -> FileRow:
    return FileRow(
        file.id,
        file.rows,
        file.sha256,
        file.produced_by,
        file.produced_at,
        file.downloaded_by,
        file.downloaded_at,
        file.acknowledged_at,
        reissue,
        *(counts.get((file.id, state), 0) for state in RowState),
    )


def _reissue(row: ReturnReissue) -> Reissue:
    return Reissue(
        row.id, CAUSE_WORDS[Cause(row.cause)], row.state == ReissueState.CONFIRMED, row.asked_by, row.asked_at
    )


def _refused(file_id: int, reason: str, shown: int) -> list[RefusedRow]:
    found = ReturnRow.objects.filter(file_id=file_id, refusal=reason, state=RowState.REFUSED).order_by("line")
    return [
        RefusedRow(row.id, row.line, FIELD_LABELS.get(row.field, row.field), row.customer_id)
        for row in found[:shown]
    ]


def _stand(label: str, count: int, oldest: datetime | None, now: datetime, overdue: int | None) -> Stand:
    days = None if oldest is None else max((now - oldest) // timedelta(days=1), 0)
    return Stand(label, count, days, overdue is not None and days is not None and days > overdue)
