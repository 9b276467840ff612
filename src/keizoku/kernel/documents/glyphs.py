"""Which characters the fonts of documents can draw: their cmap tables, read once a process.

OpenType, "cmap — Character to Glyph Index Mapping Table": formats 4 (the BMP) and 12 (all planes).
"""

import struct
from functools import lru_cache
from pathlib import Path
from typing import Final

FONTS: Final = Path(__file__).parent / "fonts"
_WHITE: Final = frozenset("\n\t\u3000 ")
# A selector of a variant shape (IVS): where a font lacks the variant, typst draws the character's ordinary shape.
_SELECTORS: Final = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
# Private use: the same number is another character in each institution's own list.
_PRIVATE: Final = (range(0xE000, 0xF900), range(0xF0000, 0x10FFFE))
_BMP, _ALL_PLANES = 4, 12


def missing(text: str) -> tuple[str, ...]:
    """The characters of ``text`` that no font here has, each once, in order; also those of private use (外字)."""
    drawn = _characters()
    return tuple(dict.fromkeys(character for character in text if not _is_drawn(character, drawn)))


def _is_drawn(character: str, drawn: frozenset[int]) -> bool:
    code = ord(character)
    if any(code in places for places in _PRIVATE):
        return False
    return character in _WHITE or any(code in places for places in _SELECTORS) or code in drawn


@lru_cache(maxsize=1)
def _characters() -> frozenset[int]:
    """What both weights of the first face, or the second face in their place, can draw."""
    regular, bold, fallback = (
        characters_of(FONTS / name)
        for name in ("BIZUDGothic-Regular.ttf", "BIZUDGothic-Bold.ttf", "NotoSansJP-Regular.ttf")
    )
    return frozenset((regular & bold) | fallback)


def characters_of(path: Path) -> set[int]:
    """The code points that one font's file can draw."""
    font = path.read_bytes()
    (tables,) = struct.unpack_from(">H", font, 4)
    start = next(
        offset
        for tag, _, offset, _ in struct.iter_unpack(">4sIII", font[12 : 12 + 16 * tables])
        if tag == b"cmap"
    )
    (count,) = struct.unpack_from(">H", font, start + 2)
    places = {
        start + entry[2] for entry in struct.iter_unpack(">HHI", font[start + 4 : start + 4 + 8 * count])
    }
    found: set[int] = set()
    for place in places:
        (kind,) = struct.unpack_from(">H", font, place)
        if kind == _BMP:
            found |= _segments(font, place)
        elif kind == _ALL_PLANES:
            found |= _groups(font, place)
    return found


def _segments(font: bytes, place: int) -> set[int]:
    """Format 4: parallel arrays of ends, starts, deltas and offsets; glyph 0 is the box."""
    (double,) = struct.unpack_from(">H", font, place + 6)
    count = double // 2
    ends, starts, deltas, offsets = (
        struct.unpack_from(f">{count}H", font, place + 14 + part * double + (2 if part else 0))
        for part in range(4)
    )
    base = place + 16 + 3 * double
    found = set()
    for index in range(count):
        for code in range(starts[index], min(ends[index], 0xFFFE) + 1):
            if offsets[index] == 0:
                glyph = (code + deltas[index]) & 0xFFFF
            else:
                at = base + 2 * index + offsets[index] + 2 * (code - starts[index])
                (glyph,) = struct.unpack_from(">H", font, at)
            if glyph:
                found.add(code)
    return found


def _groups(font: bytes, place: int) -> set[int]:
    """Format 12: ranges of code points."""
    (count,) = struct.unpack_from(">I", font, place + 12)
    groups = struct.iter_unpack(">III", font[place + 16 : place + 16 + 12 * count])
    return {code for first, last, glyph in groups if glyph for code in range(first, last + 1)}
