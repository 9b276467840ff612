"""What moves between two ratings of one customer by one scorecard, factor by factor, in words. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from keizoku.kernel.text.sentences import Listed
from keizoku.risk.rules.rating import Rating, Reason
from keizoku.risk.rules.scale import Level
from keizoku.risk.rules.scorecard import Scorecard
from keizoku.risk.rules.words import weight_words

NOTHING = "点数なし"


@dataclass(frozen=True, slots=True)
class Move:
    """One factor that counts otherwise; ``before`` and ``after`` are its reasons in words."""

    label: str
    before: str
    after: str
    points_before: int
    points_after: int


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What the scorecard says before and after; neither cool-down nor any other circumstance is in it."""

    points_before: int
    points_after: int
    level_before: Level
    level_after: Level
    moves: tuple[Move, ...]

    @property
    def is_moved(self) -> bool:
        return bool(self.moves) or self.level_before is not self.level_after


def compare(scorecard: Scorecard, before: Rating, after: Rating) -> Foreseen:
    return Foreseen(
        before.points,
        after.points,
        before.level,
        after.level,
        tuple(
            Move(
                factor.label,
                _words(scorecard, old),
                _words(scorecard, new),
                sum(reason.points for reason in old),
                sum(reason.points for reason in new),
            )
            for factor in scorecard.factors
            for old, new in ((_of(before, factor.id), _of(after, factor.id)),)
            if old != new
        ),
    )


def _of(rating: Rating, factor_id: str) -> tuple[Reason, ...]:
    return tuple(reason for reason in rating.reasons if reason.factor == factor_id)


def _words(scorecard: Scorecard, reasons: Iterable[Reason]) -> str:
    return Listed("、", weight_words(scorecard, reasons)) or NOTHING
