"""Rating of a whole base and of one customer, against the bare INSERT … SELECT of as many rating rows.

The base is made in SQL from a small sample of facts, over and over, since only facts are rated: nobody is encrypted here.
"""

import statistics
import time
from typing import Any

from keizoku.bench.ground import main, stopwatch
from keizoku.bench.processes import most_resident_mb

ONE_BY_ONE = 200
_CUSTOMERS = """
    INSERT INTO customers_customer (id, number_token, kind, state, version, created_at)
    OVERRIDING SYSTEM VALUE
    SELECT n, decode(md5(n::text), 'hex'), CASE WHEN n %% 20 = 0 THEN 'corporation' ELSE 'individual' END, 'active', 1, now()
    FROM generate_series(%s, %s) n
"""
_FACTS = """
    INSERT INTO customers_fact (customer_id, kind, birth_year, birth_month, prefecture, nationality,
        residence_expires_on, occupation, purpose, products, branch, opened_on, confirmed_on, has_mobile, has_email,
        foreign_remittance)
    SELECT n, CASE WHEN n %% 20 = 0 THEN 'corporation' ELSE 'individual' END, 1940 + n %% 65, 1 + n %% 12, 1 + n %% 47,
        CASE WHEN n %% 25 = 0 THEN 'VNM' WHEN n %% 997 = 0 THEN 'SYR' ELSE 'JPN' END,
        CASE WHEN n %% 25 = 0 THEN %s + (n %% 900)::int END,
        (ARRAY['company_employee', 'self_employed', 'student', 'other', '', 'unemployed'])[1 + n %% 6],
        (ARRAY['salary', 'savings', 'business_expenses', 'foreign_remittance'])[1 + n %% 4],
        CASE WHEN n %% 9 = 0 THEN '["ordinary_deposit", "foreign_currency_deposit"]' ELSE '["ordinary_deposit"]' END::jsonb,
        '001', %s - (400 + n %% 5000)::int, CASE WHEN n %% 7 <> 0 THEN %s - (n %% 1200)::int END,
        n %% 5 <> 0, n %% 3 <> 0, n %% 50 = 0
    FROM generate_series(%s, %s) n
"""
# The same rows again, without judging: what writing alone costs, indexes and guard included.
_BARE = """
    INSERT INTO risk_rating (customer_id, scorecard_id, points, scored_level, level, level_basis, is_provisional, reasons,
                             missing, rated_on, rated_at)
    SELECT customer_id, scorecard_id, points, scored_level, level, level_basis, is_provisional, reasons, missing, rated_on,
           rated_at
    FROM risk_rating WHERE customer_id BETWEEN %s AND %s
"""
_ROWS_A_STATEMENT = 100_000


def measure(rows: int) -> dict[str, Any]:
    from keizoku.kernel.actor import Actor
    from keizoku.kernel.clock import business_today
    from keizoku.risk import actions

    today, bench = business_today(), Actor.system("bench")
    _make_base(rows)
    actions.install_standard_scorecard(bench, Actor.system("bench-approval"))
    seconds: dict[str, float] = {}
    with stopwatch(seconds, "rate_everybody"):
        found = actions.rate_everybody(bench, today)
    with stopwatch(seconds, "bare_insert"):
        _by_ranges(_BARE, rows)
    with stopwatch(seconds, "rate_unchanged"):
        actions.rate_everybody(bench, today)
    return {
        "name": "rate",
        "value": round(rows / seconds["rate_everybody"]),
        "unit": "customers/s",
        "rows": found.customers,
        "rated": found.rated,
        "seconds": seconds,
        "baseline": "INSERT ... SELECT of the same rating rows",
        "ratio": round(seconds["rate_everybody"] / seconds["bare_insert"], 2),
        "one_customer_ms": _one_by_one(min(rows, ONE_BY_ONE), bench),
        "peak_mb": most_resident_mb(),
    }


def _make_base(rows: int) -> None:
    from django.db import connection

    from keizoku.kernel.clock import business_today

    today = business_today()
    _by_ranges(_CUSTOMERS, rows)
    _by_ranges(_FACTS, rows, today, today, today)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_customer, customers_fact")


def _by_ranges(statement: str, rows: int, *before: Any) -> None:
    """Run it over all customers, each range within the app's time limit."""
    from django.db import connection

    with connection.cursor() as cursor:
        for first in range(1, rows + 1, _ROWS_A_STATEMENT):
            last = min(rows, first + _ROWS_A_STATEMENT - 1)
            cursor.execute(statement, [*before, first, last])


def _one_by_one(customers: int, actor: Any) -> dict[str, float]:
    """Milliseconds of single ratings whose facts changed."""
    from keizoku.customers.models import Fact
    from keizoku.kernel.clock import business_today
    from keizoku.risk import actions

    took = []
    for customer_id in range(1, customers + 1):
        Fact.objects.filter(customer_id=customer_id).update(nationality="PRK")
        began = time.perf_counter()
        actions.rate_one(customer_id, actor, business_today())
        took.append((time.perf_counter() - began) * 1000)
    return {
        "median": round(statistics.median(took), 2),
        "p95": round(sorted(took)[int(len(took) * 0.95)], 2),
    }


if __name__ == "__main__":
    main(measure)
