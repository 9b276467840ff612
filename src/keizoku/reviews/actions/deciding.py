"""The desk: read a case, decide it.

Four eyes: who wrote an answer down on the phone, or keyed it from paper, neither takes nor decides it (triggers refuse it
too). A case that somebody else has open, or that was given to somebody else, is theirs to decide. An approval
writes the record, rates the customer and closes the review in one transaction.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from django.db import transaction

from keizoku.accounts.models import Staff
from keizoku.audit import actions as audit
from keizoku.customers import actions as customers
from keizoku.customers.contact.lifting import doubt_by_decision
from keizoku.customers.models import ContactStop
from keizoku.kernel.clock import TOKYO, business_now
from keizoku.kernel.crypto import field
from keizoku.kernel.text.numbers import has_individual_number
from keizoku.reviews import identifying, tasks
from keizoku.reviews.actions.applying import follow
from keizoku.reviews.actions.assigning import locked
from keizoku.reviews.errors import (
    IdentityPending,
    NoteRefused,
    OwnAnswer,
    QuestionsMissing,
    ReasonUnknown,
    StateChanged,
)
from keizoku.reviews.models import Answer, Decision, Review
from keizoku.reviews.paper.readers import was_read_by
from keizoku.reviews.permitted import refuse_unless
from keizoku.reviews.queries import cases, rounds
from keizoku.reviews.queries.cases import DECISION_NOTE, Case
from keizoku.reviews.rules.asking_again import AskAgain, is_askable
from keizoku.reviews.rules.limits import LONGEST_NOTE
from keizoku.reviews.rules.reasons import LEADS_TO, STOPS_ALL_CONTACT, Outcome, is_reason_of
from keizoku.reviews.rules.states import ON_THE_DESK, State, closes_on_when_asked_again, may_decide
from keizoku.reviews.signals import queries as signals

NOTHING_ASKED: Final = AskAgain()


def open_case(review_id: int, staff: Staff) -> Case:
    """One case with the record beside the answer, unmasked; leaves the audit entry of the reading.

    Raises:
        NotPermitted: may not unmask records.
    """
    refuse_unless(staff, "reviews.read")
    refuse_unless(staff, "customers.unmask")
    customer_id = Review.objects.values_list("customer_id", flat=True).get(id=review_id)
    grant = audit.grant_read(actor=staff.actor, purpose="review.desk", subjects=[customer_id])
    found = cases.case(review_id, grant, staff.pk)
    return replace(found, signals=tuple(signals.of_case(found, grant)))


@transaction.atomic
def decide(
    review_id: int,
    outcome: Outcome,
    reason_code: str,
    staff: Staff,
    *,
    note: str = "",
    again: AskAgain = NOTHING_ASKED,
) -> State:
    """Decide the current round and return the state that follows.

    Args:
        review_id: whose round.
        outcome: what is decided.
        reason_code: of the outcome's closed list.
        staff: who decides; never who wrote the answer down.
        note: for colleagues; kept encrypted.
        again: where the customer is asked again about an answer, which questions.

    Raises:
        NotPermitted, OwnAnswer, HeldByAnother, ReasonUnknown, NoteRefused, QuestionsMissing, IdentityPending: see there;
            nothing is changed.
        StateChanged: decided already, or not on the desk any more.
    """
    refuse_unless(staff, "reviews.decide")
    if not is_reason_of(outcome, reason_code):
        raise ReasonUnknown
    _refuse_note(note)
    review = Review.objects.select_for_update().get(id=review_id)
    case = locked(review_id, staff)
    wrote = Answer.objects.filter(review_id=review_id, answered_by=staff).exists()
    if wrote or was_read_by(staff.pk, review_id):
        raise OwnAnswer
    before, following = State(review.state), LEADS_TO[outcome]
    if not may_decide(before, following) or before not in ON_THE_DESK:
        raise StateChanged
    if outcome is Outcome.APPROVE and identifying.is_pending(review_id):
        raise IdentityPending
    if outcome is Outcome.ASK_AGAIN:
        _refuse_unaskable(review, again, staff)
    now = business_now()
    decision = Decision.objects.create(
        review_id=review_id,
        round=review.round,
        outcome=outcome.value,
        reason_code=reason_code,
        asked=list(again.questions),
        words=again.words,
        note=_sealed_note(review, note),
        decided_by=staff,
        decided_at=now,
        due_at=case.due_at,
    )
    follow(decision, review, staff.actor, now)
    if outcome is Outcome.ASK_AGAIN:
        _open_next_round(review, before, staff, now)
    else:
        _end(review, following, now)
    if before is State.NEEDS_PERSON:
        tasks.end_for([review_id], staff.actor)
    audit.record(
        actor=staff.actor,
        action="reviews.review.decided",
        subject=("review", review_id),
        details={
            "round": review.round,
            "outcome": outcome.value,
            "reason": reason_code,
            **({"asked": ",".join(again.questions), "words": again.words} if again.questions else {}),
        },
    )
    return following


def _refuse_unaskable(review: Review, again: AskAgain, staff: Staff) -> None:
    """A case without an answer (a call for a person) goes on where it was: there is nothing to tick."""
    answer = Answer.objects.filter(review_id=review.id, round=review.round).first()
    if answer is None:
        if again.questions or again.words:
            raise QuestionsMissing
        return
    grant = audit.grant_read(actor=staff.actor, purpose="review.decision", subjects=[review.customer_id])
    if not is_askable(again, rounds.answered_round(answer, review.customer_id, grant).answers):
        raise QuestionsMissing


def _sealed_note(review: Review, note: str) -> bytes | None:
    if not note.strip():
        return None
    return field.encrypt(note.strip(), where=DECISION_NOTE, record=f"{review.id}.{review.round}")


def _open_next_round(review: Review, before: State, staff: Staff, now: datetime) -> None:
    """The customer may be written to again (after a word of a death: when a second person says so too), by the same code."""
    Review.objects.filter(id=review.id, state=before).update(
        state=State.ASKED_AGAIN,
        state_since=now,
        round=review.round + 1,
        closes_on=closes_on_when_asked_again(review.closes_on, now.astimezone(TOKYO).date()),
        help_kind="",
        escalated_at=None,
    )
    if review.campaign_id is not None:
        reason = ContactStop.Reason.ANSWERED if before is State.ANSWERED else ContactStop.Reason.NEEDS_PERSON
        customers.release_stop(
            customer_id=review.customer_id,
            campaign_id=review.campaign_id,
            reason=reason.value,
            actor=staff.actor,
        )
    if review.help_kind in STOPS_ALL_CONTACT:
        doubt_by_decision(review.customer_id, actor=staff.actor, today=now.astimezone(TOKYO).date())


def _end(review: Review, following: State, now: datetime) -> None:
    Review.objects.filter(id=review.id, state=review.state).update(
        state=following, state_since=now, decided_at=now
    )


def _refuse_note(note: str) -> None:
    if len(note) > LONGEST_NOTE or has_individual_number(note):
        raise NoteRefused(LONGEST_NOTE)
