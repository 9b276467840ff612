"""Which shots each kind of document needs, in which order, and how long there is for them.

The back of a My Number card shows the Individual Number, which may not be collected (番号法 15条, 20条): that kind has no
back step at all. A tilt shot shows the document's thickness (犯収法施行規則 6条1項1号ホ).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """As ``keizoku.vision`` names them."""

    DRIVING_LICENCE = "driving_licence"
    DRIVING_HISTORY = "driving_history"
    MY_NUMBER_CARD = "my_number_card"
    PASSPORT = "passport"
    RESIDENCE_CARD = "residence_card"
    SPECIAL_PERMANENT_RESIDENT = "special_permanent_resident"


KIND_WORDS: Final = {
    Kind.DRIVING_LICENCE: "運転免許証",
    Kind.DRIVING_HISTORY: "運転経歴証明書",
    Kind.MY_NUMBER_CARD: "マイナンバーカード",
    Kind.PASSPORT: "パスポート",
    Kind.RESIDENCE_CARD: "在留カード",
    Kind.SPECIAL_PERMANENT_RESIDENT: "特別永住者証明書",
}


class StepName(StrEnum):
    FRONT = "front"
    BACK = "back"
    TILT = "tilt"
    FACE = "face"


STEP_WORDS: Final = {
    StepName.FRONT: "表面",
    StepName.BACK: "裏面",
    StepName.TILT: "傾けた表面（厚み）",
    StepName.FACE: "顔",
}
_BOTH_SIDES: Final = (StepName.FRONT, StepName.BACK, StepName.TILT, StepName.FACE)
_FRONT_ALONE: Final = (StepName.FRONT, StepName.TILT, StepName.FACE)
STEPS: Final[dict[Kind, tuple[StepName, ...]]] = {
    Kind.DRIVING_LICENCE: _BOTH_SIDES,
    Kind.DRIVING_HISTORY: _BOTH_SIDES,
    Kind.MY_NUMBER_CARD: _FRONT_ALONE,
    Kind.PASSPORT: _FRONT_ALONE,
    Kind.RESIDENCE_CARD: _BOTH_SIDES,
    Kind.SPECIAL_PERMANENT_RESIDENT: _BOTH_SIDES,
}
PLAIN_POSE: Final = "front"

LONGEST_CHALLENGE: Final = timedelta(minutes=10)
LONGEST_FACE_CHALLENGE: Final = timedelta(minutes=2)
LONGEST_SESSION: Final = timedelta(hours=2)
# Our choice: who has not managed by then is better served by a person.
MOST_CHALLENGES: Final = 30
MOST_SHOTS: Final = 120
LARGEST_SHOT: Final = 15 * 1024 * 1024
# A browser's own clock may be read this much later than it was started by us, and no head turns quicker.
CLOCK_SLACK_MS: Final = 3_000
LEAST_BETWEEN_POSES_MS: Final = 300


@dataclass(frozen=True, slots=True)
class Step:
    """One shot that is asked for; ``pose`` only for faces ("front", "left", …)."""

    name: StepName
    pose: str = ""

    def as_row(self) -> list[str]:
        return [self.name.value, self.pose]


class SkipReason(StrEnum):
    """Why a shot is not made. Each sends the verification to a person, without blame."""

    HEAD_TURN_DECLINED = "head_turn_declined"
    FACE_DECLINED = "face_declined"
    CANNOT_TILT = "cannot_tilt"
    NO_BACK = "no_back"


SKIP_WORDS: Final = {
    SkipReason.HEAD_TURN_DECLINED: "顔の向きを変える撮影を希望しない",
    SkipReason.FACE_DECLINED: "顔の撮影を希望しない",
    SkipReason.CANNOT_TILT: "傾けた撮影ができない",
    SkipReason.NO_BACK: "裏面の撮影ができない",
}
MAY_SKIP: Final[dict[StepName, frozenset[SkipReason]]] = {
    StepName.FRONT: frozenset(),
    StepName.BACK: frozenset({SkipReason.NO_BACK}),
    StepName.TILT: frozenset({SkipReason.CANNOT_TILT}),
    StepName.FACE: frozenset({SkipReason.HEAD_TURN_DECLINED, SkipReason.FACE_DECLINED}),
}


def steps_of(kind: Kind, *, again: Collection[str] = ()) -> tuple[StepName, ...]:
    """What this kind needs, in order; where single shots are asked for again, only these."""
    return tuple(name for name in STEPS[kind] if not again or name.value in again)


def outstanding(
    needed: Sequence[StepName], taken: Collection[StepName], skipped: Collection[tuple[StepName, str]]
) -> tuple[StepName, ...]:
    """The steps that are neither taken nor skipped; a declined head turn leaves one plain picture of the face to take."""
    let_go = {name for name, reason in skipped if reason != SkipReason.HEAD_TURN_DECLINED}
    return tuple(name for name in needed if name not in taken and name not in let_go)


def part_of(left: Sequence[StepName], poses: Sequence[str], *, may_turn: bool) -> tuple[Step, ...]:
    """What one challenge asks for: the document's shots together, then the face, whose poses nobody knows before."""
    document = tuple(Step(name) for name in left if name is not StepName.FACE)
    if document or not left:
        return document
    return tuple(Step(StepName.FACE, pose) for pose in (poses if may_turn else [PLAIN_POSE]))


def lasts(steps: Sequence[Step]) -> timedelta:
    is_face = any(step.name is StepName.FACE for step in steps)
    return LONGEST_FACE_CHALLENGE if is_face else LONGEST_CHALLENGE


def is_timely(taken_at_ms: int, elapsed_ms: int, before_ms: int | None, *, is_face: bool) -> bool:
    """Whether a shot can have been made when it says: after the one before, and not later than now.

    Args:
        taken_at_ms: milliseconds since the page was given its challenge, by the browser's own steady clock.
        elapsed_ms: milliseconds since we gave it, by ours.
        before_ms: what the accepted shot before said.
        is_face: heads need a moment to turn; a document's shot only has to follow.
    """
    least = 0 if before_ms is None else before_ms + (LEAST_BETWEEN_POSES_MS if is_face else 1)
    return least <= taken_at_ms <= elapsed_ms + CLOCK_SLACK_MS
