"""CSV files that we write for people: UTF-8 with a byte order mark, or CP932; nothing in them is a formula.

Pure. A value that a spreadsheet would calculate (it begins with = + - @, a tab or a return) gets an apostrophe before it.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

ENCODINGS: Final = {"utf-8": "utf-8-sig", "cp932": "cp932"}
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def lines(header: Sequence[str], rows: Iterable[Sequence[object]], encoding: str) -> Iterator[bytes]:
    """The file, line by line; ``encoding`` is a key of ``ENCODINGS``. What CP932 lacks becomes 〓."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    codec = ENCODINGS[encoding]
    if codec == "utf-8-sig":
        yield b"\xef\xbb\xbf"
    for row in chain((header,), rows):
        writer.writerow([neutral(str(value)) for value in row])
        yield _encoded(buffer.getvalue(), encoding)
        buffer.seek(0)
        buffer.truncate()


def neutral(value: str) -> str:
    """The value as a spreadsheet shows it and never calculates it."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def _encoded(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return b"".join(_character(character, encoding) for character in text)


def _character(character: str, encoding: str) -> bytes:
    try:
        return character.encode(encoding)
    except UnicodeEncodeError:
        return "〓".encode(encoding)
