"""What was chosen in closed questions, counted over sets: of the customers whose answers were approved, by the facts and
attributes that these became. Nothing is decrypted; what the record has no place for is not counted.
"""

from dataclasses import dataclass
from typing import Final

from django.db import connection

from keizoku.forms import queries as forms
from keizoku.forms.rules.definition import Kind, Question
from keizoku.reviews.rules.states import State

_CLOSED: Final = frozenset({Kind.SINGLE_CHOICE, Kind.MULTIPLE_CHOICE, Kind.YES_NO})
_FACTS: Final = {
    "occupation": "f.occupation",
    "purpose": "f.purpose",
    "foreign_remittance": "CASE WHEN f.foreign_remittance THEN 'yes' ELSE 'no' END",
}
_ATTRIBUTES: Final = {
    Kind.SINGLE_CHOICE: "f.attributes ->> %(name)s",
    Kind.MULTIPLE_CHOICE: "jsonb_array_elements_text(coalesce(f.attributes -> %(name)s, '[]'))",
    Kind.YES_NO: "CASE f.attributes ->> %(name)s WHEN 'true' THEN 'yes' WHEN 'false' THEN 'no' END",
}
_COUNTS: Final = """
    SELECT {value} AS value, count(*) FROM reviews_answer a
      JOIN reviews_review r ON r.id = a.review_id AND r.round = a.round AND r.state = %(approved)s
      JOIN customers_fact f ON f.customer_id = r.customer_id
     WHERE a.questionnaire_id = %(version)s GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Chosen:
    """One closed question with (label, customers) of each choice, in the order in which they were offered."""

    title: str
    counts: tuple[tuple[str, int], ...]


def chosen(published_id: int) -> list[Chosen]:
    """The closed questions of one published version whose answers the record keeps in the clear."""
    found = []
    for question in forms.published(published_id).questionnaire.questions:
        if (value := _value(question)) is not None:
            counts = _counts(value, published_id, question.attribute)
            told = tuple((choice.label, counts.get(choice.value, 0)) for choice in question.choices)
            found.append(Chosen(question.title, told))
    return found


def _value(question: Question) -> str | None:
    """The SQL of what a question's answer became; None where it is not closed or not kept in the clear."""
    if question.kind not in _CLOSED:
        return None
    return _ATTRIBUTES[question.kind] if question.attribute else _FACTS.get(question.target)


def _counts(value: str, published_id: int, name: str) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNTS.format(value=value),
            {"version": published_id, "approved": State.APPROVED.value, "name": name},
        )
        return dict(cursor.fetchall())
