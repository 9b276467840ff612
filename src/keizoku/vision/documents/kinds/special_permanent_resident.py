"""特別永住者証明書 (日本国との平和条約に基づき日本の国籍を離脱した者等の出入国管理に関する特例法8条).

It ends on a birthday (同9条), which is the one check that its front allows.
"""

from datetime import date
from typing import Final

from keizoku.vision.checks import Outcome
from keizoku.vision.documents import driver_cards, foreigner_cards, values
from keizoku.vision.documents.kind import Document, Found
from keizoku.vision.documents.page import Page
from keizoku.vision.documents.results import Kind, Side, Why
from keizoku.vision.documents.straightening import ID_1
from keizoku.vision.text import Alphabet

_ISSUED: Final = (170, 725, 420, 80)
_EXPIRY: Final = (20, 590, 720, 95)
_DAY: Final = r"\d{4}年.{1,3}月.{1,3}日"


def _front(page: Page) -> Found:
    number = foreigner_cards.number(page)
    born, sex, nationality = foreigner_cards.person(page)
    address = foreigner_cards.address(page)
    printed = page.after(r"交付年月日?", Alphabet.DATE) or driver_cards.inside(page, _ISSUED, Alphabet.DATE)
    issued, _ = values.day(page, "issue_date", printed)
    ends = page.matching(rf"{_DAY}(?=まで)", Alphabet.DATE) or driver_cards.inside(
        page, _EXPIRY, Alphabet.DATE
    )
    expiry, end = values.day(page, "expiry_date", ends)
    birth = date.fromisoformat(born.value) if born.value else None
    checks = [
        foreigner_cards.of_number(number),
        driver_cards.on_birthday(birth, end),
        driver_cards.of_address(address),
    ]
    if checks[1].outcome is not Outcome.PASSED:
        expiry, born = values.doubted(expiry, Why.CHECK_FAILED), values.doubted(born, Why.CHECK_FAILED)
    return Found(
        (number, foreigner_cards.name(page), born, sex, nationality, address, issued, expiry), tuple(checks)
    )


def _back(page: Page) -> Found:
    return Found((foreigner_cards.note(page),))


DOCUMENT: Final = Document(
    kind=Kind.SPECIAL_PERMANENT_RESIDENT,
    size=ID_1,
    words={
        r"特別永住者": 0.8, r"永住者証明書": 0.4, r"SPECIALPERMANENT": 0.4, r"国籍.?地域": 0.2, r"住居地": 0.2,
        r"この証明書は": 0.3, r"在留資格|在留期間": -0.8,
    },
    back_words={r"住居地記載欄": 0.9, r"資格外活動": -0.8},
    sides={Side.FRONT: _front, Side.BACK: _back},
    portrait=foreigner_cards.PORTRAIT,
)  # fmt: skip
