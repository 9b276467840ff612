"""Scorecards (data with versions), ratings (append-only, with reasons) and each customer's current standing."""

from django.db import models

from keizoku.risk.rules.scale import DueBasis, Level

LEVELS = [(level.value, level.label) for level in Level]
DUE_BASES = [(basis.value, basis.label) for basis in DueBasis]


class Scorecard(models.Model):
    """One version of the institution's scorecard; its text is the definition, and a trigger keeps it as it was made."""

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
            models.CheckConstraint(
                condition=models.Q(state="draft") | ~models.Q(approved_by=""), name="risk_scorecard_approved"
            ),
        ]


class DryRun(models.Model):
    """A draft tried on everybody, with the question about scope and cost that was asked; append-only, numbers only."""

    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="dry_runs")
    # of the text that was tried: an approver sees the result of what is approved
    digest = models.CharField(max_length=64)
    on = models.DateField()
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField(auto_now_add=True)
    question = models.JSONField()
    # {"customers", "matrix": [[old level, new level, count]], "movers": [[customer, points, points, level, level]],
    #  "months": [[first day, contacts, decisions, yen]]}
    result = models.JSONField()


class Rating(models.Model):
    """One rating of one customer by one scorecard; append-only."""

    # Neither is deleted, and the index below serves the customer: more would only slow the set-based writing.
    customer = models.ForeignKey("customers.Customer", models.PROTECT, db_index=False)
    scorecard = models.ForeignKey(Scorecard, models.PROTECT, db_index=False)
    points = models.IntegerField()
    level = models.CharField(max_length=10, choices=LEVELS)
    is_provisional = models.BooleanField()
    # [{"factor", "rule", "points", "floor"}] of all that counted (rules.rating.Reason), and the factors whose facts are
    # missing; the numbers are those of the scorecard named here
    reasons = models.JSONField()
    missing = models.JSONField(default=list)
    rated_on = models.DateField()
    rated_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["customer", "-id"], name="risk_rating_latest")]


class Standing(models.Model):
    """Each customer's level and next due date now; derived from the latest rating and confirmation."""

    customer = models.OneToOneField(
        "customers.Customer", models.PROTECT, primary_key=True, related_name="standing"
    )
    level = models.CharField(max_length=10, choices=LEVELS)
    points = models.IntegerField()
    is_provisional = models.BooleanField()
    rating = models.ForeignKey(Rating, models.PROTECT, db_index=False)
    due_on = models.DateField()
    due_basis = models.CharField(max_length=30, choices=DUE_BASES)

    class Meta:
        indexes = [models.Index(fields=["due_on", "level"], name="risk_standing_due")]
