"""Answers not counted yet, counted answers, and counted people; the last two are append-only and outlive all detail.

An answer enters the first table by a trigger (migration 0008) in the transaction that hands it in, and leaves it in the
transaction that counts it: it is counted once, whatever dies. Days are business days in Japan.
"""

from django.db import models


class UncountedAnswer(models.Model):
    """The first answer of one review, for as long as it is in no counter: a minute."""

    review_id = models.BigIntegerField(primary_key=True)
    campaign_id = models.BigIntegerField()
    answered_at = models.DateTimeField()


class AnswerCount(models.Model):
    """So many answers of a day followed the message of this step; ``step`` 0: no message had been accepted before.

    ``way`` is the way within a channel that has several (``delivery.rules.WAY_WORDS``).
    """

    campaign_id = models.BigIntegerField()
    course = models.SmallIntegerField()
    step = models.SmallIntegerField()
    channel = models.CharField(max_length=10, blank=True)
    way = models.CharField(max_length=10, blank=True)
    day = models.DateField()
    count = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["campaign_id"], name="campaigns_answercount_of")]


class HeadCount(models.Model):
    """So many people of a campaign; ``kind`` is "audience", "excluded", "skipped" or, when no more will come, "closed".

    ``up_to`` is the last skip that is counted, so that the next round goes on behind it.
    """

    campaign_id = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    course = models.SmallIntegerField(default=0)
    step = models.SmallIntegerField(default=0)
    reason = models.CharField(max_length=20, blank=True)
    count = models.IntegerField()
    up_to = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign_id", "kind", "course", "reason"],
                condition=~models.Q(kind="skipped"),
                name="campaigns_heads_counted_once",
            )
        ]
        indexes = [models.Index(fields=["campaign_id"], name="campaigns_headcount_of")]
