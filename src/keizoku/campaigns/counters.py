"""All counters of one campaign by one statement: planned, by result, passed over, left out, answered.

Read from what delivery, the numbers and the reviews keep, and from the outcomes of the few chunks that are being sent: the
same after deliveries were destroyed. What the counting job has not seen yet (``numbers.counting``: a minute's skips) is
added from its rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from django.db import connection

from keizoku.delivery.numbers import COUNTED

Place = tuple[int, int]  # course, step

_ALL: Final = f"""
SELECT 'planned', course, step, channel, '', sum(size)::bigint
FROM delivery_wave WHERE campaign_id = %(campaign)s GROUP BY course, step, channel
UNION ALL
SELECT k.result, w.course, k.step, k.channel, CASE WHEN k.result = 'rejected' THEN k.code ELSE '' END AS told, sum(k.count)
FROM {COUNTED} k JOIN delivery_wave w ON w.id = k.wave_id
GROUP BY k.result, w.course, k.step, k.channel, told
UNION ALL
SELECT kind, course, step, '', reason, sum(count)
FROM campaigns_headcount WHERE campaign_id = %(campaign)s AND kind IN ('excluded', 'skipped') GROUP BY 1, 2, 3, 5
UNION ALL
SELECT 'skipped', COALESCE(a.course, 1), k.step, '', k.reason, count(*)
FROM campaigns_skip k LEFT JOIN campaigns_audience a ON a.campaign_id = %(campaign)s AND a.customer_id = k.customer_id
WHERE k.campaign_id = %(campaign)s
  AND k.id > COALESCE((SELECT max(up_to) FROM campaigns_headcount WHERE campaign_id = %(campaign)s), 0)
  AND NOT EXISTS (SELECT FROM campaigns_headcount WHERE campaign_id = %(campaign)s AND kind = 'closed')
GROUP BY 2, 3, 5
UNION ALL
SELECT 'excluded', 0, 0, '', reason, count(*) FROM campaigns_exclusion
WHERE campaign_id = %(campaign)s
  AND NOT EXISTS (SELECT FROM campaigns_headcount WHERE campaign_id = %(campaign)s AND kind = 'audience')
GROUP BY reason
UNION ALL
SELECT 'review:' || kind, 0, 0, '', '', sum(count) FROM reviews_tally WHERE campaign_id = %(campaign)s GROUP BY kind
"""  # noqa: S608 - a constant of our own


@dataclass(slots=True)
class Counters:
    """``results`` by (course, step, channel, result); ``refusals`` by (channel, carrier's code); ``excluded`` by reason.

    ``planned`` is in the order of the courses and steps.
    """

    planned: dict[tuple[int, int, str], int] = field(default_factory=dict)
    results: dict[tuple[int, int, str, str], int] = field(default_factory=dict)
    refusals: dict[tuple[str, str], int] = field(default_factory=dict)
    skipped: dict[Place, int] = field(default_factory=dict)
    excluded: dict[str, int] = field(default_factory=dict)
    answered: int = 0
    decided: int = 0
    unanswered: int = 0

    @property
    def unknown(self) -> int:
        """Deliveries whose fate nobody knows yet."""
        return sum(count for (*_, result), count in self.results.items() if result == "unknown")

    def of_step(self, place: Place, result: str) -> int:
        course, step = place
        return sum(n for (c, s, _, told), n in self.results.items() if (c, s, told) == (course, step, result))

    def of_channel(self, channel: str, result: str) -> int:
        return sum(n for (_, _, on, told), n in self.results.items() if (on, told) == (channel, result))


def counters(campaign_id: int) -> Counters:
    """What a campaign came to so far."""
    with connection.cursor() as cursor:
        cursor.execute(_ALL, {"campaign": campaign_id})
        return _told(cursor.fetchall())


def _told(rows: Iterable[tuple[str, int, int, str, str, int]]) -> Counters:
    found = Counters()
    for kind, course, step, channel, code, count in sorted(rows):
        match kind:
            case "planned":
                found.planned[course, step, channel] = int(count)
            case "skipped" if not channel:
                found.skipped[course, step] = found.skipped.get((course, step), 0) + int(count)
            case "excluded":
                found.excluded[code] = int(count)
            case "review:answered":
                found.answered = int(count)
            case "review:decided":
                found.decided = int(count)
            case "review:unanswered":
                found.unanswered = int(count)
            case "review:opened":
                pass  # as many as were frozen, once the launch is through
            case result:
                key = course, step, channel, result
                found.results[key] = found.results.get(key, 0) + int(count)
                if result == "rejected":
                    found.refusals[channel, code] = found.refusals.get((channel, code), 0) + int(count)
    return found
