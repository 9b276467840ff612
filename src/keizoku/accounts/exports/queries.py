"""Reads of requests: plain rows, the newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from keizoku.accounts.exports.models import ExportRequest
from keizoku.accounts.exports.rules import KIND_WORDS, STATE_WORDS, Kind, State

MOST: Final = 100


@dataclass(frozen=True, slots=True)
class RequestRow:
    number: int
    kind: Kind
    subject_id: int
    people: int
    purpose: str
    state: State
    asked_by: int
    asker: str
    asked_at: datetime
    decider: str
    moved_at: datetime

    @property
    def kind_words(self) -> str:
        return KIND_WORDS[self.kind]

    @property
    def state_words(self) -> str:
        return STATE_WORDS[self.state]


def one(number: int) -> RequestRow:
    """Raises ``ObjectDoesNotExist``."""
    return _row(_rows().get(pk=number))


def waiting() -> list[RequestRow]:
    """Everything that waits for somebody's approval, the oldest first."""
    return [_row(row) for row in _rows().filter(state=State.ASKED).order_by("pk")]


def count_waiting() -> int:
    return ExportRequest.objects.filter(state=State.ASKED).count()


def page(*, asked_by: int | None = None, before: int = 0) -> tuple[list[RequestRow], int]:
    """So many requests, one's own or everybody's, older than number ``before``; and what the next page begins behind."""
    rows = _rows().order_by("-pk")
    if asked_by is not None:
        rows = rows.filter(asked_by_id=asked_by)
    if before:
        rows = rows.filter(pk__lt=before)
    found = [_row(row) for row in rows[: MOST + 1]]
    return found[:MOST], found[MOST - 1].number if len(found) > MOST else 0


def open_of(kind: Kind, subject_id: int, staff_id: int) -> RequestRow | None:
    """This person's request for this file that waits or is approved."""
    row = _rows().filter(
        kind=kind, subject_id=subject_id, asked_by_id=staff_id, state__in=(State.ASKED, State.APPROVED)
    )
    found = row.first()
    return _row(found) if found else None


def _rows() -> QuerySet[ExportRequest]:
    return ExportRequest.objects.select_related("asked_by", "decided_by")


def _row(row: ExportRequest) -> RequestRow:
    return RequestRow(
        number=row.pk,
        kind=Kind(row.kind),
        subject_id=row.subject_id,
        people=row.people,
        purpose=row.purpose,
        state=State(row.state),
        asked_by=row.asked_by_id,
        asker=row.asked_by.display_name,
        asked_at=row.asked_at,
        decider=row.decided_by.display_name if row.decided_by else "",
        moved_at=row.moved_at,
    )
