"""Judges one posted answer: a typed value, or what is wrong and what to do, in words at the field.

The posted fields are ``answer`` (several for a multiple choice), ``known`` ("same" or "changed", where the
record holds a value; "same": the rest is ignored), ``postal_code`` and ``detail``. An Individual Number in
free text is refused and not even echoed (番号法20条).
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from keizoku.forms.rules.definition import JOINT, YES, Given, Kind, Question
from keizoku.kernel.text import era, phone, postal, prefectures
from keizoku.kernel.text.numbers import has_individual_number

FIELDS: Final = ("known", "answer", "postal_code", "detail")
SAME, CHANGED = "same", "changed"
TEXT_LENGTH: Final = 200
ADDRESS_LENGTH: Final = 120
DETAIL_LENGTH: Final = 60
LONGEST_NUMBER: Final = 12
# A town and a number behind the prefecture; shorter than any real one (津市一番町1 has six).
_LEAST_BEHIND_PREFECTURE: Final = 4
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")

POSTAL_FORMAT: Final = "郵便番号は7けたの数字で入力してください（例: 150-0002）。"
POSTAL_UNKNOWN: Final = "この郵便番号は見つかりません。番号をもう一度お確かめください（例: 150-0002）。"
ADDRESS_MISSING: Final = "新しいご住所を都道府県から入力してください（例: 東京都渋谷区渋谷1-2-3）。"
ADDRESS_PREFECTURE: Final = "ご住所は都道府県から入力してください（例: 東京都渋谷区渋谷1-2-3）。"
ADDRESS_SHORT: Final = "市区町村と番地まで入力してください（例: 東京都渋谷区渋谷1-2-3）。"
ADDRESS_LONG: Final = f"ご住所は{ADDRESS_LENGTH}文字までで入力してください。"
PHONE_MISSING: Final = "新しいお電話番号を入力してください（例: 090-1234-5678）。"
PHONE_FORMAT: Final = "お電話番号を、市外局番から数字で入力してください（例: 090-1234-5678）。"
PHONE_UNKNOWN: Final = "このお電話番号は使われていない番号のようです。もう一度お確かめください。"
CHOOSE_ONE: Final = "あてはまるものを1つ選んでください。"
CHOOSE_SOME: Final = "あてはまるものを選んでください。"
CHOOSE_KNOWN: Final = "「変わりありません」か「変わりました」を選んでください。"
NUMBER_FORMAT: Final = "数字だけを入力してください（例: 500）。"
DATE_FORMAT: Final = "日付を入力してください（例: 2026年4月1日）。"
TEXT_MISSING: Final = "ご回答を入力してください。"
INDIVIDUAL_NUMBER: Final = "マイナンバー（個人番号）は入力しないでください。入力された内容は消しました。"


@dataclass(frozen=True, slots=True)
class Judged:
    """An accepted answer, or errors by posted field; ``shown`` is what the form shows again."""

    given: Given | None
    errors: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict, repr=False)


Posted = Mapping[str, Sequence[str]]


def judge(question: Question, posted: Posted, *, has_known: bool) -> Judged:
    """Judge what was posted for one question; ``has_known`` says that the record holds a value to confirm."""
    fields = {name: _clean(posted.get(name, ())) for name in FIELDS}
    if question.is_known and has_known and fields["known"] == SAME:
        return Judged(Given(is_unchanged=True))
    tainted = [name for name, value in fields.items() if has_individual_number(value)]
    if tainted:
        shown = {name: value for name, value in fields.items() if name not in tainted}
        return Judged(None, dict.fromkeys(tainted, INDIVIDUAL_NUMBER), shown)
    if question.is_known and has_known and fields["known"] != CHANGED:
        return Judged(None, {"known": CHOOSE_KNOWN}, fields)
    if not question.is_required and not any(fields.values()):
        return Judged(Given())
    return _JUDGES[question.kind](question, fields, posted)


def _address(question: Question, fields: Mapping[str, str], _posted: Posted) -> Judged:
    errors: dict[str, str] = {}
    code = postal.read_postal_code(fields["postal_code"])
    place = postal.lookup(code) if code else None
    if code is None:
        errors["postal_code"] = POSTAL_FORMAT
    elif place is None:
        errors["postal_code"] = POSTAL_UNKNOWN
    problem = _address_problem(fields["answer"], place)
    if problem:
        errors["answer"] = problem
    if errors or code is None:
        return Judged(None, errors, fields)
    return Judged(Given(values={"postal_code": code, question.target: fields["answer"]}))


def _address_problem(address: str, place: postal.PostalPlace | None) -> str:
    if not address:
        return ADDRESS_MISSING
    if len(address) > ADDRESS_LENGTH:
        return ADDRESS_LONG
    prefecture = prefectures.of_address(address)
    if prefecture is None:
        return ADDRESS_PREFECTURE
    if len(address) - len(prefectures.name(prefecture) or "") < _LEAST_BEHIND_PREFECTURE:
        return ADDRESS_SHORT
    if place is not None and prefecture not in place.prefecture_codes:
        written = postal.format_postal_code(place.code)
        return f"郵便番号 {written} は{place.prefecture}の番号です。郵便番号かご住所をお確かめください。"
    return ""


def _phone(question: Question, fields: Mapping[str, str], _posted: Posted) -> Judged:
    if not fields["answer"]:
        return Judged(None, {"answer": PHONE_MISSING}, fields)
    number = phone.read_phone(fields["answer"])
    if number is None:
        return Judged(None, {"answer": PHONE_FORMAT}, fields)
    if not number.is_valid:
        return Judged(None, {"answer": PHONE_UNKNOWN}, fields)
    return Judged(Given(values={question.target: number.e164}))


def _single_choice(question: Question, fields: Mapping[str, str], _posted: Posted) -> Judged:
    if fields["answer"] not in {choice.value for choice in question.choices}:
        return Judged(None, {"answer": CHOOSE_ONE}, fields)
    return Judged(Given(values={question.target: fields["answer"]}))


def _multiple_choice(question: Question, fields: Mapping[str, str], posted: Posted) -> Judged:
    chosen = set(posted.get("answer", ()))
    offered = [choice.value for choice in question.choices]
    if not chosen or not chosen <= set(offered):
        return Judged(None, {"answer": CHOOSE_SOME}, fields)
    return Judged(Given(values={question.target: JOINT.join(value for value in offered if value in chosen)}))


def _yes_no(question: Question, fields: Mapping[str, str], posted: Posted) -> Judged:
    judged = _single_choice(question, fields, posted)
    if judged.given is None or question.detail is None or fields["answer"] != YES:
        return judged
    title = question.detail.title
    if not fields["detail"]:
        return Judged(None, {"detail": f"「はい」の場合は、{title}を入力してください。"}, fields)
    if len(fields["detail"]) > DETAIL_LENGTH:
        return Judged(None, {"detail": f"{title}は{DETAIL_LENGTH}文字までで入力してください。"}, fields)
    return Judged(Given(values={**judged.given.values, question.detail.target: fields["detail"]}))


def _text(question: Question, fields: Mapping[str, str], _posted: Posted) -> Judged:
    if not fields["answer"]:
        return Judged(None, {"answer": TEXT_MISSING}, fields)
    if len(fields["answer"]) > TEXT_LENGTH:
        return Judged(None, {"answer": f"ご回答は{TEXT_LENGTH}文字までで入力してください。"}, fields)
    return Judged(Given(values={question.target: fields["answer"]}))


def _number(question: Question, fields: Mapping[str, str], _posted: Posted) -> Judged:
    digits = unicodedata.normalize("NFKC", fields["answer"]).replace(",", "")
    if not (digits.removeprefix("-").isascii() and digits.removeprefix("-").isdigit()):
        return Judged(None, {"answer": NUMBER_FORMAT}, fields)
    assert question.least is not None
    assert question.most is not None
    if len(digits) > LONGEST_NUMBER or not question.least <= int(digits) <= question.most:
        return Judged(
            None, {"answer": f"{question.least:,}から{question.most:,}までの数で入力してください。"}, fields
        )
    return Judged(Given(values={question.target: str(int(digits))}))


def _date(question: Question, fields: Mapping[str, str], _posted: Posted) -> Judged:
    day = era.read_date(unicodedata.normalize("NFKC", fields["answer"]))
    if isinstance(day, era.DateProblem):
        return Judged(None, {"answer": DATE_FORMAT}, fields)
    return Judged(Given(values={question.target: day.isoformat()}))


_JUDGES: Final[Mapping[Kind, Callable[[Question, Mapping[str, str], Posted], Judged]]] = {
    Kind.ADDRESS: _address,
    Kind.PHONE: _phone,
    Kind.SINGLE_CHOICE: _single_choice,
    Kind.MULTIPLE_CHOICE: _multiple_choice,
    Kind.YES_NO: _yes_no,
    Kind.TEXT: _text,
    Kind.NUMBER: _number,
    Kind.DATE: _date,
}


def _clean(values: Sequence[str]) -> str:
    """One line, composed form (NFC): what a phone's keyboard decomposed is the same word."""
    return unicodedata.normalize("NFC", _CONTROL.sub(" ", values[0])).strip() if values else ""
