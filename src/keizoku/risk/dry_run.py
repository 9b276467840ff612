"""A draft tried on everybody before it is in force: nothing of any customer is written, only the result beside the draft.

Invariants: it compares what the scorecards say, before cool-down and other circumstances, so that its counts tell
nothing of those; it works in SQL over blocks of customers, each within the app's time limits. ``trials`` runs me as a job.
"""

import heapq
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from keizoku.risk import locks
from keizoku.risk.compile import compile_scorecard
from keizoku.risk.rules.scale import Level
from keizoku.risk.rules.scorecard import Scorecard as Definition
from keizoku.risk.rules.workload import Scope, workload

MOST_MOVERS = 20

_TRY = """
    WITH rated AS MATERIALIZED ({rated}),
    compared AS MATERIALIZED (
        SELECT rated.customer_id, rated.points, rated.{level} AS level, rated.last,
               l.points AS old_points, coalesce(l.{level}, '') AS old_level
        FROM rated
        LEFT JOIN risk_standing s ON s.customer_id = rated.customer_id
        LEFT JOIN risk_rating l ON l.id = s.rating_id
    )
    SELECT (SELECT coalesce(jsonb_agg(jsonb_build_array(old_level, level, n)), '[]') FROM (
                SELECT old_level, level, count(*) AS n FROM compared GROUP BY 1, 2) moved),
           (SELECT coalesce(jsonb_agg(jsonb_build_array(level, last, n)), '[]') FROM (
                SELECT level, last, count(*) AS n FROM compared GROUP BY 1, 2) dated),
           (SELECT coalesce(jsonb_agg(jsonb_build_array(customer_id, old_points, points, old_level, level)), '[]') FROM (
                SELECT * FROM compared WHERE old_points IS NOT NULL AND (old_points, old_level) <> (points, level)
                ORDER BY abs(points - old_points) DESC, customer_id LIMIT %s) movers)
"""


@dataclass(slots=True)
class Tried:
    """What the blocks found, added up."""

    matrix: Counter[tuple[str, str]] = field(default_factory=Counter)
    confirmed: Counter[tuple[Level, date]] = field(default_factory=Counter)
    movers: list[tuple[int, int, int, str, str]] = field(default_factory=list)

    @property
    def customers(self) -> int:
        return self.matrix.total()

    def as_row(self) -> dict[str, Any]:
        return {
            "matrix": [[old, new, count] for (old, new), count in sorted(self.matrix.items())],
            "confirmed": [
                [level.value, day.isoformat(), count]
                for (level, day), count in sorted(self.confirmed.items())
            ],
            "movers": [list(mover) for mover in self.movers],
        }

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Tried":
        """What ``as_row`` wrote; nothing yet where it is empty."""
        tried = cls()
        tried.add(row.get("matrix", ()), row.get("confirmed", ()), row.get("movers", ()))
        return tried

    def add(self, matrix: Any, confirmed: Any, movers: Any) -> None:
        for old, new, count in matrix:
            self.matrix[old, new] += count
        for level, day, count in confirmed:
            self.confirmed[Level(level), date.fromisoformat(day)] += count
        self.movers = heapq.nsmallest(
            MOST_MOVERS,
            (*self.movers, *map(tuple, movers)),
            key=lambda mover: (-abs(mover[2] - mover[1]), mover[0]),
        )


def try_block(definition: Definition, today: date, block: int, tried: Tried) -> None:
    """Add what the draft says of one block's customers."""
    first, last = locks.customers_in(block)
    rated = compile_scorecard(definition, today, first=first, last=last)
    with connection.cursor() as cursor:
        cursor.execute(_TRY.format(rated=rated.sql, level="scored_level"), [*rated.parameters, MOST_MOVERS])
        tried.add(*map(json.loads, cursor.fetchone()))


def question(scope: Scope) -> dict[str, object]:
    return {
        "interval_months": {level.value: scope.interval_months[level] for level in Level},
        "levels": [level.value for level in Level if level in scope.levels],
        "yen_a_contact": scope.yen_a_contact,
        "yen_a_decision": scope.yen_a_decision,
        "decided_percent": scope.decided_percent,
    }


def scope_of(asked: Mapping[str, Any]) -> Scope:
    """The scope that ``question`` wrote."""
    return Scope(
        {level: asked["interval_months"][level.value] for level in Level},
        frozenset(map(Level, asked["levels"])),
        asked["yen_a_contact"],
        asked["yen_a_decision"],
        asked["decided_percent"],
    )


def result(tried: Tried, scope: Scope, today: date) -> dict[str, object]:
    confirmed = [(level, day, count) for (level, day), count in tried.confirmed.items()]
    return {
        "customers": tried.customers,
        "matrix": [[old, new, count] for (old, new), count in sorted(tried.matrix.items())],
        "movers": tried.movers,
        "months": [
            [month.first.isoformat(), month.contacts, month.decisions, month.yen, month.by_level]
            for month in workload(confirmed, scope, today)
        ],
    }
