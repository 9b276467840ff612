"""Rows of the phone desk: calls, their steps (append-only), wrong answers by customer, calls back.

No name, number or answer of a caller stands here; steps hold codes. What a call back is about, in words, is
encrypted, bound to "reviews_callback.words" (the row's key). A call's review is named by its number alone, so that
both go by their own periods.
"""

import uuid

from django.db import models
from django.db.models import Q

from keizoku.reviews.phone.rules.states import WAITING, CallBackState, CallState


class PhoneCall(models.Model):
    """One conversation of one member of staff. ``questions`` is the deck that was drawn, codes with commas; wall time."""

    staff = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, default=CallState.OPEN.value)
    begun_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=15, blank=True)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, null=True, related_name="+")
    review_id = models.BigIntegerField(null=True)
    # The call back that this call fulfils.
    call_back_id = models.BigIntegerField(null=True)
    found_by = models.CharField(max_length=10, blank=True)
    questions = models.CharField(max_length=100, blank=True)
    verified_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staff"], condition=Q(state=CallState.OPEN.value), name="reviews_one_open_call"
            ),
            models.CheckConstraint(
                condition=Q(state=CallState.OPEN.value, ended_at__isnull=True, result="")
                | (~Q(state=CallState.OPEN.value) & Q(ended_at__isnull=False) & ~Q(result="")),
                name="reviews_call_ends_with_a_result",
            ),
        ]
        indexes = [
            models.Index(fields=["staff", "-id"], name="reviews_call_of_staff"),
            models.Index(
                fields=["touched_at"], condition=Q(state=CallState.OPEN.value), name="reviews_call_open"
            ),
        ]


class CallStep(models.Model):
    """One step of a call. ``detail`` is a code: a question of the script, a channel, a result."""

    call = models.ForeignKey(PhoneCall, models.PROTECT, related_name="steps", db_index=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=15)
    detail = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [models.Index(fields=["call", "id"], name="reviews_steps_of_call")]


class CallerCheck(models.Model):
    """Wrong answers of one customer's callers, over all calls, in wall time."""

    customer = models.OneToOneField("customers.Customer", models.PROTECT, primary_key=True, related_name="+")
    failures = models.SmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)


class CallBack(models.Model):
    """A promise to call a customer on a day within hours of Tokyo, at the registered number; business time."""

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="+")
    review_id = models.BigIntegerField(null=True)
    # No check: after a merge of customers both go by different people's periods.
    call = models.ForeignKey(PhoneCall, models.PROTECT, related_name="call_backs", db_constraint=False)
    state = models.CharField(max_length=10, default=CallBackState.BOOKED.value)
    state_since = models.DateTimeField()
    day = models.DateField()
    from_hour = models.SmallIntegerField()
    until_hour = models.SmallIntegerField()
    matter = models.CharField(max_length=10)
    words = models.BinaryField(null=True)
    assigned_to = models.ForeignKey(
        "accounts.Staff", models.PROTECT, null=True, related_name="+", db_index=False
    )
    tries = models.SmallIntegerField(default=0)
    booked_by = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+", db_index=False)
    booked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=CallBackState.TAKEN.value) | Q(assigned_to__isnull=False),
                name="reviews_taken_call_back_has_its_taker",
            ),
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(state__in=[state.value for state in WAITING]),
                name="reviews_one_call_back_waits",
            ),
        ]
        indexes = [
            models.Index(
                fields=["day", "from_hour", "id"],
                condition=Q(state__in=[state.value for state in WAITING]),
                name="reviews_call_back_due",
            )
        ]
