"""What a verification came to, for whoever asked for it: its state, its checks, and what it rests on as ids and digests.

Nothing here opens a picture or a value; ``revealed`` does, under the caller's grant. A number that is not there and one
that is read as not there look alike: ``Verification.DoesNotExist``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, When

from keizoku.identity import evidence, reading
from keizoku.identity.models import Check, Shot, Skip, Verification
from keizoku.identity.ports import FieldRead
from keizoku.identity.rules.outcomes import OUTCOME_WORDS, Outcome
from keizoku.identity.rules.purposes import LEGAL_USE_WORDS, PURPOSE_WORDS, LegalUse, Purpose
from keizoku.identity.rules.states import STATE_WORDS, State
from keizoku.identity.rules.steps import KIND_WORDS, SKIP_WORDS, STEP_WORDS, Kind, SkipReason, StepName
from keizoku.kernel.crypto.grant import ReadGrant


@dataclass(frozen=True, slots=True)
class Row:
    """One verification without anything of anybody; ``kind`` is "" until the customer chose a document."""

    id: int
    customer_id: int | None
    review_id: int | None
    purpose: Purpose
    legal_use: LegalUse
    statute: str
    method: str
    kind: str
    state: State
    state_since: datetime
    round: int
    asked_by: str
    asked_at: datetime

    @property
    def state_words(self) -> str:
        return STATE_WORDS[self.state]

    @property
    def purpose_words(self) -> str:
        return PURPOSE_WORDS[self.purpose]

    @property
    def legal_use_words(self) -> str:
        return LEGAL_USE_WORDS[self.legal_use]

    @property
    def kind_words(self) -> str:
        return KIND_WORDS[Kind(self.kind)] if self.kind else ""


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One judgement, as it was written down."""

    round: int
    stage: str
    name: str
    outcome: Outcome
    reason: str
    score: float | None
    threshold: float | None
    model: str
    model_version: str
    model_sha256: str
    made_at: datetime

    @property
    def outcome_words(self) -> str:
        return OUTCOME_WORDS[self.outcome]


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A picture that was kept, by what it is and not by what it shows; ``sha256`` is of the bytes as they arrived."""

    id: int
    step: StepName
    pose: str
    round: int
    sha256: str
    size: int
    content_type: str
    received_at: datetime
    counts: bool

    @property
    def step_words(self) -> str:
        return STEP_WORDS[self.step]


@dataclass(frozen=True, slots=True)
class SkipRow:
    """A shot that the customer let go."""

    step: StepName
    reason: SkipReason
    round: int

    @property
    def words(self) -> str:
        return SKIP_WORDS[self.reason]


@dataclass(frozen=True, slots=True)
class Result:
    """A verification with all that it rests on."""

    row: Row
    checks: Sequence[CheckRow]
    evidence: Sequence[EvidenceRow]
    skips: Sequence[SkipRow]


def result(verification_id: int) -> Result:
    """One verification; its checks are those of the present round."""
    row = Verification.objects.get(id=verification_id)
    checks = Check.objects.filter(verification=row, round=row.round).order_by("id")
    skips = Skip.objects.filter(verification=row).order_by("id")
    return Result(
        told(row),
        [_check(each) for each in checks],
        _evidence(row),
        [SkipRow(StepName(each.step), SkipReason(each.reason), each.round) for each in skips],
    )


def told(row: Verification) -> Row:
    return Row(
        id=row.id,
        customer_id=row.customer_id,
        review_id=row.review_id,
        purpose=Purpose(row.purpose),
        legal_use=LegalUse(row.legal_use),
        statute=row.statute,
        method=row.method,
        kind=row.kind,
        state=State(row.state),
        state_since=row.state_since,
        round=row.round,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
    )


def of_customer(customer_id: int) -> list[Row]:
    """A customer's verifications, the newest first."""
    return [told(row) for row in Verification.objects.filter(customer_id=customer_id).order_by("-id")]


def last_of(customer_id: int) -> Row | None:
    """The customer's newest verification that passed; else the newest of all, None where there is none."""
    rows = Verification.objects.filter(customer_id=customer_id)
    newest = rows.order_by(Case(When(state=State.PASSED, then=0), default=1), "-id").first()
    return None if newest is None else told(newest)


def before(
    verification_id: int | None, limit: int, *, customer_id: int | None = None, states: Sequence[State] = ()
) -> list[Row]:
    """Up to ``limit`` verifications in front of this one, the newest first."""
    rows = Verification.objects.order_by("-id")
    if verification_id is not None:
        rows = rows.filter(id__lt=verification_id)
    if customer_id is not None:
        rows = rows.filter(customer_id=customer_id)
    if states:
        rows = rows.filter(state__in=states)
    return [told(row) for row in rows[:limit]]


def customer_of(verification_id: int) -> int | None:
    """Whom it is about; None for an applicant, or where there is no such verification."""
    return Verification.objects.filter(id=verification_id).values_list("customer_id", flat=True).first()


def subject_of(verification_id: int) -> int:
    """Whom a grant for its values has to name."""
    return evidence.subject_of(Verification.objects.get(id=verification_id))


def key_of(verification_id: int) -> str:
    """The name of a verification outside of the house: random, and of nobody."""
    return str(Verification.objects.values_list("key", flat=True).get(id=verification_id))


def revealed(verification_id: int, grant: ReadGrant) -> Mapping[StepName, Mapping[str, FieldRead]]:
    """What the document says, by its sides, as it was read in the present round."""
    return reading.fields_of(Verification.objects.get(id=verification_id), grant)


def _check(row: Check) -> CheckRow:
    return CheckRow(
        round=row.round,
        stage=row.stage,
        name=row.name,
        outcome=Outcome(row.outcome),
        reason=row.reason,
        score=row.score,
        threshold=row.threshold,
        model=row.model,
        model_version=row.model_version,
        model_sha256=row.model_sha256,
        made_at=row.made_at,
    )


def _evidence(row: Verification) -> list[EvidenceRow]:
    current = evidence.current(row)
    counting = {shot.id for shot in (*current.sides.values(), *current.faces)}
    return [
        EvidenceRow(
            id=shot.id,
            step=StepName(shot.step),
            pose=shot.pose,
            round=shot.round,
            sha256=shot.sha256,
            size=shot.size,
            content_type=shot.content_type,
            received_at=shot.received_at,
            counts=shot.id in counting,
        )
        for shot in Shot.objects.filter(verification=row, is_accepted=True).order_by("id")
    ]
