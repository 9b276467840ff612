"""運転免許証 (道路交通法施行規則 別記様式第十四), front and back.

The expiry lies a month after a birthday (道路交通法92条の2), the number carries the year of the first licence and a check
digit, and since 2019 the expiry is printed by both calendars: three checks on what is read.
"""

import re
from datetime import date
from typing import Final

import cv2
import numpy as np

from keizoku.vision.checks import Check, Outcome, passed
from keizoku.vision.documents import dates, driver_cards, values
from keizoku.vision.documents.kind import Document, Found
from keizoku.vision.documents.page import Page, Value, around
from keizoku.vision.documents.results import Doubt, Field, Kind, Side, Why
from keizoku.vision.documents.straightening import ID_1
from keizoku.vision.documents.vehicles import kinds_of_vehicle
from keizoku.vision.text import Alphabet

# Where things stand when a label was not read, in thousandths.
_EXPIRY: Final = (25, 335, 640, 110)
_CONDITIONS: Final = (108, 445, 480, 210)
_LABELS: Final = re.compile(r"^(?:免許の?|条件等?)+|見本$|優良$")


def _front(page: Page) -> Found:
    born, birth = driver_cards.birth(page)
    issued, issue = driver_cards.issue(page)
    ends = page.matching(r".*(?:まで|で有|有効)", Alphabet.DATE) or driver_cards.inside(
        page, _EXPIRY, Alphabet.DATE
    )
    expiry, end = values.day(page, "expiry_date", ends)
    number = values.digits(page, "number", driver_cards.number(page), 12)
    got, first = driver_cards.first_got(page)
    address = values.address(page, "address", driver_cards.address_lines(page))
    fields = [
        driver_cards.name(page), born, address, issued, expiry, number, _conditions(page), got,
        kinds_of_vehicle(page), _colour(page, ends),
    ]  # fmt: skip
    checks = [
        driver_cards.of_number(number), driver_cards.of_first_year(number, first), _of_expiry(birth, end),
        _of_order(birth, issue, end), _of_calendars(ends, end), driver_cards.of_address(address),
    ]  # fmt: skip
    return Found(tuple(driver_cards.with_doubts(fields, checks)), tuple(checks))


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


DOCUMENT: Final = Document(
    kind=Kind.DRIVING_LICENCE,
    size=ID_1,
    words={
        r"公安委員会": 0.6, r"免許の|条件等": 0.5, r"まで有効|で有効": 0.4, r"氏名": 0.2, r"交付": 0.2, r"優良": 0.2,
        r"第\d{12}": 0.5, r"二.?小.?原|二種": 0.3, r"運転経歴": -2.0, r"在留|永住者|個人番号": -2.0,
    },
    back_words={r"備考": 0.5, r"臓器": 0.5, r"新住所|新氏名": 0.5, r"公安委員会": 0.3, r"以下の部分": 0.3},
    sides={Side.FRONT: _front, Side.BACK: driver_cards.back},
    portrait=driver_cards.PORTRAIT,
)  # fmt: skip
