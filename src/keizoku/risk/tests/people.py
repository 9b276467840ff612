"""Facts for tests: one plain customer to vary, strategies for any, and rows in the database."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection
from hypothesis import strategies as st

from keizoku.customers import codes

TODAY = date(2026, 4, 1)

PLAIN: Mapping[str, Any] = {
    "kind": "individual",
    "birth_year": 1970,
    "birth_month": 5,
    "prefecture": 13,
    "nationality": "JPN",
    "residence_expires_on": None,
    "occupation": "company_employee",
    "purpose": "salary",
    "products": ["ordinary_deposit"],
    "branch": "001",
    "opened_on": date(2015, 4, 1),
    "confirmed_on": date(2025, 10, 1),
    "has_mobile": True,
    "has_email": True,
    "foreign_remittance": False,
}

_NEAR = st.integers(-1200, 400).map(lambda days: TODAY + timedelta(days=days))
_PAST = st.integers(0, 9000).map(lambda days: TODAY - timedelta(days=days))
FACTS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from([*map(str, codes.Kind)]),
        "birth_year": st.integers(1920, 2010),
        "birth_month": st.integers(1, 12),
        "prefecture": st.integers(1, 47),
        "nationality": st.sampled_from(["JPN", "JPN", "VNM", "PRK", "SYR", ""]),
        "residence_expires_on": st.none() | _NEAR,
        "occupation": st.sampled_from(["", *map(str, codes.Occupation)]),
        "purpose": st.sampled_from(["", *map(str, codes.Purpose)]),
        "products": st.lists(st.sampled_from([*map(str, codes.Product)]), unique=True, max_size=3),
        "branch": st.sampled_from(["001", "002"]),
        "opened_on": _PAST,
        # a slip in the core system may date a confirmation ahead
        "confirmed_on": st.none() | _PAST | _NEAR,
        "has_mobile": st.booleans(),
        "has_email": st.booleans(),
        "foreign_remittance": st.booleans(),
    }
)

_INSERT = """
    WITH people AS (
        SELECT row_number() OVER () AS place, gen_random_uuid() AS token, person.*
        FROM ROWS FROM (jsonb_to_recordset(%s::jsonb) AS (
            kind text, birth_year int, birth_month int, prefecture int, nationality text, residence_expires_on date,
            occupation text, purpose text, products jsonb, branch text, opened_on date, confirmed_on date,
            has_mobile boolean, has_email boolean, foreign_remittance boolean)) AS person
    ), made AS (
        INSERT INTO customers_customer (number_token, kind, state, version, created_at)
        SELECT decode(replace(token::text, '-', ''), 'hex'), kind, 'active', 1, now() FROM people ORDER BY place
        RETURNING id, number_token
    )
    INSERT INTO customers_fact (customer_id, kind, birth_year, birth_month, prefecture, nationality,
        residence_expires_on, occupation, purpose, products, branch, opened_on, confirmed_on, has_mobile, has_email,
        foreign_remittance)
    SELECT m.id, p.kind, p.birth_year, p.birth_month, p.prefecture, p.nationality, p.residence_expires_on, p.occupation,
        p.purpose, p.products, p.branch, p.opened_on, p.confirmed_on, p.has_mobile, p.has_email, p.foreign_remittance
    FROM people p JOIN made m ON m.number_token = decode(replace(p.token::text, '-', ''), 'hex')
    ORDER BY p.place
    RETURNING customer_id
"""


def insert(rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Active customers with these facts; their ids in the same order."""
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [json.dumps(list(map(dict, rows)), default=str)])
        return [customer_id for (customer_id,) in cursor.fetchall()]


def customer(**facts: Any) -> int:
    """One customer, plain but for ``facts``."""
    return insert([{**PLAIN, **facts}])[0]
