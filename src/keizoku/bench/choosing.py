"""Counting audiences in a large base, against the bare count of the table of facts.

Real: the tables, their indexes, and the statements behind the composer: the exact count with reasons and reach (`preview`)
and the breakdown by condition. Generated in SQL: customers, facts, standings, stops, and the reviews, contacts
and summaries of three campaigns. Asked by turns, as a maker of campaigns asks.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any, Final

from keizoku.bench.ground import main, stopwatch
from keizoku.bench.processes import most_resident_mb

ROUNDS: Final = 5
CUSTOMERS_A_STATEMENT: Final = 50_000
GOAL_FACTS_MS: Final = 300
GOAL_ANSWERS_MS: Final = 1000
CHANNELS: Final = ("line", "email", "sms")

# One customer in 40 has left; levels, dates and channels as a bank's base has them, without a pattern in the order of rows.
_BASE: Final = (
    """
    INSERT INTO customers_customer (id, number_token, kind, state, version, created_at)
    OVERRIDING SYSTEM VALUE
    SELECT n, decode(md5(n::text), 'hex'), 'individual', CASE WHEN n % 40 = 0 THEN 'closed' ELSE 'active' END, 1, now()
    FROM generate_series({low}, {high}) n
    """,
    """
    INSERT INTO customers_fact (customer_id, kind, birth_year, birth_month, prefecture, nationality, occupation, purpose,
        products, branch, opened_on, confirmed_on, has_mobile, has_email, foreign_remittance)
    SELECT n, CASE WHEN h % 20 = 0 THEN 'corporation' WHEN h % 20 = 1 THEN 'sole_proprietor' ELSE 'individual' END,
        1940 + h % 65, 1 + h % 12, 1 + h % 47, CASE WHEN h % 30 = 0 THEN 'VNM' ELSE 'JPN' END,
        (ARRAY['company_employee', 'public_servant', 'student', 'pensioner', 'self_employed'])[1 + h % 5], 'salary',
        CASE WHEN h % 4 = 0 THEN '["ordinary_deposit", "investment_trust"]'::jsonb ELSE '["ordinary_deposit"]' END,
        lpad((1 + h % 300)::text, 3, '0'), DATE '1995-04-01' + h % 10000,
        CASE WHEN h % 9 = 0 THEN NULL ELSE DATE '2021-01-01' + h % 2100 END, h % 10 <> 3, h % 3 <> 1, h % 50 = 7
    FROM (SELECT n, abs(hashint8(n)) AS h FROM generate_series({low}, {high}) n) made
    """,
    """
    INSERT INTO risk_standing (customer_id, level, points, is_provisional, rating_id, due_on, due_basis, planned_on,
        settled_level)
    SELECT n, level, h % 100, h % 7 = 0, n, DATE '2026-06-01' + h % 1100, 'interval', DATE '2026-06-01' + h % 1100, level
    FROM (SELECT n, h, CASE WHEN h % 100 < 4 THEN 'high' WHEN h % 100 < 25 THEN 'medium' ELSE 'low' END AS level
          FROM (SELECT n, abs(hashint8extended(n, 1) % 1000000)::int AS h FROM generate_series({low}, {high}) n) drawn) made
    """,
    """
    INSERT INTO customers_channelstop (customer_id, channel, since)
    SELECT n, 'sms', now() FROM generate_series({low}, {high}) n WHERE n % 70 = 3
    """,
    """
    INSERT INTO customers_contactstop (customer_id, campaign_id, reason, created_at)
    SELECT n, NULL, 'opted_out', now() FROM generate_series({low}, {high}) n WHERE n % 60 = 1
    """,
    """
    INSERT INTO reviews_review (customer_id, campaign_id, seq, reference, state, state_since, round, opened_at, closes_on,
        answered_at, help_kind)
    SELECT n, campaign, n, campaign::bigint * 10000000 + n,
        CASE WHEN h % 100 < 55 THEN 'approved' WHEN campaign = 3 AND h % 100 < 60 THEN 'open' ELSE 'unanswered' END,
        opened + interval '20 days', 1, opened, (opened + interval '30 days')::date,
        CASE WHEN h % 100 < 55 THEN opened + interval '9 days' END, ''
    FROM (SELECT n, campaign, abs(hashint8extended(n, campaign) % 1000000)::int AS h,
                 TIMESTAMPTZ '2024-04-01 09:00+09' + campaign * interval '270 days' AS opened
          FROM generate_series({low}, {high}) n, generate_series(1, 3) campaign WHERE (n + campaign) % 3 <> 0) made
    """,
    """
    INSERT INTO campaigns_outreach (customer_id, contacted_on, line_on, email_on, answered_on, silences)
    SELECT customer_id, max(opened_at)::date, max(opened_at)::date,
        max(opened_at + interval '7 days') FILTER (WHERE state = 'unanswered')::date, max(answered_at)::date,
        count(*) FILTER (WHERE state = 'unanswered')
    FROM reviews_review WHERE customer_id BETWEEN {low} AND {high} GROUP BY customer_id
    """,
    """
    INSERT INTO campaigns_contact (campaign_id, customer_id)
    SELECT campaign_id, customer_id FROM reviews_review
    WHERE customer_id BETWEEN {low} AND {high} AND customer_id % 30 <> 0
    """,
)
_TABLES: Final = (
    "customers_customer, customers_fact, risk_standing, customers_channelstop, customers_contactstop, reviews_review, "
    "campaigns_outreach, campaigns_contact"
)


def _one(field: str, operator: str, *value: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, **({"value": value[0]} if value else {})}


DUE: Final = _one("due_on", "within_days", 30)
HIGH: Final = _one("level", "one_of", ["high", "medium"])
FACTS: Final[dict[str, dict[str, Any]]] = {
    "due_in_30_days": {"all": [DUE]},
    "due_and_high": {"all": [DUE, HIGH]},
    "due_high_in_tokyo": {"all": [DUE, HIGH, _one("prefecture", "one_of", [11, 12, 13, 14])]},
    "not_confirmed_for_3_years": {
        "any": [_one("confirmed_on", "older_than_days", 1095), _one("confirmed_on", "is_missing")]
    },
    "foreigners_whose_stay_ends": {
        "all": [_one("nationality", "one_of", ["VNM"]), _one("residence_expires_on", "is_missing")]
    },
    "with_funds_over_70": {
        "all": [_one("products", "contains", "investment_trust"), _one("birth_year", "at_most", 1956)]
    },
    "by_branch_without_students": {
        "all": [
            _one("branch", "one_of", ["001", "002", "003", "010"]),
            {"not": {"any": [_one("occupation", "one_of", ["student"])]}},
        ]
    },
    "due_but_no_corporations": {"all": [DUE, {"not": {"any": [_one("kind", "one_of", ["corporation"])]}}]},
}
ANSWERS: Final[dict[str, dict[str, Any]]] = {
    "silent_twice": {"all": [_one("silences", "at_least", 2)]},
    "due_and_not_contacted_for_90_days": {
        "all": [DUE, {"not": {"any": [_one("contacted_on", "in_last_days", 90)]}}]
    },
    "answered_long_ago_or_never": {
        "any": [_one("answered_on", "older_than_days", 365), _one("answered_on", "is_missing")]
    },
    "silent_in_one_campaign": {"all": [_one("silent_in", "any_of", [2])]},
    "contacted_and_not_answered": {
        "all": [_one("contacted_in", "any_of", [1]), {"not": {"any": [_one("answered_in", "any_of", [1])]}}]
    },
    "reached_by_line_only": {
        "all": [{"not": _one("contacted_line_on", "is_missing")}, _one("contacted_email_on", "is_missing")]
    },
}


def measure(rows: int) -> dict[str, Any]:
    seconds: dict[str, float] = {}
    with stopwatch(seconds, "made"):
        make_base(rows)
    facts = {name: timed(_preview(audience)) for name, audience in FACTS.items()}
    answers = {name: timed(_preview(audience)) for name, audience in ANSWERS.items()}
    breakdowns = {name: timed(_breakdown(audience)) for name, audience in (FACTS | ANSWERS).items()}
    bare = timed(_bare)
    over_facts, over_answers = _all(facts), _all(answers)
    return {
        "name": "audience",
        "value": over_facts["p95_ms"],
        "unit": "ms, p95 of the counts on facts",
        "goal": GOAL_FACTS_MS,
        "rows": rows,
        "seconds": seconds,
        "facts": over_facts,
        "answers": over_answers | {"goal_ms": GOAL_ANSWERS_MS},
        "breakdowns": _all(breakdowns),
        "each": {name: told(took) for name, took in (facts | answers).items()},
        "baseline": "SELECT count(*) FROM customers_fact",
        "baseline_ms": told(bare)["median_ms"],
        "ratio": round(over_facts["median_ms"] / told(bare)["median_ms"], 1),
        "ratio_answers": round(over_answers["median_ms"] / told(bare)["median_ms"], 1),
        "peak_mb": most_resident_mb(),
    }


def make_base(rows: int) -> None:
    """Customers with facts, standings and stops, and the reviews of three campaigns; also for other benches."""
    from django.db import connection, connections

    from keizoku.campaigns.models import Campaign

    for number in (1, 2, 3):
        campaign = Campaign.objects.create(
            id=number, name=f"bench {number}", audience={"all": []}, answer_days=30, made_by=1
        )
        Campaign.objects.filter(id=campaign.id).update(launched_at="2024-04-01T00:00:00Z")
    with connection.cursor() as cursor:
        for first in range(1, rows + 1, CUSTOMERS_A_STATEMENT):
            for statement in _BASE:
                last = min(rows, first + CUSTOMERS_A_STATEMENT - 1)
                cursor.execute(statement.format(low=first, high=last))
    # As a running house's autovacuum would; only a table's owner may.
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {_TABLES}")


def _preview(audience: dict[str, Any]) -> Callable[[], object]:
    from keizoku.campaigns.audiences.counting import preview
    from keizoku.kernel.clock import business_today

    return lambda: preview(audience, CHANNELS, business_today())


def _breakdown(audience: dict[str, Any]) -> Callable[[], object]:
    from keizoku.campaigns.audiences.breakdown import breakdown
    from keizoku.kernel.clock import business_today

    return lambda: breakdown(audience, business_today())


def _bare() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customers_fact")
        cursor.fetchall()


def timed(ask: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """Milliseconds of each round, after one that fills the caches."""
    ask()
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        ask()
        took.append((time.perf_counter() - began) * 1000)
    return took


def _all(kinds: dict[str, list[float]]) -> dict[str, float]:
    return told([one for took in kinds.values() for one in took])


def told(took: list[float]) -> dict[str, float]:
    took = sorted(took)
    return {"median_ms": round(statistics.median(took), 1), "p95_ms": round(took[int(len(took) * 0.95)], 1)}


if __name__ == "__main__":
    main(measure)
