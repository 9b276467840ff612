"""The set-based writing of ratings and standings, around the compiled scorecard. Only ``actions`` calls me."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from keizoku.risk.compile import compile_scorecard
from keizoku.risk.queries import ActiveScorecard

# A rating is new where anything of it differs, the scorecard included: its reasons are numbered by that scorecard.
# Its id is drawn before it is written, so that the standing can name it without a join of two unestimated sets.
_WRITE = """
    WITH rated AS MATERIALIZED ({rated}),
    compared AS MATERIALIZED (
        SELECT rated.*, s.rating_id AS earlier_id, s.level AS earlier_level,
               (l.scorecard_id, l.points, l.level, l.is_provisional, l.reasons, l.missing) IS DISTINCT FROM
               (%s::bigint, rated.points, rated.level, rated.is_provisional, rated.reasons, rated.missing) AS is_new,
               (s.due_on, s.due_basis) IS DISTINCT FROM (rated.due_on, rated.due_basis) AS is_moved
        FROM rated
        LEFT JOIN risk_standing s ON s.customer_id = rated.customer_id
        LEFT JOIN risk_rating l ON l.id = s.rating_id
    ),
    named AS MATERIALIZED (
        SELECT compared.*,
               CASE WHEN is_new THEN nextval(pg_get_serial_sequence('risk_rating', 'id')) ELSE earlier_id END AS rating_id
        FROM compared
        WHERE is_new OR is_moved
    ),
    written AS (
        INSERT INTO risk_rating
            (id, customer_id, scorecard_id, points, level, is_provisional, reasons, missing, rated_on, rated_at)
        SELECT rating_id, customer_id, %s, points, level, is_provisional, reasons, missing, %s, statement_timestamp()
        FROM named WHERE is_new
    ),
    stood AS (
        INSERT INTO risk_standing (customer_id, level, points, is_provisional, rating_id, due_on, due_basis)
        SELECT customer_id, level, points, is_provisional, rating_id, due_on, due_basis FROM named
        ON CONFLICT (customer_id) DO UPDATE SET
            level = excluded.level, points = excluded.points, is_provisional = excluded.is_provisional,
            rating_id = excluded.rating_id, due_on = excluded.due_on, due_basis = excluded.due_basis
    )
    SELECT count(*), count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE level IS DISTINCT FROM earlier_level),
           count(*) FILTER (WHERE is_new OR is_moved),
           encode(sha256(convert_to(
               coalesce(string_agg(customer_id::text, ',' ORDER BY customer_id) FILTER (WHERE is_new), ''), 'UTF8'
           )), 'hex')
    FROM compared
"""

_NEXT_LAST = """
    SELECT max(customer_id) FROM (
        SELECT customer_id FROM customers_fact WHERE customer_id >= %s ORDER BY customer_id LIMIT %s
    ) chunk
"""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one range of customers.

    Attributes:
        customers: looked at; ``rated``: got a new rating; ``level_changed``: of these, to another level or their first;
            ``standings``: whose level or due date was written.
        ids_digest: of the customers with a new rating, as ``audit.rules.ids_digest`` makes it.
    """

    customers: int
    rated: int
    level_changed: int
    standings: int
    ids_digest: str


def end_of_range(first: int, size: int) -> int | None:
    """The last of the next ``size`` customers from ``first`` on; None when there are no more."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_LAST, [first, size])
        (last,) = cursor.fetchone()
    return last if last is None else int(last)


def write_ratings(scorecard: ActiveScorecard, today: date, *, first: int, last: int) -> Written:
    """Rate the active customers from ``first`` to ``last``; write what differs, in one statement."""
    rated = compile_scorecard(scorecard.definition, today, first=first, last=last)
    with connection.cursor() as cursor:
        cursor.execute(_WRITE.format(rated=rated.sql), [*rated.parameters, scorecard.id, scorecard.id, today])
        return Written(*cursor.fetchone())
