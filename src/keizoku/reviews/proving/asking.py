"""Asking for a code and typing it in: for a customer who has shown who he is, and is changing a contact point."""

from uuid import UUID

from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.delivery.lane import actions as lane
from keizoku.delivery.lane import queries as codes
from keizoku.delivery.lane.actions import Wanted
from keizoku.delivery.lane.words import message_for
from keizoku.kernel.actor import Actor
from keizoku.reviews.actions.entering import awaiting
from keizoku.reviews.errors import CodeNotOffered, CodeTooSoon, CodeWrong
from keizoku.reviews.proving.ways import PURPOSE, ways
from keizoku.reviews.queries.sittings import Sitting
from keizoku.reviews.rules.proving import RESEND_AFTER


def ask_code(sitting: Sitting, channel: str, *, entry: str) -> UUID:
    """Let a code be sent by one of the ways that are open; returns the key by which it is typed in.

    Raises:
        CodeNotOffered: not a way that is open for these answers.
        CodeTooSoon: one was asked for a moment ago; it is on its way.
        CodeRefused: too many codes, or too many wrong ones.
    """
    review = sitting.review
    if channel not in {way.channel for way in ways(sitting, entry=entry)}:
        raise CodeNotOffered
    last = codes.last_asked(review.customer_id, PURPOSE)
    if last is not None and timezone.now() - last < RESEND_AFTER:
        raise CodeTooSoon
    wanted = Wanted(review.customer_id, channel, PURPOSE, message_for(PURPOSE, channel, review.language))
    return lane.ask(wanted, actor=Actor.customer(review.customer_id))


def type_code(review_id: int, key: UUID, typed: str) -> None:
    """Whether it is the code, within its time and its tries.

    Raises:
        CodeWrong: it is not; never says whether it was wrong, too old or tried too often.
        ReviewExpired, ReviewClosed: nothing can be answered any more.
    """
    review = awaiting(review_id)
    actor = Actor.customer(review.customer_id)
    if not lane.redeem(key, typed, actor=actor):
        raise CodeWrong
    found = codes.redeemed(key, review.customer_id, PURPOSE)
    if found is None:
        raise CodeWrong
    audit.record(
        actor=actor,
        action="reviews.review.proved",
        subject=("review", review_id),
        details={"channel": found[0]},
    )
