"""Reads a questionnaire's text (TOML), strictly.

An unknown key, a missing reason or a word that asks for a secret refuses the whole text.
"""

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from keizoku.forms.rules.definition import NO, YES, Choice, Condition, Detail, Kind, Question, Questionnaire

YES_NO: Final = (Choice(YES, "はい"), Choice(NO, "いいえ"))
_WITH_CHOICES: Final = frozenset({Kind.SINGLE_CHOICE, Kind.MULTIPLE_CHOICE})
_FOR_ATTRIBUTES: Final = frozenset({Kind.NUMBER, Kind.DATE})
_WITHOUT_ATTRIBUTE: Final = frozenset({Kind.ADDRESS, Kind.PHONE, Kind.TEXT})
_WITH_KNOWN_VALUE: Final = frozenset({Kind.ADDRESS, Kind.PHONE})
_FEWEST_CHOICES: Final = 2
_ID = re.compile(r"[a-z][a-z0-9_]{0,29}")
_TOP_KEYS: Final = frozenset({"questionnaire", "version", "title", "question"})
_QUESTION_KEYS: Final = frozenset(
    {"id", "kind", "title", "why", "target", "required", "known", "choices", "depends_on", "detail"}
    | {"attribute", "least", "most"}
)
# A genuine bank never asks for these in such a form, and an Individual Number must not be collected
# (番号法15条, 20条). A sentence that says "we never ask for…" belongs on the page's template.
_SECRET_WORDS: Final = (
    "暗証", "パスワード", "ぱすわーど", "パスコード", "合言葉", "カード番号",
    "セキュリティコード", "ワンタイム", "マイナンバー", "個人番号",
    "password", "passwd", "passcode", "cvv", "cvc", "my number", "mynumber",
)  # fmt: skip
_PIN = re.compile(r"(?<![a-z])pin(?![a-z])")


class QuestionnaireInvalid(ValueError):
    """The text is not a questionnaire; the message names the place and what it should hold."""


def read_questionnaire(text: str) -> Questionnaire:
    """The questionnaire that ``text`` defines.

    Raises:
        QuestionnaireInvalid: at the first fault found.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise QuestionnaireInvalid(f"not TOML: {fault}") from None
    _only_keys(table, _TOP_KEYS, "the questionnaire")
    questions = tuple(_question(each) for each in _tables(table, "question"))
    if not questions:
        raise QuestionnaireInvalid("a questionnaire needs a [[question]]")
    _refuse_bad_order(questions)
    return Questionnaire(
        id=_identifier(table, "questionnaire", "the questionnaire"),
        version=_positive(table, "version"),
        title=_words(table, "title", "the questionnaire"),
        questions=questions,
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


def asks_for_a_secret(words: str) -> bool:
    """True when the words name a PIN, a password, a card's secret or an Individual Number, in any width."""
    plain = unicodedata.normalize("NFKC", words).casefold().replace("_", " ")
    return _PIN.search(plain) is not None or any(
        word in plain or word in plain.replace(" ", "") for word in _SECRET_WORDS
    )


def _question(table: Mapping[str, Any]) -> Question:
    question_id = _identifier(table, "id", "a question")
    place = f"question {question_id}"
    _only_keys(table, _QUESTION_KEYS, place)
    try:
        kind = Kind(table.get("kind", ""))
    except ValueError:
        raise QuestionnaireInvalid(f"{place}: kind must be one of {', '.join(Kind)}") from None
    is_known = _flag(table, "known", place, default=False)
    if is_known and kind not in _WITH_KNOWN_VALUE:
        raise QuestionnaireInvalid(f"{place}: only an address or a phone can be known")
    attribute = _attribute(table, kind, place)
    least, most = _bounds(table, kind, place)
    return Question(
        id=question_id,
        kind=kind,
        title=_words(table, "title", place),
        why=_words(table, "why", place),
        target=attribute or _identifier(table, "target", place),
        choices=_choices(table, kind, place),
        is_required=_flag(table, "required", place, default=True),
        is_known=is_known,
        depends_on=_condition(table, place),
        detail=_detail(table, kind, place),
        attribute=attribute,
        least=least,
        most=most,
    )


def _attribute(table: Mapping[str, Any], kind: Kind, place: str) -> str:
    """The attribute that the question fills; whether it exists and fits is judged where it is published."""
    if "attribute" not in table:
        if kind in _FOR_ATTRIBUTES:
            raise QuestionnaireInvalid(f"{place}: a {kind} fills an attribute; name it")
        return ""
    if "target" in table or kind in _WITHOUT_ATTRIBUTE:
        raise QuestionnaireInvalid(f"{place}: a {kind} with an attribute has no target of its own")
    return _identifier(table, "attribute", place)


def _bounds(table: Mapping[str, Any], kind: Kind, place: str) -> tuple[int | None, int | None]:
    least, most = table.get("least"), table.get("most")
    if kind is not Kind.NUMBER:
        if least is not None or most is not None:
            raise QuestionnaireInvalid(f"{place}: only a number has bounds")
        return None, None
    if type(least) is not int or type(most) is not int or least >= most:
        raise QuestionnaireInvalid(f"{place}: a number needs least and most, whole numbers")
    return least, most


def _choices(table: Mapping[str, Any], kind: Kind, place: str) -> tuple[Choice, ...]:
    given = table.get("choices")
    if kind is Kind.YES_NO and given is None:
        return YES_NO
    if kind not in _WITH_CHOICES:
        if given is not None:
            raise QuestionnaireInvalid(f"{place}: a {kind} has no choices")
        return ()
    if not isinstance(given, list) or len(given) < _FEWEST_CHOICES:
        raise QuestionnaireInvalid(f"{place}: choices must be a list of two or more")
    choices = tuple(_choice(each, place) for each in given)
    if len({choice.value for choice in choices}) != len(choices):
        raise QuestionnaireInvalid(f"{place}: a choice appears twice")
    return choices


def _choice(given: object, place: str) -> Choice:
    if not isinstance(given, dict) or set(given) != {"value", "label"}:
        raise QuestionnaireInvalid(f"{place}: each choice holds a value and a label")
    return Choice(_identifier(given, "value", place), _words(given, "label", place))


def _condition(table: Mapping[str, Any], place: str) -> Condition | None:
    given = table.get("depends_on")
    if given is None:
        return None
    if not isinstance(given, dict) or set(given) != {"question", "value"}:
        raise QuestionnaireInvalid(f"{place}: depends_on holds a question and a value")
    return Condition(_identifier(given, "question", place), _identifier(given, "value", place))


def _detail(table: Mapping[str, Any], kind: Kind, place: str) -> Detail | None:
    given = table.get("detail")
    if given is None:
        return None
    if kind is not Kind.YES_NO or not isinstance(given, dict) or set(given) != {"title", "target"}:
        raise QuestionnaireInvalid(f"{place}: detail holds a title and a target, and belongs to a yes_no")
    return Detail(_words(given, "title", place), _identifier(given, "target", place))


def _refuse_bad_order(questions: tuple[Question, ...]) -> None:
    """Names are used once, and a condition looks back at a choice that exists."""
    earlier: dict[str, Question] = {}
    for question in questions:
        if question.id in earlier:
            raise QuestionnaireInvalid(f"question {question.id} appears twice")
        condition = question.depends_on
        if condition is not None:
            asked = earlier.get(condition.question)
            if asked is None or condition.value not in {choice.value for choice in asked.choices}:
                raise QuestionnaireInvalid(
                    f"question {question.id} depends on an answer that no earlier question offers"
                )
        earlier[question.id] = question
    targets = [target for question in questions for target in _targets(question)]
    if len(set(targets)) != len(targets):
        raise QuestionnaireInvalid("two questions fill the same field")


def _targets(question: Question) -> tuple[str, ...]:
    detail = (question.detail.target,) if question.detail else ()
    return (question.target, *detail)


def _tables(table: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    given = table.get(key, [])
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise QuestionnaireInvalid(f"{key} must be written as [[{key}]]")
    return given


def _only_keys(table: Mapping[str, Any], allowed: frozenset[str], place: str) -> None:
    unknown = sorted(set(table) - allowed)
    if unknown:
        raise QuestionnaireInvalid(f"{place}: unknown key {unknown[0]}")


def _words(table: Mapping[str, Any], key: str, place: str) -> str:
    given = table.get(key)
    if not isinstance(given, str) or not given.strip():
        raise QuestionnaireInvalid(f"{place}: {key} must be words")
    _refuse_secret(given, place)
    return given.strip()


def _identifier(table: Mapping[str, Any], key: str, place: str) -> str:
    given = table.get(key)
    if not isinstance(given, str) or not _ID.fullmatch(given):
        raise QuestionnaireInvalid(f"{place}: {key} must be a short name of small letters, digits and _")
    _refuse_secret(given, place)
    return given


def _refuse_secret(words: str, place: str) -> None:
    if asks_for_a_secret(words):
        raise QuestionnaireInvalid(
            f"{place}: a questionnaire never asks for a PIN, a password or an Individual Number"
        )


def _flag(table: Mapping[str, Any], key: str, place: str, *, default: bool) -> bool:
    given = table.get(key, default)
    if not isinstance(given, bool):
        raise QuestionnaireInvalid(f"{place}: {key} must be true or false")
    return given


def _positive(table: Mapping[str, Any], key: str) -> int:
    given = table.get(key)
    if not isinstance(given, int) or isinstance(given, bool) or given < 1:
        raise QuestionnaireInvalid(f"{key} must be a whole number from 1 on")
    return given
