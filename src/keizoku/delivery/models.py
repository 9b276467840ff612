"""Delivery's managed rows. Deliveries, attempts and outcomes are partitioned by campaign and written by SQL only
(migration 0002): they are read through ``queries``.
"""

from django.db import models

from keizoku.delivery.allowances.models import Allowance
from keizoku.delivery.lane.models import Code, CodeAttempt, CodeOutcome
from keizoku.delivery.letters.models import Letter, LetterBatch, LetterReturn
from keizoku.delivery.rules import ChunkState

__all__ = [
    "Allowance",
    "Chunk",
    "Code",
    "CodeAttempt",
    "CodeOutcome",
    "Counter",
    "Gate",
    "Letter",
    "LetterBatch",
    "LetterReturn",
    "MessageVersion",
    "RawEvent",
    "Receipt",
    "Wave",
]


class MessageVersion(models.Model):
    """Words for one channel; immutable (a change is a new row), so that an approval means exactly these words.

    ``has_form``: the letter encloses the questionnaire on paper.
    """

    channel = models.CharField(max_length=10)
    name = models.CharField(max_length=60)
    subject = models.CharField(max_length=100, blank=True)
    body = models.TextField()
    button_label = models.CharField(max_length=20, blank=True)
    has_form = models.BooleanField(default=False, db_default=False)
    digest = models.CharField(max_length=64)
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField(auto_now_add=True)


class Gate(models.Model):
    """Whether a campaign may send now. The claim of each window reads it: pause and stop work within one window."""

    campaign_id = models.BigIntegerField(primary_key=True)
    is_open = models.BooleanField(default=False)
    changed_at = models.DateTimeField(auto_now=True)


class Wave(models.Model):
    """Those of one campaign who were due for one step of one course at one moment.

    ``planned_at`` and ``send_until`` are business time: from ``send_until`` on no window of it is claimed, until the planner
    gives it the next opening of the course's calendar. ``None``: at any hour.
    """

    campaign_id = models.BigIntegerField()
    course = models.SmallIntegerField(default=1)
    step = models.SmallIntegerField()
    channel = models.CharField(max_length=10)
    message = models.ForeignKey(MessageVersion, models.PROTECT)
    deadline = models.DateField()
    size = models.IntegerField()
    opened_at = models.DateTimeField(auto_now_add=True)
    planned_at = models.DateTimeField(null=True)
    send_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["campaign_id", "step"], name="delivery_wave_step")]


class Chunk(models.Model):
    """A range of positions of a wave that one worker sends under a lease."""

    wave = models.ForeignKey(Wave, models.PROTECT)
    campaign_id = models.BigIntegerField()
    low = models.IntegerField()
    high = models.IntegerField()
    state = models.CharField(max_length=10, default=ChunkState.OPEN)
    not_before = models.DateTimeField(auto_now_add=True)
    leased_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=60, blank=True)
    lease = models.IntegerField(default=0)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["wave", "low"], name="delivery_one_chunk_a_range")]
        indexes = [
            models.Index(fields=["id"], condition=~models.Q(state="closed"), name="delivery_chunk_waiting")
        ]


class Counter(models.Model):
    """Appended when a chunk closes and when receipts arrive; screens add these up instead of reading deliveries.

    Receipts' counters of one wave, kind and day are folded into one row from time to time (``receipts.fold_counters``).
    """

    campaign_id = models.BigIntegerField()
    wave = models.ForeignKey(Wave, models.PROTECT)
    step = models.SmallIntegerField()
    channel = models.CharField(max_length=10)
    result = models.CharField(max_length=12)
    code = models.CharField(max_length=60, blank=True)
    count = models.IntegerField()
    day = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["campaign_id", "step"], name="delivery_counter_step"),
            models.Index(
                fields=["wave", "result", "code", "day"],
                condition=models.Q(result__in=["delivered", "undelivered", "complained"]),
                name="delivery_counter_receipts",
            ),
        ]


class RawEvent(models.Model):
    """The delivery events of a carrier's callback, stored before anything is understood of them; nothing personal.

    ``problem``: why it was put aside; without ``processed_at`` it waits for a person (``put_aside``).
    """

    carrier = models.CharField(max_length=10)
    body = models.BinaryField()
    received_at = models.DateTimeField(auto_now_add=True)
    processed_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(processed_at=None), name="delivery_rawevent_waiting"
            )
        ]


class Mailbox(models.Model):
    """A mailbox that messages of one channel come back to: when it was read last, and how many of each kind it ever held."""

    channel = models.CharField(max_length=10, primary_key=True)
    looked_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=60, blank=True)
    returned = models.IntegerField(default=0)
    complained = models.IntegerField(default=0)
    passed_over = models.IntegerField(default=0)
    unread = models.IntegerField(default=0)


class Receipt(models.Model):
    """One event of a carrier about one delivery; the carrier's event id makes a duplicate harmless.

    The key begins with the delivery: whoever asks for receipts asks by it, and the receipts of neighbours arrive together.
    """

    pk = models.CompositePrimaryKey("campaign_id", "wave_id", "position", "event_id")
    carrier = models.CharField(max_length=10)
    event_id = models.CharField(max_length=100)
    campaign_id = models.BigIntegerField()
    wave_id = models.BigIntegerField()
    position = models.IntegerField()
    kind = models.CharField(max_length=12)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)
