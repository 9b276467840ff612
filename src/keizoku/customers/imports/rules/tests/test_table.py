"""Bytes, rows, lines and the header."""

import io

from keizoku.customers.imports.rules.columns import COLUMNS, Header, read_header
from keizoku.customers.imports.rules.rejections import Rejection, RejectionCode
from keizoku.customers.imports.rules.table import Record, open_table
from keizoku.kernel.text.encoding import Encoding


def test_quoted_line_breaks_and_empty_lines_keep_the_line_numbers_right():
    raw = '見出し,b\r\n1,"二\r\n三"\r\n\r\n2,x\r\n"a\nb\nc",y\r\n3,z'.encode("cp932")
    table = open_table(io.BytesIO(raw))
    assert table.encoding is Encoding.CP932
    assert table.header == ("見出し", "b")
    assert list(table.records) == [
        Record(2, ("1", "二\r\n三")),
        Record(5, ("2", "x")),
        Record(6, ("a\nb\nc", "y")),
        Record(9, ("3", "z")),
    ]


def test_broken_bytes_mark_their_row_only():
    raw = "見出し,b\n1,".encode() + b"\xe3\x81" + ',x\n"二\n'.encode() + b'\xff",y\n3,z\n'
    assert [(row.line, row.is_readable) for row in open_table(io.BytesIO(raw)).records] == [
        (2, False),
        (3, False),
        (5, True),
    ]


def test_a_quote_that_nobody_closes_costs_a_row_and_not_the_process():
    raw = "見出し,b\n".encode() + b'1,"' + b"x\n" * 100_000
    records = list(open_table(io.BytesIO(raw)).records)
    assert records[0] == Record(2, ())
    assert all(len(record.cells) < 2 for record in records)


def test_an_empty_file_has_no_header():
    table = open_table(io.BytesIO(b""))
    assert table.header == ()
    assert list(table.records) == []


def test_the_header_is_found_by_name_in_any_order_with_further_columns():
    found = read_header(["備考", *reversed([f" {column} " for column in COLUMNS])])
    assert found == Header(tuple(range(19, 0, -1)), 20, ("備考",))


def test_a_missing_or_double_column_refuses_the_file_and_is_named():
    missing = read_header([column for column in COLUMNS if column not in ("国籍", "商品")])
    assert isinstance(missing, Rejection)
    assert (missing.line, missing.column, missing.code) == (1, "国籍・商品", RejectionCode.COLUMNS_MISSING)
    double = read_header([*COLUMNS, "電話番号"])
    assert isinstance(double, Rejection)
    assert double.column == "電話番号"


def test_a_file_with_an_empty_first_line_begins_with_the_first_row():
    assert open_table(io.BytesIO(b"\r\na,b\r\n")).header == ("a", "b")
