"""Scorecards (data with versions), ratings (append-only, with reasons) and each customer's current standing."""

from django.db import models


class Level(models.TextChoices):
    LOW = "low", "低"
    MEDIUM = "medium", "中"
    HIGH = "high", "高"


class Scorecard(models.Model):
    """One version of the institution's scorecard; its text is the definition and never changes after approval."""

    class State(models.TextChoices):
        DRAFT = "draft", "下書き"
        ACTIVE = "active", "有効"
        RETIRED = "retired", "終了"

    version = models.IntegerField(unique=True)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    made_by = models.CharField(max_length=40)
    approved_by = models.CharField(max_length=40, blank=True)
    activated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="active"), name="risk_one_active_scorecard"
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by="") | ~models.Q(approved_by=models.F("made_by")),
                name="risk_scorecard_four_eyes",
            ),
        ]


class Rating(models.Model):
    """One rating of one customer by one scorecard; append-only."""

    customer = models.ForeignKey("customers.Customer", models.PROTECT)
    scorecard = models.ForeignKey(Scorecard, models.PROTECT)
    points = models.IntegerField()
    level = models.CharField(max_length=10, choices=Level.choices)
    is_provisional = models.BooleanField()
    # [{"factor", "points", "floor"}] of every factor that counted, and the names of those missing
    reasons = models.JSONField()
    missing = models.JSONField(default=list)
    rated_on = models.DateField()
    rated_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["customer", "-id"], name="risk_rating_latest")]


class Standing(models.Model):
    """Each customer's level and next due date now; derived from the latest rating and confirmation."""

    customer = models.OneToOneField("customers.Customer", models.PROTECT, primary_key=True, related_name="standing")
    level = models.CharField(max_length=10, choices=Level.choices)
    points = models.IntegerField()
    is_provisional = models.BooleanField()
    rating = models.ForeignKey(Rating, models.PROTECT)
    due_on = models.DateField()
    # why this date: "interval", "never_confirmed", "residence_expires"
    due_basis = models.CharField(max_length=30)

    class Meta:
        indexes = [models.Index(fields=["due_on", "level"], name="risk_standing_due")]
