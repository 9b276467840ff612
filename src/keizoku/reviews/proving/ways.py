"""By which contact points a customer may prove more, as they stand now; and what a typed code is worth."""

from typing import Final
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from keizoku.customers.contact.rules import ADDRESS_CHANGED
from keizoku.customers.linking import queries as linking
from keizoku.customers.models import ContactPoint
from keizoku.delivery import queries as delivery
from keizoku.delivery.lane import queries as codes
from keizoku.kernel.text.phone import read_phone
from keizoku.reviews.models import Answer
from keizoku.reviews.queries.rows import ReviewRow
from keizoku.reviews.queries.sittings import Sitting
from keizoku.reviews.rules import proving
from keizoku.reviews.rules.proposing import changed_contacts
from keizoku.reviews.rules.proving import SETTLED_AFTER, Known, Strength, Way

PURPOSE: Final = "contact_change"


def changing(sitting: Sitting) -> frozenset[str]:
    """The contact fields that the answers so far would change."""
    return changed_contacts(sitting.questionnaire, sitting.answers, sitting.known.values)


def ways(sitting: Sitting, fields: frozenset[str], *, entry: str) -> tuple[Way, ...]:
    """None where nothing of contact changes (``fields`` of ``changing``), or no other contact point is left."""
    if not fields:
        return ()
    reached_by = led_here(sitting.review, entry=entry)
    return proving.ways(_known(sitting), reached_by=reached_by, changing=fields)


def led_here(review: ReviewRow, *, entry: str) -> frozenset[str]:
    """The channels of the messages that may have led this visitor here."""
    if review.campaign_id is None:
        return frozenset()
    sent = delivery.channels_tried(review.campaign_id, review.customer_id)
    return proving.channels_that_led_here(sent, by_link=entry == Answer.Entry.LINK)


def strength_of(sitting: Sitting, fields: frozenset[str], key: UUID | None) -> Strength:
    """What the code of this key is worth where ``fields`` change: the lane's row is believed, whoever brings the key."""
    found = codes.redeemed(key, sitting.review.customer_id, PURPOSE) if key else None
    return proving.strength(found, changing=fields, now=timezone.now())


def _known(sitting: Sitting) -> Known:
    customer_id, values = sitting.review.customer_id, sitting.known.values
    phone = values.get("phone")
    read = read_phone(phone) if phone else None
    failed = ContactPoint.objects.filter(
        Q(state=ContactPoint.State.UNREACHABLE)
        | Q(evidence=ADDRESS_CHANGED, changed_at__gt=timezone.now() - SETTLED_AFTER),
        customer_id=customer_id,
    )
    return Known(
        phone=phone,
        is_mobile=bool(read and read.is_sms_capable),
        email=values.get("email"),
        has_line=linking.is_linked(customer_id),
        unusable=frozenset(failed.values_list("channel", flat=True)),
    )
