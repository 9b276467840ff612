"""運転免許証 (道路交通法施行規則 別記様式第十四), front and back.

The expiry lies a month after a birthday (道路交通法92条の2), the number carries the year of the first licence and a check
digit, and since 2019 the expiry is printed by both calendars: three checks on what is read.
"""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

import cv2
import numpy as np

from keizoku.vision.checks import Check, Outcome, passed
from keizoku.vision.documents import dates, values
from keizoku.vision.documents.kind import Document, Found
from keizoku.vision.documents.page import Page, Value, around
from keizoku.vision.documents.results import Doubt, Field, Kind, Side, Why
from keizoku.vision.documents.straightening import ID_1
from keizoku.vision.documents.vehicles import kinds_of_vehicle
from keizoku.vision.text import Alphabet, Box

_WEIGHTS: Final = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_NUMBER: Final = 12
_ERA: Final = r"(?:明治|大正|昭和|平成|令和)"
_DAY: Final = rf"{_ERA}.{{1,3}}年.{{1,3}}月.{{1,3}}日"
# Where things stand when a label was not read, in thousandths: a little more than the printers' layouts differ.
_NAME: Final = (100, 30, 560, 110)
_BIRTH: Final = (640, 40, 340, 100)
_ADDRESS: Final = (100, 140, 880, 110)
_ISSUED: Final = (100, 245, 300, 95)
_EXPIRY: Final = (25, 335, 640, 110)
_NUMBERED: Final = (100, 660, 390, 100)
_DATES: Final = (95, 755, 270, 220)
_CONDITIONS: Final = (108, 445, 480, 210)
_PORTRAIT: Final = (680, 255, 310, 585)
_LABELS: Final = re.compile(r"^(?:免許の?|条件等?)+|見本$|優良$")


def licence_check_digit(ten: str) -> int:
    """The eleventh digit. The formula was never published officially: a mismatch is a doubt, not a refusal."""
    return (11 - sum(int(digit) * weight for digit, weight in zip(ten, _WEIGHTS, strict=True)) % 11) % 10


def _front(page: Page) -> Found:
    named = page.after("氏名?|^名", Alphabet.NAME, until=_ERA) or _in(page, _NAME, Alphabet.NAME)
    name = values.person_name(page, "name", named)
    born, birth = values.day(
        page, "birth_date", page.matching(rf"{_DAY}生", Alphabet.DATE) or _in(page, _BIRTH, Alphabet.DATE)
    )
    issued, issue = values.day(
        page,
        "issue_date",
        page.after("交付", Alphabet.DATE, until=r"(?<=日)") or _in(page, _ISSUED, Alphabet.DATE),
    )
    ends = page.matching(r".*(?:まで|で有|有効)", Alphabet.DATE) or _in(page, _EXPIRY, Alphabet.DATE)
    expiry, end = values.day(page, "expiry_date", ends)
    number = values.digits(page, "number", _number(page), _NUMBER)
    got, first = _first_got(page)
    fields = [
        name, born, values.address(page, "address", _address(page)), issued, expiry, number, _conditions(page), got,
        kinds_of_vehicle(page),        _colour(page, ends),
    ]  # fmt: skip
    checks = [
        _of_number(number), _of_first_year(number, first), _of_expiry(birth, end), _of_order(birth, issue, end),
        _of_calendars(ends, end), _of_address(fields[2]),
    ]  # fmt: skip
    return Found(tuple(_with_doubts(fields, checks)), tuple(checks))


def _in(page: Page, place: tuple[int, int, int, int], alphabet: Alphabet) -> Value | None:
    """What stands in a place of the layout, found by the finder or not."""
    region = page.region(*place)
    found = page.within(region, alphabet)
    return found[0] if found else page.at(region, alphabet)


def _address(page: Page) -> Sequence[Value]:
    region = page.region(*_ADDRESS)
    label = next((row for row in page.rows if re.match(r"住所?|所", row.text)), None)
    if label is not None:
        half = page.region(0, 0, 0, 50).height
        region = Box(label.middle - half, region.x, 2 * half, region.width)
    lines = page.within(region, Alphabet.ADDRESS)
    cleaned = []
    for line in lines:
        letters = line.letters
        start = 2 if line.text.startswith("住所") else 0
        shifted = frozenset(at - start for at in line.spaces if at > start)
        cleaned.append(Value(letters[start:], line.box, shifted))
    return [line for line in cleaned if len(line.letters) > 1]


def _number(page: Page) -> Value | None:
    found = page.matching(r"第?\d{11,13}号?$|第\d{9,13}|\d{12}", Alphabet.DIGITS)
    return found or _in(page, _NUMBERED, Alphabet.DIGITS)


def _first_got(page: Page) -> tuple[Field, list[date]]:
    """The days on which licences for two wheels, others, and passengers were first got; "-" for none."""
    lines = page.within(page.region(*_DATES), Alphabet.DATE)
    lines = [line for line in lines if re.search(r"日|年", line.text)]
    if not lines:
        return values.missing("kinds_dates"), []
    read = [dates.printed(line.text) for line in lines]
    shown = " ".join("-" if one.is_blank else one.day.isoformat() if one.day else "?" for one in read)
    doubts = [Doubt(Why.MALFORMED) for one in read if not one.is_blank and one.day is None]
    if len(lines) != 3:  # noqa: PLR2004 - two-wheeled, other, for passengers
        doubts.append(Doubt(Why.NOT_FOUND))
    least = min(line.confidence for line in lines)
    box = page.thousandths(around([line.box for line in lines]))
    raw = "\n".join(line.text for line in lines)
    return Field("kinds_dates", shown, raw, least, tuple(doubts), box), [one.day for one in read if one.day]


def _conditions(page: Page) -> Field:
    lines = page.within(page.region(*_CONDITIONS), Alphabet.JAPANESE)
    kept = [
        line for line in lines if not re.match(r"第?\d{6,}", line.text) and line.text not in {"優良", "見本"}
    ]
    shown = [_LABELS.sub("", line.text) for line in kept]
    shown = [text for text in shown if len(text) > 1]
    if not shown:
        return Field("conditions", "", "", 1.0)
    box = page.thousandths(around([line.box for line in kept]))
    least = min(line.confidence for line in kept)
    return Field("conditions", "\n".join(shown), "\n".join(line.text for line in kept), least, (), box)


def _colour(page: Page, ends: Value | None) -> Field:
    """Gold, blue or green: the ground behind the expiry, held against the card's own white."""
    box = ends.box if ends else page.region(*_EXPIRY)
    band = page.sheet.part(box, 24)
    lab = cv2.cvtColor(band, cv2.COLOR_BGR2LAB).reshape(-1, 3).astype(np.float32)
    ground = np.median(lab[lab[:, 0] > np.percentile(lab[:, 0], 50)], axis=0)
    paper = cv2.cvtColor(page.sheet.straight, cv2.COLOR_BGR2LAB).reshape(-1, 3).astype(np.float32)
    white = np.median(paper[paper[:, 0] > np.percentile(paper[:, 0], 60)], axis=0)
    green_red, blue_yellow = (float(value) for value in (ground - white)[1:])
    strength = float(np.hypot(green_red, blue_yellow))
    colour = (
        "gold" if blue_yellow > abs(green_red) else "blue" if blue_yellow < -abs(green_red) * 0.5 else "green"
    )
    if blue_yellow > 0 and green_red < -0.5 * blue_yellow:
        colour = "green"
    doubts = (Doubt(Why.NOT_SURE),) if strength < 6 else ()  # noqa: PLR2004 - a grey copy has no colour
    return Field("colour_of_validity", colour, colour, min(1.0, strength / 20), doubts, page.thousandths(box))


def _of_number(number: Field) -> Check:
    if len(number.value) != _NUMBER:
        return Check("licence_number", Outcome.UNSURE, "malformed")
    is_right = int(number.value[10]) == licence_check_digit(number.value[:10])
    return passed("licence_number") if is_right else Check("licence_number", Outcome.UNSURE, "check_digit")


def _of_first_year(number: Field, got: Sequence[date]) -> Check:
    """Digits three and four are the year of the first licence; the earliest of the three days is in it."""
    if len(number.value) != _NUMBER or not got:
        return Check("year_of_first_licence", Outcome.UNSURE, "not_read")
    years = {day.year % 100 for day in got}
    if int(number.value[2:4]) in years:
        return passed("year_of_first_licence")
    return Check("year_of_first_licence", Outcome.UNSURE, "other_year")


def _of_expiry(birth: date | None, end: date | None) -> Check:
    if birth is None or end is None:
        return Check("expiry_after_birthday", Outcome.UNSURE, "not_read")
    month = birth.month % 12 + 1
    allowed = {(month, birth.day)}
    # A day that the next month lacks is its last; who was born on 29 February has the birthday on the 28th.
    last = 29 if month == 2 else 30  # noqa: PLR2004 - February
    if birth.day > 28:  # noqa: PLR2004
        allowed |= {(month, day) for day in range(28, min(birth.day, last) + 1)} | {(month % 12 + 1, 1)}
    if (end.month, end.day) in allowed:
        return passed("expiry_after_birthday")
    return Check("expiry_after_birthday", Outcome.UNSURE, "other_day")


def _of_order(birth: date | None, issue: date | None, end: date | None) -> Check:
    """Old enough when it was issued, and valid for one to six years after."""
    if birth is None or issue is None or end is None:
        return Check("order_of_dates", Outcome.UNSURE, "not_read")
    is_old_enough = (issue - birth).days > 16 * 365
    is_valid_for = 0 < (end - issue).days < 6 * 366
    return (
        passed("order_of_dates")
        if is_old_enough and is_valid_for
        else Check("order_of_dates", Outcome.UNSURE, "order")
    )


def _of_calendars(ends: Value | None, end: date | None) -> Check:
    found = dates.printed(ends.text) if ends else dates.Printed(None)
    if end is None:
        return Check("two_calendars", Outcome.UNSURE, "not_read")
    if not found.has_both or found.is_consistent:
        return passed("two_calendars")
    return Check("two_calendars", Outcome.UNSURE, "disagree")


def _of_address(address: Field) -> Check:
    whys = {doubt.why for doubt in address.doubts}
    if Why.NOT_FOUND in whys or Why.NOT_IN_POSTAL_LIST in whys:
        return Check("address_listed", Outcome.UNSURE, "not_listed")
    return (
        Check("address_listed", Outcome.UNSURE, "corrected")
        if Why.CORRECTED in whys
        else passed("address_listed")
    )


# Which fields a check makes doubtful when it does not hold.
_CONCERNS: Final = {
    "licence_number": ("number",),
    "year_of_first_licence": ("kinds_dates", "number"),
    "expiry_after_birthday": ("birth_date", "expiry_date"),
    "order_of_dates": ("issue_date", "expiry_date", "birth_date"),
    "two_calendars": ("expiry_date",),
}


def _with_doubts(fields: Sequence[Field], checks: Sequence[Check]) -> list[Field]:
    failed = {
        name for one in checks if one.outcome is not Outcome.PASSED for name in _CONCERNS.get(one.name, ())
    }
    return [values.doubted(one, Why.CHECK_FAILED) if one.name in failed else one for one in fields]


def _back(page: Page) -> Found:
    """備考: what the commission noted, line by line."""
    rows = [
        row
        for row in page.rows
        if page.region(0, 130, 1000, 590).y <= row.middle <= page.region(0, 0, 0, 720).bottom
    ]
    lines = [
        page.within(Box(row.middle - 2, 0, 4, float(page.sheet.size[0])), Alphabet.JAPANESE) for row in rows
    ]
    kept = [
        line for found in lines for line in found if not re.search(r"備考|公安委員会|見本|臓器", line.text)
    ]
    kept = [line for line in kept if len(line.letters) > 1]
    if not kept:
        return Found((Field("note", "", "", 1.0),))
    text = "\n".join(line.text for line in kept)
    box = page.thousandths(around([line.box for line in kept]))
    return Found((Field("note", text, text, min(line.confidence for line in kept), (), box),))


DOCUMENT: Final = Document(
    kind=Kind.DRIVING_LICENCE,
    size=ID_1,
    words={
        r"公安委員会": 0.6, r"免許の|条件等": 0.5, r"まで有効|で有効": 0.4, r"氏名": 0.2, r"交付": 0.2, r"優良": 0.2,
        r"第\d{12}": 0.5, r"二.?小.?原|二種": 0.3, r"運転経歴": -2.0, r"在留|永住者|個人番号": -2.0,
    },
    back_words={r"備考": 0.5, r"臓器": 0.5, r"新住所|新氏名": 0.5, r"公安委員会": 0.3, r"以下の部分": 0.3},
    sides={Side.FRONT: _front, Side.BACK: _back},
    portrait=_PORTRAIT,
)  # fmt: skip
