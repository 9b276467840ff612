"""日本国旅券, the page with the portrait and the machine-readable zone (ICAO Doc 9303 part 4, TD3).

What the zone says under its check digits is what counts; the print is held against it. It proves no address: there is no
page for one since 2020-02-04.
"""

import re
from datetime import date
from typing import Final

from keizoku.vision import mrz
from keizoku.vision.checks import Check, Outcome, passed
from keizoku.vision.documents import values
from keizoku.vision.documents.kind import Document, Found
from keizoku.vision.documents.page import Page, Value
from keizoku.vision.documents.results import Doubt, Field, Kind, Side, Why
from keizoku.vision.documents.straightening import PASSPORT_PAGE
from keizoku.vision.text import Alphabet

_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAY: Final = re.compile(rf"([0-9OIL]{{2}})({'|'.join(_MONTHS)})([0-9OIL]{{4}})")
_SEXES: Final = {"M": "男", "F": "女"}
# Field of the zone → the check digit that it stands under.
_UNDER: Final = {"number": "mrz_number", "birth_date": "mrz_birth_date", "expiry_date": "mrz_expiry_date"}


def _front(page: Page) -> Found:
    found = mrz.read(page)
    if found is None:
        names = (
            "mrz",
            "number",
            "name_latin",
            "nationality",
            "birth_date",
            "sex",
            "expiry_date",
            "issue_date",
        )
        return Found(
            tuple(values.missing(name) for name in names), (Check("mrz", Outcome.UNSURE, "not_read"),)
        )
    zone, box, least = found
    printed = _days(page)
    failed = {check.name for check in zone.checks if check.outcome is not Outcome.PASSED}
    doubts = (Doubt(Why.CHECK_FAILED),) if failed else ()
    place = page.thousandths(box)
    lines = "\n".join(zone.lines)
    fields = [Field("mrz", lines, lines, least, doubts, place)]
    said = dict(zone.fields)
    said["birth_date"] = _with_century(said["birth_date"], printed)
    said["sex"] = _SEXES.get(said["sex"], said["sex"])
    for name, value in said.items():
        doubted = doubts if not value or _UNDER.get(name) in failed or "mrz_composite" in failed else ()
        fields.append(
            Field(name, value, value, least, doubted or (() if value else (Doubt(Why.MALFORMED),)), place)
        )
    fields.append(_issue(page, printed, said))
    checks = [*zone.checks, _of_print(page, said, printed)]
    if checks[-1].outcome is not Outcome.PASSED:
        concerned = {"number", "birth_date", "expiry_date"}
        fields = [values.doubted(one, Why.CHECK_FAILED) if one.name in concerned else one for one in fields]
    return Found(tuple(fields), tuple(checks))


def _days(page: Page) -> list[tuple[date, Value]]:
    """The printed days (01 JAN 2020), from the top."""
    days = []
    for row in page.rows:
        for found in _DAY.finditer(row.text):
            number, month, year = found.groups()
            digits = str.maketrans("OIL", "011")
            try:
                day = date(
                    int(year.translate(digits)), _MONTHS.index(month) + 1, int(number.translate(digits))
                )
            except ValueError:
                continue
            days.append((day, page.part(row, found.start(), found.end(), Alphabet.LATIN_AND_DIGITS)))
    return days


def _with_century(birth: str, printed: list[tuple[date, Value]]) -> str:
    """The printed page says which century the zone's two digits mean."""
    same = [day for day, _ in printed if f"{day:%y-%m-%d}" == birth[2:]]
    return min(same).isoformat() if same else birth


def _issue(page: Page, printed: list[tuple[date, Value]], said: dict[str, str]) -> Field:
    """The printed day that is neither birth nor expiry."""
    others = [
        (day, value)
        for day, value in printed
        if day.isoformat() not in (said["birth_date"], said["expiry_date"])
    ]
    if not others:
        return values.missing("issue_date")
    day, value = max(others, key=lambda one: one[0])
    field = values.plain(page, "issue_date", value, day.isoformat())
    return field if _is_term(day, said["expiry_date"]) else values.doubted(field, Why.CHECK_FAILED)


def _is_term(issue: date, expiry: str) -> bool:
    """Five or ten years to the day (旅券法5条)."""
    is_leap = (issue.month, issue.day) == (2, 29)
    ends = {f"{issue.year + years:04}-{issue:%m-%d}" for years in (5, 10)}
    return expiry in ends or (is_leap and expiry in {f"{issue.year + years:04}-02-28" for years in (5, 10)})


def _of_print(page: Page, said: dict[str, str], printed: list[tuple[date, Value]]) -> Check:
    """Number and days stand on the page as in the zone."""
    days = {day.isoformat() for day, _ in printed}
    above = "".join(row.text for row in page.rows if row.middle < 0.75 * page.sheet.size[1])
    number = said["number"].replace("0", "O")
    is_same = {said["birth_date"], said["expiry_date"]} <= days and number in above.replace("0", "O")
    return passed("mrz_against_print") if is_same else Check("mrz_against_print", Outcome.UNSURE, "disagree")


DOCUMENT: Final = Document(
    kind=Kind.PASSPORT,
    size=PASSPORT_PAGE,
    words={
        r"P<JPN": 0.9, r"PASSPORT|旅券": 0.4, r"<<<<": 0.4, r"Surname|SURNAME|Givenname": 0.2, r"日本国|JAPAN": 0.2,
        r"MINISTRYOFFOREIGN": 0.3, r"公安委員会|在留": -0.8,
    },
    back_words={},
    sides={Side.FRONT: _front},
    portrait=(30, 145, 265, 495),
)  # fmt: skip
