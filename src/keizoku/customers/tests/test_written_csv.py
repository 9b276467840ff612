"""What we write as CSV opens in a spreadsheet as what it is."""

import pytest

from keizoku.customers.written_csv import lines


@pytest.mark.parametrize("value", ["=1+1", "+81", "-1", "@SUM(A1)", "\tx"])
def test_value_like_a_formula_is_neutralised(value):
    assert b"".join(lines(["値"], [[value]], "cp932")).decode("cp932").endswith(f"'{value}\r\n")


def test_utf_8_begins_with_its_mark_and_cp932_shows_what_it_lacks():
    assert b"".join(lines(["名"], [["𠮷田"]], "utf-8")) == b"\xef\xbb\xbf" + "名\r\n𠮷田\r\n".encode()
    assert b"".join(lines(["名"], [["𠮷田"]], "cp932")).decode("cp932") == "名\r\n〓田\r\n"
