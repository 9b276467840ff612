"""Campaigns, their steps, edits, exclusions and skips. The frozen audience is partitioned and written by SQL (0002)."""

from django.db import models
from django.db.models.functions import Now

import keizoku.campaigns.approval.models
import keizoku.campaigns.audiences.models
import keizoku.campaigns.incidents.models
import keizoku.campaigns.journeys.models
import keizoku.campaigns.numbers.models
import keizoku.campaigns.silent.models
import keizoku.campaigns.why.models  # noqa: F401 - its tables belong to this room
from keizoku.campaigns.rules import State


class Campaign(models.Model):
    """One contact effort. ``audience`` is the condition tree; the frozen people lie in ``campaigns_audience``.

    ``audience_version`` is where the conditions came from; what counts is the copy in ``audience``.
    ``first_wave_size`` is fixed with the request: 0 where everybody is so few that none is needed. ``state_since`` is
    wall time, written by the database with each change of state.
    """

    name = models.CharField(max_length=80)
    state = models.CharField(max_length=10, default=State.DRAFT)
    audience = models.JSONField()
    audience_version = models.ForeignKey(
        "campaigns.AudienceVersion", models.PROTECT, null=True, related_name="campaigns"
    )
    answer_days = models.IntegerField()
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)
    requested_by = models.BigIntegerField(null=True)
    requested_at = models.DateTimeField(null=True)
    audience_digest = models.CharField(max_length=64, blank=True)
    audience_count = models.IntegerField(null=True)
    excluded_count = models.IntegerField(null=True)
    request_digest = models.CharField(max_length=64, blank=True)
    approved_by = models.BigIntegerField(null=True)
    approved_at = models.DateTimeField(null=True)
    approval_digest = models.CharField(max_length=64, blank=True)
    launched_at = models.DateTimeField(null=True)
    closes_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    state_since = models.DateTimeField(db_default=Now())
    first_wave_size = models.IntegerField(null=True)
    confirmed_by = models.BigIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state"], name="campaigns_campaign_state")]


class Step(models.Model):
    """One step of one course of the campaign, in order from 1; who does not meet ``condition`` goes on at once.

    ``people``: how many of the frozen it was for and could reach at the request (``journeys.reach.keep``).
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="steps")
    course = models.SmallIntegerField(default=1)
    ordinal = models.SmallIntegerField()
    channel = models.CharField(max_length=10)
    wait_days = models.IntegerField()
    condition = models.JSONField(null=True)
    message = models.ForeignKey("delivery.MessageVersion", models.PROTECT)
    per_hour = models.IntegerField(null=True)
    per_day = models.IntegerField(null=True)
    people = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "course", "ordinal"], name="campaigns_one_step_a_place"
            )
        ]


class Edit(models.Model):
    """Who touched a campaign before its approval; the database refuses such a person as approver."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="edits")
    staff_id = models.BigIntegerField()
    at = models.DateTimeField(auto_now_add=True)


class Exclusion(models.Model):
    """One customer who met the conditions and is not contacted, with the reason's code."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, db_index=False)
    customer_id = models.BigIntegerField()
    reason = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer_id", "campaign"], name="campaigns_one_exclusion")
        ]
        # Lists and sums by reason read it in order.
        indexes = [
            models.Index(fields=["campaign", "reason", "customer_id"], name="campaigns_exclusion_reason")
        ]


class Skip(models.Model):
    """One customer whom a step's channel cannot reach; the next step follows at once."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, db_index=False)
    step = models.SmallIntegerField()
    customer_id = models.BigIntegerField()
    reason = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer_id", "campaign", "step"], name="campaigns_one_skip")
        ]
        indexes = [models.Index(fields=["campaign", "step", "customer_id"], name="campaigns_skip_step")]
