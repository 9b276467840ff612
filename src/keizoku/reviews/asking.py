"""One question of a sitting as a page shows it, what was typed into it, and answers in words.

For the customer's pages and for the phone desk, which ask the same questions under the same HTML names. Nothing is read from
the database here, nothing is written and nothing decided.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from keizoku.customers.queries import FIELD_LABELS
from keizoku.forms.rules import listed, progress
from keizoku.forms.rules.definition import INDEFINITE, JOINT, YES, Given, Kind, Question
from keizoku.forms.rules.evaluation import CHANGED, INDIVIDUAL_NUMBER, SAME, Judged, Posted
from keizoku.forms.rules.judging import judge
from keizoku.forms.rules.progress import Step
from keizoku.forms.rules.showing import NO_LIMIT, question_shown
from keizoku.kernel.text.phone import read_phone
from keizoku.kernel.text.postal import format_postal_code
from keizoku.kernel.text.ruby import plain
from keizoku.reviews.queries.sittings import Sitting
from keizoku.reviews.rules import confirming
from keizoku.reviews.rules.masking import masked_choice

# Posted field of an answer → what its HTML name ends with.
_ENDINGS = {"answer": "", "known": "_known", "postal_code": "_postal_code", "detail": "_detail"}


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """One answer before it is handed in; ``number`` is its question's place."""

    number: int
    title: str
    value: str = field(repr=False)
    is_unchanged: bool


def posted_answer(post: Mapping[str, Sequence[str]], question: Question) -> Posted:
    """The posted lists of one question under the names that its judge knows."""
    if question.is_list:
        return listed.posted_rows(post, question)
    return {name: post.get(f"answer_{question.id}{ending}", ()) for name, ending in _ENDINGS.items()}


def question_context(sitting: Sitting, step: Step) -> dict[str, Any]:
    """What the template of one question needs (``portal/question_body.html``)."""
    question = step.question
    return {
        "question": question_shown(question, sitting.masked(question)),
        "no_limit": NO_LIMIT,
        "progress": (step.number, step.of),
        "asked_again_about": sitting.asked_again_about,
        "asked_again_words": sitting.asked_again_words,
        **_kept(question, sitting.answers.get(question.id)),
        **_list_kept(sitting, question),
    }


def typed_again(question: Question, posted: Posted, *, one_more: bool) -> dict[str, Any]:
    """A list as typed, nothing kept: with a row more, or with its tree; what is wrong is told where a tree is wanted."""
    judged = judge(question, posted, has_known=False)
    is_tainted = INDIVIDUAL_NUMBER in judged.errors.values()
    if judged.given is None and (is_tainted or not one_more):
        return wrongly_answered(question, judged.shown, judged.errors)
    return listed.context(question, listed.typed(posted), posted, one_more=one_more)


def wrongly_answered(
    question: Question, shown: Mapping[str, str], errors: Mapping[str, str]
) -> dict[str, Any]:
    """The form again, as it was typed but for what must not come back, with its errors under the HTML names."""
    if question.is_list:
        ending = {name: "" if name == "answer" else f"_{name.replace('.', '_')}" for name in errors}
        named = {f"answer_{question.id}{ending[name]}": words for name, words in errors.items()}
        return {**listed.context(question, shown, {}), "errors": named}
    answer = shown.get("answer", "")
    return {
        "value": {"postal_code": shown.get("postal_code", ""), "address": answer}
        if question.kind is Kind.ADDRESS
        else answer,
        "detail": shown.get("detail", ""),
        "known_value": shown.get("known", ""),
        "errors": {f"answer_{question.id}{_ENDINGS[name]}": words for name, words in errors.items()},
    }


def wrongly_posted(question_id: str, judged: Judged) -> dict[str, Any]:
    """A single choice beside other things, as it was posted, with its errors under the HTML names."""
    return {
        "value": judged.shown.get("answer", ""),
        "detail": judged.shown.get("detail", ""),
        "errors": {f"answer_{question_id}{_ENDINGS[name]}": words for name, words in judged.errors.items()},
    }


def answers_shown(sitting: Sitting) -> list[AnswerShown]:
    """This round's answers once more, in the order of their questions; the sitting is complete."""
    questions = progress.asked(sitting.questionnaire, sitting.answers)
    return [
        AnswerShown(
            number=number,
            title=FIELD_LABELS.get(question.target, question.title),
            value=_words(question, sitting.answers[question.id], _known_words(sitting, question)),
            is_unchanged=sitting.answers[question.id].is_unchanged,
        )
        for number, question in enumerate(questions, start=1)
    ]


def known_shown(sitting: Sitting) -> list[AnswerShown]:
    """The known values that a customer may confirm at once, masked."""
    found = confirming.confirmed(sitting.questionnaire, sitting.known.values)
    shown = []
    for number, question in enumerate(sitting.questionnaire.questions, start=1):
        if question.id in found:
            title = FIELD_LABELS.get(question.target, plain(question.title))
            shown.append(AnswerShown(number, title, _masked(sitting, question), is_unchanged=True))
    return shown


def _known_words(sitting: Sitting, question: Question) -> str:
    """The known value of an answer "unchanged", masked."""
    return _masked(sitting, question) if sitting.answers[question.id].is_unchanged else ""


def _masked(sitting: Sitting, question: Question) -> str:
    if question.kind is Kind.SINGLE_CHOICE:
        return masked_choice(plain(question.label_of(sitting.known.values.get(question.target) or "")))
    return sitting.masked(question)


def _kept(question: Question, given: Given | None) -> dict[str, Any]:
    """The answer that was kept, as the form shows it."""
    if given is None or given.is_unchanged or not given.values:
        return {"known_value": SAME if given and given.is_unchanged else ""}
    value = given.values[question.target]
    detail = given.values.get(question.detail.target, "") if question.detail else ""
    if value == INDEFINITE and question.kind is Kind.RESIDENCE_PERIOD:
        return {"known_value": CHANGED, "detail": INDEFINITE, "value": ""}
    return {"known_value": CHANGED, "detail": detail, "value": _value(question.kind, value, given)}


def _list_kept(sitting: Sitting, question: Question) -> dict[str, Any]:
    """The rows of a list that was answered; or with the names that an ownership before it found."""
    if not question.is_list:
        return {}
    given = sitting.answers.get(question.id)
    names: list[str] = []
    if given is None and question.names_from:
        names = sitting.owners_of(question.names_from)
    cells = listed.kept(given.values.get(question.target, "") if given else "", names)
    return listed.context(question, cells, {name: [value] for name, value in cells.items()})


def _value(kind: Kind, value: str, given: Given) -> object:
    if kind is Kind.ADDRESS:
        return {"postal_code": format_postal_code(given.values["postal_code"]), "address": value}
    if kind is Kind.PHONE:
        return _phone(value)
    return value.split(JOINT) if kind is Kind.MULTIPLE_CHOICE else value


def _words(question: Question, given: Given, masked: str) -> str:
    """An answer in the words that the customer chose."""
    if not given.values:
        return masked if given.is_unchanged else "答えていません"
    value = given.values[question.target]
    match question.kind:
        case Kind.ADDRESS:
            return f"〒{format_postal_code(given.values['postal_code'])}\n{value}"
        case Kind.PHONE:
            return _phone(value)
        case Kind.MULTIPLE_CHOICE:
            return "、".join(question.label_of(each) for each in value.split(JOINT))
        case Kind.YES_NO if question.detail and value == YES:
            return f"{question.label_of(value)}（{given.values[question.detail.target]}）"
        case _:
            return question.words_of(value)


def _phone(e164: str) -> str:
    read = read_phone(e164)
    return read.national if read else e164
