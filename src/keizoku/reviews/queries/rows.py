"""One review as the other rooms see it, without anything personal."""

from dataclasses import dataclass
from datetime import date, datetime

from keizoku.customers.codes import Kind
from keizoku.kernel.text.numbers import format_reference_code
from keizoku.reviews.models import Review
from keizoku.reviews.rules import states
from keizoku.reviews.rules.states import STATE_WORDS, State

REFERENCE_DIGITS = 11


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """``reference`` is the number behind links and codes; ``code`` is how people see it.

    ``questionnaire`` is what the campaign chose; empty: what the customer's kind is asked.
    """

    id: int
    customer_id: int
    campaign_id: int | None
    reference: int
    state: State
    round: int
    opened_at: datetime
    closes_on: date
    answered_at: datetime | None
    is_corporation: bool
    language: str
    questionnaire: str

    @property
    def code(self) -> str:
        return code_of(self.reference)

    @property
    def state_words(self) -> str:
        return STATE_WORDS[self.state]

    @property
    def awaits_customer(self) -> bool:
        return self.state in states.AWAITING_CUSTOMER


def code_of(reference: int) -> str:
    """12345678901 as 12345-67890-1, leading zeros kept."""
    return format_reference_code(f"{reference:0{REFERENCE_DIGITS}d}")


def row_of(review: Review) -> ReviewRow:
    return ReviewRow(
        id=review.id,
        customer_id=review.customer_id,
        campaign_id=review.campaign_id,
        reference=review.reference,
        state=State(review.state),
        round=review.round,
        opened_at=review.opened_at,
        closes_on=review.closes_on,
        answered_at=review.answered_at,
        is_corporation=review.customer.kind == Kind.CORPORATION,
        language=review.language,
        questionnaire=review.questionnaire,
    )


def by_id(review_id: int) -> ReviewRow | None:
    review = Review.objects.select_related("customer").filter(id=review_id).first()
    return row_of(review) if review else None


def locked(review_id: int) -> ReviewRow:
    """The review, locked until the transaction's end. Raises ``ObjectDoesNotExist``."""
    reviews = Review.objects.select_related("customer").select_for_update(of=("self",))
    return row_of(reviews.get(id=review_id))


def by_reference(reference: int) -> ReviewRow | None:
    review = Review.objects.select_related("customer").filter(reference=reference).first()
    return row_of(review) if review else None
