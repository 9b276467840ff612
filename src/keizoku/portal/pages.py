"""What each template shows: contexts made of typed rows. No decision is taken here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from keizoku.customers.queries import FIELD_LABELS
from keizoku.forms.rules import progress
from keizoku.forms.rules.definition import INDEFINITE, JOINT, YES, Given, Kind, Question
from keizoku.forms.rules.evaluation import CHANGED, SAME, Posted
from keizoku.forms.rules.progress import Step
from keizoku.forms.rules.registered import EXAMPLES
from keizoku.kernel.text.phone import read_phone
from keizoku.kernel.text.postal import format_postal_code
from keizoku.portal import lists
from keizoku.portal.countries import COUNTRY_OPTIONS
from keizoku.reviews.queries import Sitting

# The templates' own names of kinds; others are the same.
_KIND_NAMES = {Kind.SINGLE_CHOICE: "single", Kind.MULTIPLE_CHOICE: "multiple", Kind.DATE: "day"}
_UNITS = {Kind.MONEY: "円"}
# Posted field of an answer → what its HTML name ends with.
_ENDINGS = {"answer": "", "known": "_known", "postal_code": "_postal_code", "detail": "_detail"}


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


@dataclass(frozen=True, slots=True)
class AnswerShown:
    title: str
    value: str = field(repr=False)
    is_unchanged: bool
    change_url: str


def page(request: HttpRequest, template: str, state: str, **context: Any) -> HttpResponse:
    """One page; every page shows how to check a message, except that page itself."""
    common = {"state": state, "check_url": "" if state == "check" else reverse("portal:check")}
    return render(request, f"portal/{template}.html", {**common, **context})


def posted_answer(post: Mapping[str, Sequence[str]], question: Question) -> Posted:
    """The posted lists of one question under the names that its judge knows."""
    if lists.is_list(question):
        return lists.posted_rows(post, question)
    return {name: post.get(f"answer_{question.id}{ending}", ()) for name, ending in _ENDINGS.items()}


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


def question_context(sitting: Sitting, step: Step) -> dict[str, Any]:
    question = step.question
    return {
        "question": question_shown(question, sitting.masked(question)),
        "no_limit": [(INDEFINITE, "期限はありません")],
        "progress": (step.number, step.of),
        "back_url": question_url(step.number - 1) if step.number > 1 else "",
        "asked_again_about": sitting.asked_again_about,
        **_kept(question, sitting.answers.get(question.id)),
        **_list_kept(sitting, question),
    }


def typed_again(question: Question, posted: Posted, *, one_more: bool) -> dict[str, Any]:
    """A list as it was typed, nothing judged: with a row more, or with its tree."""
    return _list(question, lists.typed(posted), posted, one_more=one_more)


def wrongly_answered(
    question: Question, shown: Mapping[str, str], errors: Mapping[str, str]
) -> dict[str, Any]:
    """The form again, as it was typed but for what must not come back, with its errors under the HTML names."""
    if lists.is_list(question):
        ending = {name: "" if name == "answer" else f"_{name.replace('.', '_')}" for name in errors}
        named = {f"answer_{question.id}{ending[name]}": words for name, words in errors.items()}
        return {**_list(question, shown, {}), "errors": named}
    answer = shown.get("answer", "")
    return {
        "value": {"postal_code": shown.get("postal_code", ""), "address": answer}
        if question.kind is Kind.ADDRESS
        else answer,
        "detail": shown.get("detail", ""),
        "known_value": shown.get("known", ""),
        "errors": {f"answer_{question.id}{_ENDINGS[name]}": words for name, words in errors.items()},
    }


def confirm_context(sitting: Sitting) -> dict[str, Any]:
    questions = progress.applicable(sitting.questionnaire, sitting.answers)
    answers = [
        AnswerShown(
            title=FIELD_LABELS.get(question.target, question.title),
            value=_words(question, sitting.answers[question.id], sitting.masked(question)),
            is_unchanged=sitting.answers[question.id].is_unchanged,
            change_url=question_url(number),
        )
        for number, question in enumerate(questions, start=1)
    ]
    return {"answers": answers, "back_url": question_url(len(questions))}


def senders() -> list[tuple[str, str]]:
    """How our messages name their sender, by channel."""
    return [("LINE", settings.INSTITUTION), ("メール", settings.MAIL_FROM)]


def question_url(number: int) -> str:
    return reverse("portal:question", args=[number])


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
    if not lists.is_list(question):
        return {}
    given = sitting.answers.get(question.id)
    names: list[str] = []
    if given is None and question.names_from:
        names = sitting.owners_of(question.names_from)
    cells = lists.kept(given.values.get(question.target, "") if given else "", names)
    return _list(question, cells, {name: [value] for name, value in cells.items()})


def _list(
    question: Question, cells: Mapping[str, str], posted: Posted, *, one_more: bool = False
) -> dict[str, Any]:
    found = lists.rows_shown(question, cells, one_more=one_more)
    shown: dict[str, Any] = {"rows": found, "may_add": len(found) < (question.most or 0)}
    if question.kind is Kind.OWNERSHIP and (drawn := lists.tree(question, posted)):
        ownership, holders = drawn
        shown |= {"tree": holders, "owners": lists.owner_words(ownership)}
    return shown


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
