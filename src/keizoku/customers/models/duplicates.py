"""Rows of likely duplicates: two customers who may be one, and what people decided of them."""

from django.db import models

from keizoku.customers.duplicates.rules import STATE_WORDS, State
from keizoku.customers.models.imports import ImportRun
from keizoku.customers.models.record import Customer


class Duplicate(models.Model):
    """Two customers who may be one. ``choices`` names which side's value survives, field by field; it holds no value."""

    first = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False)
    second = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    score = models.SmallIntegerField()
    reasons = models.JSONField()  # codes of ``duplicates.rules.Reason``
    # Digest of the tokens that the two share: other evidence means that values have changed.
    evidence = models.CharField(max_length=64)
    state = models.CharField(
        max_length=10, choices=[(s.value, w) for s, w in STATE_WORDS.items()], default=State.FOUND.value
    )
    state_since = models.DateTimeField()
    found_at = models.DateTimeField()
    escalated_at = models.DateTimeField(null=True)
    survivor = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+", db_index=False)
    choices = models.JSONField(default=dict)
    first_version = models.IntegerField(null=True)
    second_version = models.IntegerField(null=True)
    proposal_digest = models.CharField(max_length=64, blank=True)
    proposed_by = models.CharField(max_length=40, blank=True)
    proposed_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="customers_one_duplicate_a_pair"),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="customers_duplicate_in_order"
            ),
        ]
        indexes = [
            models.Index(
                fields=["-score", "id"],
                condition=models.Q(state__in=["found", "proposed"]),
                name="customers_duplicate_waiting",
            )
        ]


class DuplicateSearch(models.Model):
    """One look for duplicates: among everybody, or of the customers that one import brought."""

    run = models.OneToOneField(ImportRun, models.PROTECT, null=True, related_name="duplicate_search")
    found_count = models.IntegerField()
    gone_count = models.IntegerField()
    finished_at = models.DateTimeField(auto_now_add=True)
