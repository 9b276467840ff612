"""Rows of the desk. Narrow on purpose: lists, counts and the board read all open cases, 50,000 of them, at once
(``keizoku bench desk``).

``since`` and ``due_at`` are business time, leases are wall time. A draft is what a reviewer has typed and not yet decided,
encrypted, bound to "reviews_deskcase.draft" (review.holder); it goes with the lease.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from keizoku.reviews.rules.service_levels import LEAST_DAYS, MOST_DAYS


class DeskCase(models.Model):
    """One review that waits for a person; made, kept and removed by triggers on the reviews, their answers and proposals.

    ``owner``: a supervisor gave it to this person. ``held_by``: who has it open, until ``held_until``.
    """

    review = models.OneToOneField("reviews.Review", models.DO_NOTHING, primary_key=True, related_name="desk")
    state = models.CharField(max_length=12)
    since = models.DateTimeField()
    due_at = models.DateTimeField()
    level = models.CharField(max_length=10, blank=True)
    entry = models.CharField(max_length=5, blank=True)
    changed = ArrayField(models.CharField(max_length=30), default=list)
    help_kind = models.CharField(max_length=10, blank=True)
    owner = models.ForeignKey("accounts.Staff", models.PROTECT, null=True, related_name="+", db_index=False)
    owned_since = models.DateTimeField(null=True)
    held_by = models.ForeignKey("accounts.Staff", models.PROTECT, null=True, related_name="+", db_index=False)
    held_until = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)
    snooze_reason = models.CharField(max_length=12, blank=True)
    draft = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(held_by__isnull=False, held_until__isnull=False)
                | models.Q(held_by__isnull=True, held_until__isnull=True, draft__isnull=True),
                name="reviews_draft_needs_a_holder",
            ),
            models.CheckConstraint(
                condition=models.Q(snoozed_until__isnull=True, snooze_reason="")
                | (models.Q(snoozed_until__isnull=False) & ~models.Q(snooze_reason="")),
                name="reviews_snooze_has_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "review"], name="reviews_desk_due"),
            models.Index(fields=["since", "review"], name="reviews_desk_since"),
        ]


class ServiceLevel(models.Model):
    """Business days for a state and a level; ``level`` is empty for customers who are not rated."""

    state = models.CharField(max_length=12)
    level = models.CharField(max_length=10, blank=True)
    days = models.SmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state", "level"], name="reviews_one_service_level"),
            models.CheckConstraint(
                condition=models.Q(days__gte=LEAST_DAYS, days__lte=MOST_DAYS), name="reviews_service_days"
            ),
        ]


class ClosedDay(models.Model):
    """A weekday on which the bank is closed; kept some years ahead by a job, for the database to reckon due days."""

    day = models.DateField(primary_key=True)


class SavedFilter(models.Model):
    """A named choice of the queue's filters; ``query`` is the address's own part, codes and ids of staff alone."""

    staff = models.ForeignKey("accounts.Staff", models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=300)
    is_shared = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "name"], name="reviews_filter_named_once")]
