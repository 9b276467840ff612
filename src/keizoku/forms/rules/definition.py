"""What a questionnaire is: an ordered list of questions, each with its reason and the field that it fills.

Invariant: nothing here can express a secret. There is no kind for one, and the reader refuses words that
ask for one, in every language.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from keizoku.customers.countries import NAMES as COUNTRIES
from keizoku.forms.rules import ownership
from keizoku.forms.rules.listing import rows
from keizoku.kernel.conditions import Condition

YES, NO = "yes", "no"
JOINT = "・"  # between the values of a multiple choice
INDEFINITE = "indefinite"  # a residence period without an end: permanent residents


class Kind(StrEnum):
    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    YES_NO = "yes_no"
    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    MONEY = "money"  # yen
    DATE = "date"
    ADDRESS = "address"
    PHONE = "phone"
    EMAIL = "email"
    COUNTRY = "country"  # ISO 3166 alpha-3
    RESIDENCE_PERIOD = "residence_period"
    REGISTERED_NUMBER = "registered_number"
    PEOPLE = "people"
    OWNERSHIP = "ownership"


KIND_WORDS: Final[Mapping[Kind, str]] = {
    Kind.SINGLE_CHOICE: "選択肢から1つ",
    Kind.MULTIPLE_CHOICE: "選択肢からいくつでも",
    Kind.YES_NO: "はい・いいえ（くわしい内容）",
    Kind.TEXT: "文字（1行）",
    Kind.LONG_TEXT: "文章（何行でも）",
    Kind.NUMBER: "数",
    Kind.MONEY: "金額（円）",
    Kind.DATE: "日付（西暦・和暦）",
    Kind.ADDRESS: "住所",
    Kind.PHONE: "電話番号",
    Kind.EMAIL: "メールアドレス",
    Kind.COUNTRY: "国・地域",
    Kind.RESIDENCE_PERIOD: "在留期間",
    Kind.REGISTERED_NUMBER: "免許・登記などの番号",
    Kind.PEOPLE: "人の一覧",
    Kind.OWNERSHIP: "議決権の一覧（実質的支配者）",
}


# Their answer is a list, written in one value (``rules.listing``).
LISTS: Final = frozenset({Kind.PEOPLE, Kind.OWNERSHIP})


class Register(StrEnum):
    """Whose number a registered number is; what looks like an Individual Number is not one here."""

    DRIVING_LICENCE = "driving_licence"
    RESIDENCE_CARD = "residence_card"
    CORPORATION = "corporation"


REGISTER_WORDS: Final[Mapping[Register, str]] = {
    Register.DRIVING_LICENCE: "運転免許証の番号",
    Register.RESIDENCE_CARD: "在留カードの番号",
    Register.CORPORATION: "法人番号",
}


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Detail:
    """One line of free text beside the はい of a yes-or-no question."""

    title: str
    target: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question of one page.

    Attributes:
        why: shown with the question; says why it is asked. Parts of a list have none.
        target: the record's field that the answer fills (an address also fills ``postal_code``).
        attribute: the attribute that the answer fills; then it is the target too.
        least, most: the bounds of a number or amount, inclusive; of a list, how many there may be.
        is_known: the record may hold a value, and the customer may say that it is unchanged.
        when: asked only where this holds of earlier answers and known facts (``rules.facts``).
        parts: what is asked about each person of a list.
        names_from: an ownership asked before, whose beneficial owners' names stand in the list beforehand.
    """

    id: str
    kind: Kind
    title: str
    why: str
    target: str
    choices: tuple[Choice, ...] = ()
    is_required: bool = True
    is_known: bool = False
    when: Condition | None = None
    detail: Detail | None = None
    attribute: str = ""
    least: int | None = None
    most: int | None = None
    register: Register | None = None
    parts: tuple["Question", ...] = ()
    names_from: str = ""

    @property
    def is_list(self) -> bool:
        return self.kind in LISTS

    def label_of(self, value: str) -> str:
        """What the customer saw for a stored choice."""
        return next((choice.label for choice in self.choices if choice.value == value), value)

    def words_of(self, answer: str) -> str:
        """A stored answer in the words that the customer saw; several values by their labels."""
        if self.kind is Kind.MULTIPLE_CHOICE:
            return JOINT.join(map(self.label_of, answer.split(JOINT)))
        if self.kind is Kind.PEOPLE:
            return "\n".join(self._person_words(number, row) for number, row in enumerate(rows(answer), 1))
        return _WORDS[self.kind](answer) if self.kind in _WORDS else self.label_of(answer)

    def _person_words(self, number: int, row: Mapping[str, str]) -> str:
        said = [f"{part.title}：{part.words_of(row[part.id])}" for part in self.parts if row.get(part.id)]
        return f"{number}. {'、'.join(said)}"


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """One version of one questionnaire.

    Attributes:
        digest: the SHA-256 of the text it was read from.
        words: language → place of the words (``rules.wording``) → the words in that language.
        known: what is known of the customer who is asked now, by the names of ``rules.facts``.
        today: the day on which conditions about days are judged.
        standing: questions whose answers stand from an earlier round: they count, and are not asked.
    """

    id: str
    version: int
    title: str
    questions: tuple[Question, ...]
    digest: str
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    known: Mapping[str, object] = field(default_factory=dict, repr=False)
    today: date = date.min
    standing: frozenset[str] = frozenset()

    def question(self, question_id: str) -> Question | None:
        return next((question for question in self.questions if question.id == question_id), None)


@dataclass(frozen=True, slots=True)
class Given:
    """One accepted answer.

    Attributes:
        is_unchanged: the customer confirmed the value that the record holds.
        values: field → normalised value; several values of a multiple choice are joined by JOINT, a list of people is
            a JSON list of objects (``rules.listing``).
    """

    is_unchanged: bool = False
    values: Mapping[str, str] = field(default_factory=dict, repr=False)


Answers = Mapping[str, Given]


def _number_words(answer: str) -> str:
    return f"{int(answer):,}" if answer.removeprefix("-").isdecimal() else answer


def _day_words(answer: str) -> str:
    day = date.fromisoformat(answer)
    return f"{day.year}年{day.month}月{day.day}日"


_WORDS: Final[Mapping[Kind, Callable[[str], str]]] = {
    Kind.NUMBER: _number_words,
    Kind.MONEY: lambda answer: f"{_number_words(answer)}円",
    Kind.DATE: _day_words,
    Kind.RESIDENCE_PERIOD: lambda answer: (
        "期限なし（永住者・特別永住者など）" if answer == INDEFINITE else _day_words(answer)
    ),
    Kind.COUNTRY: lambda answer: COUNTRIES.get(answer, answer),
    Kind.OWNERSHIP: ownership.words,
}
