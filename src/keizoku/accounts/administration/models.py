"""Rows of requests for changes of staff. ``reason`` is about a colleague, never about a customer."""

from django.db import models
from django.db.models import F, Q

from keizoku.accounts.administration.rules import Change, State


class StaffChange(models.Model):
    """One change of one member of staff that waits for, or had, a second person. ``role`` and ``department`` as wanted."""

    change = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Change])
    staff = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="changes")
    role = models.CharField(max_length=20)
    department = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=200)
    state = models.CharField(
        max_length=10, default=State.ASKED, choices=[(one.value, one.value) for one in State]
    )
    asked_by = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey("accounts.Staff", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "accounts"
        constraints = [
            models.UniqueConstraint(
                fields=["staff"], condition=Q(state="asked"), name="accounts_one_change_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(asked_by=F("staff")), name="accounts_change_not_asked_for_oneself"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | (~Q(decided_by=F("asked_by")) & ~Q(decided_by=F("staff"))),
                name="accounts_change_by_two_others",
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(decided_by__isnull=False), name="accounts_change_done_by_two"
            ),
        ]
