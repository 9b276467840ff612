"""Bytes of a CSV file as rows with the line on which each begins; streaming, whatever the size.

A quoted cell may hold line breaks, so a row's line is counted in physical lines. Empty lines are passed over.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from keizoku.kernel.text.encoding import DecodedLine, Encoding, decode_lines


@dataclass(frozen=True, slots=True)
class Record:
    """One row. `is_readable` is False where bytes of it were replaced by U+FFFD."""

    line: int
    cells: tuple[str, ...] = field(repr=False)
    is_readable: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """A file being read: the cells of its first row (none in an empty file); `records` come lazily."""

    encoding: Encoding
    header: tuple[str, ...]
    records: Iterator[Record]


class _Lines:
    """Feeds decoded lines to the csv reader and remembers whether any since the last row was unreadable."""

    def __init__(self, lines: Iterator[DecodedLine]) -> None:
        self._lines = lines
        self.number = 0
        self._is_readable = True

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number = line.number
        self._is_readable &= line.is_readable
        return line.text

    def were_readable(self) -> bool:
        """Answer for the lines since the last call."""
        answer, self._is_readable = self._is_readable, True
        return answer


def open_table(stream: Iterable[bytes]) -> Table:
    """Begin to read `stream`: a binary file, or any physical lines of bytes ending in LF."""
    encoding, lines = decode_lines(stream)
    records = _records(_Lines(lines))
    first = next(records, None)
    return Table(encoding, first.cells if first else (), records)


def _records(lines: _Lines) -> Iterator[Record]:
    reader = csv.reader(lines)
    while True:
        begins = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            # A cell beyond csv's limit, as after a quote that nobody closed. Without cells, the row fails
            # by its width.
            lines.were_readable()
            yield Record(begins, ())
            continue
        is_readable = lines.were_readable()
        if cells:
            yield Record(begins, tuple(cells), is_readable)
