"""Rows of confirmations; append-only."""

from django.db import models


class Confirmation(models.Model):
    """One approval of one answer. ``fields`` are [field, whether it changed], in the questionnaire's order."""

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="confirmations")
    review = models.ForeignKey("reviews.Review", models.PROTECT, related_name="confirmations", db_index=False)
    round = models.SmallIntegerField()
    decision = models.OneToOneField("reviews.Decision", models.PROTECT, related_name="confirmation")
    # The day of the answer: from it the next confirmation is counted.
    confirmed_on = models.DateField()
    recorded_at = models.DateTimeField()
    questionnaire = models.ForeignKey(
        "forms.QuestionnaireVersion", models.PROTECT, related_name="+", db_index=False
    )
    fields = models.JSONField()
    source = models.CharField(max_length=20)
    # The version of the record that the approval wrote; None for approvals from before this table.
    record_version = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "round"], name="reviews_one_confirmation_a_round")
        ]
