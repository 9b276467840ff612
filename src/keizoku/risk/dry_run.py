"""A draft tried on everybody before it is in force: nothing of any customer is written, only the result beside the draft.

Invariants: it compares what the scorecards say, before cool-down and other circumstances, so that its counts tell
nothing of those; it works in SQL over ranges of customers, each within the app's time limits.
"""

import heapq
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from django.db import connection

from keizoku.accounts.access import authorise
from keizoku.audit.actions import record
from keizoku.kernel.actor import Actor
from keizoku.risk import locks, models
from keizoku.risk.compile import compile_scorecard
from keizoku.risk.errors import ScorecardNotDraft
from keizoku.risk.queries import read_scorecard
from keizoku.risk.rules.scale import Level
from keizoku.risk.rules.scorecard import Scorecard as Definition
from keizoku.risk.rules.workload import Scope, workload
from keizoku.risk.statements import blocks_of_customers

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
class _Tried:
    """What the ranges found, added up."""

    matrix: Counter[tuple[str, str]] = field(default_factory=Counter)
    confirmed: Counter[tuple[Level, date]] = field(default_factory=Counter)
    movers: list[tuple[int, int, int, str, str]] = field(default_factory=list)


def try_draft(scorecard_id: int, scope: Scope, actor: Actor, today: date) -> int:
    """Rate everybody by the draft without writing a rating; keep the result for whoever approves. Returns its id.

    Raises:
        ScorecardNotDraft: it is in force already, or ended.
    """
    authorise(actor, "risk.edit")
    draft = models.Scorecard.objects.filter(id=scorecard_id, state=models.Scorecard.State.DRAFT).first()
    if draft is None:
        raise ScorecardNotDraft(
            "この評価表は下書きではないため、試算できません。",
            remedy="一覧を開き直して、下書きを選んでください。",
        )
    tried = _try(read_scorecard(draft.text), today)
    dry_run = models.DryRun.objects.create(
        scorecard=draft,
        digest=draft.digest,
        on=today,
        made_by=f"{actor.kind}:{actor.id}",
        question=_question(scope),
        result=_result(tried, scope, today),
    )
    record(
        actor=actor,
        action="risk.scorecard.tried",
        subject=("scorecard", scorecard_id),
        details={"version": draft.version, "customers": tried.matrix.total()},
    )
    return dry_run.id


def _try(definition: Definition, today: date) -> _Tried:
    tried = _Tried()
    for block in blocks_of_customers():
        first, last = locks.customers_in(block)
        _try_range(definition, today, first, last, tried)
    return tried


def _try_range(definition: Definition, today: date, first: int, last: int, tried: _Tried) -> None:
    rated = compile_scorecard(definition, today, first=first, last=last)
    with connection.cursor() as cursor:
        cursor.execute(_TRY.format(rated=rated.sql, level="scored_level"), [*rated.parameters, MOST_MOVERS])
        matrix, confirmed, movers = map(json.loads, cursor.fetchone())
    for old, new, count in matrix:
        tried.matrix[old, new] += count
    for level, day, count in confirmed:
        tried.confirmed[Level(level), date.fromisoformat(day)] += count
    tried.movers = heapq.nsmallest(
        MOST_MOVERS,
        (*tried.movers, *map(tuple, movers)),
        key=lambda mover: (-abs(mover[2] - mover[1]), mover[0]),
    )


def _question(scope: Scope) -> dict[str, object]:
    return {
        "interval_months": {level.value: scope.interval_months[level] for level in Level},
        "levels": [level.value for level in Level if level in scope.levels],
        "yen_a_contact": scope.yen_a_contact,
        "yen_a_decision": scope.yen_a_decision,
        "decided_percent": scope.decided_percent,
    }


def _result(tried: _Tried, scope: Scope, today: date) -> dict[str, object]:
    confirmed = ((level, day, count) for (level, day), count in tried.confirmed.items())
    return {
        "customers": tried.matrix.total(),
        "matrix": [[old, new, count] for (old, new), count in sorted(tried.matrix.items())],
        "movers": tried.movers,
        "months": [
            [month.first.isoformat(), month.contacts, month.decisions, month.yen]
            for month in workload(confirmed, scope, today)
        ],
    }
