"""Gathering contacts: what closed chunks sent becomes the last day of contact by channel of each customer.

Away from the sending, in sets of chunks; days only rise, so a round that runs twice or stops anywhere does no harm. A
message that the carrier accepted is a contact, and so is one of which nobody knows: it may have arrived.
"""

from typing import Final

from django.db import connection, transaction

CHANNELS: Final = ("line", "email", "sms", "letter")
CHUNKS_A_ROUND: Final = 100
_NEXT: Final = """
    SELECT c.id FROM delivery_chunk c
    WHERE c.state = 'closed' AND NOT EXISTS (SELECT FROM campaigns_gatheredchunk g WHERE g.chunk_id = c.id)
    ORDER BY c.id LIMIT %s
"""
_DAYS: Final = ", ".join(f"max(day) FILTER (WHERE channel = '{channel}')" for channel in CHANNELS)
# In the order of customers, as the trigger on reviews writes, so that the two never wait for each other in a circle.
_GATHER: Final = f"""
    INSERT INTO campaigns_outreach AS o (customer_id, contacted_on, {", ".join(f"{c}_on" for c in CHANNELS)}, silences)
    SELECT customer_id, max(day), {_DAYS}, 0
    FROM (
        SELECT d.customer_id, w.channel, (x.business_at AT TIME ZONE 'Asia/Tokyo')::date AS day
        FROM delivery_chunk c
        JOIN delivery_wave w ON w.id = c.wave_id
        JOIN delivery_outcome x ON x.campaign_id = c.campaign_id AND x.wave_id = c.wave_id
         AND x.position BETWEEN c.low AND c.high AND x.result IN ('accepted', 'unknown')
        JOIN delivery_delivery d ON d.campaign_id = x.campaign_id AND d.wave_id = x.wave_id AND d.position = x.position
        WHERE c.id = ANY(%s)
    ) contact
    GROUP BY customer_id ORDER BY customer_id
    ON CONFLICT (customer_id) DO UPDATE SET
        contacted_on = GREATEST(o.contacted_on, EXCLUDED.contacted_on),
        {", ".join(f"{c}_on = GREATEST(o.{c}_on, EXCLUDED.{c}_on)" for c in CHANNELS)}
"""  # noqa: S608 - channels of this module
_CONTACTS: Final = """
    INSERT INTO campaigns_contact (campaign_id, customer_id)
    SELECT DISTINCT d.campaign_id, d.customer_id
    FROM delivery_chunk c
    JOIN delivery_outcome x ON x.campaign_id = c.campaign_id AND x.wave_id = c.wave_id
     AND x.position BETWEEN c.low AND c.high AND x.result IN ('accepted', 'unknown')
    JOIN delivery_delivery d ON d.campaign_id = x.campaign_id AND d.wave_id = x.wave_id AND d.position = x.position
    WHERE c.id = ANY(%s)
    ON CONFLICT DO NOTHING
"""
_DONE: Final = """
    INSERT INTO campaigns_gatheredchunk (chunk_id, campaign_id)
    SELECT c.id, c.campaign_id FROM delivery_chunk c WHERE c.id = ANY(%s) ON CONFLICT DO NOTHING
"""


def gather() -> int:
    """Gather all that closed since the last round; returns how many chunks. One round's work is one transaction."""
    gathered = 0
    while chunks := _round():
        gathered += chunks
    return gathered


@transaction.atomic
def _round() -> int:
    with connection.cursor() as cursor:
        # Two gatherers at once would only do the same work twice.
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('campaigns.gathering'))")
        if cursor.fetchone() != (True,):
            return 0
        cursor.execute(_NEXT, [CHUNKS_A_ROUND])
        chunks = [number for (number,) in cursor.fetchall()]
        if not chunks:
            return 0
        cursor.execute(_CONTACTS, [chunks])
        cursor.execute(_GATHER, [chunks])
        cursor.execute(_DONE, [chunks])
    return len(chunks)
