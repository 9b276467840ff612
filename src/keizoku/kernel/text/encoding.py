"""A bank's bytes made into text, line by line and in constant memory.

Files come as UTF-8 (with or without a byte order mark) or as CP932, the Windows flavour of Shift_JIS. A
line with bytes that its encoding cannot read is kept, with U+FFFD in their place, and marked: one broken
line must not cost the file. 0x0A is never the second byte of a character in either encoding, so lines can
be cut before decoding.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, islice

_PRIVATE_USE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]")
_SAMPLE_LINES = 200
_BOM = b"\xef\xbb\xbf"
# Python reads these single bytes (0x80, 0xA0, 0xFD-0xFF) although CP932 assigns them no character.
_CP932_STRAY = frozenset("\x80\uf8f0\uf8f1\uf8f2\uf8f3")


class Encoding(StrEnum):
    UTF_8 = "utf-8"
    CP932 = "cp932"


@dataclass(frozen=True, slots=True)
class DecodedLine:
    """One physical line, counted from 1; `is_readable` is False where U+FFFD stands for bytes."""

    number: int
    text: str
    is_readable: bool


def detect(lines: Iterable[bytes]) -> Encoding:
    """The encoding that reads more of the lines that hold more than ASCII; UTF-8 when both read the same."""
    telling = [line for line in lines if not line.isascii()]
    as_utf_8, as_cp932 = (
        sum(_read(line, encoding)[1] for line in telling) for encoding in (Encoding.UTF_8, Encoding.CP932)
    )
    return Encoding.CP932 if as_cp932 > as_utf_8 else Encoding.UTF_8


def decode_lines(stream: Iterable[bytes]) -> tuple[Encoding, Iterator[DecodedLine]]:
    """Detect the encoding from the first lines of `stream` (a binary file, say); decode lazily."""
    lines = iter(stream)
    sample = list(islice(lines, _SAMPLE_LINES))
    if sample and sample[0].startswith(_BOM):
        sample[0] = sample[0].removeprefix(_BOM)
        encoding = Encoding.UTF_8
    else:
        encoding = detect(sample)
    return encoding, _decoded(chain(sample, lines), encoding)


def private_use(text: str) -> tuple[str, ...]:
    """The private-use characters (外字) of `text`: shapes that only the institution's fonts know."""
    return tuple(_PRIVATE_USE.findall(text))


def can_write(text: str, encoding: Encoding) -> bool:
    """True when every character of `text` exists in `encoding`."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _decoded(lines: Iterable[bytes], encoding: Encoding) -> Iterator[DecodedLine]:
    for number, line in enumerate(lines, start=1):
        text, is_readable = _read(line, encoding)
        yield DecodedLine(number, text, is_readable)


def _read(line: bytes, encoding: Encoding) -> tuple[str, bool]:
    try:
        text = line.decode(encoding)
    except UnicodeDecodeError:
        return line.decode(encoding, errors="replace"), False
    if encoding is Encoding.CP932 and not _CP932_STRAY.isdisjoint(text):
        return "".join("\ufffd" if character in _CP932_STRAY else character for character in text), False
    return text, True
