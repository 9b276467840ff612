"""What a residence card and a special permanent resident's certificate print alike: number, person, address, sheets."""

import re
from typing import Final

from keizoku.vision.checks import Check, Outcome, passed
from keizoku.vision.documents import driver_cards, status, values
from keizoku.vision.documents.page import Page, Value
from keizoku.vision.documents.results import Doubt, Field, Why
from keizoku.vision.text import Alphabet

NUMBER: Final = re.compile(r"[A-Z]{2}\d{8}[A-Z]{2}")
PORTRAIT: Final = (735, 470, 235, 450)
_TO_DIGIT: Final = str.maketrans("OQDILZSBG", "000112586")
_TO_LETTER: Final = str.maketrans("01258", "OIZSB")
_NUMBER: Final = (660, 30, 330, 80)
_NAME: Final = (138, 150, 840, 95)
_PERSON: Final = (138, 265, 850, 90)
_ADDRESS: Final = (138, 365, 850, 118)
_WESTERN: Final = r"\d{4}年.{1,3}月.{1,3}日"


def number(page: Page) -> Field:
    """Two letters, eight digits, two letters; there is no check digit."""
    pattern = r"[A-Z0-9]{2}[0-9OQDILZSBG]{8}[A-Z0-9]{2}$"
    found = page.matching(pattern, Alphabet.NUMBER) or driver_cards.inside(page, _NUMBER, Alphabet.NUMBER)
    read = values.digits(page, "number", found, 12)
    text = read.value
    if len(text) == 12:  # noqa: PLR2004 - as long as it has to be
        text = (
            text[:2].translate(_TO_LETTER) + text[2:10].translate(_TO_DIGIT) + text[10:].translate(_TO_LETTER)
        )
    doubts = read.doubts if NUMBER.fullmatch(text) else (*read.doubts, Doubt(Why.MALFORMED))
    return Field("number", text, read.raw, read.confidence, doubts, read.box)


def of_number(field: Field) -> Check:
    """The number's form."""
    is_right = NUMBER.fullmatch(field.value) is not None
    return passed("number_form") if is_right else Check("number_form", Outcome.UNSURE, "malformed")


def name(page: Page) -> Field:
    """氏名, in the letters of the passport or in kanji."""
    return values.person_name(page, "name", driver_cards.inside(page, _NAME, Alphabet.NAME))


def person(page: Page) -> tuple[Field, Field, Field]:
    """生年月日, 性別, 国籍・地域: one row."""
    found = page.after("生年月日", Alphabet.DATE, until=r"(?<=日)") or page.matching(_WESTERN, Alphabet.DATE)
    born, _ = values.day(page, "birth_date", found or driver_cards.inside(page, _PERSON, Alphabet.DATE))
    sex = values.plain(page, "sex", page.matching(r"(?<=別)[男女]|[男女](?=\.?[MF])", Alphabet.NAME))
    nation = page.after(r"国籍.?地域|地域", Alphabet.JAPANESE)
    return born, sex, _of_list(values.plain(page, "nationality", nation), status.NATIONALITIES)


def status_of_residence(page: Page, value: Value | None) -> Field:
    """在留資格, one of the law's; doubtful when it is none of them."""
    return _of_list(values.plain(page, "status_of_residence", value), status.STATUSES, is_closed=True)


def _of_list(field: Field, names: tuple[str, ...], *, is_closed: bool = False) -> Field:
    known = status.listed(field.value, names)
    if known is not None:
        return Field(field.name, known, field.raw, field.confidence, field.doubts, field.box)
    return values.doubted(field, Why.MALFORMED) if is_closed and field.value else field


def address(page: Page) -> Field:
    """住居地, in one line or two that belong together."""
    lines = page.within(page.region(*_ADDRESS), Alphabet.ADDRESS)
    return values.address(page, "address", lines)


def note(page: Page) -> Field:
    """住居地記載欄 of the back: the newest address with its day, line by line."""
    rows = page.within(page.region(20, 100, 880, 560), Alphabet.JAPANESE)
    kept = [line for line in rows if not re.search(r"住居地|届出|記載|印$|資格外|見本", line.text)]
    shown = []
    for line in kept:
        found = re.match(rf"({_WESTERN})(.*)", line.text)
        shown += [part for part in (found.groups() if found else (line.text,)) if part]
    text = "\n".join(shown)
    box = page.thousandths(kept[0].box) if kept else (0, 0, 0, 0)
    return Field("note", text, text, min((line.confidence for line in kept), default=1.0), (), box)
