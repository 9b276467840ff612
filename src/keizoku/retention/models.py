"""Policies, holds, plans with their items and batches, certificates.

Triggers (migration 0002) keep policies as drafted, refuse a planner as approver, fix a plan once its digest stands, and end
holds one way. Items' outcomes and batches are written by ``retention_destroy`` alone, and what kinds there are and how they
go (``retention_kind``, ``retention_way``) by migrations alone. Why a hold was placed is encrypted ("retention_hold.payload",
record = its key), for all holds alike (ADR 0012, 0016).
"""

import uuid

from django.db import models

from keizoku.retention.rules.states import OPEN, OUTCOME_WORDS, STATE_WORDS, State


class Policy(models.Model):
    """One version of the institution's periods; ``periods`` is what its text says by kind: {"months"} or {"days"}."""

    class State(models.TextChoices):
        DRAFT = "draft", "承認待ち"
        ACTIVE = "active", "有効"
        RETIRED = "retired", "終了"

    version = models.IntegerField(unique=True)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    periods = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField(auto_now_add=True)
    approved_by = models.CharField(max_length=40, blank=True)
    activated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="active"), name="retention_one_active_policy"
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by="") | ~models.Q(approved_by=models.F("made_by")),
                name="retention_policy_four_eyes",
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft") | ~models.Q(approved_by=""),
                name="retention_policy_approved",
            ),
        ]


class Hold(models.Model):
    """Nothing of this customer, or of this campaign, is destroyed while it lasts."""

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, null=True)
    campaign_id = models.BigIntegerField(null=True, db_index=True)
    payload = models.BinaryField()
    until_on = models.DateField(null=True)
    placed_by = models.CharField(max_length=40)
    placed_at = models.DateTimeField(auto_now_add=True)
    lifted_by = models.CharField(max_length=40, blank=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(customer=None, campaign_id__isnull=False)
                | models.Q(customer__isnull=False, campaign_id=None),
                name="retention_hold_of_one",
            )
        ]


class Plan(models.Model):
    """What is to go, exactly: its items are fixed with its digest, and the approval names that digest."""

    policy = models.ForeignKey(Policy, models.PROTECT)
    on = models.DateField()
    state = models.CharField(
        max_length=10,
        choices=[(code.value, words) for code, words in STATE_WORDS.items()],
        default=State.PLANNED.value,
    )
    digest = models.CharField(max_length=64, blank=True)
    count = models.IntegerField(default=0)
    # [{"kind", "count", "held", "oldest", "newest", "ids_digest", "sample"}] in the policy's order
    summary = models.JSONField(default=list)
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField(auto_now_add=True)
    approved_by = models.CharField(max_length=40, blank=True)
    approved_at = models.DateTimeField(null=True)
    approval_digest = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.Value(1),
                condition=models.Q(state__in=[state.value for state in OPEN]),
                name="retention_one_open_plan",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by="") | ~models.Q(approved_by=models.F("made_by")),
                name="retention_plan_four_eyes",
            ),
        ]


class Item(models.Model):
    """One subject of one kind in a plan; customer and campaign are what a hold may name."""

    plan = models.ForeignKey(Plan, models.PROTECT, db_index=False)
    kind = models.CharField(max_length=30)
    subject = models.BigIntegerField()
    customer_id = models.BigIntegerField(null=True)
    campaign_id = models.BigIntegerField(null=True)
    since = models.DateField()
    outcome = models.CharField(
        max_length=10, blank=True, choices=[(code.value, words) for code, words in OUTCOME_WORDS.items()]
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "kind", "subject"], name="retention_one_item_a_subject")
        ]
        indexes = [
            models.Index(
                fields=["plan", "kind", "subject"],
                condition=models.Q(outcome=""),
                name="retention_item_waiting",
            ),
            models.Index(fields=["customer_id"], name="retention_item_customer"),
        ]


class Batch(models.Model):
    """One committed step of a destruction: how many subjects of a kind went, and how many rows of which table."""

    plan = models.ForeignKey(Plan, models.PROTECT)
    kind = models.CharField(max_length=30)
    destroyed = models.IntegerField()
    rows = models.JSONField()
    at = models.DateTimeField()


class Certificate(models.Model):
    """What was destroyed, signed; ``text`` is the canonical JSON that the signature covers."""

    plan = models.OneToOneField(Plan, models.PROTECT)
    text = models.TextField()
    signature = models.CharField(max_length=128)
    public_key = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
