"""Sweepers: what has waited too long ends or is escalated; counters of guesses are forgotten. Each may run twice."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import OuterRef
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.audit.rules import ids_digest
from keizoku.forms import actions as forms
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import TOKYO
from keizoku.reviews.models import CodeGuess, Review
from keizoku.reviews.paper.readers import holds
from keizoku.reviews.rules import limits
from keizoku.reviews.rules.states import MAXIMUM_AGES

_SWEEPER: Final = Actor.system("reviews.sweeper")
# One transaction each, short enough not to hold up customers who answer at the last moment.
_AT_ONCE: Final = 5_000


def expire(now: datetime) -> int:
    """Reviews whose deadline has passed without an answer end as unanswered. Returns how many."""
    total = 0
    while count := _expire_some(now):
        total += count
    return total


@transaction.atomic
def _expire_some(now: datetime) -> int:
    today = now.astimezone(TOKYO).date()
    total = 0
    for state, age in MAXIMUM_AGES.items():
        if age.days is not None or age.then is None:
            continue
        # A form that arrived in time counts, however long it takes to be keyed.
        late = Review.objects.filter(~holds(OuterRef("id")), state=state, closes_on__lt=today).order_by("id")
        ids = list(late.select_for_update(skip_locked=True).values_list("id", flat=True)[:_AT_ONCE])
        if not ids:
            continue
        Review.objects.filter(id__in=ids).update(state=age.then, state_since=now)
        forms.drop_drafts(ids)
        audit.record_many(
            actor=_SWEEPER,
            action="reviews.review.expired",
            count=len(ids),
            ids_digest=ids_digest(ids),
            details={"from_state": state.value},
        )
        total += len(ids)
    return total


@transaction.atomic
def escalate(now: datetime) -> int:
    """Cases that a person must decide and nobody has: marked, so that the desk shows them. Returns how many."""
    total = 0
    for state, age in MAXIMUM_AGES.items():
        if age.days is None:
            continue
        late = Review.objects.filter(
            state=state, state_since__lt=now - timedelta(days=age.days), escalated_at__isnull=True
        )
        ids = list(late.order_by("id").select_for_update(skip_locked=True).values_list("id", flat=True))
        if ids:
            Review.objects.filter(id__in=ids).update(escalated_at=now)
            audit.record_many(
                actor=_SWEEPER,
                action="reviews.review.escalated",
                count=len(ids),
                ids_digest=ids_digest(ids),
                details={"state": state.value, "after_days": age.days},
            )
        total += len(ids)
    return total


def forget_guesses() -> int:
    """Drop counters that no window looks at any more."""
    count, _ = CodeGuess.objects.filter(minute__lt=timezone.now() - 2 * limits.GUESS_WINDOW).delete()
    return count
