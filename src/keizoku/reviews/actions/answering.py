"""The customer's side of a round: a sitting, answers kept as they come, the submission, the call for a person."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.customers import actions as customers
from keizoku.customers.contact.actions import Proof, take_evidence
from keizoku.customers.contact.rules import Sign
from keizoku.customers.models import ContactStop
from keizoku.forms import actions as forms
from keizoku.forms.rules import progress
from keizoku.forms.rules.definition import Question
from keizoku.forms.rules.evaluation import Judged, Posted
from keizoku.forms.rules.judging import judge
from keizoku.forms.rules.notation import write_answers
from keizoku.forms.rules.progress import Step
from keizoku.forms.rules.wording import in_language
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import TOKYO, business_now
from keizoku.kernel.crypto import blind_index, field
from keizoku.reviews import identifying, tasks
from keizoku.reviews.actions.entering import awaiting, still_awaiting
from keizoku.reviews.errors import AnswerIncomplete, ReviewClosed
from keizoku.reviews.models import Answer, ProposedChange, Review
from keizoku.reviews.proving.ways import changing, led_here, strength_of
from keizoku.reviews.queries import rows, sittings
from keizoku.reviews.queries.cases import PROPOSAL_VALUE
from keizoku.reviews.queries.rounds import ANSWER_PAYLOAD
from keizoku.reviews.queries.rows import ReviewRow
from keizoku.reviews.queries.sittings import Sitting
from keizoku.reviews.rules.proposing import Proposal, propose
from keizoku.reviews.rules.proving import Strength, needs_person
from keizoku.reviews.rules.reasons import STOPS_ALL_CONTACT, HelpKind
from keizoku.reviews.rules.states import AWAITING_CUSTOMER, State

_PORTAL = Actor.system("portal")
# A posted page, read for the question that is being answered.
Posting: TypeAlias = Callable[[Question], Posted]


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one posted answer; ``following`` is the next open question, None when all are answered."""

    judged: Judged
    sitting: Sitting
    step: Step
    following: Step | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The same for every repetition of one submission; ``code`` is the reference code as people see it."""

    code: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Handed:
    """How an answer came in: by which entry, through whom, and how well that visit had shown who he is.

    ``keyed_by``: who brought a paper form to its end; two others may have read it (``paper``).
    """

    entry: str
    answered_by: int | None
    proof: Strength
    keyed_by: Actor | None = None

    def actor(self, customer_id: int) -> Actor:
        if self.keyed_by is not None:
            return self.keyed_by
        return Actor.customer(customer_id) if self.answered_by is None else Actor.staff(self.answered_by)


def open_sitting(of: int | ReviewRow, actor: Actor | None = None) -> Sitting:
    """What an identified customer needs to answer, or who writes it down for him. Leaves the audit entry of the reading.

    The customer reads the questions in the language that he chose, staff in Japanese. ``of`` is the review's id, or its
    row where the caller has just read it.

    Raises:
        ReviewExpired, ReviewClosed: nothing can be answered any more.
    """
    review = awaiting(of) if isinstance(of, int) else still_awaiting(of)
    reader = actor or Actor.customer(review.customer_id)
    grant = audit.grant_read(actor=reader, purpose="review.answer", subjects=[review.customer_id])
    sitting = sittings.sitting(review, grant)
    if actor is not None or not review.language:
        return sitting
    return replace(sitting, questionnaire=in_language(sitting.questionnaire, review.language))


@transaction.atomic
def answer_question(
    review_id: int, number: int, posted: Posted | Posting, actor: Actor | None = None
) -> Answered | None:
    """Judge one answer and keep it in the draft when it is good; None when the question is not open yet.

    ``posted`` is what was typed, or how it is read once the question is known; ``actor`` is who writes it down on the
    phone: without one it is the customer himself.

    Raises:
        ReviewExpired, ReviewClosed: nothing can be answered any more.
    """
    # Locked, so that an answer saved beside a submission waits for it and is then refused.
    sitting = open_sitting(rows.locked(review_id), actor)
    step = progress.step(sitting.questionnaire, sitting.answers, number)
    if step is None:
        return None
    typed = posted(step.question) if callable(posted) else posted
    judged = judge(step.question, typed, has_known=sitting.has_known(step.question))
    if judged.given is None:
        return Answered(judged, sitting, step, step)
    answers = progress.pruned(sitting.questionnaire, {**sitting.answers, step.question.id: judged.given})
    forms.save_draft(review_id, questionnaire_id=sitting.questionnaire_id, answers=answers)
    audit.record(
        actor=actor or Actor.customer(sitting.review.customer_id),
        action="reviews.draft.saved",
        subject=("review", review_id),
        details={"question": step.question.id},
    )
    return Answered(judged, sitting, step, progress.next_step(sitting.questionnaire, answers))


@transaction.atomic
def submit_answer(
    review_id: int, *, entry: str, answered_by: int | None = None, proof_key: UUID | None = None
) -> Receipt:
    """Hand the draft in: from this commit on nobody writes to the customer for this campaign.

    Args:
        review_id: whose draft.
        entry: how the customer came: an ``Answer.Entry``.
        answered_by: the member of staff who wrote the answers down on the phone.
        proof_key: the key of a one-time code that this visit was asked for (``proving.asking``).

    Returns:
        The receipt; a second submission of the same round gets the first one's.

    Raises:
        AnswerIncomplete: a question is still open.
        ReviewExpired, ReviewClosed: nothing can be answered any more.
    """
    now = business_now()
    # The row is taken first: of two submissions at once, the second waits here and then finds the answer.
    claimed = Review.objects.filter(
        id=review_id, state__in=AWAITING_CUSTOMER, closes_on__gte=now.astimezone(TOKYO).date()
    ).update(state=State.ANSWERED, state_since=now, answered_at=now)
    if not claimed:
        return _earlier_receipt(review_id)
    review = Review.objects.select_related("customer").get(id=review_id)
    actor = Actor.customer(review.customer_id) if answered_by is None else Actor.staff(answered_by)
    grant = audit.grant_read(actor=actor, purpose="review.submit", subjects=[review.customer_id])
    sitting = sittings.sitting(replace(rows.row_of(review), read_on=now.astimezone(TOKYO).date()), grant)
    if not progress.is_complete(sitting.questionnaire, sitting.answers):
        raise AnswerIncomplete
    way = Handed(entry, answered_by, strength_of(sitting, changing(sitting), proof_key))
    write_answer(review, sitting, way, now)
    if answered_by is None:
        identifying.ask_for(review)
    _stop_campaign(review, ContactStop.Reason.ANSWERED, actor)
    if entry == Answer.Entry.LINK and review.campaign_id is not None:
        _prove_link(review, sitting, now)
    forms.drop_drafts([review_id])
    return Receipt(rows.code_of(review.reference), now)


@transaction.atomic
def ask_for_help(review_id: int, kind: HelpKind, *, actor: Actor | None = None) -> None:
    """A person must take over: nobody is written to meanwhile. Asking twice changes nothing.

    No identification is needed: whoever holds the letter of somebody who died may know nothing else. ``actor`` is the member
    of staff who was told on the phone; without one it came by the customer's pages.

    Raises:
        ReviewExpired, ReviewClosed: nothing is awaited any more.
    """
    now = business_now()
    claimed = Review.objects.filter(id=review_id, state__in=AWAITING_CUSTOMER).update(
        state=State.NEEDS_PERSON, state_since=now, help_kind=kind
    )
    review = Review.objects.get(id=review_id)
    if not claimed:
        if review.state == State.NEEDS_PERSON:
            return
        awaiting(review_id)
    actor = actor or _PORTAL
    _stop_campaign(review, ContactStop.Reason.NEEDS_PERSON, actor)
    if kind in STOPS_ALL_CONTACT:
        customers.stop_contact(
            customer_id=review.customer_id,
            campaign_id=None,
            reason=ContactStop.Reason.NEEDS_PERSON.value,
            actor=actor,
        )
    audit.record(
        actor=actor,
        action="reviews.help.requested",
        subject=("review", review_id),
        details={"kind": kind.value},
    )
    tasks.open_for(review, kind, now.astimezone(TOKYO).date(), actor=actor)


def write_answer(review: Review, sitting: Sitting, way: Handed, now: datetime) -> None:
    """Keep a complete sitting's answers and what they propose, within the caller's transaction; the review is claimed."""
    answers = progress.pruned(sitting.questionnaire, sitting.answers)
    text = write_answers(answers)
    record = f"{review.id}.{review.round}"
    digest = blind_index.token("answer", text).hex()
    Answer.objects.create(
        review_id=review.id,
        round=review.round,
        questionnaire_id=sitting.questionnaire_id,
        record_version=sitting.known.version,
        payload=field.encrypt(text, where=ANSWER_PAYLOAD, record=record),
        digest=digest,
        submitted_at=timezone.now(),
        business_at=now,
        entry=way.entry,
        answered_by_id=way.answered_by,
        proof=way.proof,
    )
    proposals = propose(sitting.questionnaire, answers, sitting.known.values)
    ProposedChange.objects.bulk_create(
        _proposal_row(review, position, proposal, way.proof) for position, proposal in enumerate(proposals)
    )
    audit.record(
        actor=way.actor(review.customer_id),
        action="reviews.answer.submitted",
        subject=("review", review.id),
        details={
            "round": review.round,
            "entry": way.entry,
            "proof": way.proof.value,
            "digest": digest,
            **_fields_by_change(proposals),
        },
    )


def _proposal_row(review: Review, position: int, proposal: Proposal, proof: Strength) -> ProposedChange:
    record = f"{review.id}.{review.round}.{proposal.field}"
    value = proposal.value
    return ProposedChange(
        review_id=review.id,
        round=review.round,
        position=position,
        field=proposal.field,
        value=None if value is None else field.encrypt(value, where=PROPOSAL_VALUE, record=record),
        kind=proposal.kind,
        is_change=proposal.is_change,
        needs_person=needs_person(proposal.field, is_change=proposal.is_change, proof=proof),
    )


def _fields_by_change(proposals: tuple[Proposal, ...]) -> Mapping[str, str]:
    return {"changed": ",".join(proposal.field for proposal in proposals if proposal.is_change)}


def _stop_campaign(review: Review, reason: ContactStop.Reason, actor: Actor) -> None:
    """A review without a campaign is written to by nobody; stopping "no campaign" would mean stopping all."""
    if review.campaign_id is not None:
        customers.stop_contact(
            customer_id=review.customer_id, campaign_id=review.campaign_id, reason=reason.value, actor=actor
        )


def _prove_link(review: Review, sitting: Sitting, now: datetime) -> None:
    """Where no letter carried it, only LINE's messages did, so an answer through the link proves that they arrived."""
    if "letter" in led_here(sitting.review, entry=Answer.Entry.LINK):
        return
    proof = Proof(
        customer_id=review.customer_id,
        point="phone",
        channel="line",
        sign=Sign.ANSWERED,
        campaign_id=review.campaign_id or 0,
        begun_at=timezone.now(),
        day=now.astimezone(TOKYO).date(),
    )
    take_evidence([proof], Actor.customer(review.customer_id))


def _earlier_receipt(review_id: int) -> Receipt:
    review = Review.objects.get(id=review_id)
    answer = Answer.objects.filter(review_id=review_id, round=review.round).first()
    if answer is None:
        awaiting(review_id)
        raise ReviewClosed(None)
    return Receipt(rows.code_of(review.reference), answer.business_at)
