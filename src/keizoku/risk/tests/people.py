"""Facts for tests: one plain customer to vary, any customers and scorecards, and rows in the database."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db import connection
from hypothesis import strategies as st

from keizoku.customers import codes
from keizoku.customers.attributes.rules.definition import Choice, Definition, Type
from keizoku.customers.attributes.rules.fields import with_attributes
from keizoku.kernel.conditions import parse
from keizoku.risk import models
from keizoku.risk.fields import FACT_FIELDS
from keizoku.risk.rules.notation import unfold
from keizoku.risk.rules.scale import Category, EventKind, Level
from keizoku.risk.rules.scorecard import Factor, Rule, Scorecard

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

# One of each type, as compliance would add them; a row of facts holds their values beside the facts.
_WORDS = tuple(Choice(word, word) for word in ("none", "self", "family"))
ATTRIBUTES = (
    Definition("pep", Type.CHOICE, "公的地位", choices=_WORDS),
    Definition("held_by", Type.LIST, "資格", choices=_WORDS),
    Definition("income", Type.NUMBER, "年収", least=-9, most=99_999_999_999),
    Definition("checked_on", Type.DATE, "書類を見た日"),
    Definition("has_proxy", Type.FLAG, "代理人"),
)
FIELDS = with_attributes(FACT_FIELDS, ATTRIBUTES)

# Days that meet the edges of rules and dates often, and any others.
_EDGES = st.sampled_from([-1186, -1096, -731, -366, -365, -364, -91, -90, -89, -1, 0, 1, 89, 90, 91, 365])
_NEAR = (_EDGES | st.integers(-1200, 400)).map(lambda days: TODAY + timedelta(days=days))
_PAST = (_EDGES.filter(lambda days: days <= 0) | st.integers(-9000, 0)).map(
    lambda days: TODAY + timedelta(days=days)
)
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
        "pep": st.sampled_from([None, "none", "self", "family"]),
        "held_by": st.none() | st.lists(st.sampled_from(["none", "self", "family"]), unique=True),
        "income": st.none() | st.sampled_from([-9, 0, 999, 1000, 99_999_999_999]),
        "checked_on": st.none() | _NEAR,
        "has_proxy": st.none() | st.booleans(),
    }
)

_TABLES: tuple[dict[str, object], ...] = (
    {"all": []},
    {"kind": "corporation"},
    {"kind": {"not_equals": "individual"}, "has_mobile": True},
    {"nationality": {"not_equals": "JPN"}},
    {"nationality": {"is_missing": True}},
    {"not": {"nationality": "JPN"}},
    {"occupation": ["student", "other"]},
    {"products": {"contains": "mortgage"}},
    {"any": [{"foreign_remittance": True}, {"birth_year": {"at_least": 1990}}]},
    {"not": {"opened_on": {"older_than_days": 365}}},
    {"residence_expires_on": {"within_days": 90}},
    {"confirmed_on": {"is_missing": False, "before": "2025-01-01"}},
    {"pep": ["self", "family"]},
    {"pep": {"not_equals": "none"}},
    {"not": {"pep": "none"}},
    {"held_by": {"contains": "self"}},
    {"held_by": {"is_missing": True}},
    {"income": {"at_least": 1000}},
    {"income": {"is_missing": True}},
    {"checked_on": {"older_than_days": 365}},
    {"any": [{"checked_on": {"on_or_after": "2026-04-01"}}, {"has_proxy": False}]},
)
_WHEN = st.sampled_from([parse(unfold(table, {}), FIELDS) for table in _TABLES])
_RULES = st.builds(
    Rule,
    st.just("規則"),
    _WHEN,
    st.sampled_from([0, 0, 5, 5, 10, 40]),
    st.sampled_from([None, None, Level.MEDIUM, Level.HIGH]),
)
_FACTORS = st.builds(
    Factor,
    id=st.just("factor"),
    label=st.just("要素"),
    category=st.just(Category.CUSTOMER),
    rules=st.lists(_RULES, min_size=1, max_size=4).map(tuple),
    missing_when=st.none() | _WHEN,
    points_when_missing=st.sampled_from([1, 5, 20]),
)
SCORECARDS = st.lists(_FACTORS, min_size=1, max_size=4).map(
    lambda factors: Scorecard(
        version=1,
        title="任意",
        thresholds={Level.MEDIUM: 10, Level.HIGH: 30},
        interval_months={Level.HIGH: 1, Level.MEDIUM: 12, Level.LOW: 36},
        factors=tuple(replace(factor, id=f"factor_{place}") for place, factor in enumerate(factors)),
        cool_down_days=30,
        attributes=ATTRIBUTES,
    )
)
# What lies around a customer before they are rated: the level settled earlier, bounds in force or past, events.
SURROUNDINGS = st.fixed_dictionaries(
    {
        "settled": st.none() | st.sampled_from(list(Level)),
        "lower_since": st.none() | st.sampled_from([0, -1, -29, -30, -31]),
        "bounds": st.lists(
            st.tuples(
                st.sampled_from(["at_least", "at_most"]),
                st.sampled_from(list(Level)),
                st.sampled_from([-1, 0, 1]),
            ),
            max_size=2,
        ),
        "events": st.lists(
            st.tuples(st.sampled_from(list(EventKind)), st.sampled_from([0, -1, -30, -400, -1500])),
            max_size=3,
            unique=True,
        ),
    }
)

_INSERT = """
    WITH people AS (
        SELECT row_number() OVER () AS place, gen_random_uuid() AS token, person.*
        FROM ROWS FROM (jsonb_to_recordset(%s::jsonb) AS (
            kind text, birth_year int, birth_month int, prefecture int, nationality text, residence_expires_on date,
            occupation text, purpose text, products jsonb, branch text, opened_on date, confirmed_on date,
            has_mobile boolean, has_email boolean, foreign_remittance boolean, attributes jsonb)) AS person
    ), made AS (
        INSERT INTO customers_customer (number_token, kind, state, version, created_at)
        SELECT decode(replace(token::text, '-', ''), 'hex'), kind, 'active', 1, now() FROM people ORDER BY place
        RETURNING id, number_token
    )
    INSERT INTO customers_fact (customer_id, kind, birth_year, birth_month, prefecture, nationality,
        residence_expires_on, occupation, purpose, products, branch, opened_on, confirmed_on, has_mobile, has_email,
        foreign_remittance, attributes)
    SELECT m.id, p.kind, p.birth_year, p.birth_month, p.prefecture, p.nationality, p.residence_expires_on, p.occupation,
        p.purpose, p.products, p.branch, p.opened_on, p.confirmed_on, p.has_mobile, p.has_email, p.foreign_remittance,
        p.attributes
    FROM people p JOIN made m ON m.number_token = decode(replace(p.token::text, '-', ''), 'hex')
    ORDER BY p.place
    RETURNING customer_id
"""


def insert(rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Active customers with these facts; their ids in the same order."""
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [json.dumps(list(map(_as_stored, rows)), default=str)])
        return [customer_id for (customer_id,) in cursor.fetchall()]


def _as_stored(row: Mapping[str, Any]) -> dict[str, Any]:
    names = {definition.name for definition in ATTRIBUTES}
    attributes = {name: value for name, value in row.items() if name in names and value is not None}
    return {name: value for name, value in row.items() if name not in names} | {"attributes": attributes}


def customer(**facts: Any) -> int:
    """One customer, plain but for ``facts``."""
    return insert([{**PLAIN, **facts}])[0]


def surround(person: int, scorecard_id: int, around: Mapping[str, Any]) -> None:
    """Put the rows of one draw of ``SURROUNDINGS`` around a customer."""
    if around["settled"] is not None:
        level = around["settled"].value
        rating = models.Rating.objects.create(
            customer_id=person,
            scorecard_id=scorecard_id,
            points=0,
            scored_level=level,
            level=level,
            level_basis="scorecard",
            is_provisional=False,
            reasons=[],
            rated_on=TODAY,
        )
        since = around["lower_since"]
        models.Standing.objects.create(
            customer_id=person,
            rating=rating,
            level=level,
            points=0,
            is_provisional=False,
            due_on=TODAY,
            due_basis="interval",
            planned_on=TODAY,
            settled_level=level,
            lower_since=None if since is None else TODAY + timedelta(days=since),
        )
    for bound, level, ends in around["bounds"]:
        circumstance(person, bound, level, until_on=TODAY + timedelta(days=ends))
    for kind, days in around["events"]:
        models.Event.objects.create(
            customer_id=person, kind=kind, occurred_on=TODAY + timedelta(days=days), recorded_by="staff:1"
        )


def circumstance(person: int, bound: str, level: Level, *, until_on: date) -> None:
    """A bound in force, by two people, whatever its reason."""
    models.Circumstance.objects.create(
        customer_id=person,
        payload=b"",
        bound=bound,
        level=level,
        from_on=TODAY - timedelta(days=9),
        until_on=until_on,
        state="in_force",
        made_by="staff:1",
        decided_by="staff:2",
    )
