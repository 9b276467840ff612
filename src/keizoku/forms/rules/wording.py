"""The words of a questionnaire in other languages: where they stand, what is missing, and the questionnaire in one.

Places are "title", "yes", "no", "<question>.title", ".why", ".detail", ".choice.<value>", ".part.<part>.title" and
".part.<part>.choice.<value>". A word that a language lacks is shown in Japanese, and its author is told.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from keizoku.forms.rules.definition import NO, YES, Choice, Kind, Question, Questionnaire
from keizoku.kernel.text.ruby import plain, unread

JAPANESE, EASY, ENGLISH = "ja", "easy", "en"
LANGUAGES: Final[Mapping[str, str]] = {
    JAPANESE: "日本語",
    EASY: "やさしい日本語",
    ENGLISH: "English",
    "zh": "中文",
    "ko": "한국어",
    "vi": "Tiếng Việt",
    "pt": "Português",
    "ne": "नेपाली",
    "id": "Bahasa Indonesia",
    "tl": "Tagalog",
    "my": "မြန်မာ",
}
# Asked for of every author; others are there where somebody writes them.
EXPECTED: Final = (EASY, ENGLISH)
LONGEST_EASY_SENTENCE: Final = 40
_OWN: Final[Mapping[str, Mapping[str, str]]] = {
    EASY: {YES: "はい", NO: "いいえ"},
    ENGLISH: {YES: "Yes", NO: "No"},
}
_SENTENCE_END = re.compile(r"[。？！?!]")


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the author should know of: it refuses nothing."""

    language: str
    place: str
    words: str


def places(questionnaire: Questionnaire) -> dict[str, str]:
    """Place → the Japanese words that stand there."""
    found = {"title": questionnaire.title}
    for question in questionnaire.questions:
        found |= dict(_places(question, f"{question.id}."))
    if any(question.kind is Kind.YES_NO for question in questionnaire.questions):
        found |= {YES: "はい", NO: "いいえ"}
    return found


def in_language(questionnaire: Questionnaire, language: str) -> Questionnaire:
    """The same questionnaire with the words of a language, and Japanese ones where it has none."""
    told = {**_OWN.get(language, {}), **questionnaire.words.get(language, {})}
    if not told:
        return questionnaire
    return replace(
        questionnaire,
        title=told.get("title", questionnaire.title),
        questions=tuple(_told(question, told, f"{question.id}.") for question in questionnaire.questions),
    )


def languages_of(questionnaire: Questionnaire) -> list[tuple[str, str]]:
    """(code, name) of the languages that it has words in, Japanese first."""
    codes = [JAPANESE, *(code for code in LANGUAGES if questionnaire.words.get(code))]
    return [(code, LANGUAGES[code]) for code in codes]


def notices(questionnaire: Questionnaire) -> tuple[Notice, ...]:
    """What is missing in each language, and where easy Japanese is not easy yet."""
    here = places(questionnaire)
    asked = [*EXPECTED, *(code for code in questionnaire.words if code not in EXPECTED)]
    missing = [
        Notice(
            language, place, f"{LANGUAGES[language]}の言葉がありません。日本語のまま表示されます：{japanese}"
        )
        for language in asked
        for place, japanese in here.items()
        if place not in questionnaire.words.get(language, {}) and place not in _OWN.get(language, {})
    ]
    return (*missing, *_hard(questionnaire.words.get(EASY, {})))


def _hard(words: Mapping[str, str]) -> Iterator[Notice]:
    for place, said in words.items():
        if bare := unread(said):
            yield Notice(EASY, place, f"ふりがなのない漢字があります：{'、'.join(bare)}")
        longest = max(map(len, _SENTENCE_END.split(plain(said))))
        if longest > LONGEST_EASY_SENTENCE:
            yield Notice(
                EASY, place, f"1つの文が{longest}文字です。{LONGEST_EASY_SENTENCE}文字までに分けてください。"
            )


def _places(question: Question, prefix: str) -> Iterator[tuple[str, str]]:
    yield f"{prefix}title", question.title
    if question.why:
        yield f"{prefix}why", question.why
    if question.detail:
        yield f"{prefix}detail", question.detail.title
    if question.kind is not Kind.YES_NO:
        for choice in question.choices:
            yield f"{prefix}choice.{choice.value}", choice.label
    for part in question.parts:
        yield from _places(part, f"{prefix}part.{part.id}.")


def _told(question: Question, told: Mapping[str, str], prefix: str) -> Question:
    at = "" if question.kind is Kind.YES_NO else f"{prefix}choice."
    detail = question.detail
    return replace(
        question,
        title=told.get(f"{prefix}title", question.title),
        why=told.get(f"{prefix}why", question.why),
        detail=replace(detail, title=told.get(f"{prefix}detail", detail.title)) if detail else None,
        choices=tuple(
            Choice(choice.value, told.get(f"{at}{choice.value}", choice.label)) for choice in question.choices
        ),
        parts=tuple(_told(part, told, f"{prefix}part.{part.id}.") for part in question.parts),
    )
