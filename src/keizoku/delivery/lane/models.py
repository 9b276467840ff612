"""Codes, their attempts and outcomes. An attempt and an outcome are only ever added."""

import uuid

from django.db import models

from keizoku.delivery.lane.rules import CODE_AGES, CodeState


class Code(models.Model):
    """One code, or one notice, for one customer. ``sealed`` is encrypted, bound to ``key``, and gone once the code was sent
    or is over. A notice has neither code nor digest, and goes to the contact point of ``record_version``.

    ``digest`` is keyed too: six digits would be guessed from a plain one in no time. All moments are wall time.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    customer_id = models.BigIntegerField()
    channel = models.CharField(max_length=10)
    purpose = models.CharField(max_length=20)
    message = models.ForeignKey("delivery.MessageVersion", models.PROTECT, db_index=False)
    sealed = models.BinaryField(null=True)
    digest = models.BinaryField()
    state = models.CharField(max_length=10, default=CodeState.WAITING)
    asked_at = models.DateTimeField()
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    wrong = models.SmallIntegerField(default=0)
    # Whose address it goes to: the record as it was in this version; None: as it is.
    record_version = models.IntegerField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sealed=None) | models.Q(state__in=sorted(CODE_AGES)),
                name="delivery_code_unreadable_after",
            )
        ]
        indexes = [
            models.Index(
                fields=["channel", "id"],
                condition=models.Q(state__in=sorted(CODE_AGES)),
                name="delivery_code_waiting",
            ),
            models.Index(fields=["customer_id", "asked_at"], name="delivery_code_customer"),
        ]


class CodeAttempt(models.Model):
    """One call that may have reached the customer, committed before it is made."""

    code = models.ForeignKey(Code, models.PROTECT, db_index=False, related_name="attempts")
    number = models.SmallIntegerField()
    key = models.UUIDField(default=uuid.uuid4)
    started_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "number"], name="delivery_one_code_attempt")]


class CodeOutcome(models.Model):
    """What the carrier answered; a late answer stands beside the ``unknown`` of a worker that was given up."""

    attempt = models.ForeignKey(CodeAttempt, models.PROTECT, db_index=False, related_name="outcomes")
    result = models.CharField(max_length=10)
    code = models.CharField(max_length=60, blank=True)
    carrier_ref = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt", "result"], name="delivery_one_code_outcome")
        ]
