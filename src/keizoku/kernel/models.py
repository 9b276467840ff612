"""The kernel's own rows: what this database is, its business clock, and the installation's identity."""

from django.db import models


class Installation(models.Model):
    """One row, written by the owner at creation; the app can read it only."""

    DEMO, PRODUCTION = "demo", "production"

    kind = models.CharField(max_length=10, choices=[(DEMO, DEMO), (PRODUCTION, PRODUCTION)])
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="installation_one_row")]


class BusinessClock(models.Model):
    """One row: how far business time is ahead. A trigger refuses any change outside a demo."""

    ahead_by = models.DurationField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="business_clock_one_row")]


class KeyringMark(models.Model):
    """One row: whose keyring this database's values were written under, so that another's is refused at the start.

    Written by the owner (``database.schema``); the app can read it only.
    """

    fingerprint = models.CharField(max_length=32)
    index_epoch = models.SmallIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="keyring_mark_one_row")]


class EncryptedColumn(models.Model):
    """The database's own list of what may be encrypted anew, as the rooms say it (``crypto.columns``); the owner's."""

    table_name = models.CharField(max_length=63)
    column_name = models.CharField(max_length=63)
    key_name = models.CharField(max_length=63)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["table_name", "column_name"], name="kernel_encrypted_once")
        ]
