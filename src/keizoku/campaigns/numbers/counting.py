"""The counting job: answers and people become counters, in sets; it may run twice, stop anywhere and start late.

An answer is taken off its list and put into the counters by one statement. People are counted under the planner's own lock
of the campaign, behind which all skips are written: a skip that is older than the last counted one cannot come later.
"""

from typing import Final

from django.db import connection, transaction

from keizoku.campaigns.planner import LOCK

MOST_AT_ONCE: Final = 10_000

# Each answer touches a few rows by their keys; OFFSET 0 and LIMIT 1 keep the look-ups below in this order. Without both, a
# planner that has no statistics of a young partition walks a whole wave for every answer (measured: 10,000 answers took
# more than half a minute).
_BY_KEYS: Final = """
SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
       set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)
"""
_WAITING: Final = "SELECT DISTINCT campaign_id FROM campaigns_uncountedanswer ORDER BY campaign_id"

# The last message that the carrier had accepted when the answer came; the frozen course where there was none.
_ANSWERS: Final = """
WITH taken AS (
    DELETE FROM campaigns_uncountedanswer WHERE review_id IN (
        SELECT review_id FROM campaigns_uncountedanswer WHERE campaign_id = %(campaign)s
        ORDER BY review_id LIMIT %(most)s FOR UPDATE SKIP LOCKED)
    RETURNING review_id, campaign_id, answered_at
), placed AS (
    SELECT t.campaign_id, t.answered_at, s.step, s.channel, s.way,
           COALESCE(s.course, (SELECT a.course FROM campaigns_audience a
                               WHERE a.campaign_id = %(campaign)s AND a.customer_id = r.customer_id), 0) AS course
    FROM taken t
    LEFT JOIN reviews_review r ON r.id = t.review_id
    LEFT JOIN LATERAL (
        SELECT w.course, d.step, w.channel, split_part(o.code, ':', 1) AS way
        FROM (SELECT wave_id, position, step FROM delivery_delivery
              WHERE customer_id = r.customer_id AND campaign_id = %(campaign)s OFFSET 0) d
        CROSS JOIN LATERAL (
            SELECT code, business_at FROM delivery_outcome
            WHERE campaign_id = %(campaign)s AND wave_id = d.wave_id AND position = d.position
              AND result = 'accepted' AND business_at <= t.answered_at LIMIT 1) o
        CROSS JOIN LATERAL (SELECT course, channel FROM delivery_wave WHERE id = d.wave_id LIMIT 1) w
        ORDER BY o.business_at DESC, d.step DESC LIMIT 1
    ) s ON true
), counted AS (
    INSERT INTO campaigns_answercount (campaign_id, course, step, channel, way, day, count)
    SELECT campaign_id, course, COALESCE(step, 0), COALESCE(channel, ''),
           CASE WHEN way = ANY(%(ways)s::text[]) THEN way ELSE '' END,
           (answered_at AT TIME ZONE 'Asia/Tokyo')::date, count(*)
    FROM placed GROUP BY 1, 2, 3, 4, 5, 6
)
SELECT count(*) FROM taken
"""

_OPEN: Final = """
SELECT c.id FROM campaigns_campaign c
WHERE c.launched_at IS NOT NULL
  AND NOT EXISTS (SELECT FROM campaigns_headcount h WHERE h.campaign_id = c.id AND h.kind = 'closed')
ORDER BY c.id
"""
_FROZEN: Final = """
INSERT INTO campaigns_headcount (campaign_id, kind, course, step, reason, count, up_to)
SELECT %(campaign)s, 'audience', course, 0, '', count(*), 0
FROM campaigns_audience WHERE campaign_id = %(campaign)s GROUP BY course
UNION ALL
SELECT %(campaign)s, 'excluded', 0, 0, reason, count(*), 0
FROM campaigns_exclusion WHERE campaign_id = %(campaign)s GROUP BY reason
ON CONFLICT DO NOTHING
"""
_SKIPS: Final = """
INSERT INTO campaigns_headcount (campaign_id, kind, course, step, reason, count, up_to)
SELECT %(campaign)s, 'skipped', COALESCE(a.course, 1), k.step, k.reason, count(*), max(k.id)
FROM campaigns_skip k
LEFT JOIN campaigns_audience a ON a.campaign_id = k.campaign_id AND a.customer_id = k.customer_id
WHERE k.campaign_id = %(campaign)s
  AND k.id > COALESCE((SELECT max(h.up_to) FROM campaigns_headcount h WHERE h.campaign_id = %(campaign)s), 0)
GROUP BY 3, 4, 5
"""
# Final states are left never more, and the planner writes nothing in them.
_CLOSE: Final = """
INSERT INTO campaigns_headcount (campaign_id, kind, course, step, reason, count, up_to)
SELECT id, 'closed', 0, 0, '', 0, 0 FROM campaigns_campaign
WHERE id = %(campaign)s AND state IN ('stopped', 'finished') ON CONFLICT DO NOTHING
"""


def count(ways: tuple[str, ...]) -> int:
    """Count what is new; returns how many answers. ``ways`` are the codes that mark a way within a channel."""
    answers = 0
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        waiting = [campaign for (campaign,) in cursor.fetchall()]
        cursor.execute(_OPEN)
        campaigns = [campaign for (campaign,) in cursor.fetchall()]
    for campaign in waiting:  # a batch at a time, so that no statement is long
        while taken := _answers(campaign, ways):
            answers += taken
    for campaign in campaigns:  # a few at a time are under way
        _people(campaign)
    return answers


@transaction.atomic
def _answers(campaign: int, ways: tuple[str, ...]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_BY_KEYS)
        cursor.execute(_ANSWERS, {"campaign": campaign, "most": MOST_AT_ONCE, "ways": list(ways)})
        (taken,) = cursor.fetchone()
    assert isinstance(taken, int)
    return taken


@transaction.atomic
def _people(campaign: int) -> None:
    """Who is in, out and passed over; nothing while the planner is at it (the next round comes in a minute)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, campaign])
        if cursor.fetchone() != (True,):
            return
        named = {"campaign": campaign}
        cursor.execute(
            "SELECT EXISTS (SELECT FROM campaigns_headcount WHERE campaign_id = %(campaign)s AND kind = 'audience')",
            named,
        )
        if cursor.fetchone() == (False,):
            cursor.execute(_FROZEN, named)
        cursor.execute(_SKIPS, named)
        cursor.execute(_CLOSE, named)
