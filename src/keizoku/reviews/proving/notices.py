"""Tells the old contact points that they, or others of the same customer, have been changed; by letter in want of others."""

from collections.abc import Collection
from typing import Final

from django.conf import settings

from keizoku.customers.models import ContactPoint, RecordVersion
from keizoku.delivery.lane import actions as lane
from keizoku.delivery.lane.actions import Wanted
from keizoku.delivery.lane.rules import LETTER
from keizoku.delivery.lane.words import message_for
from keizoku.kernel.actor import Actor
from keizoku.reviews.models import Review
from keizoku.reviews.rules.proving import CONTACT_FIELDS

PURPOSE: Final = "contact_changed"
_CHANNELS: Final = {"phone": "sms", "email": "email"}


def tell_old_points(review: Review, *, changed: Collection[str], version: int, actor: Actor) -> int:
    """In the transaction that changed them: a notice to each point as it was; returns how many.

    Whoever has neither phone nor mail address is told by letter, at the address as it was; so is whom neither reaches (the
    lane falls back by itself).

    Args:
        review: whose answer was approved.
        changed: the fields that the decision changed.
        version: the record's new version; the one before holds the old points.
        actor: who decided.
    """
    customer_id = review.customer_id
    if not CONTACT_FIELDS & set(changed):
        return 0
    before = RecordVersion.objects.get(customer_id=customer_id, version=version - 1)
    failed = _failed_before(customer_id, changed)
    quick = [channel for field, channel in _CHANNELS.items() if _stood(before, field, failed)]
    by_post = [LETTER] if LETTER in settings.CHANNELS and _stood(before, "address", failed) else []
    told = quick or by_post
    for channel in told:
        wanted = Wanted(customer_id, channel, PURPOSE, message_for(PURPOSE, channel, review.language))
        lane.notify(wanted, record_version=before.version, actor=actor)
    return len(told)


def _stood(before: RecordVersion, field: str, failed: set[str]) -> bool:
    return getattr(before, field) is not None and field not in failed


def _failed_before(customer_id: int, changed: Collection[str]) -> set[str]:
    """Points that are known not to reach anybody; one that has just been changed begins anew and is told all the same."""
    failed = ContactPoint.objects.filter(customer_id=customer_id, state=ContactPoint.State.UNREACHABLE)
    return set(failed.values_list("channel", flat=True)) - set(changed)
