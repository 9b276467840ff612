"""Withdrawing reviews that nobody shall answer any more: of a campaign that was stopped, or that was wrong.

Invariant: whose review is withdrawn is not written to by that campaign (a contact stop is left in the same transaction), and
another campaign may reach him.
"""

from typing import Final

from django.db import connection, transaction

from keizoku.audit import actions as audit
from keizoku.audit.rules import ids_digest
from keizoku.forms import actions as forms
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_now
from keizoku.reviews.rules.states import AWAITING_CUSTOMER, State

_AT_ONCE: Final = 5_000
_WITHDRAW: Final = """
WITH taken AS (
    SELECT r.id, r.customer_id FROM reviews_review r
    WHERE r.campaign_id = %(campaign)s AND r.state = ANY(%(awaiting)s) AND ({members})
    ORDER BY r.id LIMIT %(at_once)s FOR UPDATE
), stopped AS (
    INSERT INTO customers_contactstop (customer_id, campaign_id, reason, created_at)
    SELECT customer_id, %(campaign)s, 'withdrawn', now() FROM taken
    ON CONFLICT DO NOTHING
)
UPDATE reviews_review r SET state = %(withdrawn)s, state_since = %(now)s
FROM taken WHERE r.id = taken.id
RETURNING r.id
"""


@transaction.atomic
def withdraw_some(campaign_id: int, *, members: str, because: str, actor: Actor) -> int:
    """End at most five thousand reviews of a campaign that wait for their customers; returns how many.

    Args:
        campaign_id: whose reviews.
        members: a SQL condition over ``reviews_review r``, of our own words.
        because: a code for the audit.
        actor: who decided it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _WITHDRAW.format(members=members),
            {
                "campaign": campaign_id,
                "awaiting": [state.value for state in AWAITING_CUSTOMER],
                "withdrawn": State.WITHDRAWN.value,
                "now": business_now(),
                "at_once": _AT_ONCE,
            },
        )
        ids = sorted(row[0] for row in cursor.fetchall())
    if ids:
        forms.drop_drafts(ids)
        audit.record_many(
            actor=actor,
            action="reviews.review.withdrawn",
            subject=("campaign", campaign_id),
            count=len(ids),
            ids_digest=ids_digest(ids),
            details={"because": because},
        )
    return len(ids)
