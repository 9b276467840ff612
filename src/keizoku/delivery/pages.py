"""A campaign's deliveries page by page, each with its result so far; no address, no word of the message."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One delivery: ``result`` is the highest rank among its outcomes and receipts, "waiting" before any."""

    campaign_id: int
    wave_id: int
    position: int
    customer_id: int
    step: int
    channel: str
    result: str
    code: str
    attempts: int
    planned_at: datetime
    first_attempt_at: datetime | None
    result_at: datetime | None


_ROWS = """
SELECT d.campaign_id, d.wave_id, d.position, d.customer_id, d.step, w.channel,
       COALESCE(r.kind, o.result, 'waiting'), COALESCE(o.code, ''), a.attempts, w.opened_at, a.first_at,
       COALESCE(r.occurred_at, o.at)
FROM delivery_delivery d
JOIN delivery_wave w ON w.id = d.wave_id
LEFT JOIN LATERAL (
    SELECT count(*) AS attempts, min(started_at) AS first_at FROM delivery_attempt
    WHERE campaign_id = d.campaign_id AND wave_id = d.wave_id AND position = d.position) a ON true
LEFT JOIN LATERAL (
    SELECT result, code, at FROM delivery_outcome
    WHERE campaign_id = d.campaign_id AND wave_id = d.wave_id AND position = d.position
    ORDER BY delivery_rank(result) DESC LIMIT 1) o ON true
LEFT JOIN LATERAL (
    SELECT kind, occurred_at FROM delivery_receipt
    WHERE campaign_id = d.campaign_id AND wave_id = d.wave_id AND position = d.position
    ORDER BY delivery_rank(kind) DESC LIMIT 1) r ON true
WHERE {where}
ORDER BY d.campaign_id, d.wave_id, d.position
LIMIT %(limit)s
"""


def of_campaign(campaign_id: int, after: tuple[int, int] | None, limit: int) -> list[DeliveryRow]:
    """The next ``limit`` deliveries of a campaign behind (wave, position)."""
    wave, position = after or (0, 0)
    where = "d.campaign_id = %(campaign)s AND (d.wave_id, d.position) > (%(wave)s, %(position)s)"
    names = {"campaign": campaign_id, "wave": wave, "position": position, "limit": limit}
    return _rows(where, names)


def of_customer(customer_id: int, campaign_ids: list[int], limit: int) -> list[DeliveryRow]:
    """All deliveries to one customer in these campaigns (their partitions alone are read)."""
    where = "d.customer_id = %(customer)s AND d.campaign_id = ANY(%(campaigns)s)"
    return _rows(where, {"customer": customer_id, "campaigns": campaign_ids, "limit": limit})


def _rows(where: str, names: Mapping[str, Any]) -> list[DeliveryRow]:
    with connection.cursor() as cursor:
        cursor.execute(_ROWS.format(where=where), names)
        return [DeliveryRow(*row) for row in cursor.fetchall()]
