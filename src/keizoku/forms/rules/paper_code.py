"""The code on every page of a paper questionnaire: whose review it is, and which published version was printed. Pure.

"12345678901V15" stands in the QR code: the reference code's eleven digits, V, and the published version's number. A barcode
reader types it like a keyboard, whatever its layout: digits and one letter are the same on all of them.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from keizoku.kernel.text import hyphen
from keizoku.kernel.text.numbers import damm_check_digit

_SCANNED: Final = re.compile(r"([0-9]{11})(?:V([1-9][0-9]{0,8}))?")


@dataclass(frozen=True, slots=True)
class FormCode:
    """``published_id`` is None where only the reference code was typed."""

    reference: int
    published_id: int | None


def write_form_code(reference: int, published_id: int) -> str:
    return f"{reference:011d}V{published_id}"


def read_form_code(typed: str) -> FormCode | None:
    """What was scanned or typed, in wide or narrow digits, with or without hyphens; None for a slip."""
    plain = hyphen.fold(unicodedata.normalize("NFKC", typed)).replace("-", "")
    found = _SCANNED.fullmatch("".join(plain.split()).upper())
    if found is None or int(found[1][-1]) != damm_check_digit(found[1][:-1]):
        return None
    return FormCode(int(found[1]), int(found[2]) if found[2] else None)
