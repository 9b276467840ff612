"""The set-based writing of ratings and standings, around the compiled scorecard. Only ``actions`` calls me."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from keizoku.risk import locks
from keizoku.risk.compile import compile_scorecard
from keizoku.risk.queries import ActiveScorecard
from keizoku.risk.rules.scale import EventKind, Level

# A rating is new where anything of it differs, the scorecard included: its reasons are numbered by that scorecard.
# Its id is drawn before it is written, so that the standing can name it without a join of two unestimated sets.
_WRITE = """
    WITH rated AS MATERIALIZED ({rated}),
    joined AS (
        SELECT rated.*,
               (earlier_settled_level, earlier_lower_since) IS DISTINCT FROM (rated.settled_level, rated.lower_since)
               AS is_resettled,
               (l.scorecard_id, l.points, l.scored_level, l.level, l.level_basis, l.reasons, l.missing)
               IS DISTINCT FROM (%s::bigint, rated.points, rated.scored_level, rated.level, rated.level_basis,
                                 rated.reasons, rated.missing) AS is_new,
               coalesce(l.scorecard_id <> %s AND rated.last < %s AND {scored_rank} > {earlier_rank}, false) AS is_raised
        FROM rated
        LEFT JOIN risk_rating l ON l.id = rated.earlier_id
    ),
    pulled AS (
        SELECT joined.*, is_raised AND %s + {raised_days} < due_on AS is_pulled FROM joined
    ),
    dated AS (
        SELECT pulled.*, CASE WHEN is_pulled THEN %s + {raised_days} ELSE due_on END AS asked_on,
               CASE WHEN is_pulled THEN 'event' ELSE due_basis END AS asked_basis
        FROM pulled
    ),
    compared AS MATERIALIZED (
        SELECT dated.*,
               (earlier_due_on, earlier_due_basis) IS DISTINCT FROM (asked_on, asked_basis) OR is_resettled AS is_moved
        FROM dated
    ),
    raised AS (
        INSERT INTO risk_event (customer_id, kind, occurred_on, recorded_by, recorded_at)
        SELECT customer_id, 'scorecard', %s, %s, statement_timestamp() FROM compared WHERE is_raised
        ON CONFLICT DO NOTHING
    ),
    named AS MATERIALIZED (
        SELECT compared.*,
               CASE WHEN is_new THEN nextval('risk_rating_id_seq') ELSE earlier_id END AS rating_id
        FROM compared
        WHERE is_new OR is_moved
    ),
    written AS (
        INSERT INTO risk_rating
            (id, customer_id, scorecard_id, points, scored_level, level, level_basis, is_provisional, reasons, missing,
             rated_on, rated_at)
        SELECT rating_id, customer_id, %s, points, scored_level, level, level_basis, is_provisional,
               reasons, missing, %s, statement_timestamp()
        FROM named WHERE is_new
    ),
    stood AS (
        INSERT INTO risk_standing (customer_id, level, points, is_provisional, rating_id, due_on, due_basis, planned_on,
                                   settled_level, lower_since)
        SELECT customer_id, level, points, is_provisional, rating_id, asked_on, asked_basis, asked_on,
               settled_level, lower_since
        FROM named
        ON CONFLICT (customer_id) DO UPDATE SET
            level = excluded.level, points = excluded.points, is_provisional = excluded.is_provisional,
            rating_id = excluded.rating_id, due_on = excluded.due_on, due_basis = excluded.due_basis,
            planned_on = CASE WHEN risk_standing.due_on = excluded.due_on THEN risk_standing.planned_on
                              ELSE excluded.due_on END,
            settled_level = excluded.settled_level, lower_since = excluded.lower_since
    )
    SELECT count(*), count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE level IS DISTINCT FROM earlier_level),
           count(*) FILTER (WHERE is_new OR is_moved),
           encode(sha256(convert_to(
               coalesce(string_agg(customer_id::text, ',' ORDER BY customer_id) FILTER (WHERE is_new), ''), 'UTF8'
           )), 'hex')
    FROM compared
"""

# Slots are counted from 2000-01-01, ``most`` a day. From the last due date backwards, everybody takes the latest slot
# that is free and in time (s(i) = min over j <= i of d(j) + j, less i); whoever would fall before today is packed from
# today on in the order of due dates. Both sequences rise strictly, so does the greater of the two: no slot is taken twice.
_SPREAD = """
    WITH ordered AS (
        SELECT s.customer_id, s.due_on, row_number() OVER backwards - 1 AS place, count(*) OVER () AS customers
        FROM risk_standing s JOIN customers_customer c ON c.id = s.customer_id AND c.state = 'active'
        WINDOW backwards AS (ORDER BY s.due_on DESC, s.customer_id DESC)
    ),
    slotted AS (
        SELECT customer_id,
               greatest(
                   min((due_on - DATE '2000-01-01')::bigint * %(most)s + %(most)s - 1 + place) OVER (ORDER BY place) - place,
                   (%(today)s - DATE '2000-01-01')::bigint * %(most)s + customers - 1 - place
               ) AS slot
        FROM ordered
    )
    UPDATE risk_standing s SET planned_on = DATE '2000-01-01' + (slot / %(most)s)::int
    FROM slotted
    WHERE s.customer_id = slotted.customer_id AND s.planned_on <> DATE '2000-01-01' + (slot / %(most)s)::int
"""
_UNSPREAD = "UPDATE risk_standing SET planned_on = due_on WHERE planned_on <> due_on"


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


def blocks_of_customers() -> list[int]:
    """The blocks (``locks``) in which there are customers, in rising order."""
    blocks: list[int] = []
    with connection.cursor() as cursor:
        first = 0
        while True:
            cursor.execute("SELECT min(customer_id) FROM customers_fact WHERE customer_id >= %s", [first])
            (found,) = cursor.fetchone()
            if found is None:
                return blocks
            blocks.append(locks.block_of(found))
            first = locks.customers_in(blocks[-1])[1] + 1


def write_ratings(scorecard: ActiveScorecard, today: date, *, first: int, last: int, by: str) -> Written:
    """Rate the active customers from ``first`` to ``last``; write what differs, in one statement."""
    rated = compile_scorecard(scorecard.definition, today, first=first, last=last)
    sql = _WRITE.format(
        rated=rated.sql,
        scored_rank=_rank("rated.scored_level"),
        earlier_rank=_rank("l.scored_level"),
        raised_days=scorecard.definition.event_days[EventKind.SCORECARD],
    )
    compared: list[Any] = [scorecard.id, scorecard.id, today, today, today, today, by]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")  # a block's rows stay in memory
        cursor.execute(sql, [*rated.parameters, *compared, scorecard.id, today])
        return Written(*cursor.fetchone())


def spread(most_due_a_day: int | None, today: date) -> int:
    """Plan everybody within the day's cap (ADR 0011); return how many days were moved. Without a cap, the due dates."""
    with connection.cursor() as cursor:
        if most_due_a_day is None:
            cursor.execute(_UNSPREAD)
        else:
            cursor.execute(_SPREAD, {"most": most_due_a_day, "today": today})
        return int(cursor.rowcount)


def _rank(column: str) -> str:
    cases = " ".join(f"WHEN '{level}' THEN {level.rank}" for level in Level)
    return f"(CASE {column} {cases} END)"
