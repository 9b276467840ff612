"""Asks the print house where batches are and what came back; safe to run twice and to start late.

A batch that was made and never handed in (its worker died) is asked for by its key: taken, or not there. One of which
nothing is heard any more is shown as ``unconfirmed``, and still asked for.
"""

import asyncio
import time
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.utils import timezone

from keizoku.delivery.letters import queries, returning
from keizoku.delivery.letters.actions import CHANNEL, Told, move, not_arrived
from keizoku.delivery.letters.models import LetterBatch
from keizoku.delivery.letters.ports import Printing, Stand
from keizoku.delivery.letters.rules import LONGEST, BatchState
from keizoku.delivery.registry import transport
from keizoku.kernel.logs import get_logger

log = get_logger(__name__)

A_ROUND_S: Final = 60  # as often as the job that calls this comes
_STATES: Final = {
    "accepted": BatchState.HANDED_IN,
    "printed": BatchState.PRINTED,
    "posted": BatchState.POSTED,
    "cancelled": BatchState.CANCELLED,
}


def follow() -> int:
    """One round; returns how many batches moved and letters came back."""
    house = transport(CHANNEL)
    if not isinstance(house, Printing):
        return 0
    forgotten = _forgotten()
    batches = [*forgotten, *queries.followed(turn=int(time.time() // A_ROUND_S))]
    moved = 0
    if batches:
        stands = asyncio.run(house.stands([batch.key for batch in batches]))
        moved = sum(_settle(batch, stands) for batch in batches)
    if LetterBatch.objects.filter(state__in=(BatchState.POSTED, BatchState.PRINTED)).exists():
        came_back = asyncio.run(house.returned(queries.latest_return()))
        if came_back:
            moved += returning.take_returns(came_back)
    if moved:
        log.info("delivery.letters_followed", count=moved)
    return moved


def _forgotten() -> list[LetterBatch]:
    """Made, never handed in, and older than any worker's window."""
    oldest = timezone.now() - LONGEST[BatchState.MADE]
    return list(LetterBatch.objects.filter(state=BatchState.MADE, made_at__lt=oldest).order_by("id")[:100])


def _settle(batch: LetterBatch, stands: Mapping[UUID, Stand | None]) -> bool:
    if batch.key not in stands:
        return _give_up(batch)
    stand = stands[batch.key]
    if stand is None:
        return batch.state == BatchState.MADE and move(batch, BatchState.NOT_SENT, Told(code="not_taken"))
    to = _STATES.get(stand.state)
    if to is None or to == batch.state:
        return _give_up(batch)
    moved = move(batch, to, Told("", stand.reference, stand.cutoff_at, stand.posted_on))
    if moved and to is BatchState.CANCELLED:
        not_arrived(batch.id)
    return moved


def _give_up(batch: LetterBatch) -> bool:
    """Nothing was heard for too long: a person has to ask the print house."""
    longest = LONGEST.get(BatchState(batch.state))
    if longest is None or batch.state == BatchState.MADE or timezone.now() - batch.moved_at < longest:
        return False
    return move(batch, BatchState.UNCONFIRMED, Told(code="no_news"))
