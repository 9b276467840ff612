"""Opening reviews for a wave of a campaign: one statement over the set, never a loop over customers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection, transaction

from keizoku.audit import actions as audit
from keizoku.kernel.actor import Actor
from keizoku.reviews.errors import OpenAlready
from keizoku.reviews.rules.states import NOT_FINAL, State

# A collision of two random codes leaves its member for the next round: at a million codes in use, about one member
# in ten thousand, so the third round already has nobody.
_MOST_ROUNDS: Final = 20

# Ordered by customer, so that two campaigns opening at once wait for each other instead of dead-locking.
_OPEN: Final = """
    WITH member AS MATERIALIZED ({members}),
    candidate AS MATERIALIZED (
        SELECT member.seq, member.customer_id, member.questionnaire FROM member
         WHERE NOT EXISTS (
            SELECT 1 FROM reviews_review
             WHERE reviews_review.customer_id = member.customer_id
               AND (reviews_review.campaign_id = %s OR reviews_review.state = ANY(%s)))
    ),
    opened AS (
        INSERT INTO reviews_review
            (customer_id, campaign_id, seq, reference, state, state_since, round, opened_at, closes_on, help_kind,
             questionnaire)
        SELECT customer_id, %s, seq, keizoku_reference_code(), %s, %s, 1, %s, %s, '', questionnaire
          FROM candidate ORDER BY customer_id
            ON CONFLICT DO NOTHING
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM candidate), (SELECT count(*) FROM opened)
"""
_OPEN_ONE: Final = """
    INSERT INTO reviews_review
        (customer_id, reference, state, state_since, round, opened_at, closes_on, help_kind)
    SELECT id, keizoku_reference_code(), %(open)s, %(now)s, 1, %(now)s, %(closes_on)s, ''
      FROM customers_customer WHERE id = %(customer)s AND state = 'active'
        ON CONFLICT DO NOTHING
    RETURNING id
"""
_ELSEWHERE: Final = """
    WITH member AS MATERIALIZED ({members})
    SELECT count(*) FROM member
      JOIN reviews_review ON reviews_review.customer_id = member.customer_id
     WHERE reviews_review.state = ANY(%s) AND reviews_review.campaign_id IS DISTINCT FROM %s
"""
_DIGEST: Final = """
    SELECT count(*), encode(sha256(convert_to(string_agg(id::text, ',' ORDER BY id), 'UTF8')), 'hex')
      FROM reviews_review WHERE campaign_id = %s AND id > %s
"""


@dataclass(frozen=True, slots=True)
class OpenedReviews:
    """Reviews opened by this call, and members left alone because another review of theirs is not over."""

    opened: int
    already_open_elsewhere: int


@transaction.atomic
def open_one(customer_id: int, *, closes_on: date, now: datetime, actor: Actor) -> int:
    """Open a review of one customer outside of any campaign, and return its id; nobody is written to by it.

    Raises:
        OpenAlready: the customer has a review that is not over, or no relation any more.
    """
    values: dict[str, Any] = {
        "customer": customer_id,
        "open": State.OPEN.value,
        "now": now,
        "closes_on": closes_on,
    }
    with connection.cursor() as cursor:
        for _ in range(_MOST_ROUNDS):
            cursor.execute(
                "SELECT EXISTS (SELECT FROM reviews_review WHERE customer_id = %s AND state = ANY(%s))",
                [customer_id, [state.value for state in NOT_FINAL]],
            )
            (is_open,) = cursor.fetchone()
            if is_open:
                break
            cursor.execute(_OPEN_ONE, values)
            if (row := cursor.fetchone()) is not None:
                audit.record(
                    actor=actor,
                    action="reviews.review.opened",
                    subject=("review", row[0]),
                    details={"customer": customer_id, "closes_on": closes_on.isoformat()},
                )
                return int(row[0])
    raise OpenAlready


def open_reviews(
    *, campaign_id: int, members_sql: str, params: Sequence[Any], closes_on: date, now: datetime
) -> OpenedReviews:
    """Open a review for each member who has none: repeating it opens nothing twice.

    Args:
        campaign_id: who asks.
        members_sql: a SELECT of (seq, customer_id, questionnaire), one row a customer, with ``%s`` placeholders; the
            questionnaire is a name, or empty for what each kind of customer is asked.
        params: the values of its placeholders, in order.
        closes_on: the last day on which answers are taken.
        now: business time.
    """
    states = [state.value for state in NOT_FINAL]
    with transaction.atomic(), connection.cursor() as cursor:
        # A million members take minutes, and a second campaign that opens meanwhile waits for all of it.
        cursor.execute("SET LOCAL statement_timeout = '15min'; SET LOCAL lock_timeout = '15min'")
        cursor.execute("SELECT coalesce(max(id), 0) FROM reviews_review")
        (newest,) = cursor.fetchone()
        statement = _OPEN.format(members=members_sql)
        values: list[Any] = [*params, campaign_id, states, campaign_id, State.OPEN.value, now, now, closes_on]
        for _ in range(_MOST_ROUNDS):
            cursor.execute(statement, values)
            candidates, opened = cursor.fetchone()
            if candidates == opened:
                break
        else:
            raise RuntimeError(f"campaign {campaign_id}: {candidates - opened} members got no reference code")
        cursor.execute(_ELSEWHERE.format(members=members_sql), [*params, states, campaign_id])
        (elsewhere,) = cursor.fetchone()
        cursor.execute(_DIGEST, [campaign_id, newest])
        count, digest = cursor.fetchone()
        if count:
            audit.record_many(
                actor=Actor.system("campaigns"),
                action="reviews.review.opened",
                subject=("campaign", campaign_id),
                count=count,
                ids_digest=digest,
                details={"closes_on": closes_on.isoformat()},
            )
    return OpenedReviews(count, elsewhere)
