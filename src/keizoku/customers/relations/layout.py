"""The columns of a file of relations (docs/relations-layout.md) and one row of it into a statement, or its refusal. Pure.

A sentence of refusal says what is wrong and what to do; none quotes the value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from keizoku.customers.imports.rules import cells
from keizoku.customers.imports.rules.columns import plain_name
from keizoku.customers.imports.rules.rejections import RejectionCode
from keizoku.customers.imports.rules.table import Record
from keizoku.customers.relations import rules
from keizoku.customers.relations.rules import Basis, Kind, Source, Terms
from keizoku.customers.relations.sealing import Person
from keizoku.kernel.text.numbers import has_individual_number

WHOLE_ROW: Final = "行全体"
LONGEST_ADDRESS: Final = 200


class Column(StrEnum):
    NUMBER = "顧客番号"
    KIND = "関係"
    OTHER = "相手顧客番号"
    NAME = "氏名"
    KANA = "氏名カナ"
    BIRTH = "生年月日"
    ADDRESS = "住所"
    SHARE = "持分割合"
    DIRECT = "直接・間接"
    BASIS = "根拠"
    FROM = "開始日"
    UNTIL = "終了日"
    AS_OF = "基準日"


REQUIRED: Final = (Column.NUMBER, Column.KIND)
# A column that a file lacks says nothing of its term; what is known stays.
TERM_OF: Final = {
    Column.SHARE: "share",
    Column.DIRECT: "is_direct",
    Column.BASIS: "basis",
    Column.FROM: "valid_from",
    Column.UNTIL: "valid_until",
}
KIND_OF_LABEL: Final = {label: kind for kind, label in rules.KIND_LABELS.items()} | {"代理人": Kind.AGENT}
BASIS_OF_LABEL: Final = {label: basis for basis, label in rules.BASIS_LABELS.items()}
DIRECT_OF_LABEL: Final = {"": True, "直接": True, "間接": False}
REASONS: Final = {
    "columns_missing": (
        "見出し行に「顧客番号」「関係」と、「相手顧客番号」か「氏名」の列が要ります。同じ列は1つだけにしてください。"
    ),
    "row_width": "列の数が見出し行と違います。カンマの過不足や、引用符の閉じ忘れを直してください。",
    "undecodable": "読めない文字（壊れたバイト）があります。UTF-8 か CP932 で出力し直してください。",
    "individual_number_found": (
        "個人番号（マイナンバー）とみられる12桁の番号があります。値は保存も表示もしていません。番号を取り除いてください。"
    ),
    "number_format": "顧客番号が10桁の数字ではありません。先頭の0を省かずに10桁で入れてください。",
    "kind_unknown": (
        "関係が読めません。「代表者」「実質的支配者」「代理人・取引担当者」「世帯」「成年後見人」のどれかを入れてください。"
    ),
    "other_missing": "相手がありません。相手顧客番号か氏名を入れてください。",
    "other_twice": "相手顧客番号と氏名の両方があります。お客さまである相手は、番号だけを入れてください。",
    "name_too_long": "氏名が長すぎます。60文字までにしてください。",
    "kana_invalid": "氏名カナにカナで書けない文字があります。カナで入れるか、空欄にしてください。",
    "birth_format": "生年月日が日付として読めないか、今日より後です。日付を確かめるか、空欄にしてください。",
    "address_too_long": "住所が長すぎます。200文字までにしてください。",
    "share_format": "持分割合が読めません。33.34 のように、百分率を小数2桁までで入れてください。",
    "direct_unknown": "「直接」か「間接」を入れてください。空欄は直接とします。",
    "basis_unknown": f"根拠が読めません。{'、'.join(BASIS_OF_LABEL)}のどれかを入れるか、空欄にしてください。",
    "day_format": "日付が読めません。2026-04-01 のように入れるか、空欄にしてください。",
    "duplicate": "同じ顧客番号・関係・相手の行がこの行より前にあります。1行にしてください。",
}
_EMPTY: Final = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row, or on line 1 the file, is not taken."""

    line: int
    column: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Header:
    positions: Mapping[Column, int]
    width: int

    @property
    def told(self) -> frozenset[str]:
        return frozenset(TERM_OF[column] for column in self.positions if column in TERM_OF)


@dataclass(frozen=True, slots=True, repr=False)
class Row:
    """One readable row; customers still by their numbers."""

    line: int
    number: str
    kind: Kind
    other: str | Person
    terms: Terms


class _Wrong(Exception):
    def __init__(self, column: str, code: str) -> None:
        super().__init__(code)
        self.column = column
        self.code = code


def fault(line: int, column: str, code: str) -> Fault:
    return Fault(line, column, code, REASONS[code])


def read_header(names: Sequence[str]) -> Header | Fault:
    found = [plain_name(name) for name in names]
    positions = {column: found.index(column) for column in Column if column in found}
    twice = any(found.count(column) > 1 for column in Column)
    has_other = Column.OTHER in positions or Column.NAME in positions
    if twice or not has_other or any(column not in positions for column in REQUIRED):
        return fault(1, "見出し行", "columns_missing")
    return Header(positions, len(found))


def read_row(record: Record, header: Header, *, as_of: date) -> Row | Fault:
    """Judge one row. ``as_of`` is the file's day, for rows without one of their own."""
    if not record.is_readable:
        return fault(record.line, WHOLE_ROW, "undecodable")
    if len(record.cells) != header.width:
        return fault(record.line, WHOLE_ROW, "row_width")
    row = {column: cells.plain(record.cells[at]) for column, at in header.positions.items()}
    try:
        return _row(record.line, row, as_of)
    except _Wrong as wrong:
        return fault(record.line, wrong.column, wrong.code)


def _row(line: int, row: Mapping[Column, str], as_of: date) -> Row:
    for column in (Column.NAME, Column.ADDRESS):
        if has_individual_number(row.get(column, _EMPTY)):
            raise _Wrong(column, "individual_number_found")
    number = _number(row, Column.NUMBER)
    kind = KIND_OF_LABEL.get(plain_name(row[Column.KIND]))
    if kind is None:
        raise _Wrong(Column.KIND, "kind_unknown")
    return Row(line, number, kind, _other(row, as_of), _terms(row, as_of))


def _other(row: Mapping[Column, str], as_of: date) -> str | Person:
    name = row.get(Column.NAME, _EMPTY)
    if row.get(Column.OTHER):
        if name:
            raise _Wrong(Column.NAME, "other_twice")
        return _number(row, Column.OTHER)
    if not name:
        raise _Wrong(Column.OTHER, "other_missing")
    if len(name) > cells.NAME_LENGTH:
        raise _Wrong(Column.NAME, "name_too_long")
    kana = row.get(Column.KANA, _EMPTY)
    if kana:
        read = cells.kana(kana, is_corporation=True)
        if isinstance(read, RejectionCode):
            raise _Wrong(Column.KANA, "kana_invalid")
        kana = read
    address = row.get(Column.ADDRESS, _EMPTY)
    if len(address) > LONGEST_ADDRESS:
        raise _Wrong(Column.ADDRESS, "address_too_long")
    return Person.of(name, kana, _birth(row, as_of), address)


def _birth(row: Mapping[Column, str], as_of: date) -> date | None:
    text = row.get(Column.BIRTH, _EMPTY)
    if not text:
        return None
    day = cells.read_day(text)
    if not isinstance(day, date) or day > as_of:
        raise _Wrong(Column.BIRTH, "birth_format")
    return day


def _terms(row: Mapping[Column, str], as_of: date) -> Terms:
    share, basis = row.get(Column.SHARE, _EMPTY), plain_name(row.get(Column.BASIS, _EMPTY))
    if share and rules.read_share(share) is None:
        raise _Wrong(Column.SHARE, "share_format")
    if basis and basis not in BASIS_OF_LABEL:
        raise _Wrong(Column.BASIS, "basis_unknown")
    direct = DIRECT_OF_LABEL.get(plain_name(row.get(Column.DIRECT, _EMPTY)))
    if direct is None:
        raise _Wrong(Column.DIRECT, "direct_unknown")
    return Terms(
        source=Source.CORE_SYSTEM,
        as_of=_day(row, Column.AS_OF) or as_of,
        valid_from=_day(row, Column.FROM),
        valid_until=_day(row, Column.UNTIL),
        share=rules.read_share(share) if share else None,
        is_direct=direct,
        basis=Basis(BASIS_OF_LABEL[basis]) if basis else None,
    )


def _day(row: Mapping[Column, str], column: Column) -> date | None:
    text = row.get(column, _EMPTY)
    if not text:
        return None
    day = cells.read_day(text)
    if not isinstance(day, date):
        raise _Wrong(column, "day_format")
    return day


def _number(row: Mapping[Column, str], column: Column) -> str:
    number = cells.digits(row[column], cells.NUMBER_DIGITS)
    if number is None:
        raise _Wrong(column, "number_format")
    return number
