"""Bytes of a CSV file as rows with the line on which each begins; streaming, whatever the size.

A quoted cell may hold line breaks, so a row's line is counted in physical lines. Empty lines are passed over. Memory is
bounded: by the longest line, and by the lines that one row may span.
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Final

from keizoku.kernel.text.encoding import DecodedLine, Encoding, decode_lines

LONGEST_LINE: Final = 1 << 20
MOST_LINES_OF_A_ROW: Final = 20


@dataclass(frozen=True, slots=True)
class Record:
    """One row. `is_readable` is False where bytes of it were replaced by U+FFFD; `is_padded` where it got zeros back."""

    line: int
    cells: tuple[str, ...] = field(repr=False)
    is_readable: bool = True
    is_padded: bool = field(default=False, repr=False)


@dataclass(frozen=True, slots=True)
class Table:
    """A file being read: the cells of its header (none in an empty file); `records` come lazily.

    `encoding` is that of a CSV file or the kind of a workbook, of which alone the rest tells: the sheet, all its sheets,
    the columns that hold numbers alone, and what was taken for granted, in words.
    """

    encoding: Encoding | str
    header: tuple[str, ...]
    records: Iterator[Record]
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    numeric: frozenset[int] = frozenset()
    remarks: tuple[str, ...] = ()


class LineTooLong(ValueError):
    """A physical line beyond any row of customers: the file has no line ends, or is no such file."""


def physical_lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Lines of a binary file; raises LineTooLong instead of reading gigabytes without a line end."""
    while line := stream.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise LineTooLong
        yield line


class _Unclosed(Exception):
    """The row has gone on for more lines than any cell holds: somebody forgot a closing quote."""


class _Lines:
    """Feeds decoded lines to the csv reader, remembers those of the row being read, and takes them back."""

    def __init__(self, lines: Iterator[DecodedLine]) -> None:
        self._lines = lines
        self._returned: deque[DecodedLine] = deque()
        self._row: list[DecodedLine] = []
        self._last = 0
        self.ran_out = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self._row) >= MOST_LINES_OF_A_ROW:
            raise _Unclosed
        line = self._returned.popleft() if self._returned else next(self._lines, None)
        if line is None:
            self.ran_out = True
            raise StopIteration
        self._row.append(line)
        return line.text

    @property
    def begins(self) -> int:
        return self._row[0].number if self._row else self._last + 1

    @property
    def spans_lines(self) -> bool:
        return len(self._row) > 1

    def end_row(self) -> bool:
        """Forget the row's lines; were they all readable? NUL is a byte that no text holds."""
        row, self._row = self._row, []
        self._last = row[-1].number if row else self._last
        return all(line.is_readable and "\0" not in line.text for line in row)

    def take_back(self) -> None:
        """Give out the row's lines but the first again: they are rows of their own."""
        self._returned.extendleft(reversed(self._row[1:]))
        del self._row[1:]
        self.ran_out = False


def open_table(stream: Iterable[bytes]) -> Table:
    """Begin to read `stream`: a binary file, or any physical lines of bytes ending in LF."""
    encoding, lines = decode_lines(stream)
    records = _records(_Lines(lines))
    first = next(records, None)
    return Table(encoding, first.cells if first else (), records)


def _records(lines: _Lines) -> Iterator[Record]:
    reader = csv.reader(lines)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _Unclosed):
            yield _unclosed(lines)
            reader = csv.reader(lines)
            continue
        if lines.ran_out and lines.spans_lines:
            # The file ended within quotes: only the row that opened them is lost.
            yield _unclosed(lines)
            reader = csv.reader(lines)
            continue
        begins = lines.begins
        is_readable = lines.end_row()
        if cells:
            yield Record(begins, tuple(cells), is_readable)


def _unclosed(lines: _Lines) -> Record:
    """A row without cells, which fails by its width; the lines after its first are read anew."""
    lines.take_back()
    record = Record(lines.begins, ())
    lines.end_row()
    return record
