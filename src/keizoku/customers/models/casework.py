"""Rows of notes and tasks. What a person wrote is encrypted, bound to the row's key."""

import uuid

from django.db import models
from django.db.models import Q

from keizoku.customers.casework.rules import STATE_WORDS, TASK_LABELS, State
from keizoku.customers.models.record import Customer


class Note(models.Model):
    """One note; append-only, a correction is a new one.

    Whether it is confidential lies within ``payload`` ("customers_note.payload:<key>"): no column tells (ADR 0012).
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="notes", db_index=False)
    payload = models.BinaryField()
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrections")
    written_by = models.CharField(max_length=40)
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["customer", "-id"], name="customers_note_of")]


class Task(models.Model):
    """Something that somebody does until a day. ``words`` is bound to "customers_task.words:<key>"."""

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="tasks")
    kind = models.CharField(max_length=20, choices=list(TASK_LABELS.items()))
    words = models.BinaryField()
    # One of the two: a member of staff, or whoever has the role.
    owner = models.ForeignKey("accounts.Staff", models.PROTECT, null=True, related_name="tasks")
    owner_role = models.CharField(max_length=20, blank=True)
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=list(STATE_WORDS.items()), default=State.OPEN.value)
    state_since = models.DateTimeField(auto_now_add=True)
    escalated_at = models.DateTimeField(null=True)
    # What the system opened it for ("review:12"); one open task for each.
    origin = models.CharField(max_length=60, blank=True)
    opened_by = models.CharField(max_length=40)
    opened_at = models.DateTimeField(auto_now_add=True)
    ended_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__isnull=False, owner_role="") | (Q(owner__isnull=True) & ~Q(owner_role="")),
                name="customers_task_one_owner",
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_by="") | (~Q(state="open") & ~Q(ended_by="")),
                name="customers_task_ended_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["origin"],
                condition=Q(state="open") & ~Q(origin=""),
                name="customers_one_open_task_an_origin",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(state="open"), name="customers_task_open")
        ]
