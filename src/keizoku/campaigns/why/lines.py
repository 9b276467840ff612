"""The one statement that says why: a line for each step of each customer's course, or one line for who was left out.

It reads rows by their keys. ``{audience}`` and ``{exclusion}`` narrow whom it is about; parameters are named.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

from keizoku.campaigns.why.rules import Code, Told
from keizoku.delivery.letters.rules import CALLED_OFF_EVENT, TOO_LATE
from keizoku.kernel.text.sentences import Sentence

# Who lost the race for an open review after the freeze is both in the audience and excluded: the exclusion tells.
_LINES: Final = """
SELECT e.campaign_id, e.customer_id, 0::smallint AS course, 0::smallint AS step, '' AS channel, 'excluded' AS code,
       e.reason AS detail, COALESCE(c.launched_at, c.requested_at) AS at, 0 AS tries
FROM campaigns_exclusion e JOIN campaigns_campaign c ON c.id = e.campaign_id
WHERE {exclusion}
UNION ALL
SELECT a.campaign_id, a.customer_id, a.course, s.ordinal,
       CASE WHEN d.wave_id IS NOT NULL THEN COALESCE(w.channel, s.channel) ELSE s.channel END,
       CASE
           WHEN d.wave_id IS NOT NULL THEN COALESCE(
               t.kind, o.result,
               CASE WHEN tried.tries > 0 THEN 'sending'
                    WHEN w.send_until <= %(now)s THEN 'postponed'
                    WHEN NOT g.is_open THEN 'held' ELSE 'queued' END)
           WHEN k.reason IS NOT NULL THEN 'passed'
           WHEN r.id IS NULL THEN 'not_launched'
           WHEN r.state IN ('answered', 'approved', 'rejected') THEN 'answered'
           WHEN r.state IN ('needs_person', 'withdrawn') THEN r.state
           WHEN c.state = 'stopped' THEN 'stopped'
           WHEN r.state = 'unanswered' THEN 'deadline'
           WHEN c.state = 'finished' THEN 'finished'
           WHEN c.state = 'paused' THEN 'paused'
           WHEN c.state IN ('first_wave', 'checking') AND s.ordinal = 1 THEN 'first_wave'
           WHEN c.state IN ('first_wave', 'checking', 'running') THEN
               CASE WHEN s.ordinal = 1 THEN 'due'
                    WHEN bd.wave_id IS NULL AND bk.id IS NULL THEN 'earlier_step'
                    WHEN bk.id IS NOT NULL THEN 'due' ELSE 'waiting' END
           ELSE 'not_launched'
       END,
       CASE WHEN d.wave_id IS NULL THEN COALESCE(k.reason, '')
            WHEN starts_with(t.event_id, '{called_off}') THEN 'called_off'
            WHEN c.state = 'stopped' AND t.kind IS NULL AND o.result = 'accepted' AND w.channel = 'letter' THEN COALESCE((
                SELECT CASE WHEN b.state = 'handed_in' AND b.code <> '{too_late}'
                            THEN 'calling_off' ELSE 'printed_before' END
                FROM delivery_letter l JOIN delivery_letterbatch b ON b.id = l.batch_id
                WHERE l.campaign_id = d.campaign_id AND l.wave_id = d.wave_id AND l.position = d.position
                ORDER BY l.batch_id DESC LIMIT 1), o.code)
            ELSE COALESCE(o.code, '') END,
       CASE
           WHEN d.wave_id IS NOT NULL THEN COALESCE(t.occurred_at, o.business_at, w.planned_at, w.opened_at)
           WHEN k.reason IS NOT NULL THEN k.at
           WHEN r.state IN ('answered', 'approved', 'rejected') THEN r.answered_at
           WHEN r.state IN ('needs_person', 'withdrawn', 'unanswered') THEN r.state_since
       END,
       COALESCE(tried.tries, 0)
FROM campaigns_audience a
JOIN campaigns_campaign c ON c.id = a.campaign_id
JOIN campaigns_step s ON s.campaign_id = a.campaign_id AND s.course = a.course
LEFT JOIN delivery_gate g ON g.campaign_id = a.campaign_id
LEFT JOIN reviews_review r ON r.customer_id = a.customer_id AND r.campaign_id = a.campaign_id
LEFT JOIN delivery_delivery d
       ON d.campaign_id = a.campaign_id AND d.customer_id = a.customer_id AND d.step = s.ordinal
LEFT JOIN delivery_wave w ON w.id = d.wave_id
LEFT JOIN campaigns_skip k ON k.campaign_id = a.campaign_id AND k.customer_id = a.customer_id AND k.step = s.ordinal
LEFT JOIN delivery_delivery bd ON d.wave_id IS NULL AND k.reason IS NULL
      AND bd.campaign_id = a.campaign_id AND bd.customer_id = a.customer_id AND bd.step = s.ordinal - 1
LEFT JOIN campaigns_skip bk ON d.wave_id IS NULL AND k.reason IS NULL
      AND bk.campaign_id = a.campaign_id AND bk.customer_id = a.customer_id AND bk.step = s.ordinal - 1
LEFT JOIN LATERAL (
    SELECT o.result, o.code, o.business_at FROM delivery_outcome o
    WHERE o.campaign_id = d.campaign_id AND o.wave_id = d.wave_id AND o.position = d.position
    ORDER BY delivery_rank(o.result) DESC, o.number DESC LIMIT 1
) o ON true
LEFT JOIN LATERAL (
    SELECT t.kind, t.occurred_at, t.event_id FROM delivery_receipt t
    WHERE t.campaign_id = d.campaign_id AND t.wave_id = d.wave_id AND t.position = d.position
    ORDER BY delivery_rank(t.kind) DESC LIMIT 1
) t ON true
LEFT JOIN LATERAL (
    SELECT count(*)::int AS tries FROM delivery_attempt p
    WHERE p.campaign_id = d.campaign_id AND p.wave_id = d.wave_id AND p.position = d.position
) tried ON true
WHERE {audience}
  AND NOT EXISTS (SELECT FROM campaigns_exclusion e
                  WHERE e.customer_id = a.customer_id AND e.campaign_id = a.campaign_id)
"""
OF_CUSTOMERS: Final = _LINES.format(
    called_off=CALLED_OFF_EVENT,
    too_late=TOO_LATE,
    exclusion="e.campaign_id = ANY(%(campaigns)s) AND e.customer_id = ANY(%(customers)s)",
    audience="a.campaign_id = ANY(%(campaigns)s) AND a.customer_id = ANY(%(customers)s)",
)
# A block of a whole campaign, by customers' ids: the audience's places are in their order too.
OF_BLOCK: Final = _LINES.format(
    called_off=CALLED_OFF_EVENT,
    too_late=TOO_LATE,
    exclusion="e.campaign_id = %(campaign)s AND e.customer_id > %(after)s AND e.customer_id <= %(last)s",
    audience="a.campaign_id = %(campaign)s AND a.customer_id > %(after)s AND a.customer_id <= %(last)s",
)


@dataclass(frozen=True, slots=True)
class Line:
    """Why one customer was, was not or is not yet contacted at one step. ``at`` is business time, None: not yet."""

    campaign_id: int
    customer_id: int
    course: int
    step: int
    told: Told
    at: datetime | None
    tries: int

    @property
    def words(self) -> str:
        return self.told.words

    @property
    def sentence(self) -> Sentence:
        """As ``words``, for a page in another language."""
        return self.told.sentence


def of_customers(campaign_ids: list[int], customer_ids: list[int], now: datetime) -> list[Line]:
    """All lines of these customers in these campaigns, in order of campaign, customer and step."""
    if not campaign_ids or not customer_ids:
        return []
    named: dict[str, Any] = {"campaigns": campaign_ids, "customers": customer_ids, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(f"{OF_CUSTOMERS} ORDER BY 1, 2, 4", named)
        return [line(row) for row in cursor.fetchall()]


def line(row: tuple[Any, ...]) -> Line:
    """A row of the statement; a receipt's kind without words of its own counts as not delivered."""
    campaign_id, customer_id, course, step, channel, code, detail, at, tries = row
    known = Code(code) if code in _CODES else Code.UNDELIVERED
    return Line(campaign_id, customer_id, course, step, Told(known, detail, channel), at, tries)


_CODES: Final = frozenset(code.value for code in Code)
