"""Closes the chunks of campaigns that are over: whoever was not written to is skipped with the reason, and counted.

So no message waits for ever, a funnel adds up, and each selected customer's reason is true. Safe to run twice, beside each
other and beside senders: a chunk that a live worker holds is left to it, and one whose lease ran out long ago is taken over
under a new number, as any other worker would.
"""

from collections.abc import Sequence

from django.db import transaction

from keizoku.delivery import leasing, statements
from keizoku.delivery.leasing import Lease
from keizoku.delivery.models import Chunk
from keizoku.delivery.rules import ABANDONED_AFTER, CAMPAIGN_OVER, LEASE, ChunkState
from keizoku.kernel.database import prepared
from keizoku.kernel.logs import get_logger

log = get_logger(__name__)

WORKER = "ending"


def with_unclosed_chunks() -> Sequence[int]:
    """The campaigns that still have chunks to send or to close."""
    waiting = Chunk.objects.exclude(state=ChunkState.CLOSED)
    return sorted(set(waiting.values_list("campaign_id", flat=True).distinct()))


def close_chunks(campaign_id: int) -> int:
    """Close all chunks of a campaign that sends nothing any more; the caller knows that it is over. Returns how many."""
    closed = 0
    while _close_one(campaign_id):
        closed += 1
    if closed:
        log.info("delivery.chunks_closed_unsent", campaign_id=campaign_id, count=closed)
    return closed


@transaction.atomic
def _close_one(campaign_id: int) -> bool:
    prepared.fetch(statements.BY_KEYS, {})
    named = {"campaign": campaign_id, "worker": WORKER, "lease": LEASE, "abandoned": ABANDONED_AFTER}
    rows = prepared.fetch(statements.TAKE_UNSENT, named)
    if not rows:
        return False
    lease = Lease(*rows[0])
    leasing.mark_lost(lease)
    prepared.change(
        statements.of_campaign(statements.SKIP_REST, campaign_id), lease.named | {"over": CAMPAIGN_OVER}
    )
    prepared.change(statements.CLOSE, lease.named)
    prepared.change(statements.of_campaign(statements.COUNT, campaign_id), lease.named)
    return True
