"""The families of type that specimens are drawn with, where their files lie, and which one is kept out of all tuning.

Two come with the package; the others are fetched by `scripts/fonts.py` and left out where they are not there. A
character that a family lacks is set from Noto Sans JP, as a printer sets a character of its own making.
"""

import os
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from PIL import ImageFont

from keizoku.kernel.documents.glyphs import FONTS, characters_of

_OWN: Final = Path(__file__).with_name("fonts")
MACHINE_READABLE: Final = _OWN / "OCRB.otf"


@dataclass(frozen=True)
class Family:
    """One family; `is_kept_out` when nobody may look at it while choosing a threshold."""

    name: str
    file: str
    is_in_package: bool
    is_kept_out: bool = False

    @property
    def path(self) -> Path:
        return (FONTS if self.is_in_package else folder()) / self.file


_FAMILIES: Final = (
    Family("biz-ud-gothic", "BIZUDGothic-Regular.ttf", is_in_package=True),
    Family("noto-sans-jp", "NotoSansJP-Regular.ttf", is_in_package=True),
    Family("biz-ud-mincho", "BIZUDMincho_400Regular.ttf", is_in_package=False),
    Family("noto-serif-jp", "NotoSerifJP_500Medium.ttf", is_in_package=False),
    Family("zen-kaku-gothic-new", "ZenKakuGothicNew_500Medium.ttf", is_in_package=False),
    Family("shippori-mincho", "ShipporiMincho_500Medium.ttf", is_in_package=False, is_kept_out=True),
)
FAMILIES: Final = {family.name: family for family in _FAMILIES}
_LAST_RESORT: Final = FAMILIES["noto-sans-jp"]


def folder() -> Path:
    """Where fetched families lie: KEIZOKU_FONTS, or `fonts` beside the interpreter's packages."""
    return Path(os.environ.get("KEIZOKU_FONTS") or Path(sys.prefix) / "fonts")


def present() -> tuple[str, ...]:
    """The families whose files are there."""
    return tuple(name for name, family in FAMILIES.items() if family.path.is_file())


def missing() -> tuple[str, ...]:
    """The families whose files are not there."""
    return tuple(name for name in FAMILIES if name not in present())


@lru_cache(maxsize=256)
def face(path: Path, pixels: int) -> ImageFont.FreeTypeFont:
    """A file's face at a size."""
    return ImageFont.truetype(str(path), pixels)


def runs(text: str, family: str) -> list[tuple[str, Path]]:
    """`text` cut into pieces, each with the file that can draw it."""
    path = FAMILIES[family].path
    drawn = _drawn(path)
    pieces: list[tuple[str, Path]] = []
    for character in text:
        chosen = path if ord(character) in drawn or character == " " else _LAST_RESORT.path
        if pieces and pieces[-1][1] == chosen:
            pieces[-1] = (pieces[-1][0] + character, chosen)
        else:
            pieces.append((character, chosen))
    return pieces


@lru_cache(maxsize=16)
def _drawn(path: Path) -> frozenset[int]:
    return frozenset(characters_of(path))
