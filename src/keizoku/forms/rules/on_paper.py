"""A questionnaire as it stands on paper: its questions as marks, boxes and lines, and conditions in words. Pure.

Every kind of question has its place; what paper cannot do is said in words there: nothing is filled in beforehand (a known
value never leaves the house), and a list has no more rows than a page has room for. A condition that asks something of the
record is printed in words for everybody, so that no form tells by its questions what is known of its customer.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from keizoku.forms.rules import facts
from keizoku.forms.rules.definition import NO, YES, Kind, Question, Questionnaire, Register
from keizoku.kernel.conditions import describe
from keizoku.kernel.conditions.tree import Field, Fields, fields_read

UNCHANGED: Final = "変わりありません"
CHANGED: Final = "変わりました（新しい内容を下にお書きください）"
MOST_ROWS: Final = {Kind.PEOPLE: 4, Kind.OWNERSHIP: 8}
_LONGEST_TICK: Final = 11  # clusters; shorter options stand two in a row
_PHONE_DIGITS, _POSTAL, _CORPORATE_DIGITS = 11, (3, 4), 13
# What a customer cannot know of the record: a question under it is printed for everybody, and read only of whom it is for.
_UNTOLD: Final = frozenset({"known.confirmed_on"})
_KNOWN_WORDS: Final = {
    "known.nationality": "国籍",
    "known.occupation": "これまでに届け出た職業",
    "known.purpose": "これまでに届け出た取引の目的",
    "known.foreign_remittance": "これまでに届け出た外国送金の予定",
    "known.residence_expires_on": "これまでに届け出た在留期限",
}


@dataclass(frozen=True, slots=True)
class Ticks:
    """Boxes to tick."""

    options: tuple[str, ...]
    columns: int = 1
    type: str = "ticks"


@dataclass(frozen=True, slots=True)
class Boxes:
    """One box a character, in groups; words before, between and behind them."""

    groups: tuple[int, ...]
    before: str = ""
    between: str = ""
    after: str = ""
    type: str = "boxes"


@dataclass(frozen=True, slots=True)
class Lines:
    """Ruled lines to write on, with a word before the first."""

    count: int = 1
    label: str = ""
    type: str = "lines"


@dataclass(frozen=True, slots=True)
class Words:
    """Something that is told."""

    words: str
    type: str = "words"


@dataclass(frozen=True, slots=True)
class Day:
    """An era to mark, and boxes for year, month and day."""

    label: str = ""
    type: str = "day"


@dataclass(frozen=True, slots=True)
class Row:
    """One person or holder of a list."""

    legend: str
    places: tuple["Place", ...]
    type: str = "row"


Place = Ticks | Boxes | Lines | Words | Day | Row


@dataclass(frozen=True, slots=True)
class Printed:
    """One question. ``only``: for whom it is, in words; empty for everybody."""

    number: int
    title: str
    why: str
    only: str
    is_required: bool
    places: tuple[Place, ...]


def printed(questionnaire: Questionnaire) -> tuple[Printed, ...]:
    """All questions in their order, numbered from 1."""
    numbers = {question.id: number for number, question in enumerate(questionnaire.questions, start=1)}
    return tuple(
        _printed(question, numbers[question.id], questionnaire) for question in questionnaire.questions
    )


def only_words(question: Question, questionnaire: Questionnaire) -> str:
    """Whom a question is for, as its page says it: 3の質問が「はい」の方だけお答えください。"""
    if question.when is None or fields_read(question.when) & _UNTOLD:
        return ""
    return f"{describe(question.when, _fields(questionnaire))}の方だけお答えください。"


def _printed(question: Question, number: int, questionnaire: Questionnaire) -> Printed:
    known: tuple[Place, ...] = (Ticks((UNCHANGED, CHANGED)),) if question.is_known else ()
    return Printed(
        number=number,
        title=question.title,
        why=question.why,
        only=only_words(question, questionnaire),
        is_required=question.is_required,
        places=known + _PLACES[question.kind](question),
    )


def _fields(questionnaire: Questionnaire) -> Fields:
    """The fields of conditions under the names that paper gives them: questions by their numbers."""
    told = facts.fields_after(questionnaire.questions)
    counted = {Kind.PEOPLE: "の人数", Kind.OWNERSHIP: "に書いた、議決権の25%をこえて持つ個人の人数"}
    names = {
        question.id: f"{number}の質問{counted.get(question.kind, '')}"
        for number, question in enumerate(questionnaire.questions, start=1)
    }
    return {name: _named(field, {**_KNOWN_WORDS, **names}) for name, field in told.items()}


def _named(field: Field, names: Mapping[str, str]) -> Field:
    quoted = {str(value): f"「{label}」" for value, label in field.choices.items()}
    return replace(field, label=names.get(field.name, field.label), choices=quoted)


def _ticks(options: Sequence[str]) -> Ticks:
    columns = 2 if all(len(option) <= _LONGEST_TICK for option in options) else 1
    return Ticks(tuple(options), columns)


def _choice(question: Question) -> tuple[Place, ...]:
    told = (
        "1つに印を付けてください。"
        if question.kind is Kind.SINGLE_CHOICE
        else "いくつでも印を付けてください。"
    )
    return Words(told), _ticks([choice.label for choice in question.choices])


def _yes_no(question: Question) -> tuple[Place, ...]:
    labels = {choice.value: choice.label for choice in question.choices}
    ticks = Ticks((labels.get(YES, "はい"), labels.get(NO, "いいえ")), columns=2)
    if question.detail is None:
        return (ticks,)
    return ticks, Lines(1, f"「{ticks.options[0]}」の方だけ：{question.detail.title}")


def _number(question: Question) -> tuple[Place, ...]:
    digits = max(len(str(bound).lstrip("-")) for bound in (question.least or 0, question.most or 0))
    if question.kind is Kind.MONEY:
        first = digits % 3 or 3
        return (
            Boxes((first, *(3 for _ in range((digits - first) // 3))), between=",", after="円（右につめて）"),
        )
    return (Boxes((digits,), after="（右につめて）"),)


def _registered(question: Question) -> tuple[Place, ...]:
    groups = {
        Register.DRIVING_LICENCE: (12,),
        Register.RESIDENCE_CARD: (2, 8, 2),
        Register.CORPORATION: (_CORPORATE_DIGITS,),
    }
    assert question.register is not None
    return (Boxes(groups[question.register]),)


def _people(question: Question) -> tuple[Place, ...]:
    count = min(question.most or 1, MOST_ROWS[Kind.PEOPLE])
    rows = [
        Row(f"{number}人目", tuple(place for part in question.parts for place in _part(part)))
        for number in range(1, count + 1)
    ]
    return (*rows, *_more(question, count, "人"))


def _ownership(question: Question) -> tuple[Place, ...]:
    count = min(question.most or 1, MOST_ROWS[Kind.OWNERSHIP])
    rows = [
        Row(
            f"{number}番目",
            (
                Lines(1, "氏名・名称"),
                Ticks(("個人", "法人", "国・自治体・上場会社とその子会社"), columns=3),
                Lines(1, "どの法人の議決権か（この法人、または上の番号）"),
                Boxes((3, 2), before="議決権の割合", between=".", after="%"),
            ),
        )
        for number in range(1, count + 1)
    ]
    return (*rows, *_more(question, count, "行"))


def _more(question: Question, count: int, unit: str) -> tuple[Place, ...]:
    """A list that may be longer than the page says where the rest is written."""
    if (question.most or 1) <= count:
        return ()
    return (
        Words(f"{count + 1}{unit}目からは、別の紙に同じように書き、この用紙といっしょにお送りください。"),
    )


def _part(part: Question) -> tuple[Place, ...]:
    """What is asked of one person of a list, with its title before it."""
    title = part.title if part.is_required else f"{part.title}（任意）"
    match part.kind:
        case Kind.TEXT | Kind.LONG_TEXT | Kind.COUNTRY | Kind.EMAIL:
            return (Lines(1, title),)
        case Kind.DATE:
            return (Day(title),)
        case _:
            return (Words(title), *_PLACES[part.kind](part))


_PLACES: Final[Mapping[Kind, Callable[[Question], tuple[Place, ...]]]] = {
    Kind.SINGLE_CHOICE: _choice,
    Kind.MULTIPLE_CHOICE: _choice,
    Kind.YES_NO: _yes_no,
    Kind.TEXT: lambda _: (Lines(2),),
    Kind.LONG_TEXT: lambda _: (Lines(6),),
    Kind.NUMBER: _number,
    Kind.MONEY: _number,
    Kind.DATE: lambda _: (Day(),),
    Kind.ADDRESS: lambda _: (Boxes(_POSTAL, before="〒", between="-"), Lines(2, "都道府県から")),
    Kind.PHONE: lambda _: (Boxes((_PHONE_DIGITS,), after="（市外局番から、左につめて）"),),
    Kind.EMAIL: lambda _: (Lines(1), Words("数字の0と英字のO、1とlの違いがわかるようにお書きください。")),
    Kind.COUNTRY: lambda _: (Lines(1, "国・地域の名前"),),
    Kind.RESIDENCE_PERIOD: lambda _: (Day("満了日"), Ticks(("期限はありません（永住者・特別永住者など）",))),
    Kind.REGISTERED_NUMBER: _registered,
    Kind.PEOPLE: _people,
    Kind.OWNERSHIP: _ownership,
}
