"""Reads of reviews; typed rows out. What decrypts takes a grant, which only the audit gives."""

from keizoku.reviews.queries.cases import Case, CaseField, DecisionRow, case
from keizoku.reviews.queries.history import (
    CampaignCounts,
    TimelineRow,
    campaign_counts,
    campaigns_of,
    counts_by_state,
    over_on,
    timeline,
)
from keizoku.reviews.queries.queue import QueueKey, QueueRow, queue, waiting
from keizoku.reviews.queries.rows import ReviewRow, by_id, code_of
from keizoku.reviews.queries.sittings import Known, Sitting

__all__ = [
    "CampaignCounts",
    "Case",
    "CaseField",
    "DecisionRow",
    "Known",
    "QueueKey",
    "QueueRow",
    "ReviewRow",
    "Sitting",
    "TimelineRow",
    "by_id",
    "campaign_counts",
    "campaigns_of",
    "case",
    "code_of",
    "counts_by_state",
    "over_on",
    "queue",
    "timeline",
    "waiting",
]
