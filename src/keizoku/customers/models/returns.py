"""Rows of the way back: files for the core system, the values in them, and files that are issued again."""

from django.db import models

from keizoku.customers.models.record import Customer
from keizoku.customers.returns import rules


class ReturnFile(models.Model):
    """One file of decided values for the core system: counted, hashed, downloaded once.

    It lies encrypted until the core system has answered for every value, so that a lost one can be issued again.
    """

    file = models.CharField(max_length=36)
    rows = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    changed_from = models.DateTimeField()
    changed_to = models.DateTimeField()
    produced_by = models.CharField(max_length=40)
    produced_at = models.DateTimeField()
    downloaded_by = models.CharField(max_length=40, blank=True)
    downloaded_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)


class ReturnRow(models.Model):
    """One value on its way to the core system. A decided value without such a row is waiting."""

    file = models.ForeignKey(ReturnFile, models.PROTECT, related_name="values")
    line = models.IntegerField()
    customer = models.ForeignKey(Customer, models.PROTECT)
    version = models.IntegerField()
    field = models.CharField(max_length=40)
    # 1, and one more each time that the value goes again.
    attempt = models.SmallIntegerField(default=1)
    state = models.CharField(
        max_length=12, choices=list(rules.ROW_WORDS.items()), default=rules.RowState.RETURNED
    )
    refusal = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField()
    remedy = models.CharField(max_length=20, choices=list(rules.REMEDY_WORDS.items()), blank=True)
    handled_by = models.CharField(max_length=40, blank=True)
    handled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "line"], name="customers_one_value_a_line"),
            models.UniqueConstraint(
                fields=["customer", "version", "field", "attempt"], name="customers_one_return_an_attempt"
            ),
        ]
        indexes = [
            # What is not over; the most rows are acknowledged or have moved.
            models.Index(
                fields=["state", "decided_at"],
                condition=models.Q(state__in=["returned", "refused", "again"]),
                name="customers_return_open",
            )
        ]


class ReturnReissue(models.Model):
    """A file that was lost after its one download, issued again by two people: same content, same hash."""

    file = models.ForeignKey(ReturnFile, models.PROTECT, related_name="reissues")
    cause = models.CharField(max_length=20, choices=list(rules.CAUSE_WORDS.items()))
    state = models.CharField(
        max_length=12, choices=list(rules.REISSUE_WORDS.items()), default=rules.ReissueState.ASKED
    )
    asked_by = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=40, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    downloaded_by = models.CharField(max_length=40, blank=True)
    downloaded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["file"],
                condition=models.Q(state__in=["asked", "confirmed"]),
                name="customers_one_open_reissue",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by="") | ~models.Q(confirmed_by=models.F("asked_by")),
                name="customers_reissue_four_eyes",
            ),
        ]
