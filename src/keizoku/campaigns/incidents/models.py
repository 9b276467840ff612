"""Incidents, their recipients (fixed once) and their log (appended only)."""

from uuid import uuid4

from django.db import models
from django.db.models.functions import Now

from keizoku.campaigns.incidents.rules import State


class Incident(models.Model):
    """One wrong or doubtful send. ``known_on`` is the day in Tokyo on which it became known: reports count from it."""

    campaign = models.ForeignKey("campaigns.Campaign", models.PROTECT, related_name="incidents")
    halt = models.OneToOneField("campaigns.Halt", models.PROTECT, null=True, related_name="incident")
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=10, default=State.PROPOSED)
    state_since = models.DateTimeField(db_default=Now())
    known_on = models.DateField()
    is_wrongful = models.BooleanField(default=False)
    opened_by = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField(null=True)
    recipients_count = models.IntegerField(null=True)
    recipients_digest = models.CharField(max_length=64, blank=True)
    recipients_fixed_at = models.DateTimeField(null=True)
    correction = models.ForeignKey("campaigns.Campaign", models.PROTECT, null=True, related_name="corrects")
    preliminary_at = models.DateTimeField(null=True)
    final_at = models.DateTimeField(null=True)
    close_asked_by = models.BigIntegerField(null=True)
    closed_by = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state"], name="campaigns_incident_state")]


class IncidentRecipient(models.Model):
    """One customer whom one step's message reached or may have reached."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="recipients", db_index=False)
    campaign_id = models.BigIntegerField()
    customer_id = models.BigIntegerField(db_index=True)
    step = models.SmallIntegerField()
    channel = models.CharField(max_length=10)
    result = models.CharField(max_length=12)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "customer_id", "step"], name="campaigns_one_incident_recipient"
            )
        ]


class IncidentEntry(models.Model):
    """One line of the log: an act of ours by its code, or somebody's words (encrypted: they may name a customer)."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="entries")
    key = models.UUIDField(default=uuid4, unique=True)
    code = models.CharField(max_length=30)
    words = models.BinaryField(null=True)
    written_by = models.CharField(max_length=40)
    at = models.DateTimeField(auto_now_add=True)
