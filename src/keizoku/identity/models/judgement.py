"""What was judged and read of the shots, and the pictures made from them. All append-only."""

from django.db import models

from keizoku.identity.models.capture import Shot, Verification
from keizoku.identity.models.choices import choices
from keizoku.identity.rules.outcomes import OUTCOME_WORDS, Stage
from keizoku.identity.rules.steps import KIND_WORDS, STEP_WORDS


class StageDone(models.Model):
    """A part of one round's judgement that is written down: a judgement that is taken up again goes on behind it."""

    verification = models.ForeignKey(Verification, models.PROTECT, related_name="stages")
    round = models.SmallIntegerField()
    stage = models.CharField(max_length=6, choices=[(stage.value, stage.value) for stage in Stage])
    done_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["verification", "round", "stage"], name="identity_stage_once")
        ]


class Check(models.Model):
    """One judgement: codes and numbers, the model with its version and checksum. Never a value of anybody."""

    verification = models.ForeignKey(Verification, models.PROTECT, related_name="checks")
    round = models.SmallIntegerField()
    stage = models.CharField(max_length=6, choices=[(stage.value, stage.value) for stage in Stage])
    place = models.SmallIntegerField()
    name = models.CharField(max_length=60)
    outcome = models.CharField(max_length=6, choices=choices(OUTCOME_WORDS))
    reason = models.CharField(max_length=60, blank=True)
    score = models.FloatField(null=True)
    threshold = models.FloatField(null=True)
    model = models.CharField(max_length=60, blank=True)
    model_version = models.CharField(max_length=80, blank=True)
    model_sha256 = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["verification", "round", "stage", "place"], name="identity_one_check_a_place"
            )
        ]


class Reading(models.Model):
    """What one side of a document says; ``payload`` is bound to "identity_reading.payload" (shot.round)."""

    verification = models.ForeignKey(Verification, models.PROTECT, related_name="readings")
    shot = models.ForeignKey(Shot, models.PROTECT, related_name="readings")
    round = models.SmallIntegerField()
    side = models.CharField(max_length=5, choices=choices(STEP_WORDS))
    kind = models.CharField(max_length=30, choices=choices(KIND_WORDS), blank=True)
    payload = models.BinaryField()
    confidence = models.FloatField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["verification", "round", "side"], name="identity_one_reading")
        ]


class Derivative(models.Model):
    """A picture made from a shot: a straightened card, a portrait, a view for the screen. Never evidence by itself."""

    verification = models.ForeignKey(Verification, models.PROTECT, related_name="derivatives")
    shot = models.ForeignKey(Shot, models.PROTECT, related_name="derivatives")
    round = models.SmallIntegerField()
    name = models.CharField(max_length=10)
    file = models.CharField(max_length=36)
    sha256 = models.CharField(max_length=64)
    size = models.IntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shot", "round", "name"], name="identity_one_derivative")
        ]


class Finding(models.Model):
    """A value that a verified document says; ``value`` is bound to "identity_finding.value" (verification.field)."""

    verification = models.ForeignKey(Verification, models.PROTECT, related_name="findings")
    field = models.CharField(max_length=30)
    value = models.BinaryField()
    is_difference = models.BooleanField()
    kind = models.CharField(max_length=30, choices=choices(KIND_WORDS))
    found_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["verification", "field"], name="identity_one_finding_a_field")
        ]
