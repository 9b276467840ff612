"""個人番号カード, the front alone. The back shows the Individual Number, which nobody may ask for here (番号法15条, 20条):
it has no reader, and a picture of it is answered with FORBIDDEN.

The card ends on a birthday (個人番号カード等省令26条), which is the one check that its front allows.
"""

from typing import Final

from keizoku.vision.checks import Outcome
from keizoku.vision.documents import driver_cards, values
from keizoku.vision.documents.kind import Document, Found
from keizoku.vision.documents.page import Page
from keizoku.vision.documents.results import Field, Kind, Side, Why
from keizoku.vision.documents.straightening import ID_1
from keizoku.vision.text import Alphabet

_NAME: Final = (92, 40, 880, 105)
_ADDRESS: Final = (92, 145, 900, 185)
_DAYS: Final = (270, 385, 720, 90)
_EXPIRY: Final = (270, 480, 560, 90)


def _front(page: Page) -> Found:
    found = page.after("氏名?", Alphabet.NAME) or driver_cards.inside(page, _NAME, Alphabet.NAME)
    name = values.person_name(page, "name", found)
    lines = page.within(page.region(*_ADDRESS), Alphabet.ADDRESS)
    address = values.address(page, "address", lines)
    printed = page.matching(rf"{driver_cards.DAY}生", Alphabet.DATE) or driver_cards.inside(
        page, _DAYS, Alphabet.DATE
    )
    born, birth = values.day(page, "birth_date", printed)
    ends = page.matching(r"\d{4}年.{1,3}月.{1,3}日(?=まで|ま|で)", Alphabet.DATE)
    expiry, end = values.day(page, "expiry_date", ends or driver_cards.inside(page, _EXPIRY, Alphabet.DATE))
    checks = [driver_cards.on_birthday(birth, end), driver_cards.of_address(address)]
    if checks[0].outcome is not Outcome.PASSED:
        born, expiry = values.doubted(born, Why.CHECK_FAILED), values.doubted(expiry, Why.CHECK_FAILED)
    return Found((name, address, born, _sex(page), expiry), tuple(checks))


def _sex(page: Page) -> Field:
    return values.plain(
        page, "sex", page.matching(r"(?<=生)[男女]|(?<=別)[男女]|^[男女]$|[男女]$", Alphabet.NAME)
    )


DOCUMENT: Final = Document(
    kind=Kind.MY_NUMBER_CARD,
    size=ID_1,
    words={
        r"個人番号": 0.7, r"カード": 0.2, r"電子証明書": 0.4, r"臓器提供意思|臓器提供": 0.2, r"追記欄": 0.3,
        r"生.{0,3}[男女]": 0.3, r"まで有効": 0.1, r"公安委員会": -1.0, r"在留": -1.0,
    },
    back_words={},
    sides={Side.FRONT: _front},
    portrait=(25, 335, 275, 530),
)  # fmt: skip
