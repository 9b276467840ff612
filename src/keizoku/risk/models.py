"""Scorecards (data with versions), ratings (append-only, with reasons) and each customer's current standing."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from keizoku.risk.rules import states
from keizoku.risk.rules.scale import DueBasis, EventKind, Level, LevelBasis

LEVELS = [(level.value, level.label) for level in Level]
DUE_BASES = [(basis.value, basis.label) for basis in DueBasis]
LEVEL_BASES = [(basis.value, basis.value) for basis in LevelBasis]
EVENT_KINDS = [(kind.value, kind.label) for kind in EventKind]


class Scorecard(models.Model):
    """One version of the institution's scorecard; its text is the definition, and a trigger keeps it as it was made."""

    class State(models.TextChoices):
        DRAFT = "draft", "下書き"
        ACTIVE = "active", "有効"
        RETIRED = "retired", "終了"
        WITHDRAWN = "withdrawn", "取り下げ"

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
                condition=models.Q(state__in=("draft", "withdrawn")) | ~models.Q(approved_by=""),
                name="risk_scorecard_approved",
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


class Trial(models.Model):
    """A trial under way: asked for in the browser or by command, worked through block by block, its result a ``DryRun``.

    ``found`` adds up what the blocks before ``next_block`` gave, so that whoever goes on begins there.
    """

    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="trials")
    on = models.DateField()
    question = models.JSONField()
    state = models.CharField(
        max_length=10, choices=[(state.value, word) for state, word in states.TRIAL_WORDS.items()]
    )
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField()
    customers = models.IntegerField(default=0)
    customers_done = models.IntegerField(default=0)
    next_block = models.IntegerField(default=0)
    found = models.JSONField(default=dict)
    failure = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scorecard"],
                condition=models.Q(state__in=("asked", "working")),
                name="risk_one_trial_at_a_time",
            )
        ]


class Rating(models.Model):
    """One rating of one customer by one scorecard; append-only."""

    # Neither is ever deleted (rights and triggers), both are joined in the very statement that writes the row, and the
    # index below serves the customer: indexes and checks by row would only slow the set-based writing.
    customer = models.ForeignKey("customers.Customer", models.PROTECT, db_index=False, db_constraint=False)
    scorecard = models.ForeignKey(Scorecard, models.PROTECT, db_index=False, db_constraint=False)
    points = models.IntegerField()
    # what the scorecard said; beside it what holds, and why
    scored_level = models.CharField(max_length=10, choices=LEVELS)
    level = models.CharField(max_length=10, choices=LEVELS)
    level_basis = models.CharField(max_length=10, choices=LEVEL_BASES)
    is_provisional = models.BooleanField()
    # all that counted, and the factors whose facts are missing, by their numbers in the scorecard named here (rules.codes)
    reasons = ArrayField(models.IntegerField(), default=list)
    missing = ArrayField(models.IntegerField(), default=list)
    rated_on = models.DateField()
    rated_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["customer", "-id"], name="risk_rating_latest")]


class Standing(models.Model):
    """Each customer's level and next due date now; derived from the latest rating and confirmation."""

    # no check by row, as for ratings: the writing statement has joined the customer, and nobody deletes one
    customer = models.OneToOneField(
        "customers.Customer", models.PROTECT, primary_key=True, related_name="standing", db_constraint=False
    )
    level = models.CharField(max_length=10, choices=LEVELS)
    points = models.IntegerField()
    is_provisional = models.BooleanField()
    rating = models.ForeignKey(Rating, models.PROTECT, db_index=False, db_constraint=False)
    due_on = models.DateField()
    due_basis = models.CharField(max_length=30, choices=DUE_BASES)
    # within the day's cap: at or before due_on, but never before the day of planning
    planned_on = models.DateField()
    # what would hold without circumstances, and since when the scorecard says less (rules.holding)
    settled_level = models.CharField(max_length=10, choices=LEVELS)
    lower_since = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["due_on", "level"], name="risk_standing_due")]


class DueCount(models.Model):
    """So many active customers of a level are due on a day; appended by triggers, added up by the first page.

    The level "" counts everybody who is active, rated or not (``due_counts``).
    """

    level = models.CharField(max_length=10, blank=True)
    due_on = models.DateField(null=True)
    is_provisional = models.BooleanField()
    count = models.IntegerField()


class Circumstance(models.Model):
    """Something beyond the scorecard that bounds a customer's level for a time.

    What it is (an override by two people, or a fact of suspicion) is encrypted, bound to "risk_circumstance.payload:<key>",
    so that no set, count or export can tell one from the other.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", "承認待ち"
        IN_FORCE = "in_force", "有効"
        REFUSED = "refused", "承認しない"
        LAPSED = "lapsed", "期限切れ"
        ENDED = "ended", "終了"

    class Bound(models.TextChoices):
        AT_LEAST = "at_least", "以上"
        AT_MOST = "at_most", "以下"

    customer = models.ForeignKey("customers.Customer", models.PROTECT)
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    payload = models.BinaryField()
    bound = models.CharField(max_length=10, choices=Bound.choices)
    level = models.CharField(max_length=10, choices=LEVELS)
    from_on = models.DateField()
    until_on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices)
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by="") | ~models.Q(decided_by=models.F("made_by")),
                name="risk_circumstance_four_eyes",
            ),
            # nobody lowers a level alone
            models.CheckConstraint(
                condition=~models.Q(bound="at_most", state="in_force", decided_by=""),
                name="risk_circumstance_lowered_by_two",
            ),
        ]


class Event(models.Model):
    """Something that brings a customer's confirmation forward; append-only."""

    customer = models.ForeignKey("customers.Customer", models.PROTECT, db_index=False)
    kind = models.CharField(max_length=20, choices=EVENT_KINDS)
    occurred_on = models.DateField()
    recorded_by = models.CharField(max_length=40)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "kind", "occurred_on"], name="risk_event_once")
        ]


class Simplified(models.Model):
    """Who is under simplified due diligence now, with the day of each fact it rests on; whoever fails one has no row."""

    # As for standings: written by a statement that has joined the customer.
    customer = models.OneToOneField(
        "customers.Customer", models.PROTECT, primary_key=True, related_name="simplified", db_constraint=False
    )
    since = models.DateField()
    kind_on = models.DateField(null=True)
    purpose_on = models.DateField(null=True)
    rated_on = models.DateField()
    confirmed_on = models.DateField()
    last_event_on = models.DateField(null=True)
    monitoring_on = models.DateField()


class SimplifiedChange(models.Model):
    """Simplified due diligence given or withdrawn, with the conditions that failed; append-only."""

    customer = models.ForeignKey("customers.Customer", models.PROTECT, db_index=False, db_constraint=False)
    on = models.DateField()
    is_given = models.BooleanField()
    # numbers of ``rules.simplified.CONDITIONS``, from 1; empty where it was given
    failed = ArrayField(models.SmallIntegerField(), default=list)
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["customer", "-id"], name="risk_simplified_of"),
            models.Index(fields=["on"], condition=models.Q(is_given=False), name="risk_simplified_lost"),
        ]
