"""Documents: what goes in comes out as text, the same each time, in our own fonts, and no character as a box."""

from datetime import UTC, datetime

import pytest
import zxingcpp

from keizoku.kernel.documents import qr
from keizoku.kernel.documents.glyphs import FONTS, missing
from keizoku.kernel.documents.setting import NotSet, to_pdf, to_pictures
from keizoku.kernel.documents.tests.pixels import read

SAMPLE = "kernel/documents/tests/sample.typ"
MOMENT = datetime(2026, 11, 22, tzinfo=UTC)
WORDS = {"title": "確認のお願い", "words": "𠮷野さま"}


def test_same_inputs_give_the_same_bytes():
    assert to_pdf(SAMPLE, WORDS, made_at=MOMENT) == to_pdf(SAMPLE, WORDS, made_at=MOMENT)


def test_another_moment_gives_other_bytes():
    later = MOMENT.replace(year=2027)
    assert to_pdf(SAMPLE, WORDS, made_at=MOMENT) != to_pdf(SAMPLE, WORDS, made_at=later)


def test_pdf_is_for_archives_and_carries_both_faces():
    made = to_pdf(SAMPLE, WORDS, made_at=MOMENT)

    assert made.startswith(b"%PDF-1.7")
    assert b"+BIZUDGothic-Regular" in made
    assert b"+NotoSansJP-Regular" in made  # 𠮷
    assert b"pdfaid" in made


@pytest.mark.parametrize("words", ['#panic("x")', "$x$ *a* _b_ `c` <d> @e", "\\ ] } \" '", "= 見出し"])
def test_what_is_put_in_never_becomes_code(words):
    plain = len(to_pictures(SAMPLE, {"title": "", "words": words}))

    assert plain == 1


def second_line(words):
    """The width of the ink of the second line."""
    page = read(to_pictures(SAMPLE, {"title": "", "words": words}, pixels_an_inch=72)[0])
    rows = [any(page.is_dark(x, y) for x in range(page.width)) for y in range(page.height)]
    first = rows.index(True)
    second = rows.index(True, rows.index(False, first))
    left, _, right, _ = page.ink(0, second, page.width, rows.index(False, second))
    return right - left


@pytest.mark.parametrize("number", ["03-1234-5678", "12,345,678円", "2026年12月31日", "12345-67890-1"])
def test_number_at_the_end_of_a_line_goes_to_the_next_whole(number):
    alone = second_line("あ\n" + number)
    # 40 characters fill a line; the line breaker may take one with it
    for before in (35, 36, 37, 38):
        assert second_line("あ" * before + number) >= alone - 1


def test_fonts_lack_what_they_lack_and_say_so():
    assert missing("髙﨑𠮷德邉邊彅𡈽栁濵仨众 株式会社ABC 1-2-3") == ()
    assert missing("山田\ue000太郎👍👍") == ("\ue000", "👍")


def test_variant_selector_counts_as_drawn():
    assert missing("葛\U000e0100飾区") == ()


def test_qr_code_is_read_back_from_the_page():
    address = "https://bank.example.jp/r/AbC123_-AbC123_-AbC123_-"
    page = read(to_pictures(SAMPLE, WORDS | {"qr": qr.to_svg(address)}, pixels_an_inch=100)[0])

    found = zxingcpp.read_barcode(memoryview(page.grey).cast("B", (page.height, page.width)))

    assert found.text == address


def test_fault_names_the_template_and_nothing_of_the_inputs():
    with pytest.raises(NotSet) as refusal:
        to_pdf(SAMPLE, {"title": "山田 太郎"}, made_at=MOMENT)

    assert "sample.typ" in str(refusal.value)
    assert "山田" not in str(refusal.value)


def test_licences_lie_beside_the_fonts():
    assert {path.name for path in FONTS.iterdir()} == {
        "BIZUDGothic-Bold.ttf",
        "BIZUDGothic-OFL.txt",
        "BIZUDGothic-Regular.ttf",
        "NotoSansJP-OFL.txt",
        "NotoSansJP-Regular.ttf",
    }
    for licence in FONTS.glob("*-OFL.txt"):
        assert "SIL OPEN FONT LICENSE Version 1.1" in licence.read_text("utf-8")
