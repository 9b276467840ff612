"""Answers and decisions as another system may read them: which fields would change, and what was decided; no value."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from keizoku.reviews.models import Answer, Decision, ProposedChange, Review
from keizoku.reviews.queries.rows import ReviewRow, row_of
from keizoku.reviews.rules.states import State


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One field of an answer; ``kind`` says change, confirmation or note."""

    field: str
    kind: str
    is_change: bool


@dataclass(frozen=True, slots=True)
class RoundRow:
    """One round: the answer, and the decision once there is one. ``outcome`` and ``reason`` are codes."""

    answer_id: int
    number: int
    submitted_at: datetime
    entry: str
    proposals: tuple[ProposalRow, ...]
    outcome: str | None
    reason: str | None
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class AnsweredReview:
    review: ReviewRow
    rounds: tuple[RoundRow, ...]


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer in the list of all, in the order of their coming."""

    answer_id: int
    review_id: int
    customer_id: int
    campaign_id: int | None
    round: int
    submitted_at: datetime
    state: State


def answers_after(
    after: int, limit: int, *, campaign_id: int | None = None, states: Sequence[State] = ()
) -> list[AnswerRow]:
    """The next ``limit`` answers behind an answer's id."""
    rows = Answer.objects.select_related("review").filter(id__gt=after).order_by("id")
    if campaign_id is not None:
        rows = rows.filter(review__campaign_id=campaign_id)
    if states:
        rows = rows.filter(review__state__in=[state.value for state in states])
    return [
        AnswerRow(
            row.id,
            row.review_id,
            row.review.customer_id,
            row.review.campaign_id,
            row.round,
            row.submitted_at,
            State(row.review.state),
        )
        for row in rows[:limit]
    ]


def answered(review_id: int) -> AnsweredReview:
    """One review with all its rounds. Raises ``Review.DoesNotExist``."""
    review = Review.objects.select_related("customer").get(id=review_id)
    decisions = {row.round: row for row in Decision.objects.filter(review_id=review_id)}
    proposed: dict[int, list[ProposalRow]] = {}
    for row in ProposedChange.objects.filter(review_id=review_id).order_by("round", "position"):
        proposed.setdefault(row.round, []).append(ProposalRow(row.field, row.kind, row.is_change))
    rounds = (
        _round(answer, proposed.get(answer.round, []), decisions.get(answer.round))
        for answer in Answer.objects.filter(review_id=review_id).order_by("round")
    )
    return AnsweredReview(row_of(review), tuple(rounds))


def _round(answer: Answer, proposals: Sequence[ProposalRow], decision: Decision | None) -> RoundRow:
    return RoundRow(
        answer_id=answer.id,
        number=answer.round,
        submitted_at=answer.submitted_at,
        entry=answer.entry,
        proposals=tuple(proposals),
        outcome=decision.outcome if decision else None,
        reason=decision.reason_code if decision else None,
        decided_at=decision.decided_at if decision else None,
    )
