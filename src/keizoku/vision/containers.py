"""Containers: what a picture's file is made of, read without decoding it.

I own telling one kind of file from another, and finding what does not belong in a picture: a second file behind it or
within its remarks (a polyglot), more than one picture, an end that is missing.
"""

import re
import struct
from collections.abc import Iterator
from enum import Enum
from typing import Final


class Kind(Enum):
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    GIF = "gif"
    HEIF = "heif"


class Finding(Enum):
    """What is wrong with a file, before anything is decoded."""

    CUT = "cut"
    SEQUENCE = "sequence"
    FOREIGN = "foreign"


_PNG: Final = b"\x89PNG\r\n\x1a\n"
_SEQUENCES: Final = frozenset((b"hevc", b"hevx", b"msf1", b"avis"))
_BRANDS: Final = frozenset((b"heic", b"heix", b"heim", b"heis", b"mif1", b"avif")) | _SEQUENCES
# Begin or are the telling part of files that a browser or a viewer would take this one for.
_STRANGE = re.compile(
    rb"<\s*(?:script|html|svg|iframe|body|!doctype|\?php)|%PDF-|PK\x03\x04|PK\x05\x06|7z\xbc\xaf\x27|Rar!\x1a",
    re.IGNORECASE,
)
_EOI: Final = 0xD9
_ALONE: Final = frozenset((0x01, *range(0xD0, 0xD8)))
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")


def kind(data: bytes) -> Kind | None:
    """By its first bytes; None for what is no picture that we open."""
    if data.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if data.startswith(_PNG):
        return Kind.PNG
    if data.startswith((b"GIF87a", b"GIF89a")):
        return Kind.GIF
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Kind.WEBP
    return Kind.HEIF if data[4:8] == b"ftyp" and data[8:12] in _BRANDS else None


def examine(data: bytes, kind: Kind) -> Finding | None:
    """What does not belong; None for one whole picture and nothing else."""
    return _EXAMINED[kind](data)


def _jpeg(data: bytes) -> Finding | None:
    end, remarks = _jpeg_end(data, 0)
    if _STRANGE.search(remarks):
        return Finding.FOREIGN
    while end is not None and data.startswith(b"\xff\xd8\xff", end):
        # A phone's second picture (gain map, preview) follows as a JPEG of its own.
        end, remarks = _jpeg_end(data, end)
        if _STRANGE.search(remarks):
            return Finding.FOREIGN
    if end is None:
        return Finding.CUT
    return Finding.FOREIGN if data[end:].strip(b"\x00") else None


def _jpeg_end(data: bytes, start: int) -> tuple[int | None, bytes]:
    """Where the JPEG that begins at `start` ends, and all of its bytes that are not the picture."""
    remarks: list[bytes] = []
    place = start + 2
    while found := _MARKER.search(data, place):
        code, place = data[found.start() + 1], found.end()
        if code == _EOI:
            return place, b"".join(remarks)
        if code in _ALONE:
            continue
        if place + 2 > len(data):
            break
        (length,) = struct.unpack_from(">H", data, place)
        remarks.append(data[place + 2 : place + length])
        place += length
    return None, b"".join(remarks)


def _png(data: bytes) -> Finding | None:
    remarks: list[bytes] = []
    place = len(_PNG)
    while place + 12 <= len(data):
        length, name = struct.unpack_from(">I4s", data, place)
        if name == b"acTL":
            return Finding.SEQUENCE
        if name not in {b"IDAT", b"iCCP"}:
            remarks.append(data[place + 8 : place + 8 + length])
        place += 12 + length
        if name == b"IEND":
            strange = _STRANGE.search(b"".join(remarks)) or data[place:].strip(b"\x00")
            return Finding.FOREIGN if strange else None
    return Finding.CUT


def _webp(data: bytes) -> Finding | None:
    end = 8 + struct.unpack_from("<I", data, 4)[0]
    if end > len(data):
        return Finding.CUT
    chunks = dict(_chunks(data, end))
    if b"ANIM" in chunks or b"ANMF" in chunks:
        return Finding.SEQUENCE
    remarks = b"".join(
        body for name, body in chunks.items() if name not in {b"VP8 ", b"VP8L", b"ALPH", b"ICCP"}
    )
    return Finding.FOREIGN if _STRANGE.search(remarks) or data[end:].strip(b"\x00") else None


def _chunks(data: bytes, end: int) -> Iterator[tuple[bytes, bytes]]:
    place = 12
    while place + 8 <= end:
        (length,) = struct.unpack_from("<I", data, place + 4)
        yield data[place : place + 4], data[place + 8 : place + 8 + length]
        place += 8 + length + length % 2


def _gif(data: bytes) -> Finding:  # noqa: ARG001 - a format of moving pictures: no camera writes it
    return Finding.SEQUENCE


def _heif(data: bytes) -> Finding | None:
    if data[8:12] in _SEQUENCES:
        return Finding.SEQUENCE
    place = 0
    while place + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, place)
        if length == 1 and place + 16 <= len(data):
            (length,) = struct.unpack_from(">Q", data, place + 8)
        if not name.isalnum() or (length and length < 8):  # noqa: PLR2004 - a box is no shorter than its head
            return Finding.FOREIGN
        if name == b"moov":
            return Finding.SEQUENCE
        if name not in {b"mdat", b"meta"} and _STRANGE.search(data, place, place + length):
            return Finding.FOREIGN
        place = place + length if length else len(data)
    if place > len(data):
        return Finding.CUT
    return Finding.FOREIGN if data[place:].strip(b"\x00") else None


_EXAMINED: Final = {
    Kind.JPEG: _jpeg,
    Kind.PNG: _png,
    Kind.WEBP: _webp,
    Kind.GIF: _gif,
    Kind.HEIF: _heif,
}
