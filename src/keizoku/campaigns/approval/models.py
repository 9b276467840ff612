"""Rows of the approval: anomalies with their reasons, test sends, how far a launch has come, halts by the system."""

from django.db import models


class Launch(models.Model):
    """Progress of one approved campaign's launch: members up to place ``through`` of the audience have their review.

    ``released_at``: the campaign was stopped, and whom nobody wrote to is free for another.
    """

    campaign = models.OneToOneField("campaigns.Campaign", models.PROTECT, related_name="launch")
    through = models.IntegerField(default=0)
    opened = models.IntegerField(default=0)
    overtaken = models.IntegerField(default=0)
    began_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)


class Anomaly(models.Model):
    """Something unusual about one request, and the approver's written reason to go on all the same.

    ``weight`` says how much of it there is: a later look that finds no more of it asks nobody again.
    """

    campaign = models.ForeignKey("campaigns.Campaign", models.PROTECT, related_name="anomalies")
    request_digest = models.CharField(max_length=64)
    code = models.CharField(max_length=20)
    about = models.CharField(max_length=20, blank=True)
    weight = models.IntegerField()
    figures = models.JSONField()
    found_at = models.DateTimeField(auto_now_add=True)
    confirmed_by = models.BigIntegerField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "request_digest", "code", "about", "weight"],
                name="campaigns_one_anomaly",
            )
        ]


class TrialSend(models.Model):
    """One message version sent to an address that a member of staff named as his own; the address is not kept.

    Written before the carrier is called; ``result`` stays empty where the process died in between.
    """

    campaign = models.ForeignKey("campaigns.Campaign", models.PROTECT, related_name="test_sends")
    message = models.ForeignKey("delivery.MessageVersion", models.PROTECT)
    channel = models.CharField(max_length=10)
    staff_id = models.BigIntegerField()
    key = models.UUIDField()
    sent_at = models.DateTimeField(auto_now_add=True)
    result = models.CharField(max_length=10, blank=True)
    code = models.CharField(max_length=60, blank=True)


class Halt(models.Model):
    """A running campaign that the system paused because its acceptance fell; resumed by a person who saw the figures.

    ``counter_id`` is the newest counter then: what came before is no measure for what follows.
    """

    campaign = models.ForeignKey("campaigns.Campaign", models.PROTECT, related_name="halts")
    channel = models.CharField(max_length=10)
    figures = models.JSONField()
    counter_id = models.BigIntegerField()
    at = models.DateTimeField(auto_now_add=True)
    resumed_by = models.BigIntegerField(null=True)
    resumed_at = models.DateTimeField(null=True)
