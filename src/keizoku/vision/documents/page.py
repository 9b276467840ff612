"""A straightened document's lines of text, and how to ask them for what stands beside a label.

Lines are found and recognised once. Rows join what stands on one height; a label is sought in a row's letters, so that it
does not matter whether the finder saw "氏名 山田 太郎" as one line or three, nor where a printer set it exactly.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from keizoku.vision.documents.straightening import Sheet
from keizoku.vision.text import Alphabet, Box, Line, find, recognise
from keizoku.vision.text.recogniser import Letter

_SAME_ROW: Final = 0.5
_GAP: Final = 1.5  # times the usual distance of two wide letters: between them stands a space
_UPRIGHT: Final = 1.6
_TEXT: Final = 0.3  # the mean of a line's letters; what is less was no text, but a print's ground


@dataclass(frozen=True, eq=False)
class Piece:
    """One found line and what it says."""

    box: Box
    line: Line


@dataclass(frozen=True, eq=False)
class Glyph:
    """One letter and where its middle stands on the sheet."""

    letter: Letter
    x: float
    piece: Piece


@dataclass(frozen=True, eq=False)
class Row:
    """Pieces on one height, from the left."""

    pieces: tuple[Piece, ...]

    @cached_property
    def glyphs(self) -> tuple[Glyph, ...]:
        return tuple(
            Glyph(letter, piece.box.x + letter.place * piece.box.width, piece)
            for piece in self.pieces
            for letter in piece.line.letters
            if not letter.character.isspace()
        )

    @cached_property
    def text(self) -> str:
        """One character for each glyph, in the narrow form that labels are sought in."""
        return "".join(unicodedata.normalize("NFKC", one.letter.character)[:1] for one in self.glyphs)

    @property
    def middle(self) -> float:
        return float(np.mean([piece.box.middle for piece in self.pieces]))

    @property
    def height(self) -> float:
        return float(np.median([piece.box.height for piece in self.pieces]))


@dataclass(frozen=True)
class Value:
    """Letters read under an alphabet, and the box around them on the sheet."""

    letters: tuple[Letter, ...]
    box: Box
    spaces: frozenset[int] = frozenset()  # before which letters a gap stands

    @property
    def text(self) -> str:
        return "".join(letter.character for letter in self.letters)

    @property
    def spaced(self) -> str:
        """With a full-width space where a gap stands."""
        return "".join(
            ("　" if at in self.spaces else "") + letter.character for at, letter in enumerate(self.letters)
        )

    @property
    def confidence(self) -> float:
        """Of the least sure letter; 0 for none."""
        return min((letter.confidence for letter in self.letters), default=0.0)


@dataclass(frozen=True, eq=False)
class Page:
    """A sheet and its lines."""

    sheet: Sheet
    pieces: tuple[Piece, ...]

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """From the top."""
        rows: list[list[Piece]] = []
        for piece in sorted(self.pieces, key=lambda piece: piece.box.x):
            if piece.line.confidence < _TEXT or piece.box.height > _UPRIGHT * piece.box.width:
                continue
            near = [row for row in rows if _is_level(row[-1].box, piece.box)]
            if near:
                min(near, key=lambda row: abs(row[-1].box.middle - piece.box.middle)).append(piece)
            else:
                rows.append([piece])
        return tuple(sorted((Row(tuple(row)) for row in rows), key=lambda row: row.middle))

    @property
    def words(self) -> str:
        """All that is read, row by row."""
        return "\n".join(row.text for row in self.rows)

    @property
    def confidence(self) -> float:
        """The mean over the letters."""
        letters = [letter.confidence for piece in self.pieces for letter in piece.line.letters]
        return float(np.mean(letters)) if letters else 0.0

    def after(self, label: str, alphabet: Alphabet, until: str | None = None) -> Value | None:
        """What stands to the right of a label (a pattern), up to another pattern; None where no row has the label."""
        for row in self.rows:
            if found := re.search(label, row.text):
                stop = re.search(until, row.text[found.end() :]) if until else None
                end = found.end() + stop.start() if stop else len(row.glyphs)
                value = self._read(row, found.end(), end, alphabet)
                if value.letters:
                    return value
        return None

    def matching(self, pattern: str, alphabet: Alphabet) -> Value | None:
        """The first part of a row, read under the alphabet, that a pattern describes."""
        for row in self.rows:
            if found := re.search(pattern, row.text):
                return self._read(row, found.start(), found.end(), alphabet)
        return None

    def within(self, region: Box, alphabet: Alphabet) -> list[Value]:
        """Each row whose middle lies in a region: that part of it which does."""
        found = []
        for row in self.rows:
            inside = [at for at, one in enumerate(row.glyphs) if _holds(region, one.x, one.piece.box.middle)]
            if inside:
                found.append(self._read(row, inside[0], inside[-1] + 1, alphabet))
        return [value for value in found if value.letters]

    def part(self, row: Row, start: int, end: int, alphabet: Alphabet) -> Value:
        """Letters `start` to `end` of a row's text, read under the alphabet."""
        return self._read(row, start, end, alphabet)

    def at(self, region: Box, alphabet: Alphabet) -> Value:
        """A region read as one line, whatever the finder found there."""
        (line,) = recognise([self.sheet.part(region)], alphabet)
        return Value(line.letters, region)

    def thousandths(self, box: Box) -> tuple[int, int, int, int]:
        """A box as results give it."""
        width, height = self.sheet.size
        return (
            round(1000 * box.x / width), round(1000 * box.y / height),
            round(1000 * box.width / width), round(1000 * box.height / height),
        )  # fmt: skip

    def region(self, x: float, y: float, width: float, height: float) -> Box:
        """Thousandths of the document as a box on the sheet."""
        across, down = self.sheet.size[0] / 1000, self.sheet.size[1] / 1000
        return Box(y * down, x * across, height * down, width * across)

    def _read(self, row: Row, start: int, end: int, alphabet: Alphabet) -> Value:
        """Glyphs `start` to `end` of a row, decoded again under an alphabet."""
        if start >= end:
            return Value((), row.pieces[0].box)
        wanted = row.glyphs[start:end]
        left = (row.glyphs[start - 1].x + wanted[0].x) / 2 if start else 0.0
        right = (row.glyphs[end].x + wanted[-1].x) / 2 if end < len(row.glyphs) else float(self.sheet.size[0])
        letters: list[Letter] = []
        places: list[float] = []
        seen: set[int] = set()
        boxes: list[Box] = []
        for piece in dict.fromkeys(one.piece for one in wanted):
            box = piece.box
            first, last = max(0.0, (left - box.x) / box.width), min(1.0, (right - box.x) / box.width)
            for one in piece.line.within(alphabet, first, last).letters:
                if one.character.isspace():
                    seen.add(len(letters))
                    continue
                letters.append(one)
                places.append(box.x + one.place * box.width)
            start_x, end_x = max(box.x, left), min(box.right, right)
            boxes.append(Box(box.y, start_x, box.height, end_x - start_x))
        narrow = {at for at in seen if 0 < at < len(letters) and letters[at - 1].character.isascii()}
        return Value(tuple(letters), around(boxes), _gaps(letters, places, row.height) | narrow)


def page_of(sheet: Sheet) -> Page:
    """The sheet's lines, found and read."""
    boxes = find(sheet.straight)
    lines = recognise([sheet.part(box) for box in boxes])
    return Page(sheet, tuple(Piece(*both) for both in zip(boxes, lines, strict=True)))


def around(boxes: Sequence[Box]) -> Box:
    """The box around boxes."""
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    return Box(top, left, max(box.bottom for box in boxes) - top, max(box.right for box in boxes) - left)


def _is_level(one: Box, two: Box) -> bool:
    overlap = min(one.bottom, two.bottom) - max(one.y, two.y)
    return overlap > _SAME_ROW * min(one.height, two.height)


def _holds(region: Box, x: float, y: float) -> bool:
    return region.x <= x <= region.right and region.y <= y <= region.bottom


def _gaps(letters: Sequence[Letter], places: Sequence[float], height: float) -> frozenset[int]:
    """Before which letters there is room for another wide one, or a space that the model saw between narrow ones."""
    wide = [
        after - before
        for one, other, before, after in zip(letters, letters[1:], places, places[1:], strict=False)
        if not one.character.isascii() and not other.character.isascii()
    ]
    usual = float(np.median(wide)) if len(wide) > 1 else 0.8 * height
    usual = min(usual, 1.1 * height)
    return frozenset(at for at in range(1, len(places)) if places[at] - places[at - 1] > _GAP * usual)
