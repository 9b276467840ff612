"""Rows of the way back: files for the core system and the values in them."""

from django.db import models

from keizoku.customers.models.record import Customer


class ReturnFile(models.Model):
    """One file of decided values for the core system: counted, hashed, encrypted at rest, downloaded once."""

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

    class State(models.TextChoices):
        RETURNED = "returned", "返却済み・受領待ち"
        ACKNOWLEDGED = "acknowledged", "受領済み"
        REFUSED = "refused", "勘定系が拒否"

    file = models.ForeignKey(ReturnFile, models.PROTECT, related_name="values")
    line = models.IntegerField()
    customer = models.ForeignKey(Customer, models.PROTECT)
    version = models.IntegerField()
    field = models.CharField(max_length=20)
    state = models.CharField(max_length=12, choices=State.choices, default=State.RETURNED)
    refusal = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "line"], name="customers_one_value_a_line"),
            models.UniqueConstraint(
                fields=["customer", "version", "field"], name="customers_one_return_a_value"
            ),
        ]
