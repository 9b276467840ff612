"""All that one customer's rating rests on, in one read, and its rows in one write.

``actions.one`` calls me, and ``foresight``, which only reads.
"""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from keizoku.kernel.conditions import Fields, FieldType
from keizoku.risk.rules.due import Event
from keizoku.risk.rules.holding import Bounds
from keizoku.risk.rules.scale import EventKind, Level, LevelBasis


@dataclass(frozen=True, slots=True)
class Earlier:
    """The standing until now and the rating that it rests on."""

    rating_id: int
    level: Level
    due_on: date
    planned_on: date
    settled_level: Level
    lower_since: date | None
    scorecard_id: int
    points: int
    scored_level: Level
    rated_level: Level
    level_basis: LevelBasis
    reasons: list[int]
    missing: list[int]


@dataclass(frozen=True, slots=True)
class Surroundings:
    facts: dict[str, Any]
    earlier: Earlier | None
    bounds: Bounds
    events: list[Event]


_RANK = "CASE level " + " ".join(f"WHEN '{level}' THEN {level.rank}" for level in Level) + " END"
_READ = f"""
    SELECT {{facts}},
           s.rating_id, s.level, s.due_on, s.planned_on, s.settled_level, s.lower_since,
           l.scorecard_id, l.points, l.scored_level, l.level, l.level_basis, l.reasons, l.missing,
           (SELECT ARRAY[max({_RANK}) FILTER (WHERE bound = 'at_least'), min({_RANK}) FILTER (WHERE bound = 'at_most')]
            FROM risk_circumstance
            WHERE customer_id = f.customer_id AND state = 'in_force' AND %(today)s BETWEEN from_on AND until_on),
           (SELECT array_agg(kind ORDER BY id) FROM risk_event WHERE customer_id = f.customer_id),
           (SELECT array_agg(occurred_on ORDER BY id) FROM risk_event WHERE customer_id = f.customer_id)
    FROM customers_fact f
    LEFT JOIN risk_standing s ON s.customer_id = f.customer_id
    LEFT JOIN risk_rating l ON l.id = s.rating_id
    WHERE f.customer_id = %(customer)s
"""  # noqa: S608 - our own words

# ``earlier_id`` is null where a rating is to be written.
_WRITE = """
    WITH written AS (
        INSERT INTO risk_rating (customer_id, scorecard_id, points, scored_level, level, level_basis, is_provisional,
                                 reasons, missing, rated_on, rated_at)
        SELECT %(customer)s, %(scorecard)s, %(points)s, %(scored_level)s, %(level)s, %(level_basis)s, %(is_provisional)s,
               %(reasons)s::int[], %(missing)s::int[], %(today)s, statement_timestamp()
        WHERE %(earlier_id)s::bigint IS NULL
        RETURNING id
    ),
    raised AS (
        INSERT INTO risk_event (customer_id, kind, occurred_on, recorded_by, recorded_at)
        SELECT %(customer)s, 'scorecard', %(today)s, %(raised_by)s, statement_timestamp()
        WHERE %(raised_by)s::text IS NOT NULL
        ON CONFLICT DO NOTHING
    )
    INSERT INTO risk_standing (customer_id, level, points, is_provisional, rating_id, due_on, due_basis, planned_on,
                               settled_level, lower_since)
    VALUES (%(customer)s, %(level)s, %(points)s, %(is_provisional)s,
            coalesce(%(earlier_id)s::bigint, (SELECT id FROM written)),
            %(due_on)s, %(due_basis)s, %(planned_on)s, %(settled_level)s, %(lower_since)s)
    ON CONFLICT (customer_id) DO UPDATE SET
        level = excluded.level, points = excluded.points, is_provisional = excluded.is_provisional,
        rating_id = excluded.rating_id, due_on = excluded.due_on, due_basis = excluded.due_basis,
        planned_on = excluded.planned_on, settled_level = excluded.settled_level, lower_since = excluded.lower_since
"""


def surroundings(customer_id: int, today: date, named: Fields) -> Surroundings | None:
    """``named``: what the scorecard may read. None where there are no facts."""
    fields = list(named.values())
    facts = ", ".join(field.sql.replace("%", "%%") for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(_READ.format(facts=facts), {"customer": customer_id, "today": today})
        row = cursor.fetchone()
    if row is None:
        return None
    values, (*stood, bounds, kinds, days) = row[: len(fields)], row[len(fields) :]
    at_least, at_most = bounds
    return Surroundings(
        facts={
            field.name: json.loads(value) if field.type is FieldType.LIST and value is not None else value
            for field, value in zip(fields, values, strict=True)
        },
        earlier=None if stood[0] is None else _earlier(stood),
        bounds=Bounds(
            Level.LOW if at_least is None else tuple(Level)[at_least],
            Level.HIGH if at_most is None else tuple(Level)[at_most],
        ),
        events=[(EventKind(kind), day) for kind, day in zip(kinds or (), days or (), strict=True)],
    )


def _earlier(row: list[Any]) -> Earlier:
    rating_id, level, due_on, planned_on, settled, since, scorecard, points, scored, rated, basis, *codes = (
        row
    )
    return Earlier(
        rating_id=rating_id,
        level=Level(level),
        due_on=due_on,
        planned_on=planned_on,
        settled_level=Level(settled),
        lower_since=since,
        scorecard_id=scorecard,
        points=points,
        scored_level=Level(scored),
        rated_level=Level(rated),
        level_basis=LevelBasis(basis),
        reasons=codes[0],
        missing=codes[1],
    )


def write_one(customer_id: int, row: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, {"customer": customer_id, **row})
