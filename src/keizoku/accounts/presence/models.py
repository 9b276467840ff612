"""Rows of open sessions; the session's own data lies in Django's table."""

from django.db import models


class Presence(models.Model):
    """One open session of one person. ``device`` is what the browser calls itself, in a few words of ours."""

    staff = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="presences")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=60, blank=True)
    method = models.CharField(max_length=40)
    opened_at = models.DateTimeField()

    class Meta:
        app_label = "accounts"
