"""Rows of consents. Events are only ever added; a channel that a customer does not want lies beside them for senders."""

import uuid

from django.db import models

from keizoku.customers.consents.rules import ACT_LABELS, SOURCE_LABELS
from keizoku.customers.models.record import Customer


class Consent(models.Model):
    """One consent given or withdrawn. ``evidence`` is bound to "customers_consent.evidence:<key>"; append-only."""

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="consents", db_index=False)
    # A purpose of the institution's list, and the version whose words the customer saw.
    purpose = models.CharField(max_length=30)
    purpose_version = models.IntegerField()
    words_digest = models.CharField(max_length=64)
    act = models.CharField(max_length=10, choices=list(ACT_LABELS.items()))
    happened_on = models.DateField()
    expires_on = models.DateField(null=True)
    source = models.CharField(max_length=20, choices=list(SOURCE_LABELS.items()))
    evidence = models.BinaryField()
    recorded_by = models.CharField(max_length=40)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["customer", "purpose", "-happened_on", "-id"], name="customers_consent_latest"
            )
        ]


class ChannelStop(models.Model):
    """This customer is not written to on this channel: the consent to it was withdrawn.

    Written in the very transaction of the withdrawal; the sender's claim and the planner join it.
    """

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="channel_stops", db_index=False)
    channel = models.CharField(max_length=10)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "channel"], name="customers_one_stop_a_channel")
        ]
