"""The column 解約日, which a file may leave out."""

from datetime import date

import pytest

from keizoku.customers.imports.rules.columns import COLUMNS, Column, Header, read_header
from keizoku.customers.imports.rules.parsed import ParsedRow
from keizoku.customers.imports.rules.rejections import Rejection, RejectionCode
from keizoku.customers.imports.rules.rows import read_row
from keizoku.customers.imports.rules.table import Record
from keizoku.customers.imports.rules.tests.bank_file import GOOD, TODAY, accept


def judged(text: str) -> ParsedRow | Rejection:
    header = read_header([*COLUMNS, "解約日"])
    assert isinstance(header, Header)
    assert header.ignored == ()
    return read_row(Record(2, (*GOOD.values(), text)), header, today=TODAY)


def test_file_without_the_column_says_nothing_of_the_end():
    assert accept().closed_on is None


def test_filled_day_is_the_end_of_the_relation():
    row = judged("令和8年10月31日")
    assert isinstance(row, ParsedRow)
    assert row.closed_on == date(2026, 10, 31)


def test_empty_cell_is_a_relation_that_lasts():
    row = judged(" ")
    assert isinstance(row, ParsedRow)
    assert row.closed_on is None


@pytest.mark.parametrize("text", ["不明", "2026-11-22", "平成3年3月31日"])
def test_day_that_cannot_be_read_lies_ahead_or_before_the_opening_is_refused(text):
    row = judged(text)
    assert isinstance(row, Rejection)
    assert (row.column, row.code) == ("解約日", RejectionCode.CLOSED_FORMAT)


def test_column_that_stands_twice_refuses_the_file():
    assert isinstance(read_header([*COLUMNS, "解約日", "解約日"]), Rejection)


def test_bank_may_call_the_column_otherwise():
    header = read_header([*COLUMNS, "閉鎖日"], {Column.CLOSED: "閉鎖日"})
    assert isinstance(header, Header)
    assert header.optional == {Column.CLOSED: len(COLUMNS)}
