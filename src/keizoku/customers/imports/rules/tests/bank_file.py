"""Rows of a bank's file for the tests of this room."""

from datetime import date

from keizoku.customers.imports.rules.columns import COLUMNS, Column, Header, read_header
from keizoku.customers.imports.rules.parsed import ParsedRow
from keizoku.customers.imports.rules.rejections import Rejection
from keizoku.customers.imports.rules.rows import read_row
from keizoku.customers.imports.rules.table import Record

TODAY = date(2026, 11, 21)
GOOD = {
    Column.NUMBER: "0000000012",
    Column.KIND: "個人",
    Column.NAME: "髙橋　一郎",
    Column.KANA: "ﾀｶﾊｼ ｲﾁﾛｳ",
    Column.BIRTH: "昭和35年4月8日",
    Column.POSTAL_CODE: "100-0001",
    Column.ADDRESS: "東京都千代田区千代田1-1-1",
    Column.PHONE: "090-1234-5678",
    Column.EMAIL: "ichiro@example.jp",
    Column.NATIONALITY: "JPN",
    Column.RESIDENCE: "",
    Column.OCCUPATION: "会社員",
    Column.PURPOSE: "給与受取",
    Column.PRODUCTS: "普通預金・定期預金",
    Column.BRANCH: "001",
    Column.ACCOUNT: "0123456",
    Column.OPENED: "平成3年4月1日",
    Column.CONFIRMED: "2023-04-01",
    Column.CONTACT_STOP: "",
}
CORPORATION = {
    Column.KIND: "法人",
    Column.NAME: "株式会社継続商事",
    Column.KANA: "ｶ)ｹｲｿﾞｸｼﾖｳｼﾞ",
    Column.BIRTH: "平成2年10月1日",
    Column.OCCUPATION: "",
    Column.PURPOSE: "事業費決済",
}


def header() -> Header:
    found = read_header(COLUMNS)
    assert isinstance(found, Header)
    return found


def record(changes: dict[Column, str] | None = None, line: int = 2) -> Record:
    return Record(line, tuple((GOOD | (changes or {})).values()))


def judge(changes: dict[Column, str] | None = None, seen: set[int] | None = None) -> ParsedRow | Rejection:
    return read_row(record(changes), header(), today=TODAY, seen=seen)


def accept(changes: dict[Column, str] | None = None) -> ParsedRow:
    row = judge(changes)
    assert isinstance(row, ParsedRow), row
    return row
