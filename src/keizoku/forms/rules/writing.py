"""Writes a questionnaire as text (TOML) that ``reading`` reads back as the same one: the form in which drafts are kept."""

import json
from collections.abc import Iterator, Mapping

from keizoku.forms.rules.definition import Kind, Question, Questionnaire
from keizoku.kernel.conditions import to_json


def write_questionnaire(questionnaire: Questionnaire) -> str:
    """Canonical: equal questionnaires give equal texts."""
    lines = [
        f"questionnaire = {_text(questionnaire.id)}",
        f"version = {questionnaire.version}",
        f"title = {_text(questionnaire.title)}",
    ]
    for question in questionnaire.questions:
        lines += ["", "[[question]]", *_question(question)]
    for language in sorted(questionnaire.words):
        lines += ["", f"[words.{_text(language)}]"]
        lines += [f"{_text(place)} = {_text(said)}" for place, said in questionnaire.words[language].items()]
    return "\n".join([*lines, ""])


def _question(question: Question) -> Iterator[str]:
    yield f"id = {_text(question.id)}"
    yield f"kind = {_text(question.kind)}"
    yield f"title = {_text(question.title)}"
    yield f"why = {_text(question.why)}"
    if question.attribute:
        yield f"attribute = {_text(question.attribute)}"
    else:
        yield f"target = {_text(question.target)}"
    yield f"required = {_flag(question.is_required)}"
    if question.is_known:
        yield "known = true"
    yield from _bounds(question)
    if question.register:
        yield f"register = {_text(question.register)}"
    if question.names_from:
        yield f"names_from = {_text(question.names_from)}"
    yield from _choices(question)
    if question.detail:
        yield f"detail = {_inline({'title': question.detail.title, 'target': question.detail.target})}"
    if question.when is not None:
        yield f"when = {_inline(to_json(question.when))}"
    for part in question.parts:
        yield "[[question.part]]"
        yield from _part(part)


def _part(part: Question) -> Iterator[str]:
    yield f"id = {_text(part.id)}"
    yield f"kind = {_text(part.kind)}"
    yield f"title = {_text(part.title)}"
    yield f"required = {_flag(part.is_required)}"
    yield from _bounds(part)
    yield from _choices(part)


def _bounds(question: Question) -> Iterator[str]:
    if question.least is not None:
        yield f"least = {question.least}"
    if question.most is not None:
        yield f"most = {question.most}"


def _choices(question: Question) -> Iterator[str]:
    if question.choices and question.kind is not Kind.YES_NO:
        yield "choices = ["
        for choice in question.choices:
            yield f"  {_inline({'value': choice.value, 'label': choice.label})},"
        yield "]"


def _inline(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_inline(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    if isinstance(value, bool):
        return _flag(value)
    return str(value) if isinstance(value, int) else _text(str(value))


def _flag(value: bool) -> str:  # noqa: FBT001 - a value to write
    return "true" if value else "false"


def _text(words: str) -> str:
    # A JSON string is a TOML basic string but for the delete character, which TOML wants escaped.
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")
