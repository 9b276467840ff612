"""A workbook's sheet as a table: where its header stands, cells as text, numbers that lost their leading zeros.

Pure. Rows come with the number that the spreadsheet shows beside them. Cells are text, numbers, days and truth values,
as a workbook's reader gives them; a formula is the value that was saved with it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final

from keizoku.customers.imports.rules.columns import COLUMNS, Column, Header
from keizoku.customers.imports.rules.table import Record, Table

Cell = str | float | int | bool | date | datetime | time | timedelta
Row = Sequence[Cell]
# First and last row of a merged area, counted from 0.
MergedRows = Sequence[tuple[int, int]]

# A title, a day of issue and a blank line may stand above the header; nobody puts twenty lines there.
HEADER_WITHIN: Final = 20
FEWEST_COLUMNS: Final = 2
# Where a numeric column has lost its zeros, the number of digits says how many; nowhere else is one made up.
PADDED: Final = {Column.NUMBER: 10, Column.POSTAL_CODE: 7, Column.BRANCH: 3, Column.ACCOUNT: 7}
_MIDNIGHT: Final = time(0)


def read_sheet(
    rows: Callable[[], Iterator[Row]], merged: MergedRows, *, kind: str, sheet: str, sheets: Sequence[str]
) -> Table:
    """The sheet's table; ``rows`` begins anew with each call and has blank rows too."""
    head = [list(row) for row, _ in zip(rows(), range(HEADER_WITHIN), strict=False)]
    first, last = find_header(head, merged)
    names = _names(head[first : last + 1]) if head else ()
    remarks = []
    if sheets[1:]:
        others = "、".join(f"「{name}」" for name in sheets if name != sheet)
        remarks.append(f"シート「{sheet}」を読みました。ほかのシート（{others}）は読んでいません。")
    if first > 0:
        remarks.append(f"{last + 1}行目を見出しとして読みました。それより上の行は読んでいません。")
    return Table(
        encoding=kind,
        header=names,
        records=_records(rows(), last, len(names)),
        sheet=sheet,
        sheets=tuple(sheets),
        numeric=_numeric(rows(), last, len(names)),
        remarks=tuple(remarks),
    )


def find_header(head: Sequence[Row], merged: MergedRows) -> tuple[int, int]:
    """First and last row of the header: the first row of words that is about as wide as the table.

    A title fills one cell. A header of two levels is held together by its cells that span both.
    """
    filled = [sum(1 for cell in row if cell != "") for row in head]
    widest = max(filled, default=0)
    first = next(
        (
            at
            for at, row in enumerate(head)
            if filled[at] >= max(FEWEST_COLUMNS, (widest + 1) // 2)
            and all(isinstance(cell, str) for cell in row)
        ),
        next((at for at, count in enumerate(filled) if count), 0),
    )
    last = first
    for top, bottom in merged:
        if top < bottom < len(head) and top <= first <= bottom:
            first, last = min(first, top), max(last, bottom)
    return first, last


def as_text(cell: Cell) -> str:
    """A cell as a CSV file would hold it: a whole number without a point, a day as 2026-11-21, true as 1."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "1" if cell else ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == _MIDNIGHT else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def with_zeros(table: Table, header: Header) -> Iterator[Record]:
    """The table's records, the leading zeros put back where the whole column is numeric; such a record says so."""
    lengths = {
        position: PADDED[column]
        for column, position in zip(COLUMNS, header.positions, strict=True)
        if column in PADDED and position in table.numeric
    }
    return (_padded(record, lengths) for record in table.records) if lengths else table.records


def _padded(record: Record, lengths: dict[int, int]) -> Record:
    cells = list(record.cells)
    for position, length in lengths.items():
        if cells[position].isdigit():
            cells[position] = cells[position].zfill(length)
    return record if tuple(cells) == record.cells else replace(record, cells=tuple(cells), is_padded=True)


def _names(levels: Sequence[Row]) -> tuple[str, ...]:
    """Of each column the lowest name: 連絡先 above 電話番号 is 電話番号, 顧客番号 across both rows is itself."""
    return tuple(
        next((text for cell in reversed(column) if (text := "".join(as_text(cell).split()))), "")
        for column in zip(*levels, strict=True)
    )


def _records(rows: Iterator[Row], last: int, width: int) -> Iterator[Record]:
    for at, row in enumerate(rows):
        if at > last and any(cell != "" for cell in row):
            yield Record(at + 1, tuple(as_text(cell) for cell in row[:width]))


def _numeric(rows: Iterator[Row], last: int, width: int) -> frozenset[int]:
    """Columns in which every cell that holds anything is a whole number."""
    numeric, met = set(range(width)), set()
    for at, row in enumerate(rows):
        if at <= last:
            continue
        for position in tuple(numeric):
            cell = row[position]
            if cell == "":
                continue
            met.add(position)
            if not _is_whole_number(cell):
                numeric.discard(position)
    return frozenset(numeric & met)


def _is_whole_number(cell: Cell) -> bool:
    number = float(cell) if isinstance(cell, float | int) and not isinstance(cell, bool) else -1.0
    return number >= 0 and number.is_integer()
