"""Rows of the outgoing events: the outbox, how far the audit was read, who wants what, and each posting.

Invariants: one event an entry of the audit; one posting an event and subscription. An event holds a kind and ids only.
"""

from django.db import models

from keizoku.events.rules.states import STATE_WORDS, State


class Event(models.Model):
    """One thing that happened. Its id gives the order in which it was settled."""

    kind = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=50)
    subject_id = models.BigIntegerField()
    entry_id = models.BigIntegerField(unique=True)
    occurred_at = models.DateTimeField()
    business_at = models.DateTimeField()
    gathered_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["gathered_at"], name="events_event_gathered")]


class Cursor(models.Model):
    """One row: all entries of transactions below ``xid`` have been read."""

    xid = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="events_cursor_one_row")]


class Subscription(models.Model):
    """A place that wants events. ``secret`` is encrypted, bound to the id; the one before signs until ``old_until``."""

    name = models.CharField(max_length=60)
    url = models.CharField(max_length=500)
    kinds = models.JSONField()
    secret = models.BinaryField()
    old_secret = models.BinaryField(null=True)
    old_until = models.DateTimeField(null=True)
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=40, blank=True)


class Posting(models.Model):
    """One event on its way to one subscription; ``subject_…`` repeat the event's, for the order among them."""

    subscription = models.ForeignKey(Subscription, models.PROTECT, db_index=False)
    event = models.ForeignKey(Event, models.CASCADE)
    subject_kind = models.CharField(max_length=50)
    subject_id = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=[(s.value, w) for s, w in STATE_WORDS.items()])
    tries = models.IntegerField(default=0)
    due_at = models.DateTimeField()
    give_up_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    fault = models.CharField(max_length=60, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "event"], name="events_posting_once"),
        ]
        indexes = [
            models.Index(
                fields=["subscription", "subject_kind", "subject_id", "event"],
                condition=models.Q(state=State.WAITING.value),
                name="events_posting_order",
            ),
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(state=State.WAITING.value),
                name="events_posting_due",
            ),
        ]
