"""Rows of the approval: how far a launch has come."""

from django.db import models


class Launch(models.Model):
    """Progress of one approved campaign's launch: members up to place ``through`` of the audience have their review."""

    campaign = models.OneToOneField("campaigns.Campaign", models.PROTECT, related_name="launch")
    through = models.IntegerField(default=0)
    opened = models.IntegerField(default=0)
    overtaken = models.IntegerField(default=0)
    began_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
