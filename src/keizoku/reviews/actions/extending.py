"""A later deadline for customers who were silent: their reviews stay open, or are opened again, until the new day.

Invariant: one customer has one review that is not over. Whose relation has ended, or who has another open review by now, is
left as he was.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Final

from django.db import connection, transaction

from keizoku.audit import actions as audit
from keizoku.audit.rules import ids_digest
from keizoku.kernel.actor import Actor
from keizoku.reviews.rules.states import AWAITING_CUSTOMER, NOT_FINAL, State

# A review of the second round or a later one goes back to where its customer was asked again.
_EXTEND: Final = """
    UPDATE reviews_review r SET
        closes_on = %(until)s,
        state = CASE WHEN r.state <> %(unanswered)s THEN r.state
                     WHEN r.round > 1 THEN %(asked_again)s ELSE %(open)s END,
        state_since = CASE WHEN r.state = %(unanswered)s THEN %(now)s ELSE r.state_since END
    FROM (
        SELECT id FROM reviews_review
        WHERE id = ANY(%(ids)s) AND (state = ANY(%(awaiting)s) OR state = %(unanswered)s) AND closes_on < %(until)s
        ORDER BY id FOR UPDATE
    ) taken
    WHERE r.id = taken.id
      AND EXISTS (SELECT FROM customers_customer c WHERE c.id = r.customer_id AND c.state = 'active')
      AND NOT EXISTS (
        SELECT FROM reviews_review other
        WHERE other.customer_id = r.customer_id AND other.id <> r.id AND other.state = ANY(%(not_final)s))
    RETURNING r.id
"""


@transaction.atomic
def extend(review_ids: Collection[int], until: date, now: datetime, *, actor: Actor) -> list[int]:
    """Give these reviews ``until`` as their last day; returns the ids of those that have it now.

    A review that is answered, decided or withdrawn is left alone, and so is one whose deadline is later already.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _EXTEND,
            {
                "ids": sorted(review_ids),
                "until": until,
                "now": now,
                "open": State.OPEN.value,
                "asked_again": State.ASKED_AGAIN.value,
                "unanswered": State.UNANSWERED.value,
                "awaiting": [state.value for state in AWAITING_CUSTOMER],
                "not_final": [state.value for state in NOT_FINAL],
            },
        )
        extended = sorted(review_id for (review_id,) in cursor.fetchall())
    if extended:
        audit.record_many(
            actor=actor,
            action="reviews.deadline.extended",
            count=len(extended),
            ids_digest=ids_digest(extended),
            details={"until": until.isoformat()},
        )
    return extended
