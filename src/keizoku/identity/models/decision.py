"""What people decided, by which policy, what a case truly was, and the confirmation record."""

from django.db import models
from django.db.models import F, Q

from keizoku.identity.models.capture import Verification
from keizoku.identity.models.choices import choices
from keizoku.identity.rules.deciding import TRUTH_WORDS, VERDICT_WORDS
from keizoku.identity.rules.policy import POLICY_WORDS, PolicyState


class PolicyVersion(models.Model):
    """One policy, as ``rules.policy`` reads it; a trigger keeps its content, its one way and its approver apart."""

    content = models.JSONField()
    digest = models.CharField(max_length=64)
    state = models.CharField(
        max_length=10, choices=choices(POLICY_WORDS), default=PolicyState.REQUESTED.value
    )
    state_since = models.DateTimeField()
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    approved_by = models.CharField(max_length=40, blank=True)
    ended_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state=PolicyState.ACTIVE.value),
                name="identity_one_active_policy",
            ),
            models.CheckConstraint(
                condition=Q(approved_by="") | ~Q(approved_by=F("made_by")), name="identity_policy_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[PolicyState.REQUESTED.value, PolicyState.WITHDRAWN.value])
                | ~Q(approved_by=""),
                name="identity_policy_in_force_is_approved",
            ),
        ]


class Decision(models.Model):
    """One person's verdict on one round, or a policy's; append-only.

    ``is_final`` moves the verification on; one that is not waits for a second person, whose row names it in ``agrees_with``.
    ``note`` is bound to "identity_decision.note" (verification.round.number). ``again`` lists the shots asked for again.
    """

    verification = models.ForeignKey(Verification, models.PROTECT, related_name="decisions")
    round = models.SmallIntegerField()
    number = models.SmallIntegerField()
    verdict = models.CharField(max_length=12, choices=choices(VERDICT_WORDS))
    reason = models.CharField(max_length=30)
    note = models.BinaryField(null=True)
    again = models.JSONField(default=list)
    is_final = models.BooleanField()
    agrees_with = models.OneToOneField("self", models.PROTECT, null=True, related_name="agreed")
    decided_by = models.ForeignKey("accounts.Staff", models.PROTECT, null=True, related_name="+")
    policy = models.ForeignKey(PolicyVersion, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField()
    business_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["verification", "round", "number"], name="identity_one_decision_a_number"
            ),
            models.UniqueConstraint(
                fields=["verification", "round"],
                condition=Q(is_final=True),
                name="identity_one_final_decision",
            ),
            models.CheckConstraint(
                condition=(Q(decided_by__isnull=False) & Q(policy__isnull=True))
                | (Q(decided_by__isnull=True) & Q(policy__isnull=False) & Q(is_final=True)),
                name="identity_somebody_decided",
            ),
        ]


class Label(models.Model):
    """What a decided case truly was, as somebody found out who did not decide it. Checks are measured by these."""

    verification = models.OneToOneField(Verification, models.PROTECT, related_name="label")
    truth = models.CharField(max_length=20, choices=choices(TRUTH_WORDS))
    labelled_by = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+")
    labelled_at = models.DateTimeField()


class ConfirmationRecord(models.Model):
    """確認記録: what was verified, how and by whom. Number 1 is the record; later numbers only add (犯収法施行規則 19条).

    ``payload`` is bound to "identity_confirmationrecord.payload" (verification.number), ``digest`` is its SHA-256.
    """

    verification = models.ForeignKey(Verification, models.PROTECT, related_name="records")
    number = models.SmallIntegerField()
    payload = models.BinaryField()
    digest = models.CharField(max_length=64)
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["verification", "number"], name="identity_one_record_a_number")
        ]
