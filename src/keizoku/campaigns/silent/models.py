"""Cases of silent customers, everything that happened to each (append-only), their counts, follow-ups and issued proofs.

The counts are kept by triggers (migration 0006), so that the first page adds up a few rows whatever the cases are. A note is
encrypted in its field, bound to "campaigns_silentevent.note" (the event's key).
"""

import uuid

from django.db import models

from keizoku.campaigns.silent.rules import WAITING, State


class SilentFollowUp(models.Model):
    """Cases that are to be contacted once more together; its number is what the new campaign's conditions ask for."""

    campaign = models.ForeignKey("campaigns.Campaign", models.PROTECT, related_name="follow_ups")
    draft = models.ForeignKey("campaigns.Campaign", models.PROTECT, null=True, related_name="+")
    count = models.IntegerField(default=0)
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)


class SilentCase(models.Model):
    """One customer who was asked by one campaign and did not answer. Instants are business time."""

    campaign = models.ForeignKey("campaigns.Campaign", models.PROTECT, db_index=False)
    # No check by row: cases are opened by the hundred thousand, out of reviews that have their customers.
    customer = models.ForeignKey("customers.Customer", models.PROTECT, db_index=False, db_constraint=False)
    review_id = models.BigIntegerField()
    state = models.CharField(max_length=14, default=State.OPEN)
    state_since = models.DateTimeField()
    opened_at = models.DateTimeField()
    opened_on = models.DateField()
    opened_because = models.CharField(max_length=10)
    reach = models.CharField(max_length=10)
    until = models.DateField(null=True)
    reason = models.CharField(max_length=20, blank=True)
    measure = models.CharField(max_length=20, blank=True)
    decided_by = models.BigIntegerField(null=True)
    proposed_by = models.BigIntegerField(null=True)
    confirmed_by = models.BigIntegerField(null=True)
    follow_up = models.ForeignKey(SilentFollowUp, models.PROTECT, null=True, db_index=False)
    task_id = models.BigIntegerField(null=True)
    escalated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "campaign"], name="campaigns_one_silent_case")
        ]
        indexes = [
            # The desk's list and the sweepers: by state, the oldest first.
            models.Index(fields=["state", "opened_on", "id"], name="campaigns_silent_desk"),
            models.Index(fields=["campaign", "state", "opened_on", "id"], name="campaigns_silent_campaign"),
            models.Index(
                fields=["follow_up"], condition=~models.Q(follow_up=None), name="campaigns_silent_followup"
            ),
            models.Index(fields=["state"], condition=~models.Q(measure=""), name="campaigns_silent_measure"),
            # All that wait for something, whatever it is.
            models.Index(
                fields=["opened_on", "id"],
                condition=models.Q(state__in=sorted(state.value for state in WAITING)),
                name="campaigns_silent_waiting",
            ),
        ]


class SilentEvent(models.Model):
    """One thing that happened to a case: opened, decided, taken up again, released. ``by`` is an actor."""

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    case = models.ForeignKey(SilentCase, models.PROTECT, related_name="events")
    at = models.DateTimeField()
    written_at = models.DateTimeField(auto_now_add=True)
    from_state = models.CharField(max_length=14, blank=True)
    to_state = models.CharField(max_length=14)
    reason = models.CharField(max_length=20, blank=True)
    measure = models.CharField(max_length=20, blank=True)
    until = models.DateField(null=True)
    follow_up_id = models.BigIntegerField(null=True)
    task_id = models.BigIntegerField(null=True)
    note = models.BinaryField(null=True)
    by = models.CharField(max_length=40)


class SilentCount(models.Model):
    """Appended by triggers with every statement on cases; the sum is how many are there."""

    campaign_id = models.BigIntegerField()
    opened_on = models.DateField()
    state = models.CharField(max_length=14)
    count = models.IntegerField()


class SilentLook(models.Model):
    """The last business day on which a campaign was looked through for the silent; over when nobody of it is awaited."""

    campaign = models.OneToOneField("campaigns.Campaign", models.PROTECT, primary_key=True)
    looked_on = models.DateField()
    is_over = models.BooleanField(default=False)


class SilentProof(models.Model):
    """A proof that was issued, by its digest; the file itself goes with whoever asked for it."""

    case = models.ForeignKey(SilentCase, models.PROTECT, related_name="proofs")
    sha256 = models.CharField(max_length=64)
    issued_by = models.CharField(max_length=40)
    issued_at = models.DateTimeField()
    # The newest sealed block that the file names.
    block = models.BigIntegerField(null=True)
