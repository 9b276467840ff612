"""A campaign's counters added up by everything that a funnel may be cut by; quick, and the same after the detail is gone."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from keizoku.delivery.rules import WAY_WORDS

# Codes that mark a way within a channel: its price is another.
WAYS = tuple(WAY_WORDS)

_COUNTS = """
SELECT counted.course, counted.step, counted.channel, counted.way, m.body, counted.day, counted.result, counted.count
FROM (
    SELECT w.course, c.step, c.channel, CASE WHEN split_part(c.code, ':', 1) = ANY(%(ways)s::text[])
           THEN split_part(c.code, ':', 1) ELSE '' END AS way, w.message_id, c.day, c.result, sum(c.count)::int AS count
    FROM delivery_counter c JOIN delivery_wave w ON w.id = c.wave_id
    WHERE c.campaign_id = %(campaign)s
    GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(c.count) <> 0
) counted
JOIN delivery_messageversion m ON m.id = counted.message_id
ORDER BY 1, 2, 3, 4, counted.message_id, 6, 7
"""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many messages of a step of a course ended with ``result`` on a business day, by the words that were sent."""

    course: int
    step: int
    channel: str
    way: str
    body: str
    day: date
    result: str
    count: int


def tallies(campaign_id: int) -> list[Tally]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"campaign": campaign_id, "ways": list(WAYS)})
        return [Tally(*row) for row in cursor.fetchall()]
