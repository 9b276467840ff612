"""Sends an unknown message again where the carrier's key makes that safe (design decision 9): it is taken once.

Only transports that are ``Repeatable`` take part, only within the time that the carrier keeps a key, by either clock, and
only to whom the message certainly went out under that key. Who has answered since, or is not to be contacted, gets
nothing; nor does anybody of a campaign that is paused. Safe to run twice and beside senders.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection

from keizoku.audit import actions as audit
from keizoku.customers import queries as customers
from keizoku.delivery.addressing import words_for
from keizoku.delivery.allowances.taking import Allowance, Wall
from keizoku.delivery.claiming import Claim
from keizoku.delivery.ports import Outcome, Outgoing, Repeatable, Result, Transport
from keizoku.delivery.reconciling import ACTOR, Unsettled, campaigns_in_doubt, settle
from keizoku.delivery.registry import transport
from keizoku.delivery.rules import LOOK_UP_AFTER
from keizoku.kernel.logs import get_logger

log = get_logger(__name__)

A_ROUND: Final = 500
# 429 speaks of the month's limit, not of this message: whether it was taken the first time stays open.
SAYS_NOTHING: Final = "http_429"

# Unknown, unsettled, young enough by both clocks, with nobody's stop and an open gate.
_UNSURE: Final = """
SELECT o.campaign_id, o.wave_id, o.position, o.number, o.at, a.key, a.started_at,
       d.customer_id, d.review_id, d.reference, w.message_id, w.deadline
FROM delivery_outcome o
JOIN delivery_attempt a USING (campaign_id, wave_id, position, number)
JOIN delivery_delivery d USING (campaign_id, wave_id, position)
JOIN delivery_wave w ON w.id = o.wave_id
JOIN delivery_gate g ON g.campaign_id = o.campaign_id AND g.is_open
WHERE o.campaign_id = ANY(%(campaigns)s) AND w.channel = %(channel)s AND o.result = 'unknown'
  AND o.at < now() - %(after)s AND o.code LIKE ANY(%(codes)s)
  AND a.started_at > now() - %(within)s AND o.business_at > keizoku_business_now() - %(within)s
  AND NOT EXISTS (
    SELECT FROM delivery_outcome b
    WHERE b.campaign_id = o.campaign_id AND b.wave_id = o.wave_id AND b.position = o.position
      AND delivery_rank(b.result) > delivery_rank('unknown'))
  AND NOT EXISTS (
    SELECT FROM delivery_receipt r
    WHERE r.campaign_id = o.campaign_id AND r.wave_id = o.wave_id AND r.position = o.position)
  AND NOT EXISTS (
    SELECT FROM customers_contactstop s
    WHERE s.customer_id = d.customer_id AND (s.campaign_id IS NULL OR s.campaign_id = d.campaign_id))
  AND NOT EXISTS (
    SELECT FROM customers_channelstop u WHERE u.customer_id = d.customer_id AND u.channel = w.channel)
ORDER BY o.at LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Unsure:
    """One unknown attempt with what it takes to make the very same request again."""

    attempt: Unsettled
    key: UUID
    begun_at: datetime
    customer_id: int
    review_id: int
    reference: int
    message_id: int
    deadline: date

    @property
    def tag(self) -> str:
        return self.attempt.tag

    @property
    def words(self) -> tuple[int, date]:
        return self.message_id, self.deadline

    @property
    def claim(self) -> Claim:
        place = self.attempt
        return Claim(
            place.position,
            self.customer_id,
            self.review_id,
            self.reference,
            place.number,
            str(self.key),
        )


def repeat() -> int:
    """One round over all channels; returns how many messages were settled."""
    settled = 0
    for name in settings.CHANNELS:
        carrier = transport(name)
        if isinstance(carrier, Repeatable):
            waiting = _unsure(name, carrier)
            sure = carrier.sent_under_key({each.customer_id: each.begun_at for each in reversed(waiting)})
            settled += _repeat(transport(name), [each for each in waiting if each.customer_id in sure])
    return settled


def _repeat(carrier: Transport, waiting: Sequence[Unsure]) -> int:
    if not waiting:
        return 0
    grant = audit.grant_read(
        actor=ACTOR, purpose="delivery.repeat", subjects=[each.customer_id for each in waiting]
    )
    addresses = customers.addresses(carrier.address_field, grant)
    words = {message: words_for(*message) for message in {each.words for each in waiting}}
    settled = 0
    left = [each for each in waiting if each.customer_id in addresses]
    allowance = Allowance(carrier.name, Wall())
    while calls := allowance.turn(min(carrier.window, len(left))):
        window, left = left[:calls], left[calls:]
        outgoing = [
            Outgoing(
                str(each.key), each.tag, addresses[each.customer_id], words[each.words].message(each.claim)
            )
            for each in window
        ]
        outcomes = asyncio.run(_send(carrier, outgoing))
        allowance.heed(outcomes)
        settled += sum(_take(each, outcome) for each, outcome in zip(window, outcomes, strict=True))
    log.info("delivery.unknown_repeated", channel=carrier.name, count=len(waiting), settled=settled)
    return settled


async def _send(carrier: Transport, outgoing: Sequence[Outgoing]) -> list[Outcome]:
    async with carrier.connect() as sender:
        return await sender(outgoing)


def _take(each: Unsure, outcome: Outcome) -> bool:
    """What is certain now settles the attempt; what is not waits for the next round."""
    is_certain = outcome.result in {Result.ACCEPTED, Result.REJECTED} and SAYS_NOTHING not in outcome.code
    return is_certain and settle(each.attempt, outcome)


def _unsure(channel: str, carrier: Repeatable) -> list[Unsure]:
    """Oldest first. Each customer's oldest is the one that must have gone out under its key."""
    named: dict[str, Any] = {
        "campaigns": campaigns_in_doubt(channel),
        "channel": channel,
        "after": LOOK_UP_AFTER,
        "codes": list(carrier.repeatable_codes),
        "within": carrier.repeatable_for,
        "limit": A_ROUND,
    }
    with connection.cursor() as cursor:
        cursor.execute(_UNSURE, named)
        return [Unsure(Unsettled(*row[:5]), *row[5:]) for row in cursor.fetchall()]
