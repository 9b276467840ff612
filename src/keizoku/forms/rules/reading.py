"""Reads a questionnaire's text (TOML), strictly, and the words of a language from a file beside it.

An unknown key, a missing reason, a word that asks for a secret or a condition that nothing can meet refuses the whole.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from keizoku.forms.rules import wording
from keizoku.forms.rules.definition import NO, YES, Kind, Question, Questionnaire
from keizoku.forms.rules.faults import QuestionnaireInvalid, refuse
from keizoku.forms.rules.question_reading import read_question
from keizoku.forms.rules.secrets import asks_for_a_secret, refuse_secret
from keizoku.forms.rules.values import LONGEST_WORDS, identifier, only_keys, positive, tables, words

__all__ = ["QuestionnaireInvalid", "asks_for_a_secret", "read_questionnaire", "with_words"]

MOST_QUESTIONS: Final = 60
_TOP_KEYS: Final = frozenset({"questionnaire", "version", "title", "question", "words"})
_RESERVED: Final = frozenset({"title", YES, NO})


def read_questionnaire(text: str) -> Questionnaire:
    """The questionnaire that ``text`` defines.

    Raises:
        QuestionnaireInvalid: at the first fault found.
    """
    table = _toml(text)
    only_keys(table, _TOP_KEYS, "")
    questions = _questions(table)
    read = Questionnaire(
        id=identifier(table, "questionnaire", ""),
        version=positive(table, "version"),
        title=words(table, "title", ""),
        questions=questions,
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )
    given = table.get("words", {})
    if not isinstance(given, Mapping):
        refuse("", "words", "[words.言語] の表に書いてください。")
    for language, told in given.items():
        read = with_words(read, language, told)
    return read


def with_words(questionnaire: Questionnaire, language: str, told: object) -> Questionnaire:
    """The questionnaire with one language's words (place → words) in place of those that it had.

    Raises:
        QuestionnaireInvalid: an unknown language, a place that it does not have, or no words.
    """
    if language not in wording.LANGUAGES or language == wording.JAPANESE:
        refuse("", "words", f"「{language}」という言語はありません。")
    if not isinstance(told, Mapping):
        refuse("", f"words.{language}", "場所 = 言葉 の表に書いてください。")
    known = wording.places(questionnaire)
    for place, said in told.items():
        key = f"words.{language}.{place}"
        if place not in known:
            refuse("", key, "この質問票に、その場所はありません。")
        if not isinstance(said, str) or not said.strip() or len(said) > LONGEST_WORDS:
            refuse("", key, f"1文字から{LONGEST_WORDS}文字までの言葉にしてください。")
        refuse_secret(said, "", key)
    kept = {place: told[place].strip() for place in known if place in told}
    return replace(questionnaire, words={**questionnaire.words, language: kept})


def read_words(text: str) -> dict[str, Any]:
    """A language's file: ``"address.title" = "…"`` and so on.

    Raises:
        QuestionnaireInvalid: not TOML.
    """
    return _toml(text)


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise QuestionnaireInvalid("", "", f"TOMLとして読めません（{fault}）。") from None


def _questions(table: Mapping[str, Any]) -> tuple[Question, ...]:
    found: list[Question] = []
    for each in tables(table, "question", ""):
        question = read_question(each, found)
        if question.id in _RESERVED or any(question.id == earlier.id for earlier in found):
            refuse(question.id, "id", "同じ名前の質問がもうあるか、使えない名前です。")
        found.append(question)
    if not 0 < len(found) <= MOST_QUESTIONS:
        refuse("", "", f"質問は1つから{MOST_QUESTIONS}までです。")
    _refuse_same_fields(found)
    return tuple(found)


def _refuse_same_fields(questions: list[Question]) -> None:
    taken: set[str] = set()
    for question in questions:
        filled = [question.target]
        if question.detail:
            filled.append(question.detail.target)
        if question.kind is Kind.ADDRESS:
            filled.append("postal_code")
        for name in filled:
            if name in taken:
                refuse(question.id, "target", f"「{name}」には、ほかの質問の答えが入ります。")
            taken.add(name)
