"""The engine's SQL, one constant a statement; parameters are named. Only delivery's own modules execute these.

``{delivery}``, ``{attempt}`` and ``{outcome}`` are one campaign's partitions (``of_campaign``): a statement that names them
needs no routing of rows, and its plan does not grow with the number of campaigns.
"""

from functools import lru_cache


@lru_cache(maxsize=256)
def of_campaign(statement: str, campaign_id: int) -> str:
    """The statement over this campaign's partitions."""
    kinds = ("delivery", "attempt", "outcome")
    return statement.format(**{kind: f"delivery_{kind}_{int(campaign_id)}" for kind in kinds})


# Whoever takes the chunk that ``next`` names holds it under a new number.
_TAKE = """\
UPDATE delivery_chunk c
SET state = 'leased', worker = %(worker)s, leased_until = now() + %(lease)s, lease = c.lease + 1
FROM next, delivery_wave w
WHERE c.id = next.id AND w.id = c.wave_id
RETURNING c.id, c.lease, c.campaign_id, c.wave_id, w.step, w.channel, w.message_id, w.deadline, c.low, c.high
"""

# One waiting or expired chunk of a campaign whose gate is open, of a wave that may be sent now.
LEASE = f"""
WITH next AS (
    SELECT c.id FROM delivery_chunk c JOIN delivery_gate g USING (campaign_id) JOIN delivery_wave w ON w.id = c.wave_id
    WHERE g.is_open AND c.not_before <= now() AND w.channel <> ALL (%(busy)s::text[])
      AND (w.send_until IS NULL OR w.send_until > keizoku_business_now())
      AND (c.state = 'open' OR (c.state = 'leased' AND c.leased_until < now()))
    ORDER BY c.id LIMIT 1 FOR UPDATE OF c SKIP LOCKED
)
{_TAKE}"""  # noqa: S608 - a constant of ours

# A claim touches a window's few rows by their keys. Without this, a planner that has no statistics of a young partition
# scans it whole for every window (measured: 186 ms a window instead of a few), and would keep such a plan.
BY_KEYS = """
SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
       set_config('enable_seqscan', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true)
"""

# A commit that lets nobody be called need not wait for the disk: the next one that does takes it along, and until then
# a crash of the database loses what that next one would have built upon as well.
UNHURRIED = "SELECT set_config('synchronous_commit', 'off', true)"

RENEW = """
UPDATE delivery_chunk c SET leased_until = now() + %(lease)s
WHERE c.id = %(chunk)s AND c.lease = %(number)s AND c.state = 'leased'
  AND EXISTS (SELECT FROM delivery_gate g WHERE g.campaign_id = %(campaign)s AND g.is_open)
  AND EXISTS (SELECT FROM delivery_wave w WHERE w.id = %(wave)s
              AND (w.send_until IS NULL OR w.send_until > keizoku_business_now()))
"""

# The heartbeat of a call that takes its time: whatever the gate says, the messages are on their way.
KEEP = """
UPDATE delivery_chunk SET leased_until = now() + %(lease)s
WHERE id = %(chunk)s AND lease = %(number)s AND state = 'leased'
"""

# An attempt that its worker never reported on may have reached the customer: unknown, and never resent.
MARK_LOST = """
INSERT INTO {outcome} (campaign_id, wave_id, position, number, result, code)
SELECT a.campaign_id, a.wave_id, a.position, a.number, 'unknown', 'worker_lost'
FROM {attempt} a
WHERE a.campaign_id = %(campaign)s AND a.wave_id = %(wave)s AND a.position BETWEEN %(low)s AND %(high)s
  AND (SELECT true FROM {outcome} o
       WHERE o.campaign_id = %(campaign)s AND o.wave_id = %(wave)s AND o.position = a.position AND o.number = a.number
       LIMIT 1) IS NULL
ON CONFLICT DO NOTHING
"""

# The exclusion and the claim are one statement, so that "answered one second ago" cannot be written to. Subqueries that
# yield a value are looked up row by row by their whole key, and IN looks in a hash; written as joins, both become loops
# that compare each with each while the planner has no statistics of a young partition.
CLAIM = """
WITH todo AS MATERIALIZED (
    SELECT d.position, d.customer_id, d.review_id, d.reference, gen_random_uuid() AS key,
        COALESCE(
            (SELECT s.reason FROM customers_contactstop s
             WHERE s.customer_id = d.customer_id AND s.campaign_id IS NULL LIMIT 1),
            (SELECT s.reason FROM customers_contactstop s
             WHERE s.customer_id = d.customer_id AND s.campaign_id = %(campaign)s LIMIT 1),
            (SELECT 'consent_withdrawn' FROM customers_channelstop u
             WHERE u.customer_id = d.customer_id AND u.channel = %(channel)s LIMIT 1)
        ) AS reason,
        1 + COALESCE((
            SELECT max(a.number) FROM {attempt} a
            WHERE a.campaign_id = %(campaign)s AND a.wave_id = %(wave)s AND a.position = d.position), 0) AS number
    FROM {delivery} d
    WHERE d.campaign_id = %(campaign)s AND d.wave_id = %(wave)s
      AND d.position > %(after)s AND d.position <= %(high)s
      AND (SELECT true FROM {outcome} o
           WHERE o.campaign_id = %(campaign)s AND o.wave_id = %(wave)s AND o.position = d.position
             AND o.result <> 'deferred' LIMIT 1) IS NULL
    ORDER BY d.position LIMIT %(window)s
), skipped AS (
    INSERT INTO {outcome} (campaign_id, wave_id, position, number, result, code)
    SELECT %(campaign)s, %(wave)s, position, 0, 'skipped', reason FROM todo WHERE reason IS NOT NULL
    ON CONFLICT DO NOTHING
), claimed AS (
    INSERT INTO {attempt} (campaign_id, wave_id, position, number, key)
    SELECT %(campaign)s, %(wave)s, position, number, key FROM todo WHERE reason IS NULL
    ON CONFLICT DO NOTHING
    RETURNING position
)
SELECT position, customer_id, review_id, reference, number, key::text, position IN (SELECT position FROM claimed)
FROM todo ORDER BY position
"""

APPEND_OUTCOMES = """
INSERT INTO {outcome} (campaign_id, wave_id, position, number, result, code, carrier_ref, business_at)
SELECT %(campaign)s, %(wave)s, r.*, (SELECT keizoku_business_now()) FROM unnest(
    %(positions)s::int[], %(numbers)s::smallint[], %(results)s::text[], %(codes)s::text[], %(refs)s::text[]) AS r
ON CONFLICT DO NOTHING
"""

# How many of the range still wait for another attempt, and how often the most tried of them was tried.
DEFERRED = """
SELECT count(*), COALESCE(max(tries), 1) FROM (
    SELECT o.position, max(o.number) AS tries FROM {outcome} o
    WHERE o.campaign_id = %(campaign)s AND o.wave_id = %(wave)s AND o.position BETWEEN %(low)s AND %(high)s
    GROUP BY o.position HAVING bool_and(o.result = 'deferred')
) waiting
"""

CLOSE = """
UPDATE delivery_chunk SET state = 'closed', closed_at = now(), leased_until = NULL
WHERE id = %(chunk)s AND lease = %(number)s AND state = 'leased'
"""

GIVE_BACK = """
UPDATE delivery_chunk SET state = 'open', leased_until = NULL, not_before = now() + %(wait)s
WHERE id = %(chunk)s AND lease = %(number)s AND state = 'leased'
"""

# A chunk of a campaign that is over, of which no live worker holds a lease.
TAKE_UNSENT = f"""
WITH next AS (
    SELECT c.id FROM delivery_chunk c
    WHERE c.campaign_id = %(campaign)s
      AND (c.state = 'open' OR (c.state = 'leased' AND c.leased_until < now() - %(abandoned)s))
    ORDER BY c.id LIMIT 1 FOR UPDATE OF c SKIP LOCKED
)
{_TAKE}"""  # noqa: S608 - a constant of ours

# The reason of each who was not written to: the own one, else that the campaign is over. A withdrawal is none: the reviews
# of a stopped campaign's people are withdrawn because it was stopped.
SKIP_REST = """
INSERT INTO {outcome} (campaign_id, wave_id, position, number, result, code)
SELECT %(campaign)s, %(wave)s, d.position, 0, 'skipped', COALESCE(
    (SELECT s.reason FROM customers_contactstop s
     WHERE s.customer_id = d.customer_id AND s.campaign_id IS NULL LIMIT 1),
    (SELECT s.reason FROM customers_contactstop s
     WHERE s.customer_id = d.customer_id AND s.campaign_id = %(campaign)s AND s.reason <> 'withdrawn' LIMIT 1),
    %(over)s)
FROM {delivery} d
WHERE d.campaign_id = %(campaign)s AND d.wave_id = %(wave)s AND d.position BETWEEN %(low)s AND %(high)s
  AND (SELECT true FROM {outcome} o
       WHERE o.campaign_id = %(campaign)s AND o.wave_id = %(wave)s AND o.position = d.position
         AND o.result <> 'deferred' LIMIT 1) IS NULL
ON CONFLICT DO NOTHING
"""

COUNT = """
INSERT INTO delivery_counter (campaign_id, wave_id, step, channel, result, code, count, day)
SELECT %(campaign)s, %(wave)s, %(step)s, %(channel)s, result, code, count(*),
       (keizoku_business_now() AT TIME ZONE 'Asia/Tokyo')::date
FROM (
    SELECT DISTINCT ON (position) position, result, code FROM {outcome}
    WHERE campaign_id = %(campaign)s AND wave_id = %(wave)s AND position BETWEEN %(low)s AND %(high)s
    ORDER BY position, delivery_rank(result) DESC
) final GROUP BY result, code
"""

KEEP_RAW_EVENT = """
INSERT INTO delivery_rawevent (carrier, body, received_at, problem) VALUES (%s, %s, now(), '')
"""

TAKE_RAW_EVENTS = """
WITH next AS (
    SELECT id FROM delivery_rawevent WHERE processed_at IS NULL AND problem = ''
    ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE delivery_rawevent e SET processed_at = now() FROM next WHERE e.id = next.id RETURNING e.id, e.carrier, e.body
"""

# Looked up row by row by their keys, as in a claim. A counter counts deliveries: a second event of the same kind is none.
APPEND_RECEIPTS = """
WITH fresh AS (
    INSERT INTO delivery_receipt (carrier, event_id, campaign_id, wave_id, position, kind, occurred_at, received_at)
    SELECT %(carrier)s, e.event_id, %(campaign)s, e.wave_id, e.position, e.kind, to_timestamp(e.moment), now()
    FROM unnest(%(events)s::text[], %(waves)s::bigint[], %(positions)s::int[], %(kinds)s::text[], %(moments)s::float8[])
         AS e (event_id, wave_id, position, kind, moment)
    WHERE (SELECT true FROM delivery_delivery d
           WHERE d.campaign_id = %(campaign)s AND d.wave_id = e.wave_id AND d.position = e.position)
    ON CONFLICT DO NOTHING
    RETURNING wave_id, position, kind
), first AS (
    SELECT f.wave_id, f.kind, count(DISTINCT f.position) AS count FROM fresh f
    WHERE (SELECT true FROM delivery_receipt r
           WHERE r.campaign_id = %(campaign)s AND r.wave_id = f.wave_id AND r.position = f.position AND r.kind = f.kind
           LIMIT 1) IS NULL
    GROUP BY f.wave_id, f.kind
)
INSERT INTO delivery_counter (campaign_id, wave_id, step, channel, result, code, count, day)
SELECT %(campaign)s, f.wave_id, w.step, w.channel, f.kind, '', f.count,
       (keizoku_business_now() AT TIME ZONE 'Asia/Tokyo')::date
FROM first f JOIN delivery_wave w ON w.id = f.wave_id
"""

# A wave of recipients chosen by the caller's SELECT (customer_id, review_id, reference), in positions from 1.
FILL_WAVE = """
INSERT INTO delivery_delivery (campaign_id, wave_id, position, step, customer_id, review_id, reference)
SELECT %(campaign)s, %(wave)s, row_number() OVER (ORDER BY r.customer_id), %(step)s,
       r.customer_id, r.review_id, r.reference
FROM ({recipients}) AS r (customer_id, review_id, reference)
ON CONFLICT (customer_id, campaign_id, step) DO NOTHING
"""

# Waves whose hours are over and that have not been sent to their end may go on in the next opening of their calendar.
PROLONG = """
UPDATE delivery_wave w SET send_until = %(until)s
WHERE w.campaign_id = %(campaign)s AND w.course = %(course)s AND w.send_until <= %(now)s
  AND EXISTS (SELECT FROM delivery_chunk c WHERE c.wave_id = w.id AND c.state <> 'closed')
"""

CHUNKS = """
INSERT INTO delivery_chunk (wave_id, campaign_id, low, high, state, not_before, worker, lease)
SELECT %(wave)s, %(campaign)s, low, LEAST(low + %(size)s - 1, %(last)s), 'open', now(), '', 0
FROM generate_series(1, %(last)s, %(size)s) AS low
"""

# Unknown messages of the channels that can be looked up, young enough to matter; whoever else settles them waits.
UNSETTLED = """
SELECT o.campaign_id, o.wave_id, o.position, o.number, o.at
FROM delivery_outcome o JOIN delivery_wave w ON w.id = o.wave_id
WHERE o.campaign_id = ANY(%(campaigns)s) AND w.channel = %(channel)s
  AND o.result = 'unknown' AND o.at < now() - %(after)s
  AND NOT EXISTS (
    SELECT FROM delivery_outcome b
    WHERE b.campaign_id = o.campaign_id AND b.wave_id = o.wave_id AND b.position = o.position
      AND delivery_rank(b.result) > delivery_rank('unknown'))
  AND NOT EXISTS (
    SELECT FROM delivery_receipt r
    WHERE r.campaign_id = o.campaign_id AND r.wave_id = o.wave_id AND r.position = o.position)
ORDER BY o.at LIMIT %(limit)s
"""

# Held until the settling commits: a chunk that closes meanwhile counts what was settled, one that has closed did not.
CHUNK_OF = """
SELECT state FROM delivery_chunk
WHERE wave_id = %(wave)s AND %(position)s BETWEEN low AND high FOR SHARE
"""

RECOUNT = """
INSERT INTO delivery_counter (campaign_id, wave_id, step, channel, result, code, count, day)
SELECT %(campaign)s, w.id, w.step, w.channel, change.result, change.code, change.count,
       (keizoku_business_now() AT TIME ZONE 'Asia/Tokyo')::date
FROM delivery_wave w CROSS JOIN LATERAL (
    SELECT %(result)s AS result, %(code)s AS code, 1 AS count
    UNION ALL
    SELECT u.result, u.code, -1 FROM delivery_outcome u
    WHERE u.campaign_id = %(campaign)s AND u.wave_id = %(wave)s AND u.position = %(position)s
      AND u.number = %(number)s AND u.result = 'unknown'
) change WHERE w.id = %(wave)s
"""
