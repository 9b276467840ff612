"""One case as a reviewer sees it: checks, values beside the record's, pictures by their ids, what was decided before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.utils import timezone

from keizoku.accounts.models import Staff
from keizoku.audit import actions as audit
from keizoku.identity import deciding, evidence, policies, reading, results
from keizoku.identity.deciding import NOTE
from keizoku.identity.evidence import Made
from keizoku.identity.models import Decision, Derivative, Verification
from keizoku.identity.ports import FieldRead
from keizoku.identity.results import CheckRow, EvidenceRow, Row, SkipRow
from keizoku.identity.rules.comparing import Compared, compare
from keizoku.identity.rules.deciding import VERDICT_WORDS, Second, Verdict, needs_second, reason_words
from keizoku.identity.rules.desk import DAYS
from keizoku.identity.rules.outcomes import Outcome
from keizoku.identity.rules.states import State
from keizoku.identity.rules.steps import STEPS, Kind, StepName
from keizoku.kernel.bank_days import is_closed
from keizoku.kernel.clock import business_now
from keizoku.kernel.crypto import field as sealed
from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.kernel.due import Urgency, due_at, urgency

PERMISSION: Final = "identity.decide"
PURPOSE: Final = "本人確認の判断のため"


@dataclass(frozen=True, slots=True)
class ValueRead:
    """A value of the document: what was made of it, and where on the card it stands (thousandths)."""

    side: StepName
    name: str
    value: str = field(repr=False)
    raw: str = field(repr=False)
    doubts: tuple[str, ...] = ()
    box: tuple[int, int, int, int] = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class PictureRow:
    """A picture that can be opened: of which shot, and which of those made from it."""

    shot: EvidenceRow
    made: Made


@dataclass(frozen=True, slots=True)
class Beside:
    """A value of the record beside the document's, and what comparing them said."""

    compared: Compared
    held: str = field(repr=False)
    said: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A verdict of this or an earlier round; ``note`` is empty for who may not read it."""

    id: int
    round: int
    verdict: Verdict
    reason: str
    again: tuple[str, ...]
    is_final: bool
    by: str
    decided_at: datetime
    note: str = field(default="", repr=False)

    @property
    def verdict_words(self) -> str:
        return VERDICT_WORDS[self.verdict]


@dataclass(frozen=True, slots=True)
class Opened:
    """What only a reviewer sees, under a grant that is in the audit."""

    values: Sequence[ValueRead] = field(repr=False)
    beside: Sequence[Beside] = field(repr=False)
    pictures: Sequence[PictureRow] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """A verification as its page shows it; ``opened`` is None for who may not open values and pictures."""

    row: Row
    checks: Sequence[CheckRow]
    found: Outcome
    evidence: Sequence[EvidenceRow]
    skips: Sequence[SkipRow]
    decisions: Sequence[DecisionRow]
    proposal: DecisionRow | None
    earlier: Sequence[Row]
    askable: Sequence[StepName]
    held_by: int | None
    due_at: datetime | None
    urgency: Urgency | None
    second: Second
    takes_second: bool
    opened: Opened | None


def open_case(verification_id: int, staff: Staff) -> Case:
    """The case; for a reviewer its values are opened, and that he did so is written down first."""
    row = Verification.objects.get(id=verification_id)
    found = results.result(verification_id)
    grant = None
    if staff.may(PERMISSION) and row.kind:
        grant = audit.grant_read(actor=staff.actor, purpose=PURPOSE, subjects=[evidence.subject_of(row)])
    decisions = [_decision(one, grant) for one in row.decisions.order_by("id")]  # a handful
    is_waiting = row.state == State.WAITING
    due = due_at(row.state_since, DAYS, is_closed) if is_waiting else None
    is_held = row.held_until is not None and row.held_until > timezone.now()
    second, outcome = policies.in_force().second, deciding.checks_of(row)
    return Case(
        row=found.row,
        checks=found.checks,
        found=outcome,
        evidence=found.evidence,
        skips=found.skips,
        decisions=decisions,
        proposal=_proposal(decisions, row) if is_waiting else None,
        earlier=_earlier(row),
        askable=STEPS[Kind(row.kind)] if row.kind else (),
        held_by=row.held_by_id if is_held and is_waiting else None,
        due_at=due,
        urgency=urgency(due, business_now()) if due else None,
        second=second,
        takes_second=needs_second(second, Verdict.PASSED, outcome),
        opened=_opened(row, found.evidence, grant) if grant else None,
    )


def _opened(row: Verification, shots: Sequence[EvidenceRow], grant: ReadGrant) -> Opened:
    sides = reading.fields_of(row, grant)
    values = [
        ValueRead(side, name, one.value, one.raw, one.doubts, one.box)
        for side, fields in sides.items()
        for name, one in fields.items()
    ]
    return Opened(values, _beside(row, sides, grant), _pictures(row, shots))


def _beside(
    row: Verification, sides: Mapping[StepName, Mapping[str, FieldRead]], grant: ReadGrant
) -> list[Beside]:
    said, held = reading.as_compared(sides), reading.held_of(row, grant)
    return [
        Beside(line, held.get(line.field) or "", said[line.field].value if line.field in said else "")
        for line in compare(said, held)
    ]


def _pictures(row: Verification, shots: Sequence[EvidenceRow]) -> list[PictureRow]:
    """Of each shot that counts: the view, and what was cut out of it."""
    made = set(Derivative.objects.filter(verification=row).values_list("shot_id", "name"))
    return [
        PictureRow(shot, name)
        for shot in shots
        if shot.counts
        for name in (Made.CARD, Made.PORTRAIT, Made.VIEW)
        if name is Made.VIEW or (shot.id, name.value) in made
    ]


def _proposal(decisions: Sequence[DecisionRow], row: Verification) -> DecisionRow | None:
    """The newest verdict of this round, while it waits for a second person."""
    return next((one for one in reversed(decisions) if one.round == row.round and not one.is_final), None)


def _decision(row: Decision, grant: ReadGrant | None) -> DecisionRow:
    verdict = Verdict(row.verdict)
    return DecisionRow(
        id=row.id,
        round=row.round,
        verdict=verdict,
        reason=reason_words(verdict, row.reason),
        note=_note(row, grant) if grant is not None and row.note is not None else "",
        again=tuple(row.again),
        is_final=row.is_final,
        by=f"staff:{row.decided_by_id}" if row.decided_by_id is not None else "system:identity.policy",
        decided_at=row.decided_at,
    )


def _note(row: Decision, grant: ReadGrant) -> str:
    return sealed.decrypt(
        bytes(row.note or b""),
        where=NOTE,
        record=f"{row.verification_id}.{row.round}.{row.number}",
        subject=evidence.subject_of(row.verification),
        grant=grant,
    )


def _earlier(row: Verification) -> list[Row]:
    """The same person's verifications before this one."""
    if row.customer_id is None:
        return []
    return [one for one in results.of_customer(row.customer_id) if one.id < row.id]
