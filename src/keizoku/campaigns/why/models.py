"""Files that a worker writes for a campaign: why each customer was or was not contacted, and proofs of the silent."""

from django.db import models

from keizoku.campaigns.why.rules import ExportKind, ExportState


class Export(models.Model):
    """One file, asked for, written by a worker, lying encrypted until ``expires_at``. Its id is the mark in each row.

    ``tally`` is what the file says in sum: {"<step>.<code>": lines}; its customers are ``customers``.
    """

    kind = models.CharField(max_length=6, choices=[(kind.value, kind.value) for kind in ExportKind])
    campaign = models.ForeignKey("campaigns.Campaign", models.PROTECT, related_name="exports")
    state = models.CharField(max_length=8, default=ExportState.ASKED)
    asked_by = models.CharField(max_length=40)
    asked_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField()
    after_case = models.BigIntegerField(default=0)
    customers = models.IntegerField(default=0)
    customers_done = models.IntegerField(default=0)
    tally = models.JSONField(default=dict)
    file = models.CharField(max_length=36, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.BigIntegerField(default=0)
    expires_at = models.DateTimeField(null=True)
    # Of the request by two people that it was made under; empty where none was needed.
    watermark = models.CharField(max_length=160, blank=True)
    failure = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "kind"],
                condition=models.Q(state__in=("asked", "working")),
                name="campaigns_one_export_at_a_time",
            )
        ]
