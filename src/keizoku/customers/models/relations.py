"""Rows of relations. A relation is one pair and kind; its facts are only ever added, and the newest says what holds.

A person who is no customer lies encrypted in each fact, bound to "customers_relationfact.<field>:<relation's key>.<number>".
"""

import uuid

from django.db import models
from django.db.models import Q

from keizoku.customers.models.record import Customer
from keizoku.customers.relations.rules import BASIS_LABELS, CHANGE_LABELS, KIND_LABELS, SOURCE_LABELS, WHOLE


class Relation(models.Model):
    """One customer and one other side. ``is_open`` until it is ended; the facts say all the rest."""

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="relations", db_index=False)
    kind = models.CharField(max_length=20, choices=list(KIND_LABELS.items()))
    other = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="related_to")
    # Who the other side is when it is no customer: a keyed digest of name and birth date, bound to the customer.
    person_token = models.BinaryField(max_length=16, null=True)
    # Of the person's reading and address as last told, so that a change shows without decrypting.
    person_digest = models.BinaryField(max_length=16, null=True)
    is_open = models.BooleanField(default=True)
    # The newest fact's number.
    facts_count = models.IntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(other__isnull=True, person_token__isnull=False)
                | Q(other__isnull=False, person_token__isnull=True),
                name="customers_relation_other_side",
            ),
            models.CheckConstraint(
                condition=~Q(other=models.F("customer")), name="customers_relation_not_with_oneself"
            ),
            models.CheckConstraint(
                condition=~Q(kind="household") | Q(other__isnull=True) | Q(other__gt=models.F("customer")),
                name="customers_relation_household_once",
            ),
            models.UniqueConstraint(
                fields=["customer", "kind", "other"],
                condition=Q(is_open=True, other__isnull=False),
                name="customers_one_open_relation",
            ),
            models.UniqueConstraint(
                fields=["customer", "kind", "person_token"],
                condition=Q(is_open=True, other__isnull=True),
                name="customers_one_open_person",
            ),
        ]
        indexes = [models.Index(fields=["customer", "kind"], name="customers_relation_of")]


class RelationFact(models.Model):
    """What was said of a relation, by whom, as of which day; append-only."""

    relation = models.ForeignKey(Relation, models.PROTECT, related_name="facts", db_index=False)
    number = models.IntegerField()
    change = models.CharField(max_length=10, choices=list(CHANGE_LABELS.items()))
    share = models.IntegerField(null=True)
    is_direct = models.BooleanField(default=True)
    basis = models.CharField(max_length=20, choices=list(BASIS_LABELS.items()), blank=True)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    source = models.CharField(max_length=20, choices=list(SOURCE_LABELS.items()))
    as_of = models.DateField()
    confirmed_by = models.CharField(max_length=40, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    written_by = models.CharField(max_length=40)
    written_at = models.DateTimeField(auto_now_add=True)
    name = models.BinaryField(null=True)
    kana = models.BinaryField(null=True)
    birth_date = models.BinaryField(null=True)
    address = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["relation", "number"], name="customers_one_fact_a_number"),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__gt=0, share__lte=WHOLE),
                name="customers_relation_share_of_a_whole",
            ),
        ]


class RelationImport(models.Model):
    """One file of relations, taken whole with its refused rows, or not at all."""

    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    encoding = models.CharField(max_length=10)
    as_of = models.DateField()
    started_by = models.CharField(max_length=40)
    finished_at = models.DateTimeField(auto_now_add=True)
    rows_read = models.IntegerField(default=0)
    created_count = models.IntegerField(default=0)
    changed_count = models.IntegerField(default=0)
    unchanged_count = models.IntegerField(default=0)
    rejected_count = models.IntegerField(default=0)


class RelationRejection(models.Model):
    """One row that was not taken: line, column, reason; never the value."""

    run = models.ForeignKey(RelationImport, models.CASCADE, related_name="rejections", db_index=False)
    line = models.IntegerField()
    column = models.CharField(max_length=20)
    code = models.CharField(max_length=30)
    reason = models.CharField(max_length=300)

    class Meta:
        indexes = [models.Index(fields=["run", "line"], name="customers_relation_rejected")]
