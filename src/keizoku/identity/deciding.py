"""A person decides, with a reason from a closed list; where the policy asks for it, a second one agrees.

A policy decides in a person's stead only what every check passed, and only once the institution has labelled enough cases of
its own: a trigger holds it to that, and the maker apart from the checker.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.accounts.models import Staff
from keizoku.audit import actions as audit
from keizoku.identity import policies, recording, templates
from keizoku.identity.errors import (
    NoteRefused,
    NothingToAgree,
    NotWaiting,
    OwnVerification,
    ReasonUnknown,
    ShotsMissing,
)
from keizoku.identity.models import Check, Decision, Verification
from keizoku.identity.moving import move
from keizoku.identity.rules.deciding import (
    BY_POLICY,
    LONGEST_NOTE,
    Verdict,
    is_reason,
    may_ask_again,
    needs_second,
)
from keizoku.identity.rules.outcomes import Outcome, overall
from keizoku.identity.rules.states import State
from keizoku.identity.rules.steps import STEPS, Kind
from keizoku.identity.rules.templates import Deletion
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_now
from keizoku.kernel.crypto import field as sealed
from keizoku.kernel.text.numbers import has_individual_number

PERMISSION: Final = "identity.decide"
NOTE: Final = "identity_decision.note"
POLICY: Final = Actor.system("identity.policy")


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict with its reason; ``again`` names the shots that are asked for again, for that verdict alone."""

    verdict: Verdict
    reason: str
    note: str = field(default="", repr=False)
    again: Sequence[str] = ()


@transaction.atomic
def decide(verification_id: int, said: Said, staff: Staff) -> bool:
    """Decide; False where a second person has to agree first: until then the verification waits on.

    Raises:
        NotPermitted: the actor may not.
        NotWaiting: it does not wait for a decision (any more).
        OwnVerification: the actor asked for it, took its pictures, or decided it the same way already.
        ReasonUnknown, ShotsMissing, NoteRefused: see their words.
    """
    authorise(staff.actor, PERMISSION)
    row = _waiting(verification_id)
    _refuse_unfit(row, said)
    _refuse_maker(row, staff)
    earlier = _open_proposal(row)
    if earlier is not None and earlier.decided_by_id == staff.id and earlier.verdict == said.verdict:
        raise OwnVerification
    is_final = not needs_second(policies.in_force().second, said.verdict, checks_of(row))
    made = _written(row, said, is_final=is_final, decided_by=staff)
    if not is_final:
        _record(staff.actor, "identity.decision.proposed", row, made)
        return False
    _settle(row, made, staff.actor)
    return True


@transaction.atomic
def agree(verification_id: int, decision_id: int, staff: Staff) -> None:
    """Agree with a verdict that waits for a second person; whoever sees it otherwise decides otherwise (``decide``).

    Raises:
        NotPermitted: the actor may not.
        NotWaiting: it does not wait for a decision any more.
        NothingToAgree: no verdict waits, or another one by now.
        OwnVerification: the actor gave it, asked for the verification, or took its pictures.
    """
    authorise(staff.actor, PERMISSION)
    row = _waiting(verification_id)
    first = _open_proposal(row)
    if first is None or first.id != decision_id:
        raise NothingToAgree
    _refuse_maker(row, staff)
    if first.decided_by_id == staff.id:
        raise OwnVerification
    said = Said(Verdict(first.verdict), first.reason, again=first.again)
    _settle(row, _written(row, said, is_final=True, decided_by=staff, agrees_with=first), staff.actor)


@transaction.atomic
def decide_by_policy(verification_id: int) -> bool:
    """Let the policy in force decide, if it may: only what every check passed. False leaves it to a person."""
    held = policies.row_in_force(lock=True)
    row = Verification.objects.select_for_update().get(id=verification_id)
    if held is None or row.state != State.WAITING or not policies.may_decide(held):
        return False
    if checks_of(row) is not Outcome.PASSED or row.decisions.filter(round=row.round).exists():
        return False
    made = _written(row, Said(Verdict.PASSED, BY_POLICY), is_final=True, policy_id=held.id)
    _settle(row, made, POLICY)
    return True


def waiting_verdict(verification_id: int) -> int:
    """The id of the verdict that waits for a second person.

    Raises:
        NothingToAgree: none waits.
    """
    row = Verification.objects.get(id=verification_id)
    first = _open_proposal(row) if row.state == State.WAITING else None
    if first is None:
        raise NothingToAgree
    return first.id


def checks_of(row: Verification) -> Outcome:
    """What all checks of the present round come to."""
    found = Check.objects.filter(verification=row, round=row.round).values_list("outcome", flat=True)
    return overall(Outcome(each) for each in found)


def _waiting(verification_id: int) -> Verification:
    row = Verification.objects.select_for_update().get(id=verification_id)
    if row.state != State.WAITING:
        raise NotWaiting
    return row


def _refuse_unfit(row: Verification, said: Said) -> None:
    if not is_reason(said.verdict, said.reason):
        raise ReasonUnknown
    if len(said.note) > LONGEST_NOTE or has_individual_number(said.note):
        raise NoteRefused(LONGEST_NOTE)
    is_again = said.verdict is Verdict.ASKED_AGAIN
    if bool(said.again) != is_again or (is_again and not may_ask_again(said.again, STEPS[Kind(row.kind)])):
        raise ShotsMissing


def _refuse_maker(row: Verification, staff: Staff) -> None:
    """Who asked for it, or held the camera at the counter, is its maker."""
    name = str(staff.actor)
    if row.asked_by == name or row.sessions.filter(begun_by=name).exists():
        raise OwnVerification


def _open_proposal(row: Verification) -> Decision | None:
    """The newest verdict of this round that waits for a second person."""
    return row.decisions.filter(round=row.round, is_final=False).order_by("-number").first()


def _written(row: Verification, said: Said, *, is_final: bool, **who: object) -> Decision:
    number = row.decisions.filter(round=row.round).count() + 1
    record = f"{row.id}.{row.round}.{number}"
    return Decision.objects.create(
        verification=row,
        round=row.round,
        number=number,
        verdict=said.verdict.value,
        reason=said.reason,
        note=sealed.encrypt(said.note, where=NOTE, record=record) if said.note else None,
        again=list(said.again),
        is_final=is_final,
        decided_at=timezone.now(),
        business_at=business_now(),
        **who,
    )


def _settle(row: Verification, made: Decision, by: Actor) -> None:
    """Move on by a final verdict, with all that follows from it."""
    verdict = Verdict(made.verdict)
    decided_round = row.round
    changes: dict[str, object] = {}
    if verdict is Verdict.ASKED_AGAIN:
        changes = {"round": decided_round + 1, "again": made.again}
    move(row, verdict.state, **changes)
    _record(by, "identity.verification.decided", row, made)
    if verdict is Verdict.PASSED:
        recording.write(row, made, by)
    elif verdict is Verdict.REFUSED:
        templates.delete(row.id, Deletion.NOT_PASSED, by)


def _record(by: Actor, action: str, row: Verification, made: Decision) -> None:
    audit.record(
        actor=by,
        action=action,
        subject=("verification", row.id),
        details={
            "decision": made.id,
            "round": made.round,
            "verdict": made.verdict,
            "reason": made.reason,
            "again": ",".join(made.again),
            "agrees_with": made.agrees_with_id,
            "policy": made.policy_id,
        },
    )
