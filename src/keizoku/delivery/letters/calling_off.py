"""Calls off the letters of a campaign that was stopped, as long as the print house can still leave them unprinted.

Whoever stops a campaign wakes this at once, and a job looks each minute for what a stop missed: a window that was on its way
to the print house, a print house that did not answer. Safe to run twice and beside a person who calls off a batch.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Min, Q, Sum
from django.utils import timezone

from keizoku.delivery.letters.actions import Told, ask_to_cancel, move, not_arrived, printing
from keizoku.delivery.letters.models import LetterBatch
from keizoku.delivery.letters.rules import TOO_LATE, UNHEARD_FOR, BatchState
from keizoku.kernel.clock import business_now
from keizoku.kernel.logs import get_logger

log = get_logger(__name__)

# Not told to be too late, and not printed as far as we know.
_LEFT: Final = Q(state=BatchState.HANDED_IN) & ~Q(code=TOO_LATE)
_PRINTED: Final = Q(state__in=(BatchState.PRINTED, BatchState.POSTED, BatchState.UNCONFIRMED)) | Q(
    state=BatchState.HANDED_IN, code=TOO_LATE
)


@dataclass(frozen=True, slots=True)
class Stand:
    """A campaign's letters, in letters: whether a stop can still reach them. ``cutoff_at`` is the earliest that is known."""

    left: int
    printed: int
    called_off: int
    cutoff_at: datetime | None

    @property
    def has_any(self) -> bool:
        return bool(self.left or self.printed or self.called_off)


def stand(campaign_id: int) -> Stand:
    """What a stop of this campaign would, or did, come to for its letters."""
    left = _LEFT | Q(state=BatchState.MADE)
    told = LetterBatch.objects.filter(campaign_id=campaign_id).aggregate(
        left=Sum("letters", filter=left, default=0),
        printed=Sum("letters", filter=_PRINTED, default=0),
        called_off=Sum("letters", filter=Q(state=BatchState.CANCELLED), default=0),
        cutoff_at=Min("cutoff_at", filter=left),
    )
    return Stand(**told)


def campaigns() -> list[int]:
    """Those with letters that might still be called off."""
    found = LetterBatch.objects.filter(_LEFT, campaign_id__isnull=False)
    return sorted({batch.campaign_id for batch in found.only("campaign_id") if batch.campaign_id})


def may_call_off_more(campaign_id: int) -> bool:
    """Whether letters of a stopped campaign may still turn out not to be printed: before their cut-off, or unheard of."""
    return (
        LetterBatch.objects.filter(campaign_id=campaign_id)
        .filter(_LEFT & Q(cutoff_at__gt=business_now()) | _recent())
        .exists()
    )


def call_off(campaign_id: int) -> int:
    """Have everything of a campaign not printed that still can be; returns how many letters. The caller knows it is over."""
    total = 0
    for batch in LetterBatch.objects.filter(_LEFT, campaign_id=campaign_id).order_by("id"):
        total += _call_off(batch)  # batch by batch: each is a call to the print house
    if total:
        log.info("delivery.letters_called_off", campaign_id=campaign_id, count=total)
    return total


def _call_off(batch: LetterBatch) -> int:
    """Its letters, if it was called off now; what the print house did not answer is asked again."""
    answer = asyncio.run(ask_to_cancel(printing(), batch.key))
    if answer is None:
        return 0
    if not answer:
        LetterBatch.objects.filter(id=batch.id, state=BatchState.HANDED_IN).update(code=TOO_LATE)
        return 0
    with transaction.atomic():
        if not move(batch, BatchState.CANCELLED, Told("stopped")):
            return 0
        not_arrived(batch.id)
    return batch.letters


def _recent() -> Q:
    """Handed in moments ago, or on their way there: the print house has not told a cut-off yet."""
    since = timezone.now() - UNHEARD_FOR
    return Q(state__in=(BatchState.MADE, BatchState.HANDED_IN), cutoff_at=None, moved_at__gt=since) & ~Q(
        code=TOO_LATE
    )
