"""Counts of reviews, and what happened in those of one customer."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q

from keizoku.reviews.models import Answer, Review
from keizoku.reviews.queries.rows import code_of
from keizoku.reviews.rules.reasons import OUTCOME_WORDS, Outcome, help_words, reason_words
from keizoku.reviews.rules.states import AWAITING_CUSTOMER, STATE_WORDS, State

_AWAITING = [state.value for state in AWAITING_CUSTOMER]


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One event of a customer's reviews; ``by`` is an id of staff, None for the customer or the system."""

    at: datetime
    review_id: int
    code: str
    words: str
    by: int | None


def counts_by_state(campaign_id: int | None = None) -> dict[State, int]:
    """How many reviews are in each state, of one campaign or of all; every state is named."""
    rows = Review.objects.all() if campaign_id is None else Review.objects.filter(campaign_id=campaign_id)
    found = dict(rows.values_list("state").annotate(count=Count("id")))
    return {state: found.get(state.value, 0) for state in State}


def campaigns_of(customer_id: int) -> list[int]:
    """The campaigns that opened a review of this customer, oldest first."""
    rows = Review.objects.filter(customer_id=customer_id, campaign_id__isnull=False).order_by("id")
    return [
        campaign_id for campaign_id in rows.values_list("campaign_id", flat=True) if campaign_id is not None
    ]


def over_on(review_ids: Collection[int], today: date) -> set[int]:
    """Those of the reviews that ended without an answer, or whose deadline lies before today."""
    over = Q(state=State.UNANSWERED.value) | Q(state__in=_AWAITING, closes_on__lt=today)
    return set(Review.objects.filter(over, id__in=review_ids).values_list("id", flat=True))


def timeline(customer_id: int) -> list[TimelineRow]:
    """Everything that happened in a customer's reviews, oldest first."""
    reviews = Review.objects.filter(customer_id=customer_id).prefetch_related("answers", "decisions")
    rows = [row for review in reviews for row in _events(review)]
    return sorted(rows, key=lambda row: (row.at, row.review_id))


def _events(review: Review) -> Iterator[TimelineRow]:
    code = code_of(review.reference)
    yield TimelineRow(review.opened_at, review.id, code, "確認を始めました", None)
    for answer in review.answers.all():
        words = f"お客さまの回答（{Answer.Entry(answer.entry).label}）"
        yield TimelineRow(answer.business_at, review.id, code, words, answer.answered_by_id)
    for decision in review.decisions.all():
        outcome = Outcome(decision.outcome)
        words = f"{OUTCOME_WORDS[outcome]}：{reason_words(outcome, decision.reason_code)}"
        yield TimelineRow(decision.decided_at, review.id, code, words, decision.decided_by_id)
    if review.state in {State.UNANSWERED, State.NEEDS_PERSON}:
        words = help_words(review.help_kind) or STATE_WORDS[State(review.state)]
        yield TimelineRow(review.state_since, review.id, code, words, None)
