"""Reads of reviews; typed rows out. What decrypts takes a grant, which only the audit gives."""

from keizoku.reviews.queries.board import Board, Group, Load, board
from keizoku.reviews.queries.cases import Case, CaseField, DecisionRow, case
from keizoku.reviews.queries.finding import ENTRIES, Wanted
from keizoku.reviews.queries.history import (
    TimelineRow,
    campaigns_of,
    counts_by_state,
    over_on,
    timeline,
)
from keizoku.reviews.queries.queue import (
    DeskCounts,
    FilterRow,
    QueueKey,
    QueueRow,
    count,
    counts,
    queue,
    saved_filters,
    waiting,
)
from keizoku.reviews.queries.rows import ReviewRow, by_id, code_of
from keizoku.reviews.queries.sittings import Known, Sitting

__all__ = [
    "ENTRIES",
    "Board",
    "Case",
    "CaseField",
    "DecisionRow",
    "DeskCounts",
    "FilterRow",
    "Group",
    "Known",
    "Load",
    "QueueKey",
    "QueueRow",
    "ReviewRow",
    "Sitting",
    "TimelineRow",
    "Wanted",
    "board",
    "by_id",
    "campaigns_of",
    "case",
    "code_of",
    "count",
    "counts",
    "counts_by_state",
    "over_on",
    "queue",
    "saved_filters",
    "timeline",
    "waiting",
]
