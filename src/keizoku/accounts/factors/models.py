"""Rows of second factors. Written by this folder's actions only."""

from django.db import models
from django.db.models import Q


class AuthenticatorApp(models.Model):
    """One app's secret. Until ``proved_at`` it opens nothing; ``last_step`` is the last code that was taken."""

    key = models.UUIDField(unique=True)
    staff = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="apps")
    secret = models.BinaryField()
    made_at = models.DateTimeField()
    proved_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "accounts"
        constraints = [
            models.UniqueConstraint(
                fields=["staff"], condition=Q(proved_at=None), name="accounts_app_one_unproved"
            ),
        ]


class Passkey(models.Model):
    """One credential of WebAuthn: its public half. ``sign_count`` only grows where the device counts at all."""

    staff = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="passkeys")
    name = models.CharField(max_length=60)
    credential_id = models.BinaryField(unique=True)
    credential = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "accounts"


class RecoveryCode(models.Model):
    """``code_hash`` is SHA-256 of 79 random bits; used once."""

    staff = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="recovery_codes")
    code_hash = models.BinaryField()
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "accounts"
        constraints = [
            models.UniqueConstraint(fields=["staff", "code_hash"], name="accounts_recoverycode_once"),
        ]
