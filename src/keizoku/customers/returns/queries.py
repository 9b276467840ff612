"""Reads of the way back: what waits, what is on its way, what came back, and since when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min
from django.utils import timezone

from keizoku.customers.models import ReturnFile, ReturnRow
from keizoku.customers.queries import FIELD_LABELS
from keizoku.customers.returns import returning

State = ReturnRow.State


@dataclass(frozen=True, slots=True)
class Stand:
    """How many values are in a state, and how old the oldest is in days."""

    label: str
    count: int
    oldest_days: int | None


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file on its way."""

    id: int
    rows: int
    sha256: str
    produced_by: str
    produced_at: datetime
    downloaded_at: datetime | None
    returned: int
    acknowledged: int
    refused: int


def stands() -> list[Stand]:
    """Every decided value is counted in exactly one of them."""
    now = timezone.now()
    waiting = list(returning.waiting())
    found = [Stand("未返却", len(waiting), _days(now - waiting[0].decided_at) if waiting else None)]
    for state in State:
        row = ReturnRow.objects.filter(state=state).aggregate(count=Count("id"), oldest=Min("decided_at"))
        oldest = row["oldest"]
        found.append(Stand(state.label, row["count"], _days(now - oldest) if oldest else None))
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
    return [
        FileRow(
            file.id,
            file.rows,
            file.sha256,
            file.produced_by,
            file.produced_at,
            file.downloaded_at,
            *(counts.get((file.id, state), 0) for state in State),
        )
        for file in files
    ]


def refusals(limit: int = 50) -> list[tuple[int, int, str, str, int]]:
    """Values that the core system refused: file, line, field, reason, customer."""
    found = ReturnRow.objects.filter(state=State.REFUSED).order_by("-file_id", "line")[:limit]
    return [
        (
            row.file_id,
            row.line,
            FIELD_LABELS.get(row.field, row.field),
            row.refusal,
            row.customer_id,
        )
        for row in found
    ]


def _days(age: timedelta) -> int:
    return max(age.days, 0)
