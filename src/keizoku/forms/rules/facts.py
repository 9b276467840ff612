"""What a question's condition may ask about: what is known of the customer, and the answers given before. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar

from keizoku.customers.codes import KIND_LABELS, OCCUPATION_LABELS, PURPOSE_LABELS
from keizoku.customers.countries import NAMES as COUNTRIES
from keizoku.forms.rules.definition import INDEFINITE, JOINT, Given, Kind, Question
from keizoku.forms.rules.listing import rows
from keizoku.forms.rules.ownership import read_ownership
from keizoku.kernel.conditions import Field, Fields, FieldType, registry

Code = TypeVar("Code", bound=StrEnum)
PREFIX: Final = "known."


def _texts(labels: Mapping[Code, str]) -> dict[str, str]:
    return {str(code): label for code, label in labels.items()}


KNOWN: Final[Fields] = registry(
    Field(f"{PREFIX}kind", FieldType.TEXT, "お客さまの区分", "", _texts(KIND_LABELS)),
    Field(f"{PREFIX}nationality", FieldType.TEXT, "登録の国籍", "", COUNTRIES),
    Field(f"{PREFIX}occupation", FieldType.TEXT, "登録の職業", "", _texts(OCCUPATION_LABELS)),
    Field(f"{PREFIX}purpose", FieldType.TEXT, "登録の取引目的", "", _texts(PURPOSE_LABELS)),
    Field(f"{PREFIX}foreign_remittance", FieldType.FLAG, "登録の外国送金", ""),
    Field(f"{PREFIX}residence_expires_on", FieldType.DATE, "登録の在留期限", ""),
    Field(f"{PREFIX}confirmed_on", FieldType.DATE, "最終確認日", ""),
)
_TYPES: Final[Mapping[Kind, FieldType]] = {
    Kind.MULTIPLE_CHOICE: FieldType.LIST,
    Kind.NUMBER: FieldType.NUMBER,
    Kind.MONEY: FieldType.NUMBER,
    Kind.DATE: FieldType.DATE,
    Kind.RESIDENCE_PERIOD: FieldType.DATE,
    Kind.PEOPLE: FieldType.NUMBER,
    Kind.OWNERSHIP: FieldType.NUMBER,
}
_LABELS: Final = {
    Kind.PEOPLE: "質問「{}」の人数",
    Kind.OWNERSHIP: "質問「{}」でわかった実質的支配者の人数",
}
_ANSWERED: Final = "質問「{}」の回答"


def fields_after(earlier: Iterable[Question]) -> Fields:
    """The fields that a question behind these may name: what is known, and an answer by its question's id."""
    return {**KNOWN, **{question.id: _field(question) for question in earlier}}


def row(
    asked: Iterable[Question], answers: Mapping[str, Given], known: Mapping[str, object]
) -> dict[str, object]:
    """What conditions compare; None for what is not known, was not asked or was left open."""
    found: dict[str, object] = {name: known.get(name) for name in KNOWN}
    for question in asked:
        given = answers.get(question.id)
        found[question.id] = None if given is None else _compared(question, given, known)
    return found


def _field(question: Question) -> Field:
    choices = (
        COUNTRIES if question.kind is Kind.COUNTRY else {each.value: each.label for each in question.choices}
    )
    label = _LABELS.get(question.kind, _ANSWERED).format(question.title)
    return Field(question.id, _TYPES.get(question.kind, FieldType.TEXT), label, "", choices)


def _compared(question: Question, given: Given, known: Mapping[str, object]) -> object:
    if given.is_unchanged:
        return known.get(f"{PREFIX}{question.target}")
    text = given.values.get(question.target, "")
    return _VALUES.get(question.kind, str)(text) if text else None


def _day(text: str) -> date | None:
    return None if text == INDEFINITE else date.fromisoformat(text)


_VALUES: Final[Mapping[Kind, Callable[[str], object]]] = {
    Kind.MULTIPLE_CHOICE: lambda text: text.split(JOINT),
    Kind.NUMBER: int,
    Kind.MONEY: int,
    Kind.DATE: _day,
    Kind.RESIDENCE_PERIOD: _day,
    Kind.PEOPLE: lambda text: len(rows(text)),
    Kind.OWNERSHIP: lambda text: len(read_ownership(text).owners),
}
