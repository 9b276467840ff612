"""Asking a customer again: which questions of an answered round are asked anew, and what the customer is told.

A round that was asked again consists of the ticked questions and of those that the new answers make applicable. Every other
answer stands: it is neither shown as a question nor can it be changed. An answer "nothing has changed" stands only as long
as the record is the very version that the customer saw.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from keizoku.forms.rules.definition import Answers, Given, Question, Questionnaire

# What the customer reads above the questions; a closed list, so that no judgement reaches anybody by a slip.
WORDS: Final = {
    "": "（ことばを添えない）",
    "incomplete": "お答えの一部が足りませんでした。お手数ですが、もう一度ご記入ください。",
    "unreadable": "こちらで読み取れないところがありました。お手数ですが、もう一度ご記入ください。",
    "more_detail": "もう少しくわしく教えてください。",
    "differs": "ご登録の内容と違うところがありました。念のため、もう一度お聞きします。",
    "confirm": "大切なことですので、念のため、もう一度お聞きします。",
}
# How a customer calls what a question is about; others are called by their own title.
_POLITE: Final = {
    "address": "ご住所",
    "phone": "お電話番号",
    "email": "メールアドレス",
    "occupation": "ご職業",
    "purpose": "お取引の目的",
    "foreign_remittance": "外国への送金",
    "residence_expires_on": "在留期間",
}


@dataclass(frozen=True, slots=True)
class AskAgain:
    """What a reviewer ticked: ids of questions, and a code of ``WORDS``."""

    questions: tuple[str, ...] = ()
    words: str = ""


def is_askable(again: AskAgain, answered: Collection[str]) -> bool:
    """Whether each ticked question was answered, at least one is ticked, and the words are of the list."""
    return bool(again.questions) and set(again.questions) <= set(answered) and again.words in WORDS


def standing(answers: Answers, asked: Collection[str], *, is_same_record: bool) -> dict[str, Given]:
    """The answers of the earlier round that are not asked again."""
    return {
        question: given
        for question, given in answers.items()
        if question not in asked and (is_same_record or not given.is_unchanged)
    }


def about(questionnaire: Questionnaire, asked: Collection[str]) -> str:
    """What is asked again, as the customer calls it: ご住所、ご職業."""
    return "、".join(matter(question) for question in questionnaire.questions if question.id in asked)


def matter(question: Question) -> str:
    """A question by its matter rather than by its sentence, where it has a usual name."""
    return _POLITE.get(question.target, question.title)


def told(words: str) -> str:
    """The sentence of a stored code; nothing for none."""
    return WORDS.get(words, "") if words else ""


def matters(questionnaire: Questionnaire, answered: Mapping[str, Given]) -> list[tuple[str, str]]:
    """The questions that can be asked again, in their order: id and matter."""
    return [
        (question.id, matter(question)) for question in questionnaire.questions if question.id in answered
    ]
