"""Face templates that a setting keeps, and the proof of each one's end."""

from django.db import models

from keizoku.identity.models.capture import Verification
from keizoku.identity.models.choices import choices
from keizoku.identity.rules.templates import DELETION_WORDS


class FaceTemplate(models.Model):
    """A face as numbers, kept only where a setting says so: sealed under a key of its own, which goes with it.

    ``key`` is bound to "identity_facetemplate.key" (id of the verification).
    """

    verification = models.OneToOneField(Verification, models.PROTECT, related_name="template")
    key = models.BinaryField()
    sealed = models.BinaryField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    delete_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["delete_on"], name="identity_template_due")]


class TemplateDeletion(models.Model):
    """That a kept template is gone: which (by its digest), when, why. Append-only."""

    verification = models.ForeignKey(Verification, models.PROTECT, related_name="template_deletions")
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    deleted_at = models.DateTimeField()
    why = models.CharField(max_length=12, choices=choices(DELETION_WORDS))
