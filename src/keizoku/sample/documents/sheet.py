"""A sheet measured in millimetres on which a document is printed, remembering where each field went.

Coordinates are millimetres from the upper left corner; a field's box is kept in thousandths of the sheet, as the
readers give theirs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageDraw

from keizoku.sample.documents import families
from keizoku.sample.documents.specimens import Box, FieldTruth, Picture, Side

Colour = tuple[int, int, int]
PIXELS_A_MILLIMETRE: Final = 18
INK: Final[Colour] = (38, 36, 40)
LABEL: Final[Colour] = (74, 74, 84)
RED: Final[Colour] = (196, 32, 40)
# Above this share a printer condenses the letters; below it leaves them as they are.
_NARROWEST: Final = 0.5


@dataclass(frozen=True)
class Style:
    """How words are set: size in millimetres (em), colour, space between letters, most width, a file of its own."""

    size: float
    colour: Colour = INK
    spacing: float = 0.0
    width: float | None = None
    file: Path | None = None
    is_upright: bool = False


@dataclass
class Sheet:
    """A printed side of a document in the making."""

    size: tuple[float, float]
    family: str
    image: Image.Image
    fields: dict[str, FieldTruth] = field(default_factory=dict)
    portrait_box: Box | None = None

    @staticmethod
    def blank(size: tuple[float, float], family: str, ground: Picture) -> "Sheet":
        """A sheet of that size in millimetres over a ground (RGB) of any size."""
        pixels = tuple(round(side * PIXELS_A_MILLIMETRE) for side in size)
        return Sheet(size, family, Image.fromarray(ground).resize((pixels[0], pixels[1])))

    def text(self, at: tuple[float, float], words: str, style: Style) -> tuple[float, float, float, float]:
        """Print one line, its em box beginning at `at`; gives the box of the ink in millimetres."""
        mask = self._set(words, style)
        if style.is_upright:
            mask = _stacked(
                [self._set(letter, style) for letter in words], _pixels(style.size + style.spacing)
            )
        if style.width is not None:
            widest = _pixels(style.width)
            if mask.width > widest:
                mask = mask.resize((max(widest, round(mask.width * _NARROWEST)), mask.height))
        corner = (_pixels(at[0]), _pixels(at[1]))
        self.image.paste(Image.new("RGB", mask.size, style.colour), corner, mask)
        ink = mask.getbbox() or (0, 0, 1, 1)
        return (
            at[0] + ink[0] / PIXELS_A_MILLIMETRE,
            at[1] + ink[1] / PIXELS_A_MILLIMETRE,
            (ink[2] - ink[0]) / PIXELS_A_MILLIMETRE,
            (ink[3] - ink[1]) / PIXELS_A_MILLIMETRE,
        )

    def field(
        self, name: str, value: str, lines: Sequence[tuple[tuple[float, float], str]], style: Style
    ) -> None:
        """Print a field's lines and remember its value, what is printed, and the box around all of them."""
        boxes = [self.text(at, words, style) for at, words in lines]
        self.remember(name, value, "\n".join(words for _, words in lines), boxes)

    def remember(
        self, name: str, value: str, printed: str, boxes: Sequence[tuple[float, float, float, float]]
    ) -> None:
        """Keep the truth of a field whose lines were printed one by one."""
        left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
        right, bottom = max(box[0] + box[2] for box in boxes), max(box[1] + box[3] for box in boxes)
        self.fields[name] = FieldTruth(
            value, printed, self._thousandths((left, top, right - left, bottom - top))
        )

    def rule(self, start: tuple[float, float], end: tuple[float, float], colour: Colour = LABEL) -> None:
        """A thin line."""
        pen = ImageDraw.Draw(self.image)
        pen.line([*map(_pixels, start), *map(_pixels, end)], fill=colour, width=3)

    def frame(self, box: tuple[float, float, float, float], colour: Colour = LABEL) -> None:
        """A thin frame: left, top, width, height."""
        left, top, width, height = (_pixels(part) for part in box)
        ImageDraw.Draw(self.image).rectangle((left, top, left + width, top + height), outline=colour, width=3)

    def fill(self, box: tuple[float, float, float, float], colour: Colour) -> None:
        """A filled box: left, top, width, height."""
        left, top, width, height = (_pixels(part) for part in box)
        ImageDraw.Draw(self.image).rectangle((left, top, left + width, top + height), fill=colour)

    def portrait(self, picture: Picture, box: tuple[float, float, float, float]) -> None:
        """Put an RGB picture into a box: left, top, width, height."""
        left, top, width, height = (_pixels(part) for part in box)
        self.image.paste(Image.fromarray(picture).resize((width, height)), (left, top))
        self.portrait_box = self._thousandths(box)

    def marked(self, *places: tuple[float, float], size: float = 4.0) -> None:
        """Mark as a specimen (見本), at places where no field is printed."""
        for place in places:
            box = self.text(place, "見本", Style(size, RED, spacing=0.1))
            margin = 0.35
            self.frame((box[0] - margin, box[1] - margin, box[2] + 2 * margin, box[3] + 2 * margin), RED)

    def side(self, name: str) -> Side:
        """The side as it left the printer."""
        picture: Picture = np.ascontiguousarray(np.asarray(self.image)[:, :, ::-1])
        return Side(name, picture, self.fields, self.portrait_box)

    def _thousandths(self, box: tuple[float, float, float, float]) -> Box:
        width, height = self.size
        left, top, wide, high = box
        parts = (left / width, top / height, wide / width, high / height)
        x, y, w, h = (round(1000 * part) for part in parts)
        return x, y, w, h

    def _set(self, words: str, style: Style) -> Image.Image:
        """One line as a mask of ink."""
        pixels = _pixels(style.size)
        pieces = [(words, style.file)] if style.file else families.runs(words, self.family)
        faces = [(piece, families.face(path, pixels)) for piece, path in pieces if path]
        gap = style.spacing * PIXELS_A_MILLIMETRE
        if gap:
            faces = [(letter, drawn) for piece, drawn in faces for letter in piece]
        width = sum(drawn.getlength(piece) + gap for piece, drawn in faces)
        mask = Image.new("L", (max(1, round(width) + 4), round(pixels * 1.35)))
        pen, at = ImageDraw.Draw(mask), 0.0
        for piece, drawn in faces:
            pen.text((at, pixels), piece, fill=255, font=drawn, anchor="ls")
            at += drawn.getlength(piece) + gap
        return mask


def _stacked(letters: Sequence[Image.Image], step: int) -> Image.Image:
    """Letters one under another, `step` pixels apart."""
    mask = Image.new("L", (max(letter.width for letter in letters), step * len(letters) + letters[0].height))
    for place, letter in enumerate(letters):
        mask.paste(255, (0, place * step), letter)
    return mask


def _pixels(millimetres: float) -> int:
    return round(millimetres * PIXELS_A_MILLIMETRE)
