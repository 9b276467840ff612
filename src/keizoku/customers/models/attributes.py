"""Rows of attributes: versions of definitions, and every value that a customer was ever given."""

from django.db import models

from keizoku.customers.attributes.rules.definition import IN_FORCE, STATE_WORDS, TYPE_WORDS, State
from keizoku.customers.models.record import Customer


class AttributeVersion(models.Model):
    """One version of one definition; a trigger keeps it as it was drafted, its type as first approved, and four eyes."""

    name = models.CharField(max_length=20)
    version = models.IntegerField()
    type = models.CharField(max_length=10, choices=[(kind.value, word) for kind, word in TYPE_WORDS.items()])
    definition = models.JSONField()
    digest = models.CharField(max_length=64)
    state = models.CharField(
        max_length=10,
        choices=[(state.value, word) for state, word in STATE_WORDS.items()],
        default=State.DRAFT.value,
    )
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField(auto_now_add=True)
    approved_by = models.CharField(max_length=40, blank=True)
    approved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="customers_one_attribute_version"),
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(state__in=[state.value for state in IN_FORCE]),
                name="customers_one_attribute_in_force",
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(state=State.DRAFT.value),
                name="customers_one_attribute_draft",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by="") | ~models.Q(approved_by=models.F("made_by")),
                name="customers_attribute_four_eyes",
            ),
        ]


class AttributeValue(models.Model):
    """One value of one customer, with its source; append-only. The newest row of a name says what ``Fact`` holds.

    ``value`` is null where the value was taken away; ``reason`` is a code, for what staff changed.
    """

    # Millions of rows in an import, made from customers who exist, and customers are never deleted.
    customer = models.ForeignKey(Customer, models.PROTECT, db_index=False, db_constraint=False)
    name = models.CharField(max_length=20)
    value = models.JSONField(null=True)
    source = models.CharField(max_length=20)  # a ``RecordVersion.Source``
    as_of = models.DateField()
    written_by = models.CharField(max_length=40)
    written_at = models.DateTimeField()
    reason = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = [models.Index(fields=["customer", "name", "-id"], name="customers_attribute_latest")]
