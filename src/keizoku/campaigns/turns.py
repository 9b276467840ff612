"""Whose turn it is: the SQL of those who are due for one step of one course, and since when.

Derived from reviews, skips, deliveries, outcomes and receipts alone; ``planner`` executes it and nobody else. The alias
``a`` is the frozen audience's row: a limit on who may be planned (a first wave) is a condition over it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from keizoku.campaigns.audiences.counting import wanted
from keizoku.campaigns.audiences.fields import TABLES, readable_fields
from keizoku.campaigns.models import Step
from keizoku.campaigns.rules import CHANNEL_SKIP
from keizoku.customers.contact.rules import UNREACHABLE
from keizoku.delivery.rules import RECEIPT_WAIT
from keizoku.kernel.clock import TOKYO
from keizoku.kernel.conditions.reading import Json, parse
from keizoku.kernel.conditions.sql import to_sql
from keizoku.reviews.rules.states import AWAITING_CUSTOMER

NEVER = timedelta(days=36500)
UNWANTED = "consent_withdrawn"
UNMET = "condition_unmet"
GONE = "address_unreachable"

# Reviews that wait for their customer and whose turn for the step has come but was not taken yet.
_DUE = """
SELECT a.customer_id, r.id AS review_id, r.reference, a.seq, due.at AS due_at,
       {reachable} AS is_reachable, {meets} AS meets, {unwanted} AS is_unwanted, {gone} AS is_gone
FROM campaigns_audience a
JOIN reviews_review r ON r.campaign_id = a.campaign_id AND r.customer_id = a.customer_id
JOIN customers_fact f ON f.customer_id = a.customer_id
CROSS JOIN LATERAL ({turn}) due
WHERE a.campaign_id = %(campaign)s AND a.course = %(course)s AND r.state = ANY(%(waiting)s)
  AND NOT EXISTS (SELECT FROM delivery_delivery d
                  WHERE d.customer_id = a.customer_id AND d.campaign_id = %(campaign)s AND d.step = %(step)s)
  AND NOT EXISTS (SELECT FROM campaigns_skip k
                  WHERE k.customer_id = a.customer_id AND k.campaign_id = %(campaign)s AND k.step = %(step)s)
  AND due.at <= %(now)s AND {limit}
"""
_FIRST = "SELECT %(launched)s::timestamptz AS at"
# The step before was skipped, refused or did not arrive: at once. Its wait is over; or the promised receipt never came.
_LATER = """
    SELECT k.at FROM campaigns_skip k
    WHERE k.customer_id = a.customer_id AND k.campaign_id = %(campaign)s AND k.step = %(before)s
    UNION ALL
    SELECT o.business_at + CASE
        WHEN o.result IN ('rejected', 'skipped') OR (back.undelivered AND NOT back.delivered) THEN interval '0'
        -- No receipt ever follows a push to a linked friend (ADR 0026), so none is waited for.
        WHEN o.result IN ('accepted', 'unknown') AND (back.delivered OR split_part(o.code, ':', 1) = 'push')
            THEN %(wait)s
        WHEN o.result IN ('accepted', 'unknown') THEN LEAST(%(wait)s, %(receipt_wait)s)
    END
    FROM delivery_delivery d
    JOIN LATERAL (
        SELECT o.result, o.code, o.business_at FROM delivery_outcome o
        WHERE o.campaign_id = d.campaign_id AND o.wave_id = d.wave_id AND o.position = d.position
        ORDER BY delivery_rank(o.result) DESC LIMIT 1
    ) o ON true
    JOIN LATERAL (
        SELECT COALESCE(bool_or(e.kind IN ('delivered', 'complained')), false) AS delivered,
               COALESCE(bool_or(e.kind = 'undelivered'), false) AS undelivered
        FROM delivery_receipt e
        WHERE e.campaign_id = d.campaign_id AND e.wave_id = d.wave_id AND e.position = d.position
    ) back ON true
    WHERE d.customer_id = a.customer_id AND d.campaign_id = %(campaign)s AND d.step = %(before)s
"""
_UNWANTED = "EXISTS (SELECT FROM customers_channelstop u WHERE u.customer_id = a.customer_id AND u.channel = %(channel)s)"
# Contact points that nothing more is spent on once evidence says that nothing arrives there (``customers.contact``): a
# letter that comes back costs money and a week each time. A dead mailbox or number refuses at once and costs nothing.
GIVEN_UP: Final = {"letter": "address"}
_GONE = (
    "EXISTS (SELECT FROM customers_contactpoint p WHERE p.customer_id = a.customer_id "
    "AND p.channel = %(point)s AND p.state = %(gone_state)s)"
)
_SKIP = """
INSERT INTO campaigns_skip (campaign_id, step, customer_id, reason, at)
SELECT %(campaign)s, %(step)s, t.customer_id,
       CASE WHEN NOT t.meets THEN %(unmet)s WHEN t.is_unwanted THEN %(unwanted)s
            WHEN t.is_reachable THEN %(gone)s ELSE %(unreachable)s END, %(now)s
FROM ({due}) AS t WHERE NOT (t.is_reachable AND t.meets AND NOT t.is_gone)
ON CONFLICT DO NOTHING
"""
# The longest due go first; within one moment, in the audience's order.
_RECIPIENTS = """
SELECT t.customer_id, t.review_id, t.reference FROM ({due}) AS t WHERE t.is_reachable AND t.meets AND NOT t.is_gone
ORDER BY t.due_at, t.seq LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Turn:
    """One step's turn at one moment: the statements and their named parameters."""

    skip: str
    recipients: str
    parameters: dict[str, Any]


def turn(
    step: Step,
    before: Step | None,
    *,
    launched: datetime,
    now: datetime,
    most: int,
    limit: tuple[str, Mapping[str, Any]] | None = None,
) -> Turn:
    """Who is due for ``step`` now: whom to skip with a reason, and at most ``most`` to write to, the longest due first."""
    meets, values = _meets(step.condition, now)
    limiting, limits = limit or ("true", {})
    due = _DUE.format(
        turn=_LATER if before else _FIRST,
        reachable=wanted(step.channel),
        unwanted=_UNWANTED,
        gone=_GONE if step.channel in GIVEN_UP else "false",
        meets=meets,
        limit=f"({limiting})",
    )
    parameters = {
        "campaign": step.campaign_id,
        "course": step.course,
        "waiting": sorted(str(state) for state in AWAITING_CUSTOMER),
        "step": step.ordinal,
        "before": before.ordinal if before else 0,
        "launched": launched,
        "wait": timedelta(days=step.wait_days),
        "receipt_wait": RECEIPT_WAIT.get(before.channel, NEVER) if before else NEVER,
        "now": now,
        "channel": step.channel,
        "unreachable": CHANNEL_SKIP[step.channel],
        "unwanted": UNWANTED,
        "unmet": UNMET,
        "gone": GONE,
        "gone_state": UNREACHABLE,
        "point": GIVEN_UP.get(step.channel, ""),
        "most": most,
        **values,
        **limits,
    }
    return Turn(_SKIP.format(due=due), _RECIPIENTS.format(due=due), parameters)


def _meets(condition: Json | None, now: datetime) -> tuple[str, dict[str, Any]]:
    """The step's condition as SQL over ``a``, with named parameters; everybody meets none."""
    if condition is None:
        return "true", {}
    fields = readable_fields()
    sql, parameters = to_sql(parse(condition, fields), fields, now.astimezone(TOKYO).date())
    values: dict[str, Any] = {}

    def name(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%%"
        values[f"condition_{len(values)}"] = parameters[len(values)]
        return f"%(condition_{len(values) - 1})s"

    named = re.sub("%%|%s", name, sql)
    return f"EXISTS (SELECT FROM {TABLES} WHERE f.customer_id = a.customer_id AND {named})", values
