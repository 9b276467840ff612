"""在留カード (出入国管理及び難民認定法19条の4).

Its end is printed twice: as the end of the stay, and below; where a stay has an end the two are one day.
"""

import re
from typing import Final

from keizoku.vision.checks import Check, Outcome, passed
from keizoku.vision.documents import driver_cards, foreigner_cards, values
from keizoku.vision.documents.kind import Document, Found
from keizoku.vision.documents.page import Page
from keizoku.vision.documents.results import Field, Kind, Side, Why
from keizoku.vision.documents.straightening import ID_1
from keizoku.vision.text import Alphabet

_STATUS: Final = (138, 478, 590, 68)
_PERIOD: Final = (138, 635, 590, 75)
_ISSUED: Final = (440, 800, 300, 75)
_EXPIRY: Final = (20, 890, 720, 95)
_DAY: Final = r"\d{4}年.{1,3}月.{1,3}日"


def _front(page: Page) -> Found:
    number = foreigner_cards.number(page)
    born, sex, nationality = foreigner_cards.person(page)
    address = foreigner_cards.address(page)
    status = foreigner_cards.status_of_residence(page, driver_cards.inside(page, _STATUS, Alphabet.JAPANESE))
    until = _until(page)
    printed = page.after(r"交付年月日?", Alphabet.DATE) or driver_cards.inside(page, _ISSUED, Alphabet.DATE)
    issued, _ = values.day(page, "issue_date", printed)
    ends = page.matching(rf"{_DAY}(?=まで)", Alphabet.DATE) or driver_cards.inside(
        page, _EXPIRY, Alphabet.DATE
    )
    expiry, _ = values.day(page, "expiry_date", ends)
    checks = [foreigner_cards.of_number(number), _of_ends(until, expiry), driver_cards.of_address(address)]
    if checks[1].outcome is not Outcome.PASSED:
        expiry = values.doubted(expiry, Why.CHECK_FAILED)
        until = until and values.doubted(until, Why.CHECK_FAILED)
    fields = [number, foreigner_cards.name(page), born, sex, nationality, address, status, issued, expiry]
    return Found((*fields, until) if until else tuple(fields), tuple(checks))


def _until(page: Page) -> Field | None:
    """在留期間, its end in brackets; None for a permanent resident, whose stay has none."""
    for line in page.within(page.region(*_PERIOD), Alphabet.DATE):
        found = re.search(r"\d{4}年.*", line.text)
        if found:
            field, _ = values.day(page, "period_of_stay_until", line)
            return field
    return None


def _of_ends(until: Field | None, expiry: Field) -> Check:
    if not expiry.value:
        return Check("two_ends", Outcome.UNSURE, "not_read")
    if until is None or until.value == expiry.value:
        return passed("two_ends")
    return Check("two_ends", Outcome.UNSURE, "disagree")


def _back(page: Page) -> Found:
    return Found((foreigner_cards.note(page),))


DOCUMENT: Final = Document(
    kind=Kind.RESIDENCE_CARD,
    size=ID_1,
    words={
        r"在留カード": 0.6, r"RESIDENCECARD": 0.4, r"在留資格|在留期間": 0.5, r"国籍.?地域": 0.2, r"住居地": 0.2,
        r"就労": 0.2, r"特別永住者証明書": -1.5,
    },
    back_words={r"住居地記載欄": 0.6, r"資格外活動": 0.6, r"届出年月日": 0.3},
    sides={Side.FRONT: _front, Side.BACK: _back},
    portrait=foreigner_cards.PORTRAIT,
)  # fmt: skip
