"""Machine-readable zones (ICAO Doc 9303): TD3 of passports, TD1 of cards; check digits by our own code.

Lines are read in pieces of eleven characters, which is what the recogniser reads best (20 of 20 zones against 6 of 20 in one
piece); the first line is letters alone. A piece in which a check digit fails is never mended by guess: only signs that
cannot stand where they were read (O for 0 in a date) take their twin.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import cv2
import numpy as np

from keizoku.vision.checks import Check, Outcome, passed
from keizoku.vision.documents.page import Page, Row, around
from keizoku.vision.text import Alphabet, Box, recognise

_WEIGHTS: Final = (7, 3, 1)
_PIECE: Final = 11
TD3: Final = 44
TD1: Final = 30
_TO_DIGIT: Final = str.maketrans("OQDILZSBGTA", "00011258674")
_TO_LETTER: Final = str.maketrans("0125867", "OIZSBGT")
_NEVER: Final = "<<<<<<"


@dataclass(frozen=True)
class Zone:
    """A zone read: its lines, what they say by the names of fields (dates as ISO), and each check digit's outcome."""

    lines: tuple[str, ...]
    fields: Mapping[str, str]
    checks: tuple[Check, ...]

    @property
    def is_whole(self) -> bool:
        """Every check digit holds."""
        return bool(self.checks) and all(check.outcome is Outcome.PASSED for check in self.checks)


def check_digit(text: str) -> int:
    """Part 3, 4.9: weights 7, 3, 1; A counts 10 and Z 35, the filler nothing."""
    return sum(_worth(sign) * _WEIGHTS[at % 3] for at, sign in enumerate(text)) % 10


def parsed(lines: Sequence[str]) -> Zone | None:
    """Two lines of 44 or three of 30; None for anything else."""
    if [len(line) for line in lines] == [TD3, TD3]:
        return _td3(*lines)
    if [len(line) for line in lines] == [TD1, TD1, TD1]:
        return _td1(*lines)
    return None


def read(page: Page) -> tuple[Zone, Box, float] | None:
    """The zone at the foot of a page, the box around it, and the least confidence of a letter; None where there is none."""
    rows = _rows(page)
    if len(rows) < 2:  # noqa: PLR2004 - a zone has two lines or three
        return None
    boxes = [_inked(page, around([piece.box for piece in row.pieces])) for row in rows]
    count = TD1 if len(rows) == 3 else TD3  # noqa: PLR2004
    lines, least = [], 1.0
    for place, box in enumerate(boxes):
        is_letters = place == (2 if count == TD1 else 0)
        text, confidence = _line(page, box, count, Alphabet.MRZ_LETTERS if is_letters else Alphabet.MRZ)
        lines.append(text)
        least = min(least, confidence)
    zone = parsed(lines)
    return None if zone is None else (zone, around(boxes), least)


def _rows(page: Page) -> list[Row]:
    """The two or three long rows at the foot."""
    width, height = page.sheet.size
    low = [
        row
        for row in page.rows
        if row.middle > 0.6 * height and around([piece.box for piece in row.pieces]).width > 0.7 * width
    ]
    latin = [row for row in low if sum(sign.isascii() for sign in row.text) > 0.8 * len(row.text)]
    return latin[-3:] if len(latin) >= 3 and sum(len(row.text) for row in latin[-3:]) < 3 * 37 else latin[-2:]  # noqa: PLR2004


def _inked(page: Page, box: Box) -> Box:
    """A row's box drawn in to where its first and last sign stand."""
    scale = 4.0
    grown = Box(box.y, max(0.0, box.x - box.height), box.height, box.width + 2 * box.height)
    strip = page.sheet.part(grown, round(grown.height * scale / 2))
    grey = cv2.cvtColor(strip, cv2.COLOR_BGR2GRAY)
    ground = cv2.medianBlur(grey, 31)
    dark = (ground.astype(np.int16) - grey) > 40  # noqa: PLR2004 - print, not the page's pattern
    columns = np.flatnonzero(dark[2:-2].sum(axis=0) >= 2)  # noqa: PLR2004 - not a speck
    if not len(columns):
        return box
    across = grown.width / strip.shape[1]
    left, right = grown.x + columns[0] * across, grown.x + (columns[-1] + 1) * across
    return Box(box.y, left, box.height, right - left)


def _line(page: Page, box: Box, count: int, alphabet: Alphabet) -> tuple[str, float]:
    """One line, piece by piece; signs stand at one pitch."""
    pitch = box.width / (count - 0.25)  # the last sign's own room is not inked
    size = _PIECE if count % _PIECE == 0 else 10
    room = 0.13 * pitch
    pieces = []
    for start in range(0, count, size):
        left = box.x + start * pitch - room
        pieces.append(page.sheet.part(Box(box.y, left, box.height, size * pitch + room)))
    lines = recognise(pieces, alphabet)
    text = "".join(line.text.ljust(size, "<")[:size] for line in lines)
    return text, min((letter.confidence for line in lines for letter in line.letters), default=0.0)


def _worth(sign: str) -> int:
    return 0 if sign == "<" else int(sign, 36)


def _digits(text: str) -> str:
    return text.translate(_TO_DIGIT)


def _letters(text: str) -> str:
    return text.translate(_TO_LETTER)


def _td3(first: str, second: str) -> Zone:
    number, country = second[:9], _letters(second[10:13])
    if country == "JPN":
        number = _letters(number[:2]) + _digits(number[2:])
    second = (
        number + _digits(second[9]) + country + _digits(second[13:20]) + second[20] + _digits(second[21:28])
        + second[28:42] + _digits(second[42]) + _digits(second[43])
    )  # fmt: skip
    first = _letters(first)
    surname, _, given = first[5:].partition("<<")
    birth, expiry = second[13:19], second[21:27]
    checks = (
        _checked("mrz_number", second[:9], second[9]),
        _checked("mrz_birth_date", birth, second[19]),
        _checked("mrz_expiry_date", expiry, second[27]),
        _checked("mrz_optional", second[28:42], second[42].replace("<", "0")),
        _checked("mrz_composite", second[:10] + second[13:20] + second[21:43], second[43]),
    )
    fields = {
        "country": first[2:5].rstrip("<"), "name_latin": _name(surname, given), "number": second[:9].rstrip("<"),
        "nationality": country.rstrip("<"), "birth_date": _past(birth), "sex": second[20], "expiry_date": _ahead(expiry),
    }  # fmt: skip
    return Zone((first, second), fields, checks)


def _td1(first: str, second: str, third: str) -> Zone:
    second = (
        _digits(second[:7])
        + second[7]
        + _digits(second[8:15])
        + _letters(second[15:18])
        + second[18:29]
        + _digits(second[29])
    )
    first = _letters(first[:5]) + first[5:14] + _digits(first[14]) + first[15:]
    third = _letters(third)
    surname, _, given = third.partition("<<")
    checks = (
        _checked("mrz_number", first[5:14], first[14]),
        _checked("mrz_birth_date", second[:6], second[6]),
        _checked("mrz_expiry_date", second[8:14], second[14]),
        _checked("mrz_composite", first[5:30] + second[:7] + second[8:15] + second[18:29], second[29]),
    )
    fields = {
        "country": first[2:5].rstrip("<"), "name_latin": _name(surname, given), "number": first[5:14].rstrip("<"),
        "nationality": second[15:18].rstrip("<"), "birth_date": _past(second[:6]), "sex": second[7],
        "expiry_date": _ahead(second[8:14]),
    }  # fmt: skip
    return Zone((first, second, third), fields, checks)


def _checked(name: str, text: str, digit: str) -> Check:
    if digit.isdigit() and check_digit(text) == int(digit):
        return passed(name)
    return Check(name, Outcome.FAILED, "check_digit")


def _name(surname: str, given: str) -> str:
    return " ".join(f"{surname} {given.split(_NEVER, maxsplit=1)[0]}".replace("<", " ").split())


def _ahead(six: str) -> str:
    """An expiry: in this century."""
    return _iso(2000, six)


def _past(six: str) -> str:
    """A birth: the printed page says the century; alone, the zone's two digits are taken as those of the past.

    The turn lies at 30, since nobody younger than some years past it carries a zone yet and few are older than that.
    """
    turn = 30
    return _iso(2000 if six[:2].isdigit() and int(six[:2]) < turn else 1900, six)


def _iso(century: int, six: str) -> str:
    if not six.isdigit():
        return ""
    try:
        return date(century + int(six[:2]), int(six[2:4]), int(six[4:])).isoformat()
    except ValueError:
        return ""
