"""Answers and decisions: which fields would change and what was decided; the values for a recorded purpose only."""

from datetime import date, datetime
from typing import Annotated, Final

from ninja import Field, Path, Query, Router, Schema

from keizoku.api import paging
from keizoku.api.access import ApiRequest, allowed
from keizoku.api.v1.customers import PURPOSES, Purpose, Strict
from keizoku.audit import actions as audit
from keizoku.reviews import queries as reviews
from keizoku.reviews.queries import answers
from keizoku.reviews.rules.states import State

router: Final = Router(tags=["answers"])
OF: Final = "answers"
ReviewId = Path[Annotated[int, Field(ge=1, le=2**63 - 1)]]


class Answer(Schema):
    answer_id: int
    review_id: int
    customer_id: int
    campaign_id: int | None
    round: int
    submitted_at: datetime
    state: str


class AnswerPage(Schema):
    items: list[Answer]
    next: str | None


class Proposal(Schema):
    field: str
    kind: str
    is_change: bool


class Round(Schema):
    answer_id: int
    number: int
    submitted_at: datetime
    entry: str
    proposals: list[Proposal]
    outcome: str | None
    reason: str | None
    decided_at: datetime | None


class Review(Schema):
    id: int
    customer_id: int
    campaign_id: int | None
    state: str
    round: int
    opened_at: datetime
    closes_on: date
    answered_at: datetime | None
    rounds: list[Round]


class AnswerAsked(Strict):
    purpose: Purpose


class ProposalValue(Schema):
    field: str
    old: str
    new: str
    is_change: bool


class AnswerValues(Schema):
    review_id: int
    customer_id: int
    round: int
    values: list[ProposalValue]


class AnswersNarrowed(Schema):
    campaign: int | None = None
    state: list[State] = []
    cursor: str | None = None
    limit: paging.Limit = paging.USUAL


@router.get("", response=AnswerPage, **allowed("answers:read", "answer-list"))
def listing(request: ApiRequest, narrowed: Query[AnswersNarrowed]) -> AnswerPage:
    """届いた順の回答。 Answers in the order of their coming; `state` is the review's now."""
    filters = (narrowed.campaign, tuple(narrowed.state))
    key = paging.read(narrowed.cursor, OF, filters)
    rows = answers.answers_after(
        int(key[0]) if key else 0, narrowed.limit + 1, campaign_id=narrowed.campaign, states=narrowed.state
    )
    shown, following = paging.page(rows, narrowed.limit, lambda row: (row.answer_id,), OF, filters)
    items = [Answer(**{name: getattr(row, name) for name in Answer.model_fields}) for row in shown]
    return AnswerPage(items=items, next=following)


@router.get("/{int:review_id}", response=Review, **allowed("answers:read", "answer-read", 404))
def read(request: ApiRequest, review_id: ReviewId) -> Review:
    """1件の確認の、回答と決定。値はありません。 One review with its rounds, without values."""
    found = answers.answered(review_id)
    row = found.review
    return Review(
        id=row.id,
        customer_id=row.customer_id,
        campaign_id=row.campaign_id,
        state=row.state.value,
        round=row.round,
        opened_at=row.opened_at,
        closes_on=row.closes_on,
        answered_at=row.answered_at,
        rounds=[
            Round(
                answer_id=each.answer_id,
                number=each.number,
                submitted_at=each.submitted_at,
                entry=each.entry,
                proposals=[
                    Proposal(field=one.field, kind=one.kind, is_change=one.is_change)
                    for one in each.proposals
                ],
                outcome=each.outcome,
                reason=each.reason,
                decided_at=each.decided_at,
            )
            for each in found.rounds
        ],
    )


@router.post(
    "/{int:review_id}/reveal", response=AnswerValues, **allowed("answers:reveal", "answer-reveal", 404)
)
def reveal(request: ApiRequest, asked: AnswerAsked, review_id: ReviewId) -> AnswerValues:
    """目的を証跡に残して、今の回の値を読む。 This round's values beside the record's; the reading is written down before."""
    review = answers.answered(review_id).review
    grant = audit.grant_read(
        actor=request.auth.actor, purpose=PURPOSES[asked.purpose], subjects=[review.customer_id]
    )
    case = reviews.case(review_id, grant)
    return AnswerValues(
        review_id=review_id,
        customer_id=review.customer_id,
        round=review.round,
        values=[
            ProposalValue(field=one.field, old=one.old, new=one.new, is_change=one.is_change)
            for one in case.fields
        ],
    )
