"""Who is under simplified due diligence: judged in SQL for any range of customers, and read for one with its facts.

Invariants: a row stands exactly for whom all conditions held at the last judgement (each rating and each night); whoever
fails one loses the row in the same transaction, with a change that names what failed. Due dates do not move by it: it says
whom a campaign may leave out, and people choose that (the field ``simplified`` of audiences).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Count

from keizoku.risk.models import Simplified, SimplifiedChange
from keizoku.risk.queries import active_scorecard
from keizoku.risk.rules.scale import Level
from keizoku.risk.rules.scorecard import Scorecard
from keizoku.risk.rules.simplified import CIRCUMSTANCE, YEAR, Condition, Known, conditions

_KNOWN = """
    SELECT s.customer_id, f.kind, f.purpose, s.level, s.is_provisional, l.rated_on, f.confirmed_on,
           (SELECT max(v.occurred_on) FROM risk_event v WHERE v.customer_id = s.customer_id) AS last_event_on,
           EXISTS (SELECT FROM risk_circumstance r
                   WHERE r.customer_id = s.customer_id AND r.state IN ('in_force', 'ended')
                     AND (r.from_on >= %(year_ago)s OR r.until_on > %(year_ago)s)) AS has_circumstance,
           c.state = 'active' AS is_active, c.version
    FROM risk_standing s
    JOIN risk_rating l ON l.id = s.rating_id
    JOIN customers_fact f ON f.customer_id = s.customer_id
    JOIN customers_customer c ON c.id = s.customer_id
    WHERE s.customer_id BETWEEN %(first)s AND %(last)s
"""
# The same conditions as ``rules.simplified.conditions``, by their numbers.
_OTHERS_FAILED = """
    array_remove(ARRAY[
        CASE WHEN kind <> 'individual' THEN 1 END,
        CASE WHEN purpose IN ('', 'business_expenses') THEN 2 END,
        CASE WHEN level <> 'low' OR is_provisional THEN 3 END,
        CASE WHEN confirmed_on IS NULL THEN 4 END,
        CASE WHEN confirmed_on IS NULL OR last_event_on > confirmed_on THEN 5 END,
        CASE WHEN (%(monitoring_on)s::date BETWEEN %(year_ago)s AND %(today)s) IS NOT TRUE THEN 6 END,
        CASE WHEN NOT is_active THEN 8 END
    ]::smallint[], NULL)
"""
_FAILED = (
    f"CASE WHEN others <> '{{}}' THEN others WHEN has_circumstance THEN '{{{CIRCUMSTANCE}}}' ELSE '{{}}' END"
)
_DAY_OF = "coalesce((v.exceptions -> '{0}' ->> 'as_of')::date, v.as_of)"
_JUDGE = f"""
    WITH known AS MATERIALIZED ({_KNOWN}),
    judged AS MATERIALIZED (
        SELECT weighed.*, {_FAILED}::smallint[] AS failed
        FROM (SELECT known.*, {_OTHERS_FAILED} AS others FROM known) weighed
    ),
    given AS (
        INSERT INTO risk_simplified (customer_id, since, kind_on, purpose_on, rated_on, confirmed_on, last_event_on,
                                     monitoring_on)
        SELECT j.customer_id, %(today)s, {_DAY_OF.format("kind")}, {_DAY_OF.format("purpose")}, j.rated_on, j.confirmed_on,
               j.last_event_on, %(monitoring_on)s
        FROM judged j
        LEFT JOIN customers_recordversion v ON v.customer_id = j.customer_id AND v.version = j.version
        LEFT JOIN risk_simplified d ON d.customer_id = j.customer_id
        WHERE j.failed = '{{}}' AND (d.rated_on, d.confirmed_on, d.last_event_on, d.monitoring_on)
              IS DISTINCT FROM (j.rated_on, j.confirmed_on, j.last_event_on, %(monitoring_on)s)
        ON CONFLICT (customer_id) DO UPDATE SET
            kind_on = excluded.kind_on, purpose_on = excluded.purpose_on, rated_on = excluded.rated_on,
            confirmed_on = excluded.confirmed_on, last_event_on = excluded.last_event_on,
            monitoring_on = excluded.monitoring_on
        RETURNING customer_id, xmax = 0 AS is_new
    ),
    withdrawn AS (
        DELETE FROM risk_simplified d USING judged j
        WHERE d.customer_id = j.customer_id AND j.failed <> '{{}}'
        RETURNING d.customer_id, j.failed
    ),
    changed AS (
        INSERT INTO risk_simplifiedchange (customer_id, "on", is_given, failed, written_at)
        SELECT customer_id, %(today)s, true, '{{}}', statement_timestamp() FROM given WHERE is_new
        UNION ALL
        SELECT customer_id, %(today)s, false, failed, statement_timestamp() FROM withdrawn
        RETURNING is_given
    )
    SELECT count(*) FILTER (WHERE is_given), count(*) FILTER (WHERE NOT is_given) FROM changed
"""  # noqa: S608 - our own words
_ANYBODY = "SELECT EXISTS (SELECT FROM risk_simplified WHERE customer_id BETWEEN %(first)s AND %(last)s)"
_ONE = f"""
    SELECT known.*, {_DAY_OF.format("kind")}, {_DAY_OF.format("purpose")}
    FROM ({_KNOWN}) known
    LEFT JOIN customers_recordversion v ON v.customer_id = known.customer_id AND v.version = known.version
"""  # noqa: S608 - our own words


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Somebody who lost it, and the numbers of the conditions that failed."""

    customer_id: int
    on: date
    failed: tuple[int, ...]
    written_at: datetime


@dataclass(frozen=True, slots=True)
class SimplifiedSummary:
    """``failed``: number of a condition → how many lost it by that since ``since``."""

    customers: int
    since: date
    withdrawn: int
    failed: dict[int, int]


def judge_simplified(scorecard: Scorecard, today: date, *, first: int, last: int) -> tuple[int, int]:
    """Judge the customers from ``first`` to ``last``; return how many were given it, and how many lost it."""
    monitoring_on = scorecard.monitoring_assured_on
    parameters = _parameters(today, first, last) | {"monitoring_on": monitoring_on}
    is_possible = monitoring_on is not None and today - YEAR <= monitoring_on <= today
    with connection.cursor() as cursor:
        if not is_possible:  # nobody can have it: there is work only where somebody still does
            cursor.execute(_ANYBODY, parameters)
            if cursor.fetchone() == (False,):
                return 0, 0
        cursor.execute(_JUDGE, parameters)
        given, withdrawn = cursor.fetchone()
    return given, withdrawn


def simplified_conditions(customer_id: int, today: date) -> tuple[Condition, ...]:
    """The conditions of one customer with the date of each fact; none before the first rating. All must hold."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE, _parameters(today, customer_id, customer_id))
        row = cursor.fetchone()
    if row is None:
        return ()
    _, kind, purpose, level, is_provisional, rated_on, confirmed_on, last_event, *rest = row
    has_circumstance, is_active, _, kind_on, purpose_on = rest
    known = Known(
        kind=kind,
        kind_on=kind_on,
        purpose=purpose,
        purpose_on=purpose_on,
        level=Level(level),
        is_provisional=is_provisional,
        rated_on=rated_on,
        confirmed_on=confirmed_on,
        last_event_on=last_event,
        has_circumstance=has_circumstance,
        monitoring_on=active_scorecard().definition.monitoring_assured_on,
        is_active=is_active,
    )
    return conditions(known, today)


def summary(since: date) -> SimplifiedSummary:
    """How many have it now, and how many lost it since then by which condition."""
    lost = SimplifiedChange.objects.filter(is_given=False, on__gte=since)
    failed: dict[int, int] = {}
    for numbers, count in lost.values_list("failed").annotate(count=Count("id")):
        for number in numbers:
            failed[number] = failed.get(number, 0) + count
    return SimplifiedSummary(Simplified.objects.count(), since, lost.count(), dict(sorted(failed.items())))


def withdrawals(since: date, *, before: int | None = None, limit: int = 50) -> list[tuple[int, Withdrawal]]:
    """Who lost it since then and why, the latest first, each with the key from which the next page goes on."""
    lost = SimplifiedChange.objects.filter(is_given=False, on__gte=since)
    if before is not None:
        lost = lost.filter(id__lt=before)
    return [
        (row.id, Withdrawal(row.customer_id, row.on, tuple(row.failed), row.written_at))
        for row in lost.order_by("-id")[:limit]
    ]


def _parameters(today: date, first: int, last: int) -> dict[str, Any]:
    return {"today": today, "year_ago": today - YEAR, "first": first, "last": last}
