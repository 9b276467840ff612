"""The rows of the audit: entries, the ids of bulk reads, and the blocks that seal them.

Invariants: all three are only ever added to, the database refuses anything else; an entry's id, transaction
and instants come from the database, never from the app. Only this room's actions write here.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.db import models
from django.db.models import F, Func, Q


class TransactionId(models.BigIntegerField):  # type: ignore[type-arg]  # Django takes none at run time
    """PostgreSQL's xid8: 64 bits, never wraps, in the order in which transactions first wrote."""

    def db_type(self, connection: Any) -> str:  # noqa: ARG002 - Django's signature
        return "xid8"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: Any = None) -> Any:  # noqa: ARG002 - as above
        return str(value) if isinstance(value, int) else value  # as text: xid8 has no cast from bigint

    def from_db_value(self, value: Any, *_: Any) -> int | None:
        return None if value is None else int(value)


class CurrentTransactionId(Func):
    function = "pg_current_xact_id"
    output_field = TransactionId()


class WallTime(Func):
    """The instant of the insert itself; now() would be the transaction's beginning."""

    function = "clock_timestamp"
    output_field = models.DateTimeField()


class BusinessTime(Func):
    function = "keizoku_business_now"
    output_field = models.DateTimeField()


class Entry(models.Model):
    """One thing that somebody did or saw. Ids, codes and counts only; never personal data."""

    xid = TransactionId(db_default=CurrentTransactionId())
    at = models.DateTimeField(db_default=WallTime())
    business_at = models.DateTimeField(db_default=BusinessTime())
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=100)
    action = models.CharField(max_length=200)
    subject_kind = models.CharField(max_length=50, blank=True)
    subject_id = models.BigIntegerField(null=True)
    purpose = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(actor_kind__in=["staff", "customer", "system"]), name="audit_entry_actor_known"
            ),
            models.CheckConstraint(
                condition=Q(subject_kind="", subject_id=None)
                | (~Q(subject_kind="") & Q(subject_id__isnull=False)),
                name="audit_entry_subject_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["xid", "id"], name="audit_entry_sealing"),
            models.Index(fields=["subject_kind", "subject_id", "id"], name="audit_entry_subject"),
            models.Index(fields=["actor_kind", "actor_id", "id"], name="audit_entry_actor"),
            models.Index(
                fields=["action", "id"], opclasses=["text_pattern_ops", "int8_ops"], name="audit_entry_action"
            ),
            BrinIndex(fields=["at"], name="audit_entry_at"),
        ]


class BulkRead(models.Model):
    """The customers of a read that one entry stands for; the entry's details hold their count and digest."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True)
    ids = ArrayField(models.BigIntegerField())
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = [GinIndex(fields=["ids"], name="audit_bulkread_ids")]


class AnchorReceipt(models.Model):
    """A place outside has taken the chain's head: which block, and its word for it (a witness's countersignature)."""

    place = models.CharField(max_length=30)
    number = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    kept_at = models.DateTimeField()
    place_key = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "number"], name="audit_anchorreceipt_once"),
        ]


class AnchorAttempt(models.Model):
    """One place outside, and how the latest attempts to reach it ended; what it has taken is its newest receipt."""

    place = models.CharField(max_length=30, primary_key=True)
    attempted_at = models.DateTimeField()
    failed_since = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)  # in a row
    fault = models.CharField(
        max_length=50, blank=True
    )  # the latest failure's stable code; "" after a success
    is_refused = models.BooleanField(default=False)  # the place answered "no": repeating does not help


class Block(models.Model):
    """All entries of the transactions from_xid <= xid < to_xid, in the order (xid, id), sealed and signed.

    ``entry_ids`` and ``entry_digests`` (32 bytes each) let a verifier name the entry that was altered.
    """

    number = models.BigIntegerField(primary_key=True)
    from_xid = TransactionId(unique=True)
    to_xid = TransactionId(unique=True)
    entries = models.IntegerField()
    first_entry_id = models.BigIntegerField()
    last_entry_id = models.BigIntegerField()
    entry_ids = ArrayField(models.BigIntegerField())
    entry_digests = models.BinaryField()
    root = models.BinaryField()
    previous = models.BinaryField(unique=True)  # a chain has no forks
    digest = models.BinaryField(unique=True)
    signature = models.BinaryField()
    sealed_at = models.DateTimeField()
    public_key = models.CharField(max_length=64, blank=True, default="")  # who signed; "" in blocks of 0.1.0
    next_key = models.CharField(
        max_length=64, blank=True, default=""
    )  # who signs all later blocks, if announced

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="audit_block_from_one"),
            models.CheckConstraint(condition=Q(from_xid__lt=F("to_xid")), name="audit_block_forward"),
            models.CheckConstraint(condition=Q(entries__gte=1), name="audit_block_holds_entries"),
        ]
