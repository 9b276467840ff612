"""Questionnaires: versions on their way, texts as they were published, and drafts of answers not yet given.

A version (``Edition``) is written in steps that are only ever added, so that each can be brought back; what was approved is
published once and never changes. A draft of answers is the customer's own, encrypted, and goes when the answer is
submitted ("forms_draft.payload", record = review id); answers themselves are the reviews'.
"""

from django.db import models

from keizoku.forms.rules.states import IN_MAKING, STATE_WORDS, State


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


class Edition(models.Model):
    """One version from its draft to its end. A trigger holds its states, and refuses every editor as approver."""

    questionnaire = models.CharField(max_length=30)
    version = models.IntegerField()
    state = models.CharField(
        max_length=10,
        choices=[(state.value, word) for state, word in STATE_WORDS.items()],
        default=State.DRAFT.value,
    )
    state_since = models.DateTimeField()
    # Of the newest step, as it was requested; what the approver reads and approves.
    digest = models.CharField(max_length=64, blank=True)
    requested_by = models.CharField(max_length=40, blank=True)
    approved_by = models.CharField(max_length=40, blank=True)
    ended_by = models.CharField(max_length=40, blank=True)
    published = models.OneToOneField(QuestionnaireVersion, models.PROTECT, null=True, related_name="edition")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "version"], name="forms_one_edition"),
            models.UniqueConstraint(
                fields=["questionnaire"],
                condition=models.Q(state=State.ACTIVE.value),
                name="forms_one_active_version",
            ),
            models.UniqueConstraint(
                fields=["questionnaire"],
                condition=models.Q(state__in=[state.value for state in IN_MAKING]),
                name="forms_one_version_in_making",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=[State.DRAFT.value, State.REQUESTED.value, State.WITHDRAWN.value]
                )
                | (models.Q(published__isnull=False) & ~models.Q(approved_by="")),
                name="forms_active_version_is_published",
            ),
        ]


class EditionStep(models.Model):
    """The whole text after one edit, and who made it; append-only. The newest step is the draft as it stands."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="steps")
    number = models.IntegerField()
    text = models.TextField()
    digest = models.CharField(max_length=64)
    what = models.CharField(max_length=20)
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "number"], name="forms_one_step")]


class Draft(models.Model):
    """What a customer has answered so far in one review, so that another device can go on."""

    review_id = models.BigIntegerField(unique=True)
    questionnaire = models.ForeignKey(QuestionnaireVersion, models.PROTECT)
    payload = models.BinaryField()
    updated_at = models.DateTimeField()
