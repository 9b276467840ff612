"""Rows of verifications.

Invariants: a verification is about a customer, or about an applicant who is not one yet; one session of it is open at a
time; shots, skips and what was judged of them are append-only. A picture's bytes lie encrypted in ``kernel.files``, as they
came;
what an applicant said of himself is encrypted, bound to "identity_verification.applicant" (key).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from django.db import models
from django.db.models import F, Q

import keizoku.identity.methods.models  # noqa: F401 - its tables belong to this room
from keizoku.identity.rules.deciding import TRUTH_WORDS, VERDICT_WORDS
from keizoku.identity.rules.outcomes import OUTCOME_WORDS, Stage
from keizoku.identity.rules.policy import POLICY_WORDS, PolicyState
from keizoku.identity.rules.purposes import LEGAL_USE_WORDS, PURPOSE_WORDS, LegalUse
from keizoku.identity.rules.states import NOT_FINAL, STATE_WORDS, State
from keizoku.identity.rules.steps import KIND_WORDS, SKIP_WORDS, STEP_WORDS
from keizoku.identity.rules.templates import DELETION_WORDS

Code = TypeVar("Code", bound=StrEnum)


def _choices(words: Mapping[Code, str]) -> list[tuple[str, str]]:
    """Plain strings: a migration must not import today's rules."""
    return [(code.value, word) for code, word in words.items()]


class Verification(models.Model):
    """One person to be verified once: for whom, what for, under which law, by whom asked.

    ``review_id`` names the review that asked (reviews stand above this room). ``again`` lists the shots that are asked for
    again, empty: all that the kind needs. Every round has its own judgement. ``held_by`` has its case open at the desk.
    """

    key = models.UUIDField(unique=True)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, null=True, related_name="+")
    applicant = models.BinaryField(null=True)
    review_id = models.BigIntegerField(null=True)
    purpose = models.CharField(max_length=20, choices=_choices(PURPOSE_WORDS))
    legal_use = models.CharField(max_length=15, choices=_choices(LEGAL_USE_WORDS))
    statute = models.CharField(max_length=30, blank=True)
    method = models.CharField(max_length=30, blank=True)
    kind = models.CharField(max_length=30, blank=True, choices=_choices(KIND_WORDS))
    state = models.CharField(max_length=12, choices=_choices(STATE_WORDS), default=State.ASKED.value)
    state_since = models.DateTimeField()
    round = models.SmallIntegerField(default=1)
    again = models.JSONField(default=list)
    asked_by = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    escalated_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    # When whoever asked has read what was found.
    taken_at = models.DateTimeField(null=True)
    held_by = models.ForeignKey("accounts.Staff", models.PROTECT, null=True, related_name="+")
    held_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(customer__isnull=False) | Q(applicant__isnull=False),
                name="identity_is_about_somebody",
            ),
            models.CheckConstraint(
                condition=(Q(legal_use=LegalUse.STATUTORY.value) & ~Q(statute="") & ~Q(method=""))
                | (~Q(legal_use=LegalUse.STATUTORY.value) & Q(statute="")),
                name="identity_statute_names_its_method",
            ),
            models.UniqueConstraint(
                fields=["review_id"],
                condition=Q(review_id__isnull=False, state__in=[state.value for state in NOT_FINAL]),
                name="identity_one_open_a_review",
            ),
        ]
        indexes = [
            models.Index(fields=["review_id"], name="identity_of_review"),
            models.Index(
                fields=["state", "state_since"],
                condition=Q(state__in=[state.value for state in NOT_FINAL]),
                name="identity_not_over",
            ),
            models.Index(
                fields=["customer", "legal_use", "statute", "-state_since", "-id"],
                condition=Q(state=State.PASSED.value),
                name="identity_last_passed",
            ),
        ]


class CaptureSession(models.Model):
    """The right of one page to bring in shots, by a token of which only the SHA-256 is kept."""

    verification = models.ForeignKey(Verification, models.PROTECT, related_name="sessions")
    token_digest = models.CharField(max_length=64, unique=True)
    begun_by = models.CharField(max_length=40)
    begun_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["verification"],
                condition=Q(ended_at__isnull=True),
                name="identity_one_open_session",
            )
        ]


class Challenge(models.Model):
    """What one page was asked to bring, in which order, until when; ``steps`` are [name, pose] each."""

    session = models.ForeignKey(CaptureSession, models.PROTECT, related_name="challenges")
    nonce_digest = models.CharField(max_length=64, unique=True)
    steps = models.JSONField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("issued_at")), name="identity_challenge_expires"
            ),
            models.UniqueConstraint(
                fields=["session"], condition=Q(ended_at__isnull=True), name="identity_one_open_challenge"
            ),
        ]


class Shot(models.Model):
    """One picture that arrived. ``file`` is empty where it was not kept: not accepted, or destroyed for what it showed."""

    verification = models.ForeignKey(Verification, models.PROTECT, related_name="shots")
    challenge = models.ForeignKey(Challenge, models.PROTECT, related_name="shots")
    round = models.SmallIntegerField()
    place = models.SmallIntegerField()
    step = models.CharField(max_length=5, choices=_choices(STEP_WORDS))
    pose = models.CharField(max_length=12, blank=True)
    is_accepted = models.BooleanField()
    reasons = models.JSONField()
    scores = models.JSONField()
    file = models.CharField(max_length=36, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.IntegerField()
    content_type = models.CharField(max_length=30, blank=True)
    taken_at_ms = models.BigIntegerField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["challenge", "place"],
                condition=Q(is_accepted=True),
                name="identity_one_shot_a_place",
            ),
            models.CheckConstraint(
                condition=(Q(is_accepted=True) & ~Q(file="") & ~Q(sha256=""))
                | (Q(is_accepted=False) & Q(file="") & Q(sha256="")),
                name="identity_only_accepted_is_kept",
            ),
        ]
        indexes = [
            models.Index(fields=["sha256"], condition=~Q(sha256=""), name="identity_shot_bytes"),
            models.Index(fields=["verification", "round", "step"], name="identity_shots_of"),
        ]


class Skip(models.Model):
    """A shot that the customer did not want or could not make; it goes to a person, without blame."""

    verification = models.ForeignKey(Verification, models.PROTECT, related_name="skips")
    round = models.SmallIntegerField()
    step = models.CharField(max_length=5, choices=_choices(STEP_WORDS))
    reason = models.CharField(max_length=20, choices=_choices(SKIP_WORDS))
    skipped_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["verification", "round", "step", "reason"], name="identity_one_skip"
            )
        ]


class StageDone(models.Model):
    """A part of one round's judgement that is written down: a judgement that is taken up again goes on behind it."""

    verification = models.ForeignKey(Verification, models.PROTECT, related_name="stages")
    round = models.SmallIntegerField()
    stage = models.CharField(max_length=6, choices=[(stage.value, stage.value) for stage in Stage])
    done_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["verification", "round", "stage"], name="identity_stage_once")
        ]


class Check(models.Model):
    """One judgement: codes and numbers, the model with its version and checksum. Never a value of anybody."""

    verification = models.ForeignKey(Verification, models.PROTECT, related_name="checks")
    round = models.SmallIntegerField()
    stage = models.CharField(max_length=6, choices=[(stage.value, stage.value) for stage in Stage])
    place = models.SmallIntegerField()
    name = models.CharField(max_length=60)
    outcome = models.CharField(max_length=6, choices=_choices(OUTCOME_WORDS))
    reason = models.CharField(max_length=60, blank=True)
    score = models.FloatField(null=True)
    threshold = models.FloatField(null=True)
    model = models.CharField(max_length=60, blank=True)
    model_version = models.CharField(max_length=80, blank=True)
    model_sha256 = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["verification", "round", "stage", "place"], name="identity_one_check_a_place"
            )
        ]


class Reading(models.Model):
    """What one side of a document says; ``payload`` is bound to "identity_reading.payload" (shot.round)."""

    verification = models.ForeignKey(Verification, models.PROTECT, related_name="readings")
    shot = models.ForeignKey(Shot, models.PROTECT, related_name="readings")
    round = models.SmallIntegerField()
    side = models.CharField(max_length=5, choices=_choices(STEP_WORDS))
    kind = models.CharField(max_length=30, choices=_choices(KIND_WORDS), blank=True)
    payload = models.BinaryField()
    confidence = models.FloatField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["verification", "round", "side"], name="identity_one_reading")
        ]


class Derivative(models.Model):
    """A picture made from a shot: a straightened card, a portrait, a view for the screen. Never evidence by itself."""

    verification = models.ForeignKey(Verification, models.PROTECT, related_name="derivatives")
    shot = models.ForeignKey(Shot, models.PROTECT, related_name="derivatives")
    round = models.SmallIntegerField()
    name = models.CharField(max_length=10)
    file = models.CharField(max_length=36)
    sha256 = models.CharField(max_length=64)
    size = models.IntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shot", "round", "name"], name="identity_one_derivative")
        ]


class PolicyVersion(models.Model):
    """One policy, as ``rules.policy`` reads it; a trigger keeps its content, its one way and its approver apart."""

    content = models.JSONField()
    digest = models.CharField(max_length=64)
    state = models.CharField(
        max_length=10, choices=_choices(POLICY_WORDS), default=PolicyState.REQUESTED.value
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
    verdict = models.CharField(max_length=12, choices=_choices(VERDICT_WORDS))
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
    truth = models.CharField(max_length=20, choices=_choices(TRUTH_WORDS))
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


class Finding(models.Model):
    """A value that a verified document says; ``value`` is bound to "identity_finding.value" (verification.field)."""

    verification = models.ForeignKey(Verification, models.PROTECT, related_name="findings")
    field = models.CharField(max_length=30)
    value = models.BinaryField()
    is_difference = models.BooleanField()
    kind = models.CharField(max_length=30, choices=_choices(KIND_WORDS))
    found_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["verification", "field"], name="identity_one_finding_a_field")
        ]


class FaceTemplate(models.Model):
    """A face as numbers, kept only where a setting says so: sealed under a key of its own, which goes with it.

    ``key`` is bound to "identity_facetemplate.key" (id of the verification).
    """

    verification = models.OneToOneField(Verification, models.PROTECT, related_name="template")
    key = models.BinaryField()
    sealed = models.BinaryField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    delete_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["delete_on"], name="identity_template_due")]


class TemplateDeletion(models.Model):
    """That a kept template is gone: which (by its digest), when, why. Append-only."""

    verification = models.ForeignKey(Verification, models.PROTECT, related_name="template_deletions")
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    deleted_at = models.DateTimeField()
    why = models.CharField(max_length=12, choices=_choices(DELETION_WORDS))
