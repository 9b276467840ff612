"""One review as the other rooms see it, without anything personal."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import connection

from keizoku.customers.codes import Kind
from keizoku.kernel.text.numbers import format_reference_code
from keizoku.reviews.models import Review
from keizoku.reviews.rules import states
from keizoku.reviews.rules.states import STATE_WORDS, State

REFERENCE_DIGITS = 11
# Every page of a customer asks for it, with the business day: named as in ``ReviewRow``.
_READ: Final = """
    SELECT r.id, r.customer_id, r.campaign_id, r.reference, r.state, r.round, r.opened_at, r.closes_on, r.answered_at,
           c.kind = %s AS is_corporation, r.language, r.questionnaire,
           (keizoku_business_now() AT TIME ZONE 'Asia/Tokyo')::date AS read_on
      FROM reviews_review r JOIN customers_customer c ON c.id = r.customer_id
"""


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """``reference`` is the number behind links and codes; ``code`` is how people see it.

    ``questionnaire`` is what the campaign chose; empty: what the customer's kind is asked. ``read_on`` is the business day
    on which the row was read, where it was asked for with it.
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
    read_on: date | None = None

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
    return _read(f"{_READ} WHERE r.id = %s", review_id)


def locked(review_id: int) -> ReviewRow:
    """The review, locked until the transaction's end. Raises ``ObjectDoesNotExist``."""
    found = _read(f"{_READ} WHERE r.id = %s FOR UPDATE OF r", review_id)
    if found is None:
        raise Review.DoesNotExist
    return found


def by_reference(reference: int) -> ReviewRow | None:
    return _read(f"{_READ} WHERE r.reference = %s", reference)


def _read(statement: str, number: int) -> ReviewRow | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [Kind.CORPORATION.value, number])
        row = cursor.fetchone()
        names = [column.name for column in cursor.description or ()]
    if row is None:
        return None
    told = dict(zip(names, row, strict=True))
    return ReviewRow(**{**told, "state": State(told["state"])})
