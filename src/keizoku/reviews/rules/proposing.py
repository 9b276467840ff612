"""What an answer proposes: field by field, a change or a confirmation of what the record holds."""

import dataclasses
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from keizoku.forms.rules.definition import Answers, Kind, Question, Questionnaire
from keizoku.reviews.rules.proving import CONTACT_FIELDS


class ProposalKind(StrEnum):
    RECORD = "record"
    FACT = "fact"
    # Said by the customer and read by the reviewer; the record has no place for it.
    NOTE = "note"


KIND_WORDS: Final = {
    ProposalKind.RECORD: "記録",
    ProposalKind.FACT: "属性",
    ProposalKind.NOTE: "参考",
}
# What a document says of a field of which the customer himself said something: read by the reviewer, applied to nothing.
BESIDE: Final = "document_"
RECORD_FIELDS: Final = frozenset({"postal_code", "address", "phone", "email"})
FACTS: Final = frozenset({"occupation", "purpose", "foreign_remittance", "residence_expires_on"})


@dataclasses.dataclass(frozen=True, slots=True)
class Proposal:
    """One field's outcome; ``value`` is None where the customer confirmed the known one without writing it."""

    field: str
    value: str | None = dataclasses.field(repr=False)
    kind: ProposalKind
    is_change: bool


def propose(
    questionnaire: Questionnaire, answers: Answers, known: Mapping[str, str | None]
) -> tuple[Proposal, ...]:
    """Proposals of all answers, in the questionnaire's order; ``known`` holds the record's values by field."""
    return tuple(
        proposal
        for question in questionnaire.questions
        if question.id in answers
        for proposal in _of_question(question, answers, known)
    )


def changed_contacts(
    questionnaire: Questionnaire, answers: Answers, known: Mapping[str, str | None]
) -> frozenset[str]:
    """The fields of contact points that these answers would change."""
    proposals = propose(questionnaire, answers, known)
    return frozenset(each.field for each in proposals if each.is_change and each.field in CONTACT_FIELDS)


def _of_question(
    question: Question, answers: Answers, known: Mapping[str, str | None]
) -> tuple[Proposal, ...]:
    given = answers[question.id]
    if given.is_unchanged:
        return tuple(
            Proposal(name, None, _kind(question, name), is_change=False) for name in _fields(question)
        )
    return tuple(
        Proposal(name, value, kind, is_change=kind is not ProposalKind.NOTE and known.get(name) != value)
        for name, value in given.values.items()
        for kind in (_kind(question, name),)
    )


def _fields(question: Question) -> tuple[str, ...]:
    return ("postal_code", question.target) if question.kind is Kind.ADDRESS else (question.target,)


def _kind(question: Question, name: str) -> ProposalKind:
    """An answer is an attribute where its question says so, never for its name alone."""
    if name in RECORD_FIELDS:
        return ProposalKind.RECORD
    return ProposalKind.FACT if name in FACTS or name == question.attribute else ProposalKind.NOTE
