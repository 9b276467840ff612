"""Journeys, their versions and steps (append-only), and the courses of one campaign (fixed from its request on)."""

from datetime import time

from django.db import models


class Timetable(models.Model):
    """When a journey may send, in Tokyo, and how much; ``None`` is without limit. The whole day is 0:00 to 0:00."""

    opens = models.TimeField(default=time(9))
    closes = models.TimeField(default=time(20))
    weekends = models.BooleanField(default=False)
    holidays = models.BooleanField(default=False)
    year_end = models.BooleanField(default=False)
    per_hour = models.IntegerField(null=True)
    per_day = models.IntegerField(null=True)

    class Meta:
        abstract = True


class Journey(models.Model):
    """A name that campaigns can choose; what it means is its newest version."""

    name = models.CharField(max_length=60, unique=True)
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True)


class JourneyVersion(Timetable):
    """One state of a journey; a change is a new row."""

    journey = models.ForeignKey(Journey, models.PROTECT, related_name="versions")
    number = models.IntegerField()
    digest = models.CharField(max_length=64)
    note = models.CharField(max_length=200, blank=True)
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["journey", "number"], name="campaigns_one_journey_version")
        ]


class JourneyStep(models.Model):
    """One step of a version, in order from 1. Who does not meet ``condition`` goes on to the next step at once."""

    version = models.ForeignKey(JourneyVersion, models.PROTECT, related_name="steps")
    ordinal = models.SmallIntegerField()
    channel = models.CharField(max_length=10)
    wait_days = models.IntegerField()
    condition = models.JSONField(null=True)
    message = models.ForeignKey("delivery.MessageVersion", models.PROTECT)
    per_hour = models.IntegerField(null=True)
    per_day = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "ordinal"], name="campaigns_one_journey_step")
        ]


class Course(Timetable):
    """A class of customers within one campaign, with the journey that was copied for it.

    The courses are asked in order from 1; the last has no condition and takes everybody else. Its steps are the campaign's
    ``Step`` rows of the same ``course``; who belongs to it is frozen in ``campaigns_audience.course``, and how many they
    are in ``people``.
    """

    campaign = models.ForeignKey("campaigns.Campaign", models.CASCADE, related_name="courses")
    ordinal = models.SmallIntegerField()
    name = models.CharField(max_length=60)
    condition = models.JSONField(null=True)
    journey_version = models.ForeignKey(JourneyVersion, models.PROTECT, null=True)
    identity_method = models.CharField(max_length=20, default="knowledge")
    # What its people are asked, by the questionnaire's name; empty: what each kind of customer is asked.
    questionnaire = models.CharField(max_length=30, blank=True, db_default="")
    people = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "ordinal"], name="campaigns_one_course_a_place")
        ]
