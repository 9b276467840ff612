"""A question as a page shows it, be it a customer's or an author's preview. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from keizoku.forms.rules import listed
from keizoku.forms.rules.country_options import COUNTRY_OPTIONS
from keizoku.forms.rules.definition import INDEFINITE, Kind, Question
from keizoku.forms.rules.registered import EXAMPLES

# The templates' own names of kinds; others are the same.
_KIND_NAMES: Final = {Kind.SINGLE_CHOICE: "single", Kind.MULTIPLE_CHOICE: "multiple", Kind.DATE: "day"}
_UNITS: Final = {Kind.MONEY: "円"}
NO_LIMIT: Final = [(INDEFINITE, "期限はありません")]
# What stands for a known value where no customer is asked.
_SAMPLES: Final = {
    Kind.ADDRESS: "東京都●●",
    Kind.PHONE: "●●●-●●●●-5678",
    Kind.EMAIL: "h●●●@e●●●",
    Kind.RESIDENCE_PERIOD: "2027年●月●日",
}


@dataclass(frozen=True, slots=True)
class QuestionShown:
    id: str
    title: str
    why: str
    kind: str
    choices: Sequence[tuple[str, str]]
    known_value_masked: str
    is_required: bool
    detail_title: str
    range_words: str
    example: str = ""
    options: Sequence[tuple[str, str]] = ()


def question_shown(question: Question, known_masked: str) -> QuestionShown:
    """One question as its page shows it."""
    unit = _UNITS.get(question.kind, "")
    has_range = question.least is not None and question.most is not None
    return QuestionShown(
        id=question.id,
        title=question.title,
        why=question.why,
        kind=_KIND_NAMES.get(question.kind, question.kind.value),
        choices=[(choice.value, choice.label) for choice in question.choices],
        known_value_masked=known_masked,
        is_required=question.is_required,
        detail_title=question.detail.title if question.detail else "",
        range_words=f"{question.least:,}{unit}から{question.most:,}{unit}までの数" if has_range else "",
        example=EXAMPLES[question.register] if question.register else "",
        options=COUNTRY_OPTIONS if question.kind is Kind.COUNTRY else (),
    )


def blank(question: Question) -> dict[str, Any]:
    """The template's context of a question that nobody has answered."""
    known = _SAMPLES[question.kind] if question.is_known else ""
    rows = listed.context(question, {}, {}) if question.is_list else {}
    return {"question": question_shown(question, known), "no_limit": NO_LIMIT, **rows}
