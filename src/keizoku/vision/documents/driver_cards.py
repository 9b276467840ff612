"""What a driving licence and a certificate of driving history print alike, and the checks that both allow."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from keizoku.vision.checks import Check, Outcome, passed
from keizoku.vision.documents import dates, values
from keizoku.vision.documents.kind import Found
from keizoku.vision.documents.page import Page, Value, around
from keizoku.vision.documents.results import Doubt, Field, Why
from keizoku.vision.text import Alphabet, Box

ERA: Final = r"(?:明治|大正|昭和|平成|令和)"
DAY: Final = rf"{ERA}.{{1,3}}年.{{1,3}}月.{{1,3}}日"
_WEIGHTS: Final = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_NUMBER: Final = 12
# Where things stand when a label was not read, in thousandths: a little more than the printers' layouts differ.
_NAME: Final = (100, 30, 560, 110)
_BIRTH: Final = (640, 40, 340, 100)
_ADDRESS: Final = (100, 140, 880, 110)
_ISSUED: Final = (100, 245, 300, 95)
_NUMBERED: Final = (100, 660, 390, 100)
_DATES: Final = (95, 755, 270, 220)
PORTRAIT: Final = (680, 255, 310, 585)
# Which fields a check makes doubtful when it does not hold.
CONCERNS: Final[Mapping[str, tuple[str, ...]]] = {
    "licence_number": ("number",),
    "year_of_first_licence": ("kinds_dates", "number"),
    "expiry_after_birthday": ("birth_date", "expiry_date"),
    "order_of_dates": ("issue_date", "expiry_date", "birth_date"),
    "two_calendars": ("expiry_date",),
}


def name(page: Page) -> Field:
    """氏名."""
    found = page.after("氏名?|^名", Alphabet.NAME, until=ERA) or inside(page, _NAME, Alphabet.NAME)
    return values.person_name(page, "name", found)


def birth(page: Page) -> tuple[Field, date | None]:
    """生年月日, at the end of the first line."""
    found = page.matching(rf"{DAY}生", Alphabet.DATE) or inside(page, _BIRTH, Alphabet.DATE)
    return values.day(page, "birth_date", found)


def issue(page: Page) -> tuple[Field, date | None]:
    """交付."""
    found = page.after("交付", Alphabet.DATE, until=r"(?<=日)") or inside(page, _ISSUED, Alphabet.DATE)
    return values.day(page, "issue_date", found)


def licence_check_digit(ten: str) -> int:
    """The eleventh digit. The formula was never published officially: a mismatch is a doubt, not a refusal."""
    return (11 - sum(int(digit) * weight for digit, weight in zip(ten, _WEIGHTS, strict=True)) % 11) % 10


def inside(page: Page, place: tuple[int, int, int, int], alphabet: Alphabet) -> Value | None:
    """What stands in a place of the layout, found by the finder or not."""
    region = page.region(*place)
    found = page.within(region, alphabet)
    return found[0] if found else page.at(region, alphabet)


def address_lines(page: Page) -> Sequence[Value]:
    """住所, in one line or two."""
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
    return cleaned


def number(page: Page) -> Value | None:
    """第…号."""
    found = page.matching(r"第?\d{11,13}号?$|第\d{9,13}|\d{12}", Alphabet.DIGITS)
    return found or inside(page, _NUMBERED, Alphabet.DIGITS)


def first_got(page: Page) -> tuple[Field, list[date]]:
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


def of_number(number: Field) -> Check:
    """The eleventh digit."""
    if len(number.value) != _NUMBER:
        return Check("licence_number", Outcome.UNSURE, "malformed")
    is_right = int(number.value[10]) == licence_check_digit(number.value[:10])
    return passed("licence_number") if is_right else Check("licence_number", Outcome.UNSURE, "check_digit")


def of_first_year(number: Field, got: Sequence[date]) -> Check:
    """Digits three and four are the year of the first licence; the earliest of the three days is in it."""
    if len(number.value) != _NUMBER or not got:
        return Check("year_of_first_licence", Outcome.UNSURE, "not_read")
    years = {day.year % 100 for day in got}
    if int(number.value[2:4]) in years:
        return passed("year_of_first_licence")
    return Check("year_of_first_licence", Outcome.UNSURE, "other_year")


def of_address(address: Field) -> Check:
    """Prefecture, city and town are in Japan Post's list as read."""
    whys = {doubt.why for doubt in address.doubts}
    if Why.NOT_FOUND in whys or Why.NOT_IN_POSTAL_LIST in whys:
        return Check("address_listed", Outcome.UNSURE, "not_listed")
    return (
        Check("address_listed", Outcome.UNSURE, "corrected")
        if Why.CORRECTED in whys
        else passed("address_listed")
    )


def with_doubts(fields: Sequence[Field], checks: Sequence[Check]) -> list[Field]:
    """Fields that a check does not bear out are doubtful."""
    failed = {
        name for one in checks if one.outcome is not Outcome.PASSED for name in CONCERNS.get(one.name, ())
    }
    return [values.doubted(one, Why.CHECK_FAILED) if one.name in failed else one for one in fields]


def back(page: Page) -> Found:
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


def on_birthday(birth: date | None, end: date | None) -> Check:
    """A card that ends on a birthday; whoever was born on 29 February has it on the 28th in other years."""
    if birth is None or end is None:
        return Check("expiry_on_birthday", Outcome.UNSURE, "not_read")
    days = {(birth.month, birth.day)} | ({(2, 28)} if (birth.month, birth.day) == (2, 29) else set())
    is_right = (end.month, end.day) in days
    return (
        passed("expiry_on_birthday") if is_right else Check("expiry_on_birthday", Outcome.UNSURE, "other_day")
    )
