"""States of a check, what it may find, what may follow, and the draw. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

# Of a hundred decisions, until compliance sets a share: our own choice. Of 300 cases a day it puts up nine.
DEFAULT_PERCENT: Final = 3
_WHOLE: Final = 1 << 64


class State(StrEnum):
    WAITING = "waiting"
    PROPER = "proper"
    IMPROPER = "improper"
    SETTLED = "settled"


STATE_WORDS: Final = {
    State.WAITING: "確認待ち",
    State.PROPER: "適切",
    State.IMPROPER: "不適切・対応待ち",
    State.SETTLED: "不適切・対応済み",
}
TRANSITIONS: Final[Mapping[State, frozenset[State]]] = {
    State.WAITING: frozenset({State.PROPER, State.IMPROPER}),
    State.IMPROPER: frozenset({State.SETTLED}),
    State.PROPER: frozenset(),
    State.SETTLED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class MaximumAge:
    """How long a state may last before the check is marked as late; only a person ends it."""

    days: int

    @property
    def as_delta(self) -> timedelta:
        return timedelta(days=self.days)


# Our own choice: a fortnight for the second look, a week for what follows from a finding.
MAXIMUM_AGES: Final = {State.WAITING: MaximumAge(14), State.IMPROPER: MaximumAge(7)}

# What was wrong with the decision; closed, so that it can be counted.
FINDINGS: Final = {
    "value_not_checked": "値の確かめが足りない",
    "contradiction_missed": "ほかの情報との食い違いを見落とした",
    "identity_not_checked": "本人であることの確かめが足りない",
    "wrong_reason": "理由の選び方が違う",
    "wrong_outcome": "結論が違う",
    "policy_too_wide": "自動承認の決まりが広すぎる",
    "note_missing": "記録が足りない",
}


class FollowUp(StrEnum):
    TASK = "task"
    REVIEW = "review"
    NOTHING = "nothing"


FOLLOW_UP_WORDS: Final = {
    FollowUp.TASK: "タスクを開く",
    FollowUp.REVIEW: "新しい確認を開き、お客さまに連絡するタスクを開く",
    FollowUp.NOTHING: "お客さまへの対応はいらない",
}


def is_drawn(digest: bytes, percent: int) -> bool:
    """Whether a keyed digest falls within the share; of many, ``percent`` in a hundred do."""
    return int.from_bytes(digest[:8], "big") * 100 < percent * _WHOLE


def subject(purpose: str, review_id: int, number: int) -> str:
    """What the digest is taken of: nothing that whoever decides can choose."""
    return f"{purpose}:{review_id}.{number}"
