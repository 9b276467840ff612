"""One case on the desk: the answer beside the record, decrypted for a grant."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from keizoku.customers import queries as customers
from keizoku.customers.attributes import queries as attributes
from keizoku.customers.attributes.queries import HeldValue
from keizoku.forms import queries as forms
from keizoku.forms.rules.definition import Question, Questionnaire
from keizoku.identity import findings
from keizoku.kernel import due
from keizoku.kernel.clock import business_now
from keizoku.kernel.crypto import field
from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.kernel.due import Urgency
from keizoku.kernel.text.sentences import Composed, Sentence
from keizoku.reviews.desk.models import DeskCase
from keizoku.reviews.models import Answer, Decision, ProposedChange, Review
from keizoku.reviews.queries.drafts import draft
from keizoku.reviews.queries.rounds import answered_round
from keizoku.reviews.queries.rows import ReviewRow, row_of
from keizoku.reviews.queries.sittings import known
from keizoku.reviews.rules import asking_again, service_levels
from keizoku.reviews.rules.owning import LISTS, beyond
from keizoku.reviews.rules.proposing import BESIDE, ProposalKind
from keizoku.reviews.rules.proving import PROOF_WORDS, Strength
from keizoku.reviews.rules.reasons import OUTCOME_WORDS, Outcome, help_words, reason_words
from keizoku.reviews.rules.service_levels import SNOOZE_WORDS, SnoozeReason
from keizoku.reviews.rules.states import State
from keizoku.reviews.signals.rules import Signal

PROPOSAL_VALUE = "reviews_proposedchange.value"
DECISION_NOTE = "reviews_decision.note"


@dataclasses.dataclass(frozen=True, slots=True)
class CaseField:
    """One field: what the record holds, what the answer says (in words), and where the record's value came from.

    ``beside``: of declared owners, what their comparison does not hold.
    ``needs_person``: a new contact point after a weak proof, which only a person's decision lets take effect.
    """

    field: str
    label: str
    old: str = dataclasses.field(repr=False)
    new: str = dataclasses.field(repr=False)
    is_change: bool
    is_confirmed: bool
    source: str
    needs_person: bool = False
    beside: str = dataclasses.field(default="", repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class DecisionRow:
    """``by`` is an actor ("staff:3"); ``policy`` the version of the policy that decided, None where a person did."""

    round: int
    outcome: str
    reason: str
    note: str = dataclasses.field(repr=False)
    by: str
    policy: int | None
    decided_at: datetime
    asked: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class OnDesk:
    """Where an open case stands: whose it is, how soon it is due, until when it rests, and what its holder has typed."""

    owner: int | None
    held_by: int | None
    held_until: datetime | None
    due_at: datetime
    urgency: Urgency
    snoozed_until: datetime | None
    snooze_words: str
    latest_snooze: datetime
    draft: Mapping[str, Any] = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True, slots=True)
class Case:
    """One review on the desk. ``proof``: how its customer showed who he is; ``record_has_changed``: since he saw it, the
    record got a newer version; ``signals`` are there where the case was opened to be decided.
    """

    review: ReviewRow
    fields: tuple[CaseField, ...]
    entry: str
    proof: str
    answered_by: int | None
    record_has_changed: bool
    help: str
    desk: OnDesk | None
    decisions: tuple[DecisionRow, ...]
    signals: tuple[Signal, ...] = ()
    # The answered questions, each of which can be asked again: id and matter.
    askable: tuple[tuple[str, str], ...] = ()
    # Field → (value, whether it is a change), as the answer stores it; without what the record has no place for.
    proposed: Mapping[str, tuple[str | None, bool]] = dataclasses.field(default_factory=dict, repr=False)


def case(review_id: int, grant: ReadGrant, staff_id: int = 0) -> Case:
    """One review with its answer beside the record, decrypted for the grant; ``staff_id`` reads his own draft with it."""
    review = Review.objects.select_related("customer").get(id=review_id)
    desk = DeskCase.objects.filter(review_id=review_id).first()
    answer = Answer.objects.filter(review_id=review_id, round=review.round).first()
    read = proposals(review, grant) if answer else []
    return Case(
        review=row_of(review),
        fields=tuple(_fields(review, answer, read, grant)) if answer else (),
        entry=Answer.Entry(answer.entry).label if answer else "",
        proof=PROOF_WORDS[Strength(answer.proof)] if answer else "",
        answered_by=answer.answered_by_id if answer else None,
        record_has_changed=answer is not None and answer.record_version != review.customer.version,
        help=help_words(review.help_kind),
        desk=_on_desk(desk, staff_id, review.customer_id, grant) if desk else None,
        decisions=tuple(_decisions(review, grant)),
        askable=tuple(_askable(answer, review.customer_id, grant)) if answer else (),
        proposed={row.field: (value, row.is_change) for row, value in read if row.kind != ProposalKind.NOTE},
    )


def _on_desk(row: DeskCase, staff_id: int, subject: int, grant: ReadGrant) -> OnDesk:
    now = business_now()
    is_held = row.held_until is not None and row.held_until > timezone.now()
    rests = row.snoozed_until is not None and row.snoozed_until > now
    return OnDesk(
        owner=row.owner_id,
        held_by=row.held_by_id if is_held else None,
        held_until=row.held_until if is_held else None,
        due_at=row.due_at,
        urgency=due.urgency(row.due_at, now),
        snoozed_until=row.snoozed_until if rests else None,
        snooze_words=SNOOZE_WORDS[SnoozeReason(row.snooze_reason)] if rests else "",
        latest_snooze=service_levels.latest_snooze(State(row.state), row.since, now),
        draft=draft(row, staff_id, subject, grant),
    )


def proposals(review: Review, grant: ReadGrant) -> list[tuple[ProposedChange, str | None]]:
    """This round's proposals with their values, in the questionnaire's order."""
    rows = ProposedChange.objects.filter(review_id=review.id, round=review.round).order_by("position")
    return [(row, _open(row, review.customer_id, grant)) for row in rows]


def _open(row: ProposedChange, subject: int, grant: ReadGrant) -> str | None:
    if row.value is None:
        return None
    record = f"{row.review_id}.{row.round}.{row.field}"
    return field.decrypt(bytes(row.value), where=PROPOSAL_VALUE, record=record, subject=subject, grant=grant)


def _fields(
    review: Review, answer: Answer, read: Iterable[tuple[ProposedChange, str | None]], grant: ReadGrant
) -> Iterator[CaseField]:
    questionnaire = forms.published(answer.questionnaire_id).questionnaire
    held = known(review.customer_id, grant).values
    record = customers.record(review.customer_id, grant, fields=())
    labels = _labels(questionnaire)
    for row, value in read:
        question = _question_of(questionnaire, row.field)
        if question is not None and (value_held := attributes.held(review.customer_id, question.attribute)):
            yield _attribute(row, value_held, value)
            continue
        is_note = row.kind == ProposalKind.NOTE
        provenance = record.provenance.get(row.field)
        source = provenance.words if provenance and not is_note else ""
        yield CaseField(
            field=row.field,
            label=labels.get(row.field, row.field),
            old="" if is_note else _words(question, held.get(row.field)),
            new=_words(question, held.get(row.field) if value is None else value),
            is_change=row.is_change,
            is_confirmed=not row.is_change and not is_note,
            source=_document(row.verification_id) if row.verification_id else source,
            needs_person=row.needs_person,
            beside=beyond(question, value) if question and value and row.field in LISTS else "",
        )


def _document(verification_id: int) -> Sentence:
    """Where a verified document's value came from."""
    return Composed("{0}（本人確認 {1}）", *findings.source_words(verification_id))


def _askable(answer: Answer, subject: int, grant: ReadGrant) -> list[tuple[str, str]]:
    found = answered_round(answer, subject, grant)
    return asking_again.matters(found.published.questionnaire, found.answers)


def _attribute(row: ProposedChange, held: HeldValue, value: str | None) -> CaseField:
    """Both values in the attribute's own words."""
    return CaseField(
        field=row.field,
        label=held.definition.label,
        old=held.words,
        new=held.words if value is None else attributes.words_of(held.definition, value),
        is_change=row.is_change,
        is_confirmed=not row.is_change,
        source=attributes.source_words(held),
    )


def _labels(questionnaire: Questionnaire) -> Mapping[str, str]:
    details = {q.detail.target: q.detail.title for q in questionnaire.questions if q.detail}
    titles = {q.target: q.title for q in questionnaire.questions}
    documents = {f"{BESIDE}{name}": f"書類の{label}" for name, label in customers.FIELD_LABELS.items()}
    return {**titles, **details, **customers.FIELD_LABELS, **documents}


def _question_of(questionnaire: Questionnaire, name: str) -> Question | None:
    return next((question for question in questionnaire.questions if question.target == name), None)


def _words(question: Question | None, value: str | None) -> str:
    """A stored code in the words that the customer chose; other values as they are."""
    if value is None:
        return ""
    return question.words_of(value) if question else value


def _decisions(review: Review, grant: ReadGrant) -> Iterator[DecisionRow]:
    of_round = dict(Answer.objects.filter(review_id=review.id).values_list("round", "questionnaire_id"))
    for row in Decision.objects.filter(review_id=review.id).select_related("policy").order_by("round"):
        outcome = Outcome(row.outcome)
        yield DecisionRow(
            round=row.round,
            outcome=OUTCOME_WORDS[outcome],
            reason=reason_words(outcome, row.reason_code),
            note=_note(row, review.customer_id, grant),
            by=row.by,
            policy=row.policy.version if row.policy else None,
            decided_at=row.decided_at,
            asked=_asked(row, of_round.get(row.round)),
        )


def _asked(row: Decision, questionnaire_id: int | None) -> str:
    """The questions that were asked again, and what the customer was told with them."""
    if not row.asked or questionnaire_id is None:
        return ""
    matters = asking_again.about(forms.published(questionnaire_id).questionnaire, row.asked)
    words = asking_again.told(row.words)
    return f"{matters}（「{words}」）" if words else matters


def _note(row: Decision, subject: int, grant: ReadGrant) -> str:
    if row.note is None:
        return ""
    record = f"{row.review_id}.{row.round}"
    return field.decrypt(bytes(row.note), where=DECISION_NOTE, record=record, subject=subject, grant=grant)
