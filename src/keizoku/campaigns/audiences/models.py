"""Saved audiences, their versions, the last count of each, and what became of contacting each customer."""

from django.db import models


class SavedAudience(models.Model):
    """A name for conditions that are used again. ``origin`` is the code of one that came with Keizoku."""

    name = models.CharField(max_length=60)
    origin = models.CharField(max_length=30, blank=True)
    made_by = models.BigIntegerField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(archived_at=None),
                name="campaigns_one_audience_a_name",
            ),
            models.UniqueConstraint(
                fields=["origin"], condition=~models.Q(origin=""), name="campaigns_one_audience_an_origin"
            ),
        ]


class AudienceVersion(models.Model):
    """The conditions as they were saved once; ``digest`` is that of their canonical text (``rules.digest``)."""

    audience = models.ForeignKey(SavedAudience, models.PROTECT, related_name="versions")
    number = models.IntegerField()
    condition = models.JSONField()
    digest = models.CharField(max_length=64)
    note = models.CharField(max_length=200, blank=True)
    made_by = models.BigIntegerField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["audience", "number"], name="campaigns_one_audience_version_a_number"
            )
        ]


class AudienceCount(models.Model):
    """How many a version's conditions met when they were last counted, so that lists need not count."""

    version = models.OneToOneField(AudienceVersion, models.PROTECT, primary_key=True, related_name="counted")
    matching = models.IntegerField()
    counted_at = models.DateTimeField()


class Outreach(models.Model):
    """What became of contacting one customer: the last day by each channel, the last answer, the silence since.

    Days are business days in Japan. ``silences`` counts the reviews that ended without an answer since the last answer. A
    trigger on reviews keeps the answers' part, ``gathering`` the contacts' part; a customer never asked has no row.
    """

    customer = models.OneToOneField("customers.Customer", models.PROTECT, primary_key=True, related_name="+")
    contacted_on = models.DateField(null=True)
    line_on = models.DateField(null=True)
    email_on = models.DateField(null=True)
    sms_on = models.DateField(null=True)
    letter_on = models.DateField(null=True)
    answered_on = models.DateField(null=True)
    silences = models.IntegerField(default=0)


class GatheredChunk(models.Model):
    """A chunk of a wave whose contacts are in ``Outreach``."""

    chunk_id = models.BigIntegerField(primary_key=True)
    campaign_id = models.BigIntegerField()
