"""Events that the data themselves tell, recorded each night for a block of customers. Only ``actions`` calls me.

* The end of residence, 90, 60 and 30 days before it and on the day.
* A document that expires, on the same days; the scorecard names the fields (``document_dates``).
* A contact point that became unreachable, on that day; whoever sends marks it (``customers_contactpoint``).
* Dormancy: neither a transaction (``activity_date``, which the bank gives) nor a confirmation nor an answer through a
  contact point for ``dormant_after_days``. Where the bank gives no such date, nobody is dormant by the data: silence is no
  fact, and the interval asks anyway. Staff may record it.

Invariants: only what lies behind the last confirmation is recorded, once each (a constraint), so that I may run any number
of times; an event brings a due date forward and never pushes it back.
"""

from collections.abc import Iterator
from datetime import date

from django.db import connection

from keizoku.risk.rules.scale import DAYS_BEFORE_RESIDENCE_EXPIRES, EventKind
from keizoku.risk.rules.scorecard import Scorecard

_RECORD = """
    WITH reached AS (
        INSERT INTO risk_event (customer_id, kind, occurred_on, recorded_by, recorded_at)
        SELECT DISTINCT happened.customer_id, happened.kind, occurred_on, %(by)s, statement_timestamp()
        FROM ({sources}) happened
        JOIN customers_customer c ON c.id = happened.customer_id AND c.state = 'active'
        WHERE occurred_on <= %(today)s AND occurred_on > last
        ORDER BY 1, 3, 2
        ON CONFLICT DO NOTHING
        RETURNING 1
    )
    SELECT count(*) FROM reached
"""
_LAST = "least(coalesce(f.confirmed_on, f.opened_on), %(today)s) AS last"
_IN_RANGE = "f.customer_id BETWEEN %(first)s AND %(last)s"
_UNREACHABLE = f"""
    SELECT f.customer_id, '{EventKind.UNREACHABLE}' AS kind, (p.changed_at AT TIME ZONE 'Asia/Tokyo')::date AS occurred_on,
           {_LAST}
    FROM customers_fact f
    JOIN customers_contactpoint p ON p.customer_id = f.customer_id AND p.state = 'unreachable'
    WHERE {_IN_RANGE}
"""  # noqa: S608 - our own words


def record_derived(scorecard: Scorecard, today: date, *, first: int, last: int, by: str) -> int:
    """Record what happened by ``today`` to the customers from ``first`` to ``last``; return how many events are new."""
    sql = _RECORD.format(sources=" UNION ALL ".join(_sources(scorecard)))
    with connection.cursor() as cursor:
        cursor.execute(sql, {"by": by, "today": today, "first": first, "last": last})
        return int(cursor.fetchone()[0])


def _sources(scorecard: Scorecard) -> Iterator[str]:
    days = [(str(kind), before) for kind, before in DAYS_BEFORE_RESIDENCE_EXPIRES.items()]
    yield _milestones("f.residence_expires_on", days)
    for name in scorecard.document_dates:
        document = [(str(EventKind.DOCUMENT), before) for _, before in days]
        yield _milestones(_sql(scorecard, name), document)
    yield _UNREACHABLE
    if scorecard.activity_date is not None:
        yield _dormancy(_sql(scorecard, scorecard.activity_date), scorecard.dormant_after_days)


def _sql(scorecard: Scorecard, name: str) -> str:
    """A registered field's own expression (never text of a user) as a parameter style's literal."""
    return scorecard.fields[name].sql.replace("%", "%%")


def _milestones(expires: str, kinds: list[tuple[str, int]]) -> str:
    values = ", ".join(f"('{kind}', {days})" for kind, days in kinds)
    return f"""
        SELECT f.customer_id, m.kind, {expires} - m.days AS occurred_on, {_LAST}
        FROM customers_fact f CROSS JOIN (VALUES {values}) AS m (kind, days)
        WHERE {_IN_RANGE} AND {expires} IS NOT NULL
    """  # noqa: S608 - our own words


def _dormancy(active_on: str, days: int) -> str:
    """Without a transaction at all, the account is as old as its opening."""
    return f"""
        SELECT f.customer_id, '{EventKind.DORMANCY}',
               greatest({active_on}, f.confirmed_on, f.opened_on,
                        (SELECT max((p.changed_at AT TIME ZONE 'Asia/Tokyo')::date) FROM customers_contactpoint p
                         WHERE p.customer_id = f.customer_id AND p.state = 'reachable')) + {days}, {_LAST}
        FROM customers_fact f
        WHERE {_IN_RANGE} AND {active_on} IS NOT NULL
    """  # noqa: S608 - our own words
