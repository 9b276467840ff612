"""Reads of confirmations; nothing is decrypted: what was confirmed is named, its value stands in the record's version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from keizoku.customers import queries as customers
from keizoku.customers.attributes import queries as attributes
from keizoku.customers.duplicates import queries as duplicates
from keizoku.forms import queries as forms
from keizoku.reviews.confirmations.models import Confirmation
from keizoku.reviews.models import Answer, Decision
from keizoku.reviews.queries.rows import code_of
from keizoku.reviews.rules.proving import STRENGTH_WORDS, Strength


@dataclass(frozen=True, slots=True)
class ConfirmationRow:
    """One confirmation as people read it.

    Attributes:
        confirmed, changed: labels of the fields that stayed, and that changed.
        proof, entry: how the customer was recognised and came, in words.
        decided_by: an actor ("staff:3", or the policy's).
        policy: the version of the policy that approved; None where a person did.
        record_version: the version of the record with the values; None for approvals from before this list.
    """

    review_id: int
    code: str
    confirmed_on: date
    recorded_at: datetime
    confirmed: tuple[str, ...]
    changed: tuple[str, ...]
    questionnaire: str
    questionnaire_version: int
    entry: str
    proof: str
    source: str
    decided_by: str
    policy: int | None
    record_version: int | None


def of_customer(customer_id: int) -> list[ConfirmationRow]:
    """All of one customer, those of whoever was merged into it included, the newest first."""
    ids = [customer_id, *duplicates.merged_ids(customer_id)]
    rows = list(
        Confirmation.objects.filter(customer_id__in=ids)
        .select_related("review", "decision", "decision__policy", "questionnaire")
        .order_by("-id")
    )
    answers = {
        (answer.review_id, answer.round): answer
        for answer in Answer.objects.filter(review_id__in={row.review_id for row in rows})
    }
    labels = _labels(rows)
    return [_row(row, answers[row.review_id, row.round], labels) for row in rows]


def _row(row: Confirmation, answer: Answer, labels: Mapping[str, str]) -> ConfirmationRow:
    decision: Decision = row.decision
    return ConfirmationRow(
        review_id=row.review_id,
        code=code_of(row.review.reference),
        confirmed_on=row.confirmed_on,
        recorded_at=row.recorded_at,
        confirmed=tuple(labels.get(name, name) for name, is_change in row.fields if not is_change),
        changed=tuple(labels.get(name, name) for name, is_change in row.fields if is_change),
        questionnaire=forms.published(row.questionnaire_id).questionnaire.title,
        questionnaire_version=row.questionnaire.version,
        entry=Answer.Entry(answer.entry).label,
        proof=STRENGTH_WORDS[Strength(answer.proof)],
        source=customers.SOURCE_LABELS[row.source],
        decided_by=decision.by,
        policy=decision.policy.version if decision.policy else None,
        record_version=row.record_version,
    )


def _labels(rows: list[Confirmation]) -> dict[str, str]:
    """Fields as the questionnaires, the attributes and the record call them; the record's word is the last."""
    titles: dict[str, str] = {}
    for questionnaire_id in {row.questionnaire_id for row in rows}:
        for question in forms.published(questionnaire_id).questionnaire.questions:
            titles[question.target] = question.title
    held = {definition.name: definition.label for definition in attributes.readable()}
    return {**titles, **held, **customers.FIELD_LABELS}
