"""A campaign's counters added up by everything that a funnel may be cut by; quick, and the same after the detail is gone."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from keizoku.delivery.rules import WAY_WORDS

# Codes that mark a way within a channel: its price is another.
WAYS = tuple(WAY_WORDS)

# What a campaign's messages came to: the counters, and the best outcome of each message in the chunks that a worker has
# begun and not closed (a few, also in a paused campaign). A chunk closes and is counted in one commit: nothing counts twice.
COUNTED = """(
    SELECT wave_id, step, channel, result, code, day, count FROM delivery_counter WHERE campaign_id = %(campaign)s
    UNION ALL
    SELECT c.wave_id, w.step, w.channel, best.result, best.code,
           (keizoku_business_now() AT TIME ZONE 'Asia/Tokyo')::date, 1
    FROM delivery_chunk c JOIN delivery_wave w ON w.id = c.wave_id CROSS JOIN LATERAL (
        SELECT DISTINCT ON (o.position) o.result, o.code FROM delivery_outcome o
        WHERE o.campaign_id = %(campaign)s AND o.wave_id = c.wave_id AND o.position BETWEEN c.low AND c.high
        ORDER BY o.position, delivery_rank(o.result) DESC
    ) best
    WHERE c.campaign_id = %(campaign)s AND c.state <> 'closed' AND c.lease > 0 AND best.result <> 'deferred'
)"""

_COUNTS = f"""
SELECT counted.course, counted.step, counted.channel, counted.way, m.body, m.has_form, counted.day,
       counted.result, counted.count
FROM (
    SELECT w.course, c.step, c.channel, CASE WHEN split_part(c.code, ':', 1) = ANY(%(ways)s::text[])
           THEN split_part(c.code, ':', 1) ELSE '' END AS way, w.message_id, c.day, c.result, sum(c.count)::int AS count
    FROM {COUNTED} c JOIN delivery_wave w ON w.id = c.wave_id
    GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(c.count) <> 0
) counted
JOIN delivery_messageversion m ON m.id = counted.message_id
ORDER BY 1, 2, 3, 4, counted.message_id, 6, 7
"""  # noqa: S608 - a constant of our own


@dataclass(frozen=True, slots=True)
class Tally:
    """How many messages of a step of a course ended with ``result`` on a business day, by the words that were sent."""

    course: int
    step: int
    channel: str
    way: str
    body: str
    has_form: bool
    day: date
    result: str
    count: int


def tallies(campaign_id: int) -> list[Tally]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"campaign": campaign_id, "ways": list(WAYS)})
        return [Tally(*row) for row in cursor.fetchall()]
