"""Questionnaires as they were published, and drafts of answers not yet given.

Published texts are append-only. A draft is the customer's own, encrypted, and goes when the answer is
submitted ("forms_draft.payload", record = review id); answers themselves are the reviews'.
"""

from django.db import models


class QuestionnaireVersion(models.Model):
    """One published text; ``questionnaire`` and ``version`` are those written in it."""

    questionnaire = models.CharField(max_length=30)
    version = models.IntegerField()
    text = models.TextField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire", "version"], name="forms_one_questionnaire_version"
            )
        ]


class Draft(models.Model):
    """What a customer has answered so far in one review, so that another device can go on."""

    review_id = models.BigIntegerField(unique=True)
    questionnaire = models.ForeignKey(QuestionnaireVersion, models.PROTECT)
    payload = models.BinaryField()
    updated_at = models.DateTimeField()
