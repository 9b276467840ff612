"""What a questionnaire is: an ordered list of questions, each with its reason and the field that it fills.

Invariant: nothing here can express a secret. There is no kind for one, and the reader refuses words that
ask for one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

YES, NO = "yes", "no"
JOINT = "・"  # between the values of a multiple choice


class Kind(StrEnum):
    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    YES_NO = "yes_no"
    TEXT = "text"
    ADDRESS = "address"
    PHONE = "phone"
    # These two fill attributes that compliance added, and nothing else.
    NUMBER = "number"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Condition:
    """Asked only when an earlier question was answered with this value."""

    question: str
    value: str


@dataclass(frozen=True, slots=True)
class Detail:
    """One line of free text beside the はい of a yes-or-no question."""

    title: str
    target: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question of one page.

    Attributes:
        why: shown with the question; says why it is asked.
        target: the record's field that the answer fills (an address also fills ``postal_code``).
        attribute: the attribute that the answer fills; then it is the target too.
        least, most: the bounds of a number, inclusive.
        is_known: the record may hold a value, and the customer may say that it is unchanged.
    """

    id: str
    kind: Kind
    title: str
    why: str
    target: str
    choices: tuple[Choice, ...] = ()
    is_required: bool = True
    is_known: bool = False
    depends_on: Condition | None = None
    detail: Detail | None = None
    attribute: str = ""
    least: int | None = None
    most: int | None = None

    def label_of(self, value: str) -> str:
        """What the customer saw for a stored choice."""
        return next((choice.label for choice in self.choices if choice.value == value), value)

    def words_of(self, answer: str) -> str:
        """A stored answer in the words that the customer saw; several values by their labels."""
        if self.kind is Kind.NUMBER and answer.removeprefix("-").isdecimal():
            return f"{int(answer):,}"
        if self.kind is Kind.DATE:
            day = date.fromisoformat(answer)
            return f"{day.year}年{day.month}月{day.day}日"
        if self.kind is Kind.MULTIPLE_CHOICE:
            return JOINT.join(map(self.label_of, answer.split(JOINT)))
        return self.label_of(answer)


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """One version of one questionnaire; ``digest`` is the SHA-256 of the text it was read from."""

    id: str
    version: int
    title: str
    questions: tuple[Question, ...]
    digest: str

    def question(self, question_id: str) -> Question | None:
        return next((question for question in self.questions if question.id == question_id), None)


@dataclass(frozen=True, slots=True)
class Given:
    """One accepted answer.

    Attributes:
        is_unchanged: the customer confirmed the value that the record holds.
        values: field → normalised value; several values of a multiple choice are joined by JOINT.
    """

    is_unchanged: bool = False
    values: Mapping[str, str] = field(default_factory=dict, repr=False)


Answers = Mapping[str, Given]
