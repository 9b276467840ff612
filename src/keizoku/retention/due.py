"""What is due: the rooms' own SELECTs, the policy's periods, and the holds in the way; one statement a kind."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection

from keizoku.kernel.keeping import Kind
from keizoku.retention.queries import PolicyRow
from keizoku.retention.registry import kinds
from keizoku.retention.rules.policy import DESTROY, Rule

_OVER: Final = """
SELECT d.subject, d.customer_id, d.campaign_id, d.since,
       retention_is_held(d.customer_id, d.campaign_id, %(today)s) AS is_held
FROM ({due}) AS d
WHERE d.since + make_interval(months => %(months)s, days => %(days)s) <= %(today)s
"""
_FILL: Final = """
WITH over AS MATERIALIZED ({over}), added AS (
    INSERT INTO retention_item (plan_id, kind, subject, customer_id, campaign_id, since, outcome)
    SELECT %(plan)s, %(kind)s, subject, customer_id, campaign_id, since, '' FROM over WHERE NOT is_held
)
SELECT count(*) FILTER (WHERE is_held) FROM over
"""
_COUNT: Final = """
WITH over AS MATERIALIZED ({over})
SELECT (SELECT count(*) FROM over WHERE NOT is_held), (SELECT count(*) FROM over WHERE is_held),
       (SELECT count(*) FROM ({due}) AS waiting),
       (SELECT min(since) FROM over WHERE NOT is_held),
       (SELECT min(since) + make_interval(months => %(months)s, days => %(days)s) FROM ({due}) AS next
        WHERE since + make_interval(months => %(months)s, days => %(days)s) > %(today)s)::date
"""


@dataclass(frozen=True, slots=True)
class DueRow:
    """One kind as it stands: ``begun``: all whose period has begun; ``due``: those past it; ``held``: those held back."""

    kind: Kind
    rule: Rule
    due: int
    held: int
    begun: int
    oldest: date | None
    next_on: date | None


def overview(policy: PolicyRow, today: date) -> list[DueRow]:
    """Every kind of the policy, in its order."""
    rows = []
    with connection.cursor() as cursor:
        for kind, rule in _kinds(policy):
            if rule.action != DESTROY:
                rows.append(DueRow(kind, rule, 0, 0, 0, None, None))
                continue
            cursor.execute(_written(_COUNT, kind), _names(rule, today))
            due, held, begun, oldest, next_on = cursor.fetchone()
            rows.append(DueRow(kind, rule, due, held, begun, oldest, next_on))
    return rows


def fill(plan_id: int, policy: PolicyRow, today: date) -> dict[str, int]:
    """Write a plan's items; returns how many of each kind a hold kept out."""
    held = {}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '15min'")
        for kind, rule in _kinds(policy):
            if rule.action == DESTROY:
                names = _names(rule, today) | {"plan": plan_id, "kind": kind.name}
                cursor.execute(_written(_FILL, kind), names)
                (held[kind.name],) = cursor.fetchone()
    return held


def _kinds(policy: PolicyRow) -> Iterator[tuple[Kind, Rule]]:
    known = kinds()
    yield from ((known[rule.kind], rule) for rule in policy.rules if rule.kind in known)


def _written(statement: str, kind: Kind) -> str:
    """A room's own SQL, which holds no placeholders of ours."""
    due = kind.due.replace("%", "%%")
    return statement.replace("{over}", _OVER).replace("{due}", due)


def _names(rule: Rule, today: date) -> dict[str, Any]:
    return {"today": today, "months": rule.months or 0, "days": rule.days or 0}
