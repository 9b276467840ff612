"""What is asked of whom, and what the customer brought: verifications, sessions, challenges, shots, steps let go."""

from django.db import models
from django.db.models import F, Q

from keizoku.identity.models.choices import choices
from keizoku.identity.rules.purposes import LEGAL_USE_WORDS, PURPOSE_WORDS, LegalUse
from keizoku.identity.rules.states import NOT_FINAL, STATE_WORDS, State
from keizoku.identity.rules.steps import KIND_WORDS, SKIP_WORDS, STEP_WORDS


class Verification(models.Model):
    """One person to be verified once: for whom, what for, under which law, by whom asked.

    ``review_id`` names the review that asked (reviews stand above this room). ``again`` lists the shots that are asked for
    again, empty: all that the kind needs. Every round has its own judgement. ``held_by`` has its case open at the desk.
    """

    key = models.UUIDField(unique=True)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, null=True, related_name="+")
    applicant = models.BinaryField(null=True)
    review_id = models.BigIntegerField(null=True)
    purpose = models.CharField(max_length=20, choices=choices(PURPOSE_WORDS))
    legal_use = models.CharField(max_length=15, choices=choices(LEGAL_USE_WORDS))
    statute = models.CharField(max_length=30, blank=True)
    method = models.CharField(max_length=30, blank=True)
    kind = models.CharField(max_length=30, blank=True, choices=choices(KIND_WORDS))
    state = models.CharField(max_length=12, choices=choices(STATE_WORDS), default=State.ASKED.value)
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
    step = models.CharField(max_length=5, choices=choices(STEP_WORDS))
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
    step = models.CharField(max_length=5, choices=choices(STEP_WORDS))
    reason = models.CharField(max_length=20, choices=choices(SKIP_WORDS))
    skipped_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["verification", "round", "step", "reason"], name="identity_one_skip"
            )
        ]
