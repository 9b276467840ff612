"""Rows of quality control: the shares that are drawn, and the checks of drawn decisions."""

from django.db import models

from keizoku.reviews.quality.rules import FINDINGS, FOLLOW_UP_WORDS, STATE_WORDS, State


class QualityShare(models.Model):
    """From ``set_at`` on, so many of a hundred decisions of a reviewer are drawn; append-only.

    Without a reviewer: of whoever has no share of his own.
    """

    staff = models.ForeignKey("accounts.Staff", models.PROTECT, null=True, related_name="+")
    percent = models.SmallIntegerField()
    set_by = models.CharField(max_length=40)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(percent__gte=0, percent__lte=100),
                name="reviews_quality_share_of_a_hundred",
            )
        ]


class QualityCheck(models.Model):
    """A drawn decision. A trigger keeps decider and checker apart, and the states to one way.

    ``note`` is bound to "reviews_qualitycheck.note" (the decision's id).
    """

    decision = models.OneToOneField("reviews.Decision", models.PROTECT, related_name="quality_check")
    review = models.ForeignKey("reviews.Review", models.PROTECT, related_name="quality_checks")
    percent = models.SmallIntegerField()
    drawn_at = models.DateTimeField()
    state = models.CharField(
        max_length=10,
        choices=[(state.value, word) for state, word in STATE_WORDS.items()],
        default=State.WAITING.value,
    )
    state_since = models.DateTimeField()
    escalated_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(
        "accounts.Staff", models.PROTECT, null=True, related_name="+", db_index=False
    )
    checked_at = models.DateTimeField(null=True)
    finding = models.CharField(max_length=30, blank=True, choices=list(FINDINGS.items()))
    note = models.BinaryField(null=True)
    follow_up = models.CharField(
        max_length=10, blank=True, choices=[(one.value, word) for one, word in FOLLOW_UP_WORDS.items()]
    )
    settled_by = models.ForeignKey(
        "accounts.Staff", models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=State.WAITING.value, checked_by__isnull=True)
                | (~models.Q(state=State.WAITING.value) & models.Q(checked_by__isnull=False)),
                name="reviews_check_names_its_checker",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[State.WAITING.value, State.PROPER.value], finding="")
                | (models.Q(state__in=[State.IMPROPER.value, State.SETTLED.value]) & ~models.Q(finding="")),
                name="reviews_improper_says_why",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state_since", "id"],
                condition=models.Q(state__in=[State.WAITING.value, State.IMPROPER.value]),
                name="reviews_quality_waiting",
            )
        ]
