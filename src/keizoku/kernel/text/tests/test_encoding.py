"""Bytes of banks."""

import io

from hypothesis import given
from hypothesis import strategies as st

from keizoku.kernel.text.encoding import DecodedLine, Encoding, can_write, decode_lines, private_use

TEXT = "顧客番号,氏名\r\n0000000001,髙橋 一郎\r\n"


def decode(raw: bytes) -> tuple[Encoding, list[DecodedLine]]:
    encoding, lines = decode_lines(io.BytesIO(raw))
    return encoding, list(lines)


def test_utf_8_with_and_without_byte_order_mark_and_cp932_give_the_same_text():
    plain = decode(TEXT.encode("utf-8"))
    assert plain == decode(TEXT.encode("utf-8-sig"))
    assert plain[0] is Encoding.UTF_8
    encoding, lines = decode(TEXT.encode("cp932"))
    assert encoding is Encoding.CP932
    assert lines == plain[1]
    assert [line.text for line in lines] == ["顧客番号,氏名\r\n", "0000000001,髙橋 一郎\r\n"]


def test_an_ascii_or_empty_file_is_utf_8():
    assert decode(b"a,b\r\n")[0] is Encoding.UTF_8
    assert decode(b"") == (Encoding.UTF_8, [])


def test_one_broken_line_is_marked_and_the_others_are_read():
    for encoding, broken in ((Encoding.UTF_8, b"\xe9\xab"), (Encoding.CP932, b"\x81")):
        raw = (
            TEXT.encode(encoding)
            + b"0000000002,"
            + broken
            + b",x\r\n"
            + "0000000003,山田\r\n".encode(encoding)
        )
        found, lines = decode(raw)
        assert found is encoding
        assert [(line.number, line.is_readable) for line in lines] == [
            (1, True),
            (2, True),
            (3, False),
            (4, True),
        ]
        assert lines[2].text == "0000000002,\ufffd,x\r\n"


def test_bytes_that_cp932_assigns_to_nothing_are_unreadable():
    for stray in (b"\x80", b"\xa0", b"\xfd", b"\xfe", b"\xff"):
        _, lines = decode(TEXT.encode("cp932") + b"9," + stray + b"\r\n")
        assert not lines[2].is_readable
        assert lines[2].text == "9,\ufffd\r\n"


def test_private_use_characters_are_kept_and_named():
    _, lines = decode(TEXT.encode("cp932") + b"9,\xf0\x40\x8e\x52\r\n")
    assert lines[2] == DecodedLine(3, "9,\ue000山\r\n", is_readable=True)
    assert private_use(lines[2].text) == ("\ue000",)
    assert private_use("髙橋") == ()


def test_cp932_cannot_write_the_second_yoshi():
    assert can_write("髙橋﨑", Encoding.CP932)
    assert not can_write("𠮷田", Encoding.CP932)
    assert can_write("𠮷田", Encoding.UTF_8)


@given(st.lists(st.text(st.characters(codec="cp932", exclude_characters="\x80\xa0\n¢£¬‖−〜"), max_size=10)))
def test_what_cp932_writes_is_read_back(rows: list[str]):
    raw = "顧客番号\n".encode("cp932") + b"".join(row.encode("cp932") + b"\n" for row in rows)
    readable = [line.text for line in decode(raw)[1]]
    assert readable == ["顧客番号\n", *(row + "\n" for row in rows)]
