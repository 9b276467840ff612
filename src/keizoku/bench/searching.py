"""Search of each kind in a large base, against the bare look-up of one index entry.

Real: the tables, their indexes, the tokens and how often each occurs (family names by their bearers in Japan, given names,
readings), folding, keyed tokens, one audit entry a search, and the summaries that a page shows. Generated in SQL: the
customers, their facts, and the tokens of phones, mail addresses and accounts; nobody has a record, since searching
decrypts nobody. 1,000,000 customers take about five minutes and 2.5 GB of disk.
"""

import random
import statistics
import time
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import Any

from keizoku.bench.ground import main, stopwatch
from keizoku.bench.processes import most_resident_mb

SEARCHES_A_KIND = 200
CUSTOMERS_A_STATEMENT = 50_000
GOAL_MS = 150
SEED = 7
_CUSTOMERS = """
    INSERT INTO customers_customer (id, number_token, kind, state, version, created_at)
    OVERRIDING SYSTEM VALUE
    SELECT n, decode(md5(n::text), 'hex'), 'individual', 'active', 1, now() FROM generate_series(%s, %s) n
"""
_FACTS = """
    INSERT INTO customers_fact (customer_id, kind, birth_year, birth_month, prefecture, nationality, occupation, purpose,
        products, branch, opened_on, has_mobile, has_email, foreign_remittance)
    SELECT n, 'individual', 1940 + n %% 65, 1 + n %% 12, 1 + n %% 47, 'JPN', 'company_employee', 'salary',
        '["ordinary_deposit"]', '001', DATE '2001-04-02', true, true, false
    FROM generate_series(%s, %s) n
"""
_LOOKUPS = """
    INSERT INTO customers_lookup (kind, token, customer_id)
    SELECT kind, token, n FROM (
        SELECT kind, substr(sha256(convert_to(kind || CASE WHEN kind = 'phone' THEN n / 2 ELSE n END, 'UTF8')), 1, 16), n
        FROM generate_series(%s, %s) n,
             unnest(ARRAY['phone', 'email', 'account', 'identity', 'person', 'family']) AS kind
    ) made (kind, token, n) ORDER BY kind, token
"""
_NAMES = """
    INSERT INTO customers_nametoken (token, customer_id)
    SELECT DISTINCT token, n
    FROM (SELECT n, 1 + floor(power(random(), 1) * %s)::int AS drawn FROM generate_series(%s, %s) n) drawn_each
    JOIN bench_name ON bench_name.place = drawn_each.drawn CROSS JOIN unnest(bench_name.tokens) AS token
    ORDER BY token, n
"""
_DIFFERENT_NAMES = 60_000


def measure(rows: int) -> dict[str, Any]:
    seconds: dict[str, float] = {}
    drawn = _names()
    with stopwatch(seconds, "made"):
        _make_base(rows, drawn)
    chance = random.Random(SEED)  # noqa: S311 - no secret
    known = _make_known(chance.sample(range(1, rows + 1), SEARCHES_A_KIND))
    kinds: dict[str, Callable[[], str]] = {
        "number": lambda: f"{chance.choice(known):010d}",
        "phone": lambda: f"090-1{chance.choice(known):07d}",
        "email": lambda: f"nobody{chance.choice(known)}@example.jp",
        "account": lambda: f"001-{chance.choice(known):07d}",
        "name_whole": lambda: chance.choice(drawn)[0],
        "family_name": lambda: chance.choice(drawn)[0].split()[0],
        "family_reading": lambda: chance.choice(drawn)[1].split()[0],
        "beginning_of_a_name": lambda: chance.choice(drawn)[0].replace(" ", "")[:3],
        "beginning_of_a_reading": lambda: chance.choice(drawn)[1][:2],
        "most_frequent": lambda: "佐藤",
    }
    took = {kind: _timed(words) for kind, words in kinds.items()}
    bare = _bare(rows, chance)
    worst = max(each["p95_ms"] for each in took.values())
    return {
        "name": "search",
        "value": worst,
        "unit": "ms, p95 of the slowest kind",
        "goal": GOAL_MS,
        "rows": rows,
        "seconds": seconds,
        "kinds": took,
        "baseline": "SELECT of one customer by the index of numbers",
        "baseline_ms": bare,
        "ratio": round(worst / bare, 1),
        "sizes_mb": _sizes(),
        "peak_mb": most_resident_mb(),
    }


def _names() -> list[tuple[str, str]]:
    """(name, reading) as often as they occur: families by their bearers."""
    from keizoku.sample.family_names import FAMILY_NAMES
    from keizoku.sample.given_names import usual_in

    chance = random.Random(SEED)  # noqa: S311 - no secret
    weights = list(accumulate(bearers for *_, bearers in FAMILY_NAMES))
    families = chance.choices(FAMILY_NAMES, cum_weights=weights, k=_DIFFERENT_NAMES)
    given = [
        chance.choice(usual_in(chance.randint(1940, 2004), chance.choice(("male", "female"))))
        for _ in families
    ]
    return [(f"{f[0]} {g[0]}", f"{f[1]} {g[1]}") for f, g in zip(families, given, strict=True)]


def _make_base(rows: int, drawn: list[tuple[str, str]]) -> None:
    from django.db import connection

    from keizoku.customers import sealing

    _by_ranges(_CUSTOMERS, rows)
    _by_ranges(_FACTS, rows)
    _by_ranges(_LOOKUPS, rows)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bench_name (place int PRIMARY KEY, tokens bigint[])")
        with cursor.copy("COPY bench_name FROM STDIN") as copy:
            for place, (name, reading) in enumerate(drawn, start=1):
                tokens = sealing.name_tokens({"name": name, "kana": reading})
                copy.write_row((place, list(tokens)))
        cursor.execute("ANALYZE bench_name")
    _by_ranges(_NAMES, rows, len(drawn))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_customer, customers_fact, customers_lookup, customers_nametoken")


def _make_known(ids: list[int]) -> list[int]:
    """Give some customers real tokens of number, phone, mail and account, so that a search finds them."""
    from keizoku.customers import sealing
    from keizoku.customers.models import Customer, Lookup
    from keizoku.kernel.crypto import blind_index

    for customer_id in ids:
        Customer.objects.filter(id=customer_id).update(
            number_token=sealing.number_token(f"{customer_id:010d}")
        )
        values = {
            "phone": f"+81901{customer_id:07d}",
            "email": f"nobody{customer_id}@example.jp",
            "account": f"001-{customer_id:07d}",
        }
        for kind, value in values.items():
            Lookup.objects.filter(customer_id=customer_id, kind=kind).update(
                token=blind_index.token(kind, value)
            )
    return ids


def _by_ranges(statement: str, rows: int, *before: Any) -> None:
    """Run it over all customers, each range within the app's time limit."""
    from django.db import connection

    with connection.cursor() as cursor:
        for first in range(1, rows + 1, CUSTOMERS_A_STATEMENT):
            cursor.execute(statement, [*before, first, min(rows, first + CUSTOMERS_A_STATEMENT - 1)])


def _timed(words: Callable[[], str]) -> dict[str, float]:
    """Milliseconds of one page each: search, its audit entry, what the page shows of those found."""
    from keizoku.customers import queries
    from keizoku.customers.search import searching
    from keizoku.kernel.actor import Actor

    actor, took, found = Actor.system("bench"), [], 0
    for text in _sought(words):
        began = time.perf_counter()
        page = searching.search(text, actor=actor)
        queries.summaries(page.ids)
        took.append((time.perf_counter() - began) * 1000)
        found += bool(page.ids)
    took.sort()
    return {
        "median_ms": round(statistics.median(took), 2),
        "p95_ms": round(took[int(len(took) * 0.95)], 2),
        "found_share": round(found / len(took), 2),
    }


def _sought(words: Callable[[], str]) -> Iterator[str]:
    for _ in range(SEARCHES_A_KIND):
        yield words()


def _bare(rows: int, chance: random.Random) -> float:
    """The median of a bare look-up in milliseconds."""
    from django.db import connection

    took = []
    with connection.cursor() as cursor:
        for _ in range(SEARCHES_A_KIND):
            began = time.perf_counter()
            cursor.execute(
                "SELECT id FROM customers_customer WHERE number_token = decode(md5(%s), 'hex')",
                [str(chance.randint(1, rows))],
            )
            cursor.fetchall()
            took.append((time.perf_counter() - began) * 1000)
    return round(statistics.median(took), 3)


def _sizes() -> dict[str, float]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, round(pg_total_relation_size(oid) / 1048576.0, 1)::float FROM pg_class "
            "WHERE relname IN ('customers_lookup', 'customers_nametoken')"
        )
        return dict(cursor.fetchall())


if __name__ == "__main__":
    main(measure)
