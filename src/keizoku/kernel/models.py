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
