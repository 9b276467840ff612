"""A customer's ratings as they followed each other: only those that brought something new. For timelines."""

from dataclasses import dataclass
from datetime import datetime

from keizoku.risk.models import Rating
from keizoku.risk.rules.scale import Level


@dataclass(frozen=True, slots=True)
class RatingChange:
    """What held from then on; why it holds is the rating's own page's to say."""

    id: int
    at: datetime
    level: Level
    points: int
    is_provisional: bool
    scorecard_title: str


def rating_changes(customer_id: int) -> list[RatingChange]:
    """Ratings whose level, points or standing as provisional differ from the one before, oldest first."""
    rows = Rating.objects.filter(customer_id=customer_id).select_related("scorecard").order_by("id")
    changes: list[RatingChange] = []
    before: tuple[str, int, bool] | None = None
    for row in rows:
        held = (row.level, row.points, row.is_provisional)
        if held != before:
            title = f"評価表 第{row.scorecard.version}版"
            changes.append(
                RatingChange(row.id, row.rated_at, Level(row.level), row.points, row.is_provisional, title)
            )
        before = held
    return changes
