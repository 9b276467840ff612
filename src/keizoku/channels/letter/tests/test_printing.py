"""A letter's page as it is printed: what stands in the window, codes that can be read, and letters that are not printed."""

import json
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
import zxingcpp

from keizoku.channels.letter import barcode, printing
from keizoku.delivery.ports import Message, Outgoing
from keizoku.kernel.documents.setting import NotSet
from keizoku.kernel.documents.tests.pixels import read
from keizoku.kernel.personal import Addressee, PersonName, PostalAddress

SENDER = printing.Sender(
    "継続銀行",
    "お客さま情報確認センター",
    "東京都千代田区丸の内1-1-1",
    "1000005",
    "0120-000-000",
    "平日 9時から17時まで",
)
KEY = UUID("00000000-0000-4000-8000-000000000001")
MOMENT = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
LINK = f"https://bank.example.jp/r/{'Ab1_' * 8}"
DOTS_A_MM = 100 / 25.4
# From the sheet's left and top edges, in millimetres (docs/letters.md).
WINDOW = (18, 17, 18 + 70, 17 + 36)
LONGEST = Addressee(
    PersonName("一般財団法人ながいなまえのための国際交流推進協会連合会東日本地域本部札幌事務所御担当"),
    PostalAddress(
        "北海道札幌市中央区北二十九条西十五丁目2番23号" + "ながいなまえのマンション" * 4 + "2501号", "0640804"
    ),
    is_organisation=True,
)


# As long as the letter that a journey begins with.
BODY = "いつもご利用いただき、ありがとうございます。\n\n" + "\n".join(
    ["ご住所やお仕事などを定期的に確認しています。{deadline}までにお答えください。3分ほどで終わります。"] * 8
)


def outgoing(addressee=None, body=BODY, position=1):
    taro = Addressee(
        PersonName("𠮷野 太郎"),
        PostalAddress("東京都渋谷区渋谷1丁目2-3 コーポさくら604号", "1500002"),
        is_organisation=False,
    )
    message = Message(
        "お客さま情報の確認のお願い",
        body,
        "スマートフォンで答える",
        LINK,
        "12345-67890-1",
        date(2026, 12, 24),
    )
    return Outgoing(str(uuid4()), f"kz-00001-00002-{position:07d}", addressee or taro, message)


def page_of(one):
    return read(printing.picture(one, SENDER, on=TODAY, pixels_an_inch=100))


def compose(*batch):
    return printing.compose(batch, SENDER, key=KEY, made_at=MOMENT, on=TODAY)


def addressee(name="山田 太郎", address="東京都渋谷区渋谷1-1-1", code="1500002"):
    return Addressee(PersonName(name), PostalAddress(address, code), is_organisation=False)


@pytest.mark.parametrize("who", [None, LONGEST])
def test_all_that_the_post_reads_stands_in_the_window_and_nothing_else(who):
    page = page_of(outgoing(who))
    left, top, right, bottom = (round(edge * DOTS_A_MM) for edge in WINDOW)
    top -= 1  # a letter's edge is grey

    inside = page.ink(left, top, right, bottom)
    # Beside and below the block nothing may show in the window, wherever the sheet slides.
    around = page.ink(
        round(8 * DOTS_A_MM), round(8 * DOTS_A_MM), round(114 * DOTS_A_MM), round(60 * DOTS_A_MM)
    )

    assert inside is not None
    assert around == inside


def test_barcode_stands_alone_below_the_name_with_two_millimetres_of_white():
    page = page_of(outgoing())
    left, top, right, bottom = (round(edge * DOTS_A_MM) for edge in WINDOW)
    _, _, _, lowest = page.ink(left, top, right, bottom)
    rows = [any(page.is_dark(x, y) for x in range(left, right)) for y in range(top, lowest)]
    last_white = max(index for index, has_ink in enumerate(rows) if not has_ink)
    white = 0
    while not rows[last_white - white]:
        white += 1

    assert white / DOTS_A_MM >= 1.9  # a picture of 100 dots an inch is right to a quarter of a millimetre
    assert (len(rows) - 1 - last_white) / DOTS_A_MM == pytest.approx(2.88, abs=0.4)
    middle = top + (last_white + len(rows)) // 2
    ink = page.ink(left, middle - 1, right, middle + 1)
    assert (ink[2] - ink[0]) / DOTS_A_MM == pytest.approx(66 * 0.96 + 0.48, abs=0.6)


def test_qr_code_opens_the_one_time_link():
    page = page_of(outgoing())

    found = zxingcpp.read_barcode(memoryview(page.grey).cast("B", (page.height, page.width)))

    assert found.text == LINK


def test_batch_is_a_page_a_letter_and_the_same_each_time():
    batch = [outgoing(position=place) for place in range(1, 4)]
    made = compose(*batch)

    assert compose(*batch) == made
    assert made.pdf.count(b"/Type/Page/") == 3
    told = json.loads(made.manifest)
    assert (told["letters"], told["pages"], told["batch"]) == (3, 3, str(KEY))
    assert [row["first_page"] for row in told["list"]] == [1, 2, 3]
    assert "𠮷野" not in made.manifest.decode()
    assert "渋谷" not in made.manifest.decode()


@pytest.mark.parametrize(
    ("who", "problem"),
    [
        (addressee(), ""),
        (LONGEST, ""),
        (addressee(name="髙﨑 𠮷德"), ""),
        (addressee(name="山田\ue000"), "character_not_printable"),
        (addressee(address="東京都渋谷区👍1-1"), "character_not_printable"),
        (addressee(code=""), "no_postal_code"),
        (addressee(name=" "), "no_name"),
        (addressee(address="あ" * 89), "address_too_long"),
        (addressee(name="あ" * 49), "address_too_long"),
    ],
)
def test_letters_that_cannot_be_printed_say_why(who, problem):
    assert printing.problem(outgoing(who)) == problem


def test_corporation_is_addressed_as_one():
    assert (addressee().honorific, LONGEST.honorific) == ("様", "御中")


def test_name_and_address_stay_masked_outside_the_page():
    assert "山田" not in repr(outgoing(addressee()))


def test_name_is_no_code():
    assert len(compose(outgoing(addressee(name='#panic("x")'))).pdf) > 10_000


def test_customer_barcode_on_the_page_is_that_of_the_address():
    told = printing._letter(outgoing())

    assert told["bars"] == [int(bar) for bar in barcode.bars("1500002", "1-2-3-604")]


def test_letters_that_do_not_fit_a_page_each_are_a_fault_and_never_sent(monkeypatch):
    monkeypatch.setattr(printing, "to_pdf", lambda *given, **named: b"%PDF /Type/Page/ /Type/Page/")

    with pytest.raises(NotSet, match="1 letters took 2 pages"):
        compose(outgoing())
