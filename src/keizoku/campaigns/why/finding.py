"""Whom a filter of the list finds, a page at a time.

Each filter walks an index in its own order and stops at the page's end, so that it costs the same at a million recipients
as at ten; nothing is counted.
"""

import re
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from keizoku.campaigns.rules import EXCLUSION_WORDS
from keizoku.campaigns.why.rules import BY_REVIEW, BY_STEP, CODE_WORDS, Code

_EXCLUDED: Final = """
SELECT x.customer_id, 0::bigint AS wave_id, 0 AS position FROM unnest(%(reasons)s::text[]) AS reason
CROSS JOIN LATERAL (
    SELECT e.customer_id FROM campaigns_exclusion e
    WHERE e.campaign_id = %(campaign)s AND e.reason = reason.reason AND e.customer_id > %(customer)s
    ORDER BY e.customer_id LIMIT %(limit)s
) x
"""
_ALL: Final = f"""
SELECT customer_id, 0::bigint, 0 FROM (
    (SELECT a.customer_id FROM campaigns_audience a
     WHERE a.campaign_id = %(campaign)s AND a.customer_id > %(customer)s ORDER BY a.customer_id LIMIT %(limit)s)
    UNION SELECT customer_id FROM ({_EXCLUDED}) left_out
) selected ORDER BY 1 LIMIT %(limit)s
"""  # noqa: S608 - constants of ours
_REVIEWED: Final = """
SELECT x.customer_id, 0::bigint, 0 FROM unnest(%(states)s::text[]) AS state
CROSS JOIN LATERAL (
    SELECT r.customer_id FROM reviews_review r
    WHERE r.campaign_id = %(campaign)s AND r.state = state.state AND r.customer_id > %(customer)s
    ORDER BY r.customer_id LIMIT %(limit)s
) x ORDER BY 1 LIMIT %(limit)s
"""
_PASSED: Final = """
SELECT k.customer_id, 0::bigint, 0 FROM campaigns_skip k
WHERE k.campaign_id = %(campaign)s AND k.step = %(step)s AND k.customer_id > %(customer)s
ORDER BY k.customer_id LIMIT %(limit)s
"""
# The waves of the step in order, and in each the deliveries that fit, in order.
_OF_WAVES: Final = """
SELECT x.customer_id, w.id, x.position
FROM (SELECT id FROM delivery_wave WHERE campaign_id = %(campaign)s AND step = %(step)s AND id >= %(wave)s ORDER BY id) w
CROSS JOIN LATERAL (
    {found}
    LIMIT %(limit)s
) x ORDER BY w.id, x.position LIMIT %(limit)s
"""
_BEHIND: Final = "CASE WHEN w.id = %(wave)s THEN %(position)s ELSE 0 END"
_BY_OUTCOME: Final = """
    SELECT d.customer_id, o.position FROM delivery_outcome o
    JOIN delivery_delivery d ON d.campaign_id = o.campaign_id AND d.wave_id = o.wave_id AND d.position = o.position
    WHERE o.campaign_id = %(campaign)s AND o.wave_id = w.id AND o.position > {behind} AND o.result = '{result}' {final}
    ORDER BY o.position
"""
_FINAL: Final = """AND NOT EXISTS (
        SELECT FROM delivery_outcome b
        WHERE b.campaign_id = o.campaign_id AND b.wave_id = o.wave_id AND b.position = o.position
          AND delivery_rank(b.result) > delivery_rank(o.result))"""
_NO_RECEIPT: Final = """AND NOT EXISTS (
        SELECT FROM delivery_receipt t
        WHERE t.campaign_id = o.campaign_id AND t.wave_id = o.wave_id AND t.position = o.position)"""
_BY_RECEIPT: Final = """
    SELECT DISTINCT ON (t.position) d.customer_id, t.position FROM delivery_receipt t
    JOIN delivery_delivery d ON d.campaign_id = t.campaign_id AND d.wave_id = t.wave_id AND d.position = t.position
    WHERE t.campaign_id = %(campaign)s AND t.wave_id = w.id AND t.position > {behind} AND {kind}
    ORDER BY t.position
"""
_UNDELIVERED: Final = """t.kind <> 'delivered' AND NOT EXISTS (
        SELECT FROM delivery_receipt b
        WHERE b.campaign_id = t.campaign_id AND b.wave_id = t.wave_id AND b.position = t.position
          AND b.kind = 'delivered')"""
_UNFINISHED: Final = """
    SELECT d.customer_id, d.position FROM delivery_chunk k
    JOIN delivery_delivery d ON d.campaign_id = %(campaign)s AND d.wave_id = k.wave_id
        AND d.position BETWEEN GREATEST(k.low, {behind} + 1) AND k.high
    WHERE k.wave_id = w.id AND k.state <> 'closed' AND k.high > {behind}
      AND NOT EXISTS (
        SELECT FROM delivery_outcome o
        WHERE o.campaign_id = d.campaign_id AND o.wave_id = d.wave_id AND o.position = d.position
          AND o.result <> 'deferred')
    ORDER BY d.position
"""


def _outcome(result: str, final: str = "") -> str:
    return _OF_WAVES.format(found=_BY_OUTCOME.format(behind=_BEHIND, result=result, final=final))


def _receipt(kind: str) -> str:
    return _OF_WAVES.format(found=_BY_RECEIPT.format(behind=_BEHIND, kind=kind))


_STATEMENTS: Final = {
    Code.ACCEPTED: _outcome("accepted"),
    Code.DELIVERED: _receipt("t.kind = 'delivered'"),
    Code.UNDELIVERED: _receipt(_UNDELIVERED),
    Code.REJECTED: _outcome("rejected", _FINAL),
    Code.UNKNOWN: _outcome("unknown", _FINAL + _NO_RECEIPT),
    Code.SKIPPED: _outcome("skipped", _FINAL),
    Code.PASSED: _PASSED,
    Code.QUEUED: _OF_WAVES.format(found=_UNFINISHED.format(behind=_BEHIND)),
}
_REVIEW_STATES: Final = {
    "answered": ["answered", "approved", "rejected"],
    "waiting": ["open", "asked_again"],
    "unanswered": ["unanswered"],
    "needs_person": ["needs_person"],
    "withdrawn": ["withdrawn"],
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where one customer stands in a filter's order; as text "customer.wave.position"."""

    customer_id: int = 0
    wave_id: int = 0
    position: int = 0

    def __str__(self) -> str:
        return f"{self.customer_id}.{self.wave_id}.{self.position}"

    @classmethod
    def parse(cls, text: str) -> "Place | None":
        match = re.fullmatch(r"(\d{1,18})\.(\d{1,18})\.(\d{1,9})", text)
        return cls(*(int(part) for part in match.groups())) if match else None


def places(campaign_id: int, which: str, after: Place | None, limit: int) -> list[Place]:
    """The next ``limit`` customers whom the filter finds; a filter that cannot be read finds everybody."""
    step, _, code = which.partition(".")
    named: dict[str, Any] = {
        "campaign": campaign_id,
        "customer": after.customer_id if after else 0,
        "wave": after.wave_id if after else 0,
        "position": after.position if after else 0,
        "limit": limit,
        "reasons": list(EXCLUSION_WORDS),
    }
    statement = _ALL
    if step == "0":
        statement = f"{_EXCLUDED} ORDER BY 1 LIMIT %(limit)s"
        named["reasons"] = [code] if code else list(EXCLUSION_WORDS)
    elif step == "r" and code in BY_REVIEW:
        statement, named["states"] = _REVIEWED, _REVIEW_STATES[code]
    elif step.isdecimal() and code in {each.value for each in BY_STEP}:
        statement, named["step"] = _STATEMENTS[Code(code)], int(step)
    with connection.cursor() as cursor:
        cursor.execute(statement, named)
        return [Place(*row) for row in cursor.fetchall()]


def code_words(code: Code) -> str:
    """A code in words, for sums."""
    return "条件に合わない・連絡先がないため、手順を見送った" if code is Code.PASSED else CODE_WORDS[code]
