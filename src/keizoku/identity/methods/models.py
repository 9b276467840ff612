"""Rows of what two people decided about methods, and of the providers' results that were taken.

Invariants: a proposal stays as it was made, goes one way, and is approved by another person than who made it (a trigger
refuses anything else); one of a kind and subject waits, and one is in force, at a time. A provider's evidence id is taken
once; results are append-only.
"""

from django.db import models

from keizoku.identity.methods.rules.proposals import KIND_WORDS, STATE_WORDS, State


class MethodProposal(models.Model):
    """What somebody asks for and another approves; ``content`` says it whole, ``digest`` is over kind, subject, content."""

    kind = models.CharField(
        max_length=12, choices=[(kind.value, words) for kind, words in KIND_WORDS.items()]
    )
    subject = models.CharField(max_length=100)
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    state = models.CharField(
        max_length=10,
        choices=[(state.value, words) for state, words in STATE_WORDS.items()],
        default=State.PROPOSED.value,
    )
    state_since = models.DateTimeField()
    made_by = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    decided_by = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=models.Q(state=State.PROPOSED.value),
                name="identity_one_proposal_waits",
            ),
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=models.Q(state=State.IN_FORCE.value),
                name="identity_one_proposal_holds",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[State.IN_FORCE.value, State.ENDED.value])
                | (~models.Q(decided_by="") & ~models.Q(decided_by=models.F("made_by"))),
                name="identity_proposal_four_eyes",
            ),
        ]


class ProviderResult(models.Model):
    """A result that an accredited provider signed, as it came: one of a verification; an evidence id is taken once.

    ``payload`` (the signed text, with its attributes) is bound to "identity_providerresult.payload" (verification);
    ``sha256`` is of the text. Append-only.
    """

    verification = models.OneToOneField(
        "identity.Verification", models.PROTECT, related_name="provider_result"
    )
    issuer = models.CharField(max_length=100)
    evidence_id = models.CharField(max_length=100)
    method = models.CharField(max_length=30)
    is_verified = models.BooleanField()
    issued_at = models.DateTimeField()
    verified_at = models.DateTimeField()
    payload = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    received_by = models.CharField(max_length=40)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "evidence_id"], name="identity_evidence_once")
        ]
