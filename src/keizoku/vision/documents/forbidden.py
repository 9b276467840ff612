"""What must not be kept: an Individual Number, or the numbers of a health insurance.

Collecting the first is forbidden outside its purposes (番号法15条, 20条), asking for the second since 2020-10-01
(告知要求制限). I answer with codes alone; the number leaves this module in no form. In doubt I say that it is there: a
picture destroyed is taken again, a number kept is a breach.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from keizoku.kernel.text import numbers
from keizoku.vision.documents import quads
from keizoku.vision.documents.page import Page, page_of
from keizoku.vision.documents.straightening import ID_1, laid, whole
from keizoku.vision.pictures import Picture


class Number(StrEnum):
    """Whose number is shown."""

    INDIVIDUAL_NUMBER = "individual_number"
    INSURANCE_NUMBER = "insurance_number"


@dataclass(frozen=True)
class Forbidden:
    """That a number is shown, and by what it was known: its check digit, or the words of the side that carries it."""

    number: Number
    by: str


_TWELVE: Final = re.compile(r"(?<![\d第])\d{4}[ .・-]?\d{4}[ .・-]?\d{4}(?![\d号])")
# The back of the card: these words stand nowhere on its front.
_BACK: Final = re.compile(r"個人番号[^カ\n]{0,6}\d{4}|本人の同意なく|個人番号の提供|裏面.{0,8}コピー")
_INSURANCE: Final = re.compile(r"保険者番号|被保険者|記号.{0,8}番号|健康保険|資格確認書|保険者名称")
_LEAST_WORDS: Final = 2
_READABLE: Final = 0.85  # a page that was the right way up


def forbidden(picture: Picture) -> Forbidden | None:
    """What a picture shows that must not be kept; None when nothing was found."""
    found = quads.find(picture, most=1)
    sheet = laid(picture, found[0].quad, ID_1) if found else whole(picture, ID_1)
    tries: list[Callable[[], Page]] = [
        lambda: page_of(sheet),
        lambda: page_of(sheet.turned(2)),
        lambda: page_of(whole(picture, ID_1)),
    ]
    for made in tries:
        page = made()
        if answer := of_words(page.words):
            return answer
        if page.confidence >= _READABLE and len(page.pieces) > _LEAST_WORDS:
            return None
    return None


def of_words(words: str) -> Forbidden | None:
    """The same for words that were read already."""
    if _INSURANCE.search(words) and len(set(_INSURANCE.findall(words))) >= _LEAST_WORDS:
        return Forbidden(Number.INSURANCE_NUMBER, "words")
    if _BACK.search(words):
        return Forbidden(Number.INDIVIDUAL_NUMBER, "words")
    is_licence = re.search(r"公安委員会|運転", words) is not None
    for found in _TWELVE.finditer(words):
        # One licence number in ten has such a check digit by chance; a licence says what it is.
        if numbers.has_individual_number(found[0]) and not is_licence:
            return Forbidden(Number.INDIVIDUAL_NUMBER, "check_digit")
    return None
