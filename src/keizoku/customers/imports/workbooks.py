"""Workbooks as banks export them (.xlsx, .xls), opened safely: refused before anything large is unpacked.

A workbook lies in memory while it is read, so its size is bounded: by what it says its parts unpack to, by what they
really do (each is read through once, a piece at a time), and by the area that its cells span.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import IO, Final

import python_calamine as calamine

from keizoku.customers.errors import FileRefused
from keizoku.customers.imports.rules.sheets import Row, read_sheet
from keizoku.customers.imports.rules.table import Table

LARGEST_FILE: Final = 64 << 20
LARGEST_UNPACKED: Final = 256 << 20
# Cells of the rectangle that holds them all: what lies in memory, 24 bytes each and more.
MOST_CELLS: Final = 8_000_000
ZIP_MARK: Final = b"PK\x03\x04"
OLE_MARK: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MARKS: Final = (ZIP_MARK, OLE_MARK)
_PIECE: Final = 1 << 20
_IS_ENCRYPTED: Final = 1  # a flag of a zip file's part
# A cell's or a row's place, which may stand on the border of two pieces.
_PLACE: Final = re.compile(rb'\br="([A-Z]{0,3})([0-9]{1,7})"')
_LONGEST_PLACE: Final = 24
_SHEET_PART: Final = re.compile(r"xl/worksheets/[^/]+\.xml")
# An encrypted workbook is a container of another kind with these two streams, named in UTF-16.
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
# [MS-XLS]: the record that begins a workbook of 1997 and later, and FilePass, which follows it closely.
_OLD_BEGINNING: Final = b"\x09\x08\x10\x00\x00\x06\x05\x00"
_PASSWORD_RECORD: Final = 0x002F
_RECORDS_BEFORE_PASSWORD: Final = 8
_BASE: Final = ord("A") - 1

_AS_CSV: Final = "CSV（UTF-8 または Shift_JIS）で出力し直してください。"


def is_workbook(beginning: bytes) -> bool:
    """Whether a file begins as a workbook does."""
    return beginning.startswith(MARKS)


def open_workbook(stream: IO[bytes], sheet: str = "") -> Table:
    """A sheet's table: the one named, or the first that holds anything.

    Raises:
        FileRefused: too large, protected by a password, broken, no workbook of this kind, or without such a sheet.
    """
    content = stream.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise FileRefused(f"Excelファイルが大きすぎます（{LARGEST_FILE >> 20}MBまで）。", remedy=_AS_CSV)
    kind = "xlsx" if content.startswith(ZIP_MARK) else "xls"
    if kind == "xlsx":
        _check_parts(content)
    elif _ENCRYPTED in content or _has_old_password(content):
        raise _protected()
    return _table(_opened(content), kind, sheet)


def _check_parts(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            names = set(parts.namelist())
            if "xl/workbook.xml" not in names:
                raise FileRefused("Excelファイル（.xlsx）ではありません。", remedy=_AS_CSV)
            if sum(part.file_size for part in parts.infolist()) > LARGEST_UNPACKED:
                raise _too_large()
            if any(part.flag_bits & _IS_ENCRYPTED for part in parts.infolist()):
                raise _protected()
            for part in parts.infolist():
                _check_part(parts, part)
    except (zipfile.BadZipFile, EOFError, RuntimeError, OSError, ValueError):
        # Broken, packed in a way that no spreadsheet uses, or more than it said.
        raise _broken() from None


def _check_part(parts: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Read one part through: it holds what it said (its check sum is compared), and its cells span no great area."""
    is_sheet = _SHEET_PART.fullmatch(part.filename) is not None
    rows = columns = 0
    rest = b""
    with parts.open(part) as stream:
        while piece := stream.read(_PIECE):
            if not is_sheet:
                continue
            text = rest + piece
            for letters, digits in set(_PLACE.findall(text)):
                rows = max(rows, int(digits))
                columns = max(columns, _column(letters))
            rest = text[-_LONGEST_PLACE:]
    if rows * columns > MOST_CELLS:
        raise _too_large()


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - _BASE
    return number


def _has_old_password(content: bytes) -> bool:
    """Whether one of the first records of an .xls asks for a password; the reader calls such a file no workbook."""
    at = content.find(_OLD_BEGINNING)
    for _ in range(_RECORDS_BEFORE_PASSWORD if at >= 0 else 0):
        kind, length = (int.from_bytes(content[at + shift : at + shift + 2], "little") for shift in (0, 2))
        if kind == _PASSWORD_RECORD:
            return True
        at += 4 + length
    return False


def _opened(content: bytes) -> calamine.CalamineWorkbook:
    try:
        return calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    except calamine.PasswordError:
        raise _protected() from None
    except BaseException as error:  # noqa: BLE001 - the reader's panics are no Exception; others are raised as they are
        raise _refusal(error) from None


def _table(workbook: calamine.CalamineWorkbook, kind: str, wanted: str) -> Table:
    names = [each.name for each in workbook.sheets_metadata if each.typ == calamine.SheetTypeEnum.WorkSheet]
    if wanted and wanted not in names:
        raise FileRefused(
            f"シート「{wanted}」がありません。", remedy=f"次のどれかを選んでください: {'、'.join(names)}"
        )
    for name in [wanted] if wanted else names:
        try:
            sheet = workbook.get_sheet_by_name(name)
        except BaseException as error:  # noqa: BLE001 - as above
            raise _refusal(error) from None
        if sheet.start is not None or wanted:
            return _read(sheet, kind, names)
    raise FileRefused("どのシートにも何も書かれていません。", remedy="出力し直してください。")


def _read(sheet: calamine.CalamineSheet, kind: str, names: list[str]) -> Table:
    merged = [(top[0], bottom[0]) for top, bottom in sheet.merged_cell_ranges or ()]

    def rows() -> Iterator[Row]:
        return iter(sheet.iter_rows())

    return read_sheet(rows, merged, kind=kind, sheet=sheet.name, sheets=names)


def _refusal(error: BaseException) -> BaseException:
    """A file that the reader cannot read is broken; it panics over some, which is no ``Exception`` of Python's."""
    if (
        isinstance(error, calamine.CalamineError | OSError | ValueError)
        or type(error).__name__ == "PanicException"
    ):
        return _broken()
    return error


def _too_large() -> FileRefused:
    return FileRefused(
        f"展開すると大きすぎるExcelファイルです（{LARGEST_UNPACKED >> 20}MB、{MOST_CELLS:,}セルまで）。",
        remedy=_AS_CSV,
    )


def _protected() -> FileRefused:
    return FileRefused(
        "パスワードで保護されたExcelファイルです。", remedy="パスワードを外して保存し直してください。"
    )


def _broken() -> FileRefused:
    return FileRefused(
        "Excelファイルが壊れているか、読めない形式です。",
        remedy=".xlsx か .xls で保存し直すか、CSVで出力してください。",
    )
