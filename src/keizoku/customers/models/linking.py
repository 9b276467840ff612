"""Rows of links between customers and LINE accounts, and of what accounts told until it is dealt with."""

import uuid

from django.db import models
from django.db.models import Q

from keizoku.customers.linking.rules import ENDING_WORDS, STATE_WORDS, State
from keizoku.customers.models.record import Customer


class LineLink(models.Model):
    """One link, from the offer on. ``user_id`` (bound to "customers_linelink.user_id:<key>") stands only while linked."""

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="line_links")
    state = models.CharField(
        max_length=10, choices=[(code.value, words) for code, words in STATE_WORDS.items()]
    )
    # Keyed digest of the nonce that LINE brings back; gone once it was used or has lapsed.
    nonce_token = models.BinaryField(null=True)
    user_id = models.BinaryField(null=True)
    user_token = models.BinaryField(null=True)
    offered_at = models.DateTimeField()
    linked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(
        max_length=10, blank=True, choices=[(code.value, words) for code, words in ENDING_WORDS.items()]
    )
    ended_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(state=State.LINKED.value), name="customers_one_line_link"
            ),
            models.UniqueConstraint(
                fields=["user_token"],
                condition=Q(state=State.LINKED.value),
                name="customers_one_link_an_account",
            ),
            models.UniqueConstraint(fields=["nonce_token"], name="customers_one_offer_a_nonce"),
            models.CheckConstraint(
                condition=(
                    Q(state=State.LINKED.value, user_id__isnull=False, user_token__isnull=False)
                    | (~Q(state=State.LINKED.value) & Q(user_id=None, user_token=None))
                ),
                name="customers_line_account_only_while_linked",
            ),
        ]
        indexes = [
            models.Index(
                fields=["offered_at"],
                condition=Q(state=State.OFFERED.value),
                name="customers_line_offers",
            )
        ]


class LineEvent(models.Model):
    """What one account told. ``payload`` (user id, reply token, nonce) is bound to "customers_lineevent.payload:<key>" and
    wiped when it is dealt with; LINE's event id makes a repeated callback harmless.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    event_id = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=12)
    payload = models.BinaryField(null=True)
    told_at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)
    processed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["told_at", "id"],
                condition=Q(processed_at=None),
                name="customers_lineevent_waiting",
            )
        ]
