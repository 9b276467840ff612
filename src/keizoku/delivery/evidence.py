"""Everything that is stored about the messages to one customer in one campaign: for a proof and for a case's page."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import connection

from keizoku.delivery.rules import CHANNEL_WORDS, Tag


@dataclass(frozen=True, slots=True)
class Happening:
    """One row about a message: begun, the carrier's answer, or the carrier's later word. ``kind`` is "attempt", "outcome" or
    "receipt"; ``result`` the outcome's or the receipt's; wall time in ``at``, business time where it is kept.
    """

    kind: str
    at: datetime
    number: int
    result: str
    code: str
    reference: str
    business_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sent:
    """One message of one step to one customer, with all that happened to it in order of time."""

    step: int
    course: int
    channel: str
    message_id: int
    tag: str
    planned_at: datetime
    deadline: date
    reference: int
    happenings: tuple[Happening, ...]

    @property
    def channel_words(self) -> str:
        return CHANNEL_WORDS.get(self.channel, self.channel)


_SENT: Final = """
SELECT d.step, w.course, w.channel, w.message_id, d.wave_id, d.position, w.opened_at, w.deadline, d.reference
FROM delivery_delivery d JOIN delivery_wave w ON w.id = d.wave_id
WHERE d.campaign_id = %s AND d.customer_id = %s ORDER BY d.step
"""
_HAPPENED: Final = """
SELECT 'attempt', started_at, number::int, '', '', key::text, NULL::timestamptz FROM delivery_attempt
WHERE campaign_id = %(campaign)s AND wave_id = %(wave)s AND position = %(position)s
UNION ALL
SELECT 'outcome', at, number::int, result, code, carrier_ref, business_at FROM delivery_outcome
WHERE campaign_id = %(campaign)s AND wave_id = %(wave)s AND position = %(position)s
UNION ALL
SELECT 'receipt', received_at, 0, kind, '', event_id, occurred_at FROM delivery_receipt
WHERE campaign_id = %(campaign)s AND wave_id = %(wave)s AND position = %(position)s
ORDER BY 2, 1
"""


def of_customer(campaign_id: int, customer_id: int) -> list[Sent]:
    """All messages, in order of the steps; a journey has at most nine."""
    with connection.cursor() as cursor:
        cursor.execute(_SENT, [campaign_id, customer_id])
        rows = cursor.fetchall()
        found = []
        for step, course, channel, message_id, wave_id, position, planned_at, deadline, reference in rows:
            cursor.execute(_HAPPENED, {"campaign": campaign_id, "wave": wave_id, "position": position})
            found.append(
                Sent(
                    step=step,
                    course=course,
                    channel=channel,
                    message_id=message_id,
                    tag=str(Tag(campaign_id, wave_id, position)),
                    planned_at=planned_at,
                    deadline=deadline,
                    reference=reference,
                    happenings=tuple(Happening(*row) for row in cursor.fetchall()),
                )
            )
    return found
