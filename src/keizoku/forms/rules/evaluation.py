"""Judges one posted answer that is no list: a typed value, or what is wrong and what to do, in words at the field.

The posted fields are ``answer`` (several for a multiple choice), ``known`` ("same" or "changed", where the record holds a
value; "same": the rest is ignored), ``postal_code`` and ``detail``. An Individual Number in free text is refused and not
even echoed (番号法20条); a number of a register, which may look like one, is not free text.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from keizoku.customers.countries import NAMES as COUNTRIES
from keizoku.customers.imports.rules import cells
from keizoku.customers.imports.rules.rejections import RejectionCode
from keizoku.forms.rules import registered
from keizoku.forms.rules.definition import INDEFINITE, JOINT, YES, Given, Kind, Question
from keizoku.kernel.text import era, phone, postal, prefectures
from keizoku.kernel.text.numbers import has_individual_number

FIELDS: Final = ("known", "answer", "postal_code", "detail")
SAME, CHANGED = "same", "changed"
TEXT_LENGTH: Final = 200
LONG_TEXT_LENGTH: Final = 1000
ADDRESS_LENGTH: Final = 120
DETAIL_LENGTH: Final = 60
LONGEST_NUMBER: Final = 12
# A town and a number behind the prefecture; shorter than any real one (津市一番町1 has six).
_LEAST_BEHIND_PREFECTURE: Final = 4
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_CONTROL_BUT_LINES = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]+")
# Not seen, and able to turn or to split what is seen: direction marks, zero-width spaces. Joiners and variation
# selectors stay: names and some scripts need them.
_UNSEEN = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")

POSTAL_FORMAT: Final = "郵便番号は7けたの数字で入力してください（例: 150-0002）。"
POSTAL_UNKNOWN: Final = "この郵便番号は見つかりません。番号をもう一度お確かめください（例: 150-0002）。"
ADDRESS_MISSING: Final = "新しいご住所を都道府県から入力してください（例: 東京都渋谷区渋谷1-2-3）。"
ADDRESS_PREFECTURE: Final = "ご住所は都道府県から入力してください（例: 東京都渋谷区渋谷1-2-3）。"
ADDRESS_SHORT: Final = "市区町村と番地まで入力してください（例: 東京都渋谷区渋谷1-2-3）。"
ADDRESS_LONG: Final = f"ご住所は{ADDRESS_LENGTH}文字までで入力してください。"
PHONE_MISSING: Final = "新しいお電話番号を入力してください（例: 090-1234-5678）。"
PHONE_FORMAT: Final = "お電話番号を、市外局番から数字で入力してください（例: 090-1234-5678）。"
PHONE_UNKNOWN: Final = "このお電話番号は使われていない番号のようです。もう一度お確かめください。"
EMAIL_FORMAT: Final = "メールアドレスを入力してください（例: hanako@example.jp）。"
CHOOSE_ONE: Final = "あてはまるものを1つ選んでください。"
CHOOSE_SOME: Final = "あてはまるものを選んでください。"
CHOOSE_KNOWN: Final = "「変わりありません」か「変わりました」を選んでください。"
CHOOSE_COUNTRY: Final = "国・地域を1つ選んでください。"
NUMBER_FORMAT: Final = "数字だけを入力してください（例: 500）。"
DATE_FORMAT: Final = "日付を入力してください（例: 2026年4月1日）。"
RESIDENCE_FORMAT: Final = (
    "在留期間の満了日を入力するか、「期限はありません」を選んでください（例: 2026年4月1日）。"
)
TEXT_MISSING: Final = "ご回答を入力してください。"
INDIVIDUAL_NUMBER: Final = "マイナンバー（個人番号）は入力しないでください。入力された内容は消しました。"


@dataclass(frozen=True, slots=True)
class Judged:
    """An accepted answer, or errors by posted field; ``shown`` is what the form shows again."""

    given: Given | None
    errors: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict, repr=False)


Posted = Mapping[str, Sequence[str]]


def judge_one(question: Question, posted: Posted, *, has_known: bool) -> Judged:
    """Judge what was posted for a question that is no list; ``has_known``: the record holds a value to confirm."""
    fields = {name: clean(posted.get(name, ()), keeps_lines=_keeps_lines(question, name)) for name in FIELDS}
    if question.is_known and has_known and fields["known"] == SAME:
        return Judged(Given(is_unchanged=True))
    free = {name: value for name, value in fields.items() if not _is_registered(question, name)}
    if tainted := tainted_by(free):
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
    longest = LONG_TEXT_LENGTH if question.kind is Kind.LONG_TEXT else TEXT_LENGTH
    if not fields["answer"]:
        return Judged(None, {"answer": TEXT_MISSING}, fields)
    if len(fields["answer"]) > longest:
        return Judged(None, {"answer": f"ご回答は{longest}文字までで入力してください。"}, fields)
    return Judged(Given(values={question.target: fields["answer"]}))


def _number(question: Question, fields: Mapping[str, str], _posted: Posted) -> Judged:
    unit = "円" if question.kind is Kind.MONEY else ""
    digits = unicodedata.normalize("NFKC", fields["answer"]).replace(",", "").removeprefix("¥")
    digits = digits.removesuffix("円").strip() if unit else digits
    if not (digits.removeprefix("-").isascii() and digits.removeprefix("-").isdigit()):
        return Judged(None, {"answer": NUMBER_FORMAT}, fields)
    assert question.least is not None
    assert question.most is not None
    if len(digits) > LONGEST_NUMBER or not question.least <= int(digits) <= question.most:
        bounds = f"{question.least:,}{unit}から{question.most:,}{unit}まで"
        return Judged(None, {"answer": f"{bounds}の数で入力してください。"}, fields)
    return Judged(Given(values={question.target: str(int(digits))}))


def _date(question: Question, fields: Mapping[str, str], _posted: Posted) -> Judged:
    day = era.read_date(unicodedata.normalize("NFKC", fields["answer"]))
    if isinstance(day, era.DateProblem):
        return Judged(None, {"answer": DATE_FORMAT}, fields)
    return Judged(Given(values={question.target: day.isoformat()}))


def _email(question: Question, fields: Mapping[str, str], _posted: Posted) -> Judged:
    address = cells.email(fields["answer"])
    if isinstance(address, RejectionCode):
        return Judged(None, {"answer": EMAIL_FORMAT}, fields)
    return Judged(Given(values={question.target: address}))


def _country(question: Question, fields: Mapping[str, str], _posted: Posted) -> Judged:
    if fields["answer"] not in COUNTRIES:
        return Judged(None, {"answer": CHOOSE_COUNTRY}, fields)
    return Judged(Given(values={question.target: fields["answer"]}))


def _residence_period(question: Question, fields: Mapping[str, str], posted: Posted) -> Judged:
    """A day, or none for permanent residents; a day that has passed is for a person to look at."""
    if fields["detail"] == INDEFINITE and not fields["answer"]:
        return Judged(Given(values={question.target: INDEFINITE}))
    judged = _date(question, fields, posted)
    if judged.given is None or fields["detail"] == INDEFINITE:
        return Judged(None, {"answer": RESIDENCE_FORMAT}, fields)
    return judged


def _registered_number(question: Question, fields: Mapping[str, str], _posted: Posted) -> Judged:
    assert question.register is not None
    number = registered.read(question.register, fields["answer"])
    if number is None:
        return Judged(None, {"answer": registered.FAULTS[question.register]}, fields)
    return Judged(Given(values={question.target: number}))


_JUDGES: Final[Mapping[Kind, Callable[[Question, Mapping[str, str], Posted], Judged]]] = {
    Kind.ADDRESS: _address,
    Kind.PHONE: _phone,
    Kind.EMAIL: _email,
    Kind.SINGLE_CHOICE: _single_choice,
    Kind.MULTIPLE_CHOICE: _multiple_choice,
    Kind.YES_NO: _yes_no,
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.NUMBER: _number,
    Kind.MONEY: _number,
    Kind.DATE: _date,
    Kind.COUNTRY: _country,
    Kind.RESIDENCE_PERIOD: _residence_period,
    Kind.REGISTERED_NUMBER: _registered_number,
}


def clean(values: Sequence[str], *, keeps_lines: bool = False) -> str:
    """One line (or lines), composed form (NFC): what a phone's keyboard decomposed is the same word; nothing unseen."""
    if not values:
        return ""
    seen = _UNSEEN.sub("", values[0])
    if keeps_lines:
        lined = seen.replace("\r\n", "\n").replace("\r", "\n")
        return unicodedata.normalize("NFC", _CONTROL_BUT_LINES.sub(" ", lined)).strip()
    return unicodedata.normalize("NFC", _CONTROL.sub(" ", seen)).strip()


def tainted_by(fields: Mapping[str, str]) -> list[str]:
    """The names of the fields that hold an Individual Number."""
    return [name for name, value in fields.items() if has_individual_number(value)]


def _keeps_lines(question: Question, name: str) -> bool:
    return question.kind is Kind.LONG_TEXT and name == "answer"


def _is_registered(question: Question, name: str) -> bool:
    return question.kind is Kind.REGISTERED_NUMBER and name == "answer"
