"""Batches of letters, whose letter stands where in which, and returned mail. No personal data: the files are encrypted."""

import uuid

from django.db import models

from keizoku.delivery.letters.rules import BATCH_WORDS, RETURN_WORDS, BatchState, ReturnReason
from keizoku.delivery.rules import Tag


class LetterBatch(models.Model):
    """One window's letters as one print file. ``key`` is what the print house de-duplicates by. Notices of the lane have
    neither campaign nor wave.

    ``pdf`` and ``manifest`` name stored files (``kernel.files``); empty once they are gone.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    campaign_id = models.BigIntegerField(null=True)
    wave = models.ForeignKey("delivery.Wave", models.PROTECT, null=True)
    letters = models.IntegerField()
    pages = models.IntegerField()
    state = models.CharField(
        max_length=12,
        choices=[(state.value, words) for state, words in BATCH_WORDS.items()],
        default=BatchState.MADE,
    )
    code = models.CharField(max_length=60, blank=True)
    reference = models.CharField(max_length=60, blank=True)
    pdf = models.CharField(max_length=36, blank=True)
    manifest = models.CharField(max_length=36, blank=True)
    pdf_sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(auto_now_add=True)
    moved_at = models.DateTimeField(auto_now_add=True)
    cutoff_at = models.DateTimeField(null=True)
    posted_on = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["moved_at"],
                condition=models.Q(state__in=["made", "handed_in", "printed", "unconfirmed"]),
                name="delivery_letterbatch_followed",
            ),
            models.Index(fields=["campaign_id"], name="delivery_letterbatch_campaign"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(campaign_id=None, wave=None)
                | models.Q(campaign_id__isnull=False, wave__isnull=False),
                name="delivery_letterbatch_of_a_wave_or_none",
            )
        ]


class Letter(models.Model):
    """Which delivery, or which notice of the lane, stands at which place of which batch; a deferred one in several."""

    batch = models.ForeignKey(LetterBatch, models.PROTECT, related_name="places", db_index=False)
    sequence = models.IntegerField()
    campaign_id = models.BigIntegerField(null=True)
    wave_id = models.BigIntegerField(null=True)
    position = models.IntegerField(null=True)
    notice_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "sequence"], name="delivery_one_letter_a_place"),
            models.CheckConstraint(
                condition=models.Q(
                    notice_id=None,
                    campaign_id__isnull=False,
                    wave_id__isnull=False,
                    position__isnull=False,
                )
                | models.Q(notice_id__isnull=False, campaign_id=None, wave_id=None, position=None),
                name="delivery_letter_of_one_thing",
            ),
        ]
        indexes = [
            models.Index(fields=["campaign_id", "wave_id", "position"], name="delivery_letter_delivery")
        ]

    @property
    def tag(self) -> Tag | None:
        """Of the delivery; None for a notice."""
        if self.campaign_id is None or self.wave_id is None or self.position is None:
            return None
        return Tag(self.campaign_id, self.wave_id, self.position)


class LetterReturn(models.Model):
    """A letter that came back; one a delivery. ``number`` is the print house's, none where staff recorded it."""

    campaign_id = models.BigIntegerField()
    wave_id = models.BigIntegerField()
    position = models.IntegerField()
    reason = models.CharField(
        max_length=20, choices=[(reason.value, words) for reason, words in RETURN_WORDS.items()]
    )
    returned_on = models.DateField()
    number = models.BigIntegerField(null=True, unique=True)
    told_by = models.CharField(max_length=40)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign_id", "wave_id", "position"], name="delivery_one_return_a_letter"
            ),
            models.CheckConstraint(
                condition=models.Q(reason__in=[reason.value for reason in ReturnReason]),
                name="delivery_return_reason",
            ),
        ]
