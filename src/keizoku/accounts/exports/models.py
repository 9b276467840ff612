"""Rows of requests. ``purpose`` is what a member of staff wrote about why; it names nobody (the form says so)."""

from django.db import models
from django.db.models import F, Q

from keizoku.accounts.exports.rules import Kind, State


class ExportRequest(models.Model):
    """One request for one file; its id is the number in the watermark."""

    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in Kind])
    subject_id = models.BigIntegerField()
    people = models.IntegerField()
    purpose = models.CharField(max_length=200)
    state = models.CharField(
        max_length=10, default=State.ASKED, choices=[(state.value, state.value) for state in State]
    )
    asked_by = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey("accounts.Staff", models.PROTECT, null=True, related_name="+")
    moved_at = models.DateTimeField()

    class Meta:
        app_label = "accounts"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_id", "asked_by"],
                condition=Q(state__in=("asked", "approved")),
                name="accounts_one_open_export",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="accounts_export_by_two"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("approved", "produced")) | Q(decided_by__isnull=False),
                name="accounts_export_approved_by_somebody",
            ),
        ]
