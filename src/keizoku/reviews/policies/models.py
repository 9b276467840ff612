"""Rows of automatic approval: versions of the policy, their trials, and the judgement of each answer."""

from django.db import models

from keizoku.reviews.policies.rules.states import STATE_WORDS, State


class PolicyVersion(models.Model):
    """One version; a trigger keeps its text as it was written, its states to one way, and its approver apart."""

    version = models.IntegerField(unique=True)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    state = models.CharField(
        max_length=10,
        choices=[(state.value, word) for state, word in STATE_WORDS.items()],
        default=State.DRAFT.value,
    )
    state_since = models.DateTimeField()
    made_by = models.CharField(max_length=40)
    requested_by = models.CharField(max_length=40, blank=True)
    approved_by = models.CharField(max_length=40, blank=True)
    ended_by = models.CharField(max_length=40, blank=True)
    activated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=models.Q(state=State.ACTIVE.value),
                name="reviews_one_active_policy",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by="")
                | (
                    ~models.Q(approved_by=models.F("made_by"))
                    & ~models.Q(approved_by=models.F("requested_by"))
                ),
                name="reviews_policy_four_eyes",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=[State.DRAFT.value, State.REQUESTED.value, State.WITHDRAWN.value]
                )
                | (~models.Q(approved_by="") & models.Q(activated_at__isnull=False)),
                name="reviews_active_policy_is_approved",
            ),
        ]


class PolicyTrial(models.Model):
    """A version tried on answers that people have decided; append-only, numbers and reviews' ids only."""

    policy = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="trials")
    first_on = models.DateField()
    last_on = models.DateField()
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    result = models.JSONField()


class Judgement(models.Model):
    """What the active policy said of one answer: each condition as [code, whether it holds, words]; append-only."""

    review = models.ForeignKey("reviews.Review", models.PROTECT, related_name="judgements", db_index=False)
    round = models.SmallIntegerField()
    policy = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="judgements")
    is_approved = models.BooleanField()
    conditions = models.JSONField()
    judged_at = models.DateTimeField()
    business_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "round"], name="reviews_one_judgement_a_round")
        ]
