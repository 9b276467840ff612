"""The fields of a form that is keyed: one group a question, as typed; and what was typed at its registration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.http import QueryDict

from keizoku.forms.rules import listed
from keizoku.forms.rules.definition import Kind, Question, Questionnaire
from keizoku.forms.rules.evaluation import CHANGED, SAME
from keizoku.forms.rules.showing import NO_LIMIT, question_shown
from keizoku.kernel.text import era
from keizoku.kernel.text.ruby import plain
from keizoku.reviews import asking
from keizoku.reviews.paper.reading import UNREADABLE, is_tainted, is_unreadable
from keizoku.reviews.paper.registering import Arrival
from keizoku.reviews.paper.rules import HOW_WORDS, Entry, How
from keizoku.ui.speaking import plainly as plainly_said

MORE: Final = "more-"
KNOWN: Final = ((SAME, "変わりありません"), (CHANGED, "変わりました"), ("", "印がない"))
UNREADABLE_OPTION: Final = (("yes", "読めない"),)
_NO_MARK: Final = ("", "印がない")
_KINDS: Final = {Kind.SINGLE_CHOICE: "single", Kind.YES_NO: "single", Kind.MULTIPLE_CHOICE: "multiple"}
_EXAMPLES: Final = {
    Kind.PHONE: "09012345678",
    Kind.DATE: "昭和26年4月8日、2026-04-01",
    Kind.RESIDENCE_PERIOD: "2027-04-01",
    Kind.MONEY: "500000",
}


@dataclass(frozen=True, slots=True)
class Keyed:
    """One question as its group shows it; ``errors`` by the HTML names, ``more`` the button that adds a row."""

    number: int
    id: str
    title: str
    kind: str
    name: str
    is_required: bool
    is_known: bool
    value: Any = field(repr=False)
    detail: str = field(repr=False)
    postal_code: str = field(repr=False)
    known_value: str
    options: Sequence[tuple[str, str]]
    detail_title: str
    example: str
    rows: Sequence[Any] = field(repr=False)
    more: str
    unreadable: str
    is_unreadable: bool
    errors: Mapping[str, str]
    error: str

    @property
    def names(self) -> dict[str, str]:
        parts = ("known", "postal_code", "detail")
        return {part: f"{self.name}_{part}" for part in parts} | {"unreadable": f"{UNREADABLE}{self.id}"}


def keyed(
    questionnaire: Questionnaire,
    post: Mapping[str, Sequence[str]],
    errors: Mapping[str, Mapping[str, str]],
    *,
    act: str = "",
    only: Sequence[str] | None = None,
) -> list[Keyed]:
    """The groups of all questions, or of some, as they were typed; an Individual Number does not come back."""
    return [
        _one(number, question, post, errors.get(question.id, {}), one_more=act == f"{MORE}{question.id}")
        for number, question in enumerate(questionnaire.questions, start=1)
        if only is None or question.id in only
    ]


def _one(
    number: int,
    question: Question,
    post: Mapping[str, Sequence[str]],
    errors: Mapping[str, str],
    *,
    one_more: bool,
) -> Keyed:
    posted = {} if is_tainted(errors) else asking.posted_answer(post, question)
    said = {name: values[0] for name, values in posted.items() if values}
    name = f"answer_{question.id}"
    shown = question_shown(question, "")
    rows = listed.rows_shown(question, said, one_more=one_more) if question.is_list else []
    options: list[tuple[str, str]] = [(value, plain(label)) for value, label in shown.choices]
    if question.kind in (Kind.SINGLE_CHOICE, Kind.YES_NO):
        options.append(_NO_MARK)
    if question.kind is Kind.COUNTRY:
        options = [("", "選んでください"), *shown.options]
    if question.kind is Kind.RESIDENCE_PERIOD:
        options = list(NO_LIMIT)
    value: Any = said.get("answer", "")
    if question.kind is Kind.MULTIPLE_CHOICE:
        value = list(posted.get("answer", ()))
    return Keyed(
        number=number,
        id=question.id,
        title=plain(question.title),
        kind="list" if rows else _KINDS.get(question.kind, question.kind.value),
        name=name,
        is_required=question.is_required,
        is_known=question.is_known,
        value=value,
        detail=said.get("detail", ""),
        postal_code=said.get("postal_code", ""),
        known_value=said.get("known", ""),
        options=options,
        detail_title=plain(shown.detail_title),
        example=shown.example or _EXAMPLES.get(question.kind, ""),
        rows=_with_errors(rows, question, errors),
        more=f"{MORE}{question.id}" if rows and len(rows) < (question.most or 0) else "",
        unreadable=f"{UNREADABLE}{question.id}",
        is_unreadable=is_unreadable(post, question),
        errors=errors,
        error=errors.get("answer", ""),
    )


def _with_errors(rows: Sequence[Any], question: Question, errors: Mapping[str, str]) -> list[dict[str, Any]]:
    """Rows with the error of each of their fields beside it."""
    wrong = {f"answer_{question.id}_{name.replace('.', '_')}": words for name, words in errors.items()}
    return [
        {"legend": row.legend, "cells": [(cell, wrong.get(cell.name, "")) for cell in row.cells]}
        for row in rows
    ]


def entry_words(question: Question, entry: Entry | None) -> list[str]:
    """What one person read, in words, a line each."""
    if entry is None or entry.how is How.BLANK:
        return [plainly_said(HOW_WORDS[How.BLANK])]
    if entry.how is How.UNREADABLE:
        said = sorted(entry.typed.items(), key=lambda item: item[0] != "postal_code")
        typed = "、".join(plain(question.label_of(text)) for name, text in said if name != "known")
        return [plainly_said(HOW_WORDS[How.UNREADABLE]) + (f"（{typed}）" if typed else "")]
    if entry.given.is_unchanged:
        return [plainly_said("変わりありません")]
    lines: list[str] = []
    for name, value in sorted(entry.given.values.items(), key=lambda item: item[0] != "postal_code"):
        words = plain(question.words_of(value)) if name == question.target else value
        lines += [f"〒{words}" if name == "postal_code" else line for line in words.splitlines() or [""]]
    return lines


def arrival(posted: QueryDict) -> Arrival:
    """As typed; the day in any writing that the house reads."""
    version = posted.get("version", "")
    return Arrival(
        code=posted.get("code", ""),
        received_on=day(posted.get("received_on", "")),
        condition=posted.get("condition", ""),
        published_id=int(version) if version.isdecimal() else None,
    )


def day(typed: str) -> date | None:
    read = era.read_date(typed)
    return None if isinstance(read, era.DateProblem) else read
