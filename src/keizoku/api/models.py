"""Rows of the API: what was done under which Idempotency-Key."""

from django.db import models


class Call(models.Model):
    """One changing request of one caller. ``status`` is 0 until its effects and its answer were committed together.

    Key and request are kept as keyed digests; ``answer`` holds ids, codes and counts only (a test looks for more).
    """

    line = models.BigIntegerField()  # the caller: the first of the keys that replaced each other
    key_digest = models.BinaryField(max_length=32)
    request_digest = models.BinaryField(max_length=32)
    status = models.SmallIntegerField(default=0)
    answer = models.JSONField(null=True)
    headers = models.JSONField(default=dict)
    begun_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "key_digest"], name="api_call_once")]
        indexes = [models.Index(fields=["begun_at"], name="api_call_begun")]
