"""Settles unknown messages by asking the carrier what it took under their tags; nothing is ever sent again for it.

A message that the carrier has not, a quarter of an hour after its attempt, was not taken: it counts as rejected, and the
journey's next step follows. Only transports that are ``Findable`` take part. Safe to run twice and beside senders.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.delivery import statements
from keizoku.delivery.models import Chunk, Counter
from keizoku.delivery.ports import Findable, Outcome, Result
from keizoku.delivery.registry import transport
from keizoku.delivery.rules import LOOK_UP_AFTER, NOT_TAKEN_AFTER, ChunkState, Tag
from keizoku.kernel.actor import Actor
from keizoku.kernel.logs import get_logger

log = get_logger(__name__)

ACTOR: Final = Actor.system("delivery")
A_ROUND: Final = 200
NOT_TAKEN: Final = Outcome(Result.REJECTED, "not_taken")


@dataclass(frozen=True, slots=True)
class Unsettled:
    """One unknown attempt; ``at`` is when it became unknown."""

    campaign_id: int
    wave_id: int
    position: int
    number: int
    at: datetime

    @property
    def tag(self) -> str:
        return str(Tag(self.campaign_id, self.wave_id, self.position))


def reconcile() -> int:
    """One round over all channels; returns how many messages were settled."""
    return sum(
        _reconcile(name, found)
        for name in settings.CHANNELS
        if isinstance(found := transport(name), Findable)
    )


def _reconcile(channel: str, carrier: Findable) -> int:
    waiting = _unsettled(channel)
    if not waiting:
        return 0
    answers = asyncio.run(carrier.find([each.tag for each in waiting]))
    now, settled = timezone.now(), 0
    for each in waiting:
        if each.tag in answers and (outcome := _judge(each, answers[each.tag], now)):
            settled += settle(each, outcome)
    if settled:
        log.info("delivery.unknown_settled", channel=channel, count=settled)
    return settled


def _judge(each: Unsettled, found: Outcome | None, now: datetime) -> Outcome | None:
    if found is not None:
        return found
    return NOT_TAKEN if now - each.at > NOT_TAKEN_AFTER else None


def campaigns_in_doubt(channel: str) -> list[int]:
    """Campaigns that may have unknown messages: their counters name one, or a chunk of theirs is still in work."""
    counted = Counter.objects.filter(channel=channel, result="unknown").values_list("campaign_id", flat=True)
    working = (
        Chunk.objects.filter(wave__channel=channel)
        .exclude(state="closed")
        .values_list("campaign_id", flat=True)
    )
    return sorted({*counted, *working})


def _unsettled(channel: str) -> Sequence[Unsettled]:
    with connection.cursor() as cursor:
        named: dict[str, Any] = {
            "campaigns": campaigns_in_doubt(channel),
            "channel": channel,
            "after": LOOK_UP_AFTER,
            "limit": A_ROUND,
        }
        cursor.execute(statements.UNSETTLED, named)
        return [Unsettled(*row) for row in cursor.fetchall()]


def settle(each: Unsettled, outcome: Outcome) -> bool:
    """Append what was found; False where somebody else was quicker."""
    place: dict[str, Any] = {
        "campaign": each.campaign_id,
        "wave": each.wave_id,
        "position": each.position,
        "number": each.number,
    }
    found = {"result": str(outcome.result), "code": outcome.code}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statements.CHUNK_OF, place)
        (state,) = cursor.fetchone()
        cursor.execute(
            statements.of_campaign(statements.APPEND_OUTCOMES, each.campaign_id),
            {
                **place,
                "positions": [each.position],
                "numbers": [each.number],
                "results": [found["result"]],
                "codes": [found["code"]],
                "refs": [outcome.carrier_ref],
            },
        )
        if not cursor.rowcount:
            return False
        if state == ChunkState.CLOSED:
            cursor.execute(statements.RECOUNT, place | found)
        audit.record(
            actor=ACTOR,
            action="delivery.unknown.settled",
            subject=("campaign", each.campaign_id),
            details={"wave": each.wave_id, "position": each.position, "result": found["result"]},
        )
    return True
