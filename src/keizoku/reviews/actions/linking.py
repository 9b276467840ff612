"""Who may link a LINE account: whoever holds a reference code of ours and proves the same two things as for an answer.

The code shows that our message reached him; it is good while its review waits for its customer, and after the answer for as
long as the code still means anything. One that went to somebody else, was withdrawn or ran out is not.
"""

from datetime import date
from typing import Final

from keizoku.customers.linking import actions as linking
from keizoku.reviews.actions.entering import looked_up, prove
from keizoku.reviews.errors import CodeUnknown, LinkUnknown
from keizoku.reviews.queries import rows
from keizoku.reviews.queries.rows import ReviewRow
from keizoku.reviews.rules.states import State

GOOD: Final = frozenset({State.OPEN, State.ASKED_AGAIN, State.ANSWERED, State.APPROVED})


def find_for_linking(code: str, source: str) -> ReviewRow:
    """The review behind a typed code, when its customer may link an account by it.

    Raises:
        CodeMalformed, TooManyGuesses, CodeUnknown: see there.
    """
    review = looked_up(code, source)
    if review.state not in GOOD:
        raise CodeUnknown
    return review


def may_link(review_id: int) -> ReviewRow:
    """The review again, a page later.

    Raises:
        LinkUnknown: it is gone, or no longer good for this.
    """
    review = rows.by_id(review_id)
    if review is None or review.state not in GOOD:
        raise LinkUnknown
    return review


def offer_link(review_id: int, birth_date: date, account_last4: str) -> str:
    """Check what only the customer knows, and return the nonce that LINE is to bring back.

    Raises:
        LinkUnknown, IdentificationLocked, IdentityMismatch: see there.
        LinkRefused: the relation has ended.
    """
    review = may_link(review_id)
    prove(review, birth_date, account_last4)
    return linking.offer(review.customer_id)
