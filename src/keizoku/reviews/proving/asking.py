"""Asking for a code and typing it in: for a customer who has shown who he is, and is changing a contact point."""

from collections.abc import Collection
from uuid import UUID

from keizoku.audit import actions as audit
from keizoku.delivery.lane import actions as lane
from keizoku.delivery.lane import queries as codes
from keizoku.delivery.lane.actions import Wanted
from keizoku.delivery.lane.errors import CodeAskedAlready
from keizoku.delivery.lane.words import message_for
from keizoku.kernel.actor import Actor
from keizoku.reviews.actions.entering import awaiting
from keizoku.reviews.errors import CodeNotOffered, CodeTooSoon, CodeWrong
from keizoku.reviews.proving.ways import PURPOSE
from keizoku.reviews.queries.sittings import Sitting
from keizoku.reviews.rules.proving import RESEND_AFTER, Way


def ask_code(sitting: Sitting, channel: str, *, offered: Collection[Way]) -> UUID:
    """Let a code be sent by one of the ways that are open (``ways.ways``); returns the key by which it is typed in.

    Raises:
        CodeNotOffered: not a way that is open for these answers.
        CodeTooSoon: one was asked for a moment ago; it is on its way.
        CodeRefused: too many codes, or too many wrong ones.
    """
    review = sitting.review
    if channel not in {way.channel for way in offered}:
        raise CodeNotOffered
    wanted = Wanted(review.customer_id, channel, PURPOSE, message_for(PURPOSE, channel, review.language))
    try:
        return lane.ask(wanted, actor=Actor.customer(review.customer_id), again_after=RESEND_AFTER)
    except CodeAskedAlready:
        raise CodeTooSoon from None


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
