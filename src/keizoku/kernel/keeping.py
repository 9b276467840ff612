"""What a room says of the rows it keeps: kinds, with a beginning of their period and a way to go; the rest, with a reason.

Each room lists its own in ``<room>/kept.py`` (``KINDS`` and ``EXEMPT``); the room ``retention`` gathers them, and a test
walks the database so that no table is without either. Pure: SQL stands here as text.
"""

from dataclasses import dataclass
from enum import StrEnum


class Start(StrEnum):
    """What the period is counted from."""

    RELATION_ENDED = "relation_ended"
    CAMPAIGN_FINISHED = "campaign_finished"
    CREATED = "created"
    SETTLED = "settled"

    @property
    def label(self) -> str:
        return _START_LABELS[self]


_START_LABELS = {
    Start.RELATION_ENDED: "取引の終わり（解約日）",
    Start.CAMPAIGN_FINISHED: "キャンペーンの終わり",
    Start.CREATED: "作成した日",
    Start.SETTLED: "用が済んだ日",
}


class Verb(StrEnum):
    """How rows go: deleted, their partition dropped, or reduced to a stub."""

    DELETE = "delete"
    DROP = "drop"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Way:
    """One step of a batch's destruction. ``condition`` is SQL in which ``$1`` is the batch's subjects (bigint[]).

    ``DROP`` drops the partitions "<table>_<subject>" and has no condition; ``UPDATE`` sets ``assignments``.
    """

    table: str
    condition: str = ""
    verb: Verb = Verb.DELETE
    assignments: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """Rows that are kept for one period and go together.

    Attributes:
        name: stable, as policies name it.
        label: what staff call it.
        start: what the period is counted from.
        due: a SELECT of (subject, customer, campaign, day the period begins) of all that is still there and whose period
            has begun; customer and campaign, where known, are what a hold names.
        ways: how a batch of subjects goes, in order.
        least_months: the shortest period that the law allows.
        files: a SELECT of (subject, stored file's id) with one ``%s`` for the subjects; the files go with the rows.
    """

    name: str
    label: str
    start: Start
    due: str
    ways: tuple[Way, ...]
    least_months: int = 0
    files: str = ""
