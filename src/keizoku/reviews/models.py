"""Rows of reviews.

Invariants: one customer has one review that is not over; one campaign opens one review a customer; a round has one answer
and one decision. Answers, proposals and decisions are append-only. What a customer said is encrypted in its field, bound to
"reviews_answer.payload" (review.round), "reviews_proposedchange.value" (review.round.field) and
"reviews_decision.note" (review.round).
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

import keizoku.reviews.confirmations.models
import keizoku.reviews.desk.models
import keizoku.reviews.paper.models
import keizoku.reviews.phone.models
import keizoku.reviews.policies.models
import keizoku.reviews.quality.models  # noqa: F401 - its tables belong to this room
from keizoku.reviews.rules.proposing import KIND_WORDS
from keizoku.reviews.rules.proving import STRENGTH_WORDS, Strength
from keizoku.reviews.rules.reasons import HELP_WORDS, OUTCOME_WORDS, Outcome
from keizoku.reviews.rules.states import AWAITING_CUSTOMER, NOT_FINAL, ON_THE_DESK, STATE_WORDS, State

Code = TypeVar("Code", bound=StrEnum)
LARGEST_REFERENCE = 99_999_999_999


def _choices(words: Mapping[Code, str]) -> list[tuple[str, str]]:
    """Plain strings: a migration must not import today's rules."""
    return [(code.value, word) for code, word in words.items()]


def _values(codes: Iterable[Code]) -> list[str]:
    return [code.value for code in codes]


class Review(models.Model):
    """One customer's one walk. ``reference`` is the code on letters and messages, as a number of eleven digits."""

    # Found by the constraint on (customer, campaign); one index less makes opening a million reviews faster.
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="reviews", db_index=False)
    campaign_id = models.BigIntegerField(null=True)
    seq = models.IntegerField(null=True)
    reference = models.BigIntegerField(unique=True)
    state = models.CharField(max_length=12, choices=_choices(STATE_WORDS), default=State.OPEN.value)
    state_since = models.DateTimeField()
    round = models.SmallIntegerField(default=1)
    opened_at = models.DateTimeField()
    closes_on = models.DateField()
    answered_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    # What the customer chose to read, empty: nothing yet. The default is the database's: reviews are opened by SQL.
    language = models.CharField(max_length=5, blank=True, db_default="")
    # What its campaign chose to ask, empty: what the customer's kind is asked.
    questionnaire = models.CharField(max_length=30, blank=True, db_default="")
    help_kind = models.CharField(max_length=10, blank=True, choices=_choices(HELP_WORDS))
    escalated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=models.Q(state__in=_values(NOT_FINAL)),
                name="reviews_one_open_review",
            ),
            models.UniqueConstraint(fields=["customer", "campaign_id"], name="reviews_once_a_campaign"),
            models.CheckConstraint(
                condition=models.Q(reference__gte=0, reference__lte=LARGEST_REFERENCE),
                name="reviews_reference_of_eleven_digits",
            ),
        ]
        indexes = [
            # The planner asks each second who of a campaign still waits; lists walk it in the customers' order.
            models.Index(fields=["campaign_id", "state", "customer"], name="reviews_campaign_state"),
            models.Index(
                fields=["state_since", "id"],
                condition=models.Q(state__in=_values(ON_THE_DESK)),
                name="reviews_desk",
            ),
            models.Index(
                fields=["closes_on"],
                condition=models.Q(state__in=_values(AWAITING_CUSTOMER)),
                name="reviews_deadline",
            ),
        ]


class Tally(models.Model):
    """So many reviews of a campaign were opened, answered, decided, or are unanswered; appended by triggers (0004)."""

    campaign_id = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    count = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["campaign_id"], name="reviews_tally_of")]


class Answer(models.Model):
    """What was handed in for one round; ``answered_by`` is the member of staff who wrote it down on the phone."""

    class Entry(models.TextChoices):
        LINK = "link", "リンク"
        CODE = "code", "受付番号"
        PHONE = "phone", "電話"
        PAPER = "paper", "紙"

    review = models.ForeignKey(Review, models.PROTECT, related_name="answers")
    round = models.SmallIntegerField()
    questionnaire = models.ForeignKey("forms.QuestionnaireVersion", models.PROTECT, related_name="+")
    # The record's version that the customer was shown; what was confirmed as unchanged is that version's value.
    record_version = models.IntegerField()
    payload = models.BinaryField()
    digest = models.CharField(max_length=32)
    submitted_at = models.DateTimeField()
    business_at = models.DateTimeField()
    entry = models.CharField(max_length=5, choices=Entry.choices)
    answered_by = models.ForeignKey("accounts.Staff", models.PROTECT, null=True, related_name="+")
    # How well whoever handed it in had shown who he is (``rules.proving``).
    proof = models.CharField(max_length=6, choices=_choices(STRENGTH_WORDS), db_default=Strength.WEAK.value)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "round"], name="reviews_one_answer_a_round"),
            models.CheckConstraint(
                condition=models.Q(entry="phone", answered_by__isnull=False)
                | (~models.Q(entry="phone") & models.Q(answered_by__isnull=True)),
                name="reviews_phone_answer_names_its_writer",
            ),
        ]


class ProposedChange(models.Model):
    """One field of one round's answer: a change, or the confirmation of the known value."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="proposals")
    round = models.SmallIntegerField()
    position = models.SmallIntegerField()
    field = models.CharField(max_length=30)
    value = models.BinaryField(null=True)
    kind = models.CharField(max_length=6, choices=_choices(KIND_WORDS))
    is_change = models.BooleanField()
    # A new contact point after a weak proof alone: no policy lets it take effect, only a person's decision.
    needs_person = models.BooleanField(db_default=False)
    # Whose document says so (``identity``); None: the customer.
    verification_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "round", "field"], name="reviews_one_proposal_a_field"),
            models.CheckConstraint(
                condition=models.Q(is_change=False) | models.Q(value__isnull=False),
                name="reviews_change_has_a_value",
            ),
        ]


class Decision(models.Model):
    """What a reviewer, or the active policy, decided on one round.

    Triggers refuse one by the answer's own writer, and one by a policy that is not active or whose judgement does not hold.
    ``asked`` are the questions that are asked again, ``words`` the code of what the customer is told about it.
    """

    review = models.ForeignKey(Review, models.PROTECT, related_name="decisions")
    round = models.SmallIntegerField()
    outcome = models.CharField(max_length=9, choices=_choices(OUTCOME_WORDS))
    reason_code = models.CharField(max_length=30)
    asked = ArrayField(models.CharField(max_length=60), default=list)
    words = models.CharField(max_length=20, blank=True)
    note = models.BinaryField(null=True)
    decided_by = models.ForeignKey("accounts.Staff", models.PROTECT, null=True, related_name="+")
    policy = models.ForeignKey("reviews.PolicyVersion", models.PROTECT, null=True, related_name="decisions")
    decided_at = models.DateTimeField()
    # Until when it had to be decided, as its service level was then.
    due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "round"], name="reviews_one_decision_a_round"),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=False, policy__isnull=True)
                | models.Q(decided_by__isnull=True, policy__isnull=False, outcome=Outcome.APPROVE.value),
                name="reviews_decided_by_somebody_or_a_policy",
            ),
        ]
        indexes = [models.Index(fields=["decided_at"], name="reviews_decided_on")]

    @property
    def by(self) -> str:
        """Who decided, as an actor's kind and id."""
        return f"staff:{self.decided_by_id}" if self.decided_by_id else "system:reviews.policy"


class Identification(models.Model):
    """Wrong identifications of one review, in wall time."""

    review = models.OneToOneField(Review, models.CASCADE, primary_key=True, related_name="identification")
    failures = models.SmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)


class CodeGuess(models.Model):
    """Wrong reference codes of one source in one minute; the source is a blind index of the client's address."""

    source = models.BinaryField(max_length=16)
    minute = models.DateTimeField()
    count = models.IntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "minute"], name="reviews_guesses_a_minute")]
        indexes = [models.Index(fields=["minute"], name="reviews_guesses_recent")]
