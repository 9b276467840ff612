"""The freeze of a large audience with the reasons of whoever is left out, against the bare INSERT … SELECT.

Real: the audience's condition, compiled as everywhere, the reasons (stops, open reviews, no channel, consents withdrawn,
corporations), the partition with its keys and guards, the digest over all rows. The bare statement writes as many rows of
the same columns into a table with the same two keys, chosen by the same condition and nothing else. People are made in
SQL: their facts, and of every hundred ten who are left out for one reason each.
"""

from datetime import date
from typing import Any, Final

from keizoku.bench.ground import main, stopwatch
from keizoku.bench.processes import most_resident_mb

GOAL_S: Final = 10.0
GOAL_RATIO: Final = 2.5
LEFT_OUT_OF_100: Final = 10
PEOPLE_A_STATEMENT: Final = 50_000
AUDIENCE: Final[dict[str, object]] = {
    "all": [
        {"field": "birth_year", "operator": "at_least", "value": 1930},
        {"field": "foreign_remittance", "operator": "equals", "value": False},
    ]
}
CHANNELS: Final = ("line", "email", "sms")

_PEOPLE = """
INSERT INTO customers_customer (id, number_token, kind, state, version, created_at) OVERRIDING SYSTEM VALUE
SELECT n, decode(md5(n::text), 'hex'), CASE WHEN n %% 100 = 1 THEN 'corporation' ELSE 'individual' END, 'active', 1, now()
FROM generate_series(%(first)s, %(last)s) n
"""
_FACTS = """
INSERT INTO customers_fact (customer_id, kind, birth_year, birth_month, prefecture, nationality, occupation, purpose,
    products, branch, opened_on, has_mobile, has_email, foreign_remittance)
SELECT n, CASE WHEN n %% 100 = 1 THEN 'corporation' ELSE 'individual' END, 1940 + n %% 65, 1 + n %% 12, 1 + n %% 47, 'JPN',
    'company_employee', 'salary', '["ordinary_deposit"]', '001', DATE '2001-04-02', n %% 100 > 3, n %% 100 > 4,
    false
FROM generate_series(%(first)s, %(last)s) n
"""
_STOPS = """
INSERT INTO customers_contactstop (customer_id, campaign_id, reason, created_at)
SELECT n, NULL, 'opted_out', now() FROM generate_series(%(first)s, %(last)s) n WHERE n %% 100 IN (5, 6)
"""
_CONSENTS = """
INSERT INTO customers_channelstop (customer_id, channel, since)
SELECT n, channel, now() FROM generate_series(%(first)s, %(last)s) n,
    unnest(ARRAY['line', 'email', 'sms']) AS channel WHERE n %% 100 = 7
"""
_REVIEWS = """
INSERT INTO reviews_review (customer_id, reference, state, state_since, round, opened_at, closes_on, help_kind)
SELECT n, 10000000000 + n, 'open', now(), 1, now(), current_date + 30, ''
FROM generate_series(%(first)s, %(last)s) n WHERE n %% 100 IN (8, 9, 10)
"""
_BARE = """
INSERT INTO bench_audience (campaign_id, seq, customer_id, course)
SELECT 1, row_number() OVER (ORDER BY f.customer_id), f.customer_id, 1
FROM customers_fact f JOIN customers_customer c ON c.id = f.customer_id
WHERE c.state = 'active' AND f.birth_year >= 1930 AND NOT f.foreign_remittance
ORDER BY f.customer_id LIMIT %(rows)s
"""


def measure(rows: int) -> dict[str, Any]:
    seconds: dict[str, float] = {}
    with stopwatch(seconds, "made"):
        _make(rows * 100 // (100 - LEFT_OUT_OF_100))
    turns: list[dict[str, float]] = [{}, {}]
    for number, turn in enumerate(turns, start=1):
        with stopwatch(turn, "bare"):
            _bare(rows)
        with stopwatch(turn, "freeze"):
            frozen = _freeze(number)
    best = {name: min(turn[name] for turn in turns) for name in ("bare", "freeze")}
    return {
        "name": "plan",
        "value": best["freeze"],
        "unit": "s",
        "goal": GOAL_S,
        "recipients": frozen.count,
        "left_out": frozen.excluded,
        "recipients_per_second": round(frozen.count / best["freeze"]),
        "turns": turns,
        "seconds": seconds | best,
        "baseline": "INSERT … SELECT of as many rows into a table with the same keys",
        "baseline_s": best["bare"],
        "ratio": round(best["freeze"] / best["bare"], 2),
        "ratio_goal": GOAL_RATIO,
        "peak_mb": most_resident_mb(),
    }


def _make(people: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for first in range(1, people + 1, PEOPLE_A_STATEMENT):
            span = {"first": first, "last": min(people, first + PEOPLE_A_STATEMENT - 1)}
            for statement in (_PEOPLE, _FACTS, _STOPS, _CONSENTS, _REVIEWS):
                cursor.execute(statement, span)
        cursor.execute(
            "ANALYZE customers_customer, customers_fact, customers_contactstop, customers_channelstop, reviews_review"
        )


def _bare(rows: int) -> None:
    """In one transaction with its table, as the freeze is; the table goes again."""
    from django.db import connections, transaction

    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_audience")
        cursor.execute(
            "CREATE TABLE bench_audience (campaign_id bigint NOT NULL, seq integer NOT NULL, customer_id bigint NOT NULL, "
            "course smallint NOT NULL, PRIMARY KEY (campaign_id, seq), UNIQUE (customer_id))"
        )
        cursor.execute(_BARE, {"rows": rows})


def _freeze(campaign: int) -> Any:
    from django.db import transaction

    from keizoku.campaigns.audiences.freezing import freeze
    from keizoku.campaigns.models import Campaign

    Campaign.objects.create(id=campaign, name="bench", audience=AUDIENCE, answer_days=30, made_by=1)
    with transaction.atomic():
        return freeze(campaign, AUDIENCE, CHANNELS, date(2026, 11, 22))


if __name__ == "__main__":
    main(measure)
