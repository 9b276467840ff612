"""A bank's file as a table, whatever kind it is: CSV, streamed; or a workbook, in bounded memory."""

from collections.abc import Iterator
from typing import IO

from keizoku.customers.errors import FileRefused
from keizoku.customers.imports.rules.table import LineTooLong, Table, open_table, physical_lines
from keizoku.customers.imports.workbooks import is_workbook, open_workbook

_LONGEST_MARK = 8


def open_stream(stream: IO[bytes], sheet: str = "") -> Table:
    """The table of a buffered binary stream; ``sheet`` names a workbook's sheet, else its first that holds anything.

    Raises:
        FileRefused: a file without line ends (now or while its rows are read), or a workbook that cannot be read.
    """
    if is_workbook(stream.peek(_LONGEST_MARK)):  # type: ignore[attr-defined]  # of every buffered reader
        return open_workbook(stream, sheet)
    if sheet:
        raise FileRefused(
            "Excelファイルではないので、シートを選べません。", remedy="シートの指定を外してください。"
        )
    return open_table(_lines(stream))


def count_rows(stream: IO[bytes]) -> int:
    """About how many rows a CSV file holds, for the time left; 0 where it is none."""
    if is_workbook(stream.peek(_LONGEST_MARK)):  # type: ignore[attr-defined]
        return 0
    lines = sum(piece.count(b"\n") for piece in iter(lambda: stream.read(1 << 20), b""))
    return max(lines - 1, 0)


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    try:
        yield from physical_lines(stream)
    except LineTooLong:
        raise FileRefused(
            "改行のない、長すぎる行があります。", remedy="改行をCRLFかLFにして出力し直してください。"
        ) from None
