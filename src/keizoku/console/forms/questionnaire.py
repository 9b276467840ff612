"""The form of one question: as typed, from a question, and back into the table that the reader of questionnaires judges."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.http import QueryDict

from keizoku.console.forms.composer import posting, reading, writing
from keizoku.console.forms.composer.nodes import Group, edited
from keizoku.forms.rules.definition import LISTS, Choice, Kind, Question, Questionnaire
from keizoku.forms.rules.facts import fields_after
from keizoku.forms.rules.faults import QuestionnaireInvalid
from keizoku.forms.rules.question_reading import WITH_CHOICES, read_question
from keizoku.forms.rules.reading import with_words
from keizoku.forms.rules.wording import EASY, ENGLISH, places
from keizoku.kernel.conditions import All, to_json

ATTRIBUTE: Final = "attribute:"
MOST_AT_FIRST: Final = "4"
_LINES: Final = ("id", "kind", "title", "why", "target", "goes", "least", "most", "register", "names_from")
_LINES_OF_DETAIL: Final = ("detail_title", "detail_target")
TRANSLATED: Final = (EASY, ENGLISH)
# The reader's name of a place → the form's.
_FIELDS: Final = {"attribute": "goes", "part": "parts", "detail": "detail_title"}


@dataclass(frozen=True, slots=True)
class Part:
    """One thing asked about each person, as typed; without words it is none."""

    id: str
    kind: str
    title: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class QuestionForm:
    """As typed; ``words``: language → place behind the question's id → words, lists of choices as lines."""

    lines: Mapping[str, str]
    is_required: bool = True
    is_known: bool = False
    choices: str = ""
    parts: tuple[Part, ...] = ()
    root: Group = field(default_factory=Group)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def question(self, questionnaire: Questionnaire, place: int) -> Question:
        """The question at that place of the questionnaire. Raises ``QuestionnaireInvalid``."""
        return read_question(self._table(questionnaire, place), questionnaire.questions[:place])

    def problems(self, questionnaire: Questionnaire, place: int) -> dict[str, str]:
        """What is wrong with the condition, by the composer's inputs."""
        return dict(writing.written(self.root, fields_after(questionnaire.questions[:place])).errors)

    def told(self, whole: Questionnaire, question: Question) -> Questionnaire:
        """The questionnaire with this question's words in the other languages; what is empty is missing again."""
        here = {place for place in places(whole) if place.startswith(f"{question.id}.")}
        for language in TRANSLATED:
            typed = {place: said for place, said in self._placed(question, language).items() if place in here}
            kept = {place: said for place, said in whole.words.get(language, {}).items() if place not in here}
            if typed or language in whole.words:
                whole = with_words(whole, language, {**kept, **typed})
        return whole

    def _table(self, questionnaire: Questionnaire, place: int) -> dict[str, Any]:
        said = self.lines
        kind = said["kind"]
        table: dict[str, Any] = {key: said[key] for key in ("id", "kind", "title", "why")}
        table |= {"required": self.is_required, "known": self.is_known}
        if said["goes"].startswith(ATTRIBUTE):
            table["attribute"] = said["goes"].removeprefix(ATTRIBUTE)
        else:
            table["target"] = said["target"] or said["id"]
        table |= {key: _whole(said[key]) for key in ("least", "most") if said[key]}
        table |= {key: said[key] for key in ("register", "names_from") if said[key]}
        if kind in WITH_CHOICES:
            table["choices"] = _choices(self.choices)
        if said["detail_title"]:
            target = said["detail_target"] or f"{said['id']}_detail"[:30]
            table["detail"] = {"title": said["detail_title"], "target": target}
        if self.parts and kind == Kind.PEOPLE:
            table["part"] = [
                {"id": part.id, "kind": part.kind, "title": part.title, "required": part.is_required}
                for part in self.parts
            ]
        condition = writing.written(self.root, fields_after(questionnaire.questions[:place])).condition
        if condition != All(()):
            table["when"] = to_json(condition)
        return table

    def _placed(self, question: Question, language: str) -> dict[str, str]:
        typed = self.words.get(language, {})
        found = {key: typed.get(key, "") for key in ("title", "why", "detail")}
        found |= {f"choice.{value}": label for value, label in _pairs(typed.get("choices", ""))}
        found |= {f"part.{name}.title": title for name, title in _pairs(typed.get("parts", ""))}
        return {f"{question.id}.{key}": said for key, said in found.items() if said}


def read(posted: QueryDict) -> QuestionForm:
    """What was posted, after the button that was pressed."""
    numbers = range(1, 20)
    rows = [
        Part(
            id=posted.get(f"part_{number}_id", "").strip() or f"part_{number}",
            kind=posted.get(f"part_{number}_kind", "text"),
            title=posted.get(f"part_{number}_title", "").strip(),
            is_required=posted.get(f"part_{number}_required") == "yes",
        )
        for number in numbers
    ]
    return QuestionForm(
        lines={key: posted.get(key, "").strip() for key in (*_LINES, *_LINES_OF_DETAIL)},
        is_required=posted.get("required") == "yes",
        is_known=posted.get("known") == "yes",
        choices=posted.get("choices", ""),
        parts=tuple(part for part in rows if part.title),
        root=edited(posting.read(posted), posted.get("do", "")),
        words={
            language: {
                key: posted.get(f"{language}_{key}", "").strip()
                for key in ("title", "why", "detail", "choices", "parts")
            }
            for language in TRANSLATED
        },
    )


def new(questionnaire: Questionnaire, kind: Kind) -> QuestionForm:
    """An empty question with a name that is free."""
    taken = {question.id for question in questionnaire.questions}
    number = next(number for number in range(1, len(taken) + 2) if f"question_{number}" not in taken)
    lines = dict.fromkeys((*_LINES, *_LINES_OF_DETAIL), "")
    most = MOST_AT_FIRST if kind in LISTS else ""
    return QuestionForm({**lines, "id": f"question_{number}", "kind": kind.value, "most": most})


def of_question(question: Question, questionnaire: Questionnaire) -> QuestionForm:
    """The form that would save this question again."""
    place = questionnaire.questions.index(question)
    fields = fields_after(questionnaire.questions[:place])
    detail = question.detail
    return QuestionForm(
        lines={
            "id": question.id,
            "kind": question.kind.value,
            "title": question.title,
            "why": question.why,
            "target": question.target,
            "goes": f"{ATTRIBUTE}{question.attribute}" if question.attribute else "",
            "least": "" if question.least is None else str(question.least),
            "most": "" if question.most is None else str(question.most),
            "register": question.register or "",
            "names_from": question.names_from,
            "detail_title": detail.title if detail else "",
            "detail_target": detail.target if detail else "",
        },
        is_required=question.is_required,
        is_known=question.is_known,
        choices=_lines_of(question.choices) if question.kind in WITH_CHOICES else "",
        parts=tuple(Part(part.id, part.kind, part.title, part.is_required) for part in question.parts),
        root=reading.group(question.when, fields) if question.when is not None else Group(),
        words={language: _words(question, questionnaire, language) for language in TRANSLATED},
    )


def placed(whole: Questionnaire, question: Question, place: int, *, before: str = "") -> Questionnaire:
    """The questionnaire with the question at that place, in the stead of the one named ``before``."""
    kept = [each for each in whole.questions if each.id != before]
    return replace(whole, questions=(*kept[:place], question, *kept[place:]))


def errors_of(fault: QuestionnaireInvalid) -> dict[str, str]:
    """A fault at the form's field; one of a part of a list at the list."""
    key = "parts" if "." in fault.question else _FIELDS.get(fault.key, fault.key)
    if key.startswith("words."):
        _, language, _, *rest = key.split(".")
        names = {"choice": "choices", "part": "parts"}
        key = f"{language}_{names.get(rest[0], rest[0]) if rest else 'title'}"
    return {key or "__all__": fault.problem}


def _words(question: Question, questionnaire: Questionnaire, language: str) -> dict[str, str]:
    said = questionnaire.words.get(language, {})
    at = f"{question.id}."
    found = {key: said.get(f"{at}{key}", "") for key in ("title", "why", "detail")}
    told = {choice.value: said.get(f"{at}choice.{choice.value}", "") for choice in question.choices}
    asked = {part.id: said.get(f"{at}part.{part.id}.title", "") for part in question.parts}
    return {
        **found,
        "choices": _joined(told) if question.kind in WITH_CHOICES else "",
        "parts": _joined(asked),
    }


def _joined(pairs: Mapping[str, str]) -> str:
    return "\n".join(f"{key} = {words}" for key, words in pairs.items() if words)


def _lines_of(choices: Sequence[Choice]) -> str:
    return "\n".join(f"{choice.value} = {choice.label}" for choice in choices)


def _choices(text: str) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in _pairs(text)]


def _pairs(text: str) -> list[tuple[str, str]]:
    """「値 = 名称」 a line; a line without a value gets one by its number."""
    found = []
    for number, line in enumerate((each.strip() for each in text.splitlines() if each.strip()), start=1):
        value, equals, label = line.partition("=")
        found.append((value.strip(), label.strip()) if equals else (f"choice_{number}", line))
    return found


def _whole(typed: str) -> object:
    """A whole number, or the text that is none, which the reader then refuses."""
    plain = typed.replace(",", "")
    return int(plain) if plain.removeprefix("-").isascii() and plain.removeprefix("-").isdigit() else typed
