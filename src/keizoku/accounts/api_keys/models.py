"""Rows of the API's keys. Where a key stands follows from its instants (``rules.state_of``): none waits for ever."""

from django.db import models

from keizoku.accounts.api_keys import rules
from keizoku.kernel.actor import Actor


class ApiKey(models.Model):
    """One key. ``token_hash`` is SHA-256 of the whole key; without one, nobody has taken the secret yet.

    ``line`` is the first key of those that replaced each other: a caller's idempotency keys outlive a rotation.
    """

    staff = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=60)
    department = models.CharField(max_length=60, blank=True)
    prefix = models.CharField(max_length=8, unique=True)
    token_hash = models.BinaryField(max_length=32, null=True)
    scopes = models.JSONField()
    calls_a_minute = models.IntegerField(default=rules.DEFAULT_CALLS_A_MINUTE)
    line = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    granted_by = models.CharField(max_length=40)
    granted_at = models.DateTimeField()
    take_before = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=40, blank=True)

    class Meta:
        app_label = "accounts"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(token_hash=None, taken_at=None)
                | models.Q(token_hash__isnull=False, taken_at__isnull=False),
                name="accounts_apikey_taken_with_its_hash",
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("granted_at")), name="accounts_apikey_expires"
            ),
        ]

    @property
    def times(self) -> rules.Times:
        return rules.Times(self.take_before, self.taken_at, self.expires_at, self.revoked_at)

    @property
    def actor(self) -> Actor:
        return Actor.staff(self.staff_id)
