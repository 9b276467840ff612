"""Phone numbers of Japan and their traps."""

import phonenumbers
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from keizoku.kernel.text.phone import _LANDLINE, Phone, PhoneClass, _japanese, line_hash, read_phone


@pytest.mark.parametrize(
    "text",
    [
        "090-1234-5678",
        "09012345678",
        "０９０－１２３４－５６７８",
        "090ー1234ー5678",
        "090−1234−5678",
        "090(1234)5678",
        "+81 90 1234 5678",
        "+81-090-1234-5678",
        "010-81-90-1234-5678",
        "186-090-1234-5678",
        "184 09012345678",
    ],
)
def test_a_mobile_number_is_read_in_any_writing(text: str):
    phone = read_phone(text)
    assert phone == Phone("+819012345678", PhoneClass.MOBILE)
    assert phone.is_sms_capable
    assert phone.national == "09012345678"


@pytest.mark.parametrize(
    ("text", "e164", "kind"),
    [
        ("060-1234-5678", "+816012345678", PhoneClass.MOBILE),
        ("0601234567", "+81601234567", PhoneClass.PERSONAL),
        ("06-1234-5678", "+81612345678", PhoneClass.LANDLINE),
        ("020-1234-5678", "+812012345678", PhoneClass.M2M),
        ("0200-1234567890", "+812001234567890", PhoneClass.M2M),
        ("0184-04-5678", "+81184045678", PhoneClass.LANDLINE),
        ("0184-24-5678", "+81184245678", PhoneClass.LANDLINE),
        ("050-1234-5678", "+815012345678", PhoneClass.IP),
        ("03-1234-5678", "+81312345678", PhoneClass.LANDLINE),
        ("0120-123-456", "+81120123456", PhoneClass.TOLL_FREE),
        ("0800-123-4567", "+818001234567", PhoneClass.TOLL_FREE),
        ("0570-012-345", "+81570012345", PhoneClass.NAVI_DIAL),
        ("090-0000-0000", "+819000000000", PhoneClass.UNKNOWN),
        ("+84 91 234 56 78", "+84912345678", PhoneClass.MOBILE),
    ],
)
def test_classes_and_their_traps(text: str, e164: str, kind: PhoneClass):
    assert read_phone(text) == Phone(e164, kind)


def test_only_a_japanese_mobile_of_eleven_digits_can_get_an_sms():
    others = ("0601234567", "0612345678", "08001234567", "05012345678", "+84912345678", "09000000000")
    capable = {text: phone.is_sms_capable for text in others if (phone := read_phone(text))}
    assert capable == dict.fromkeys(others, False)
    mobile = read_phone("06012345678")
    assert mobile is not None
    assert mobile.is_sms_capable


@pytest.mark.parametrize("text", ["", "なし", "110", "12345678", "090-1234-5678 / 03-1234-5678", "+", "٠٩٠"])
def test_what_is_not_one_phone_number_is_none(text: str):
    assert read_phone(text) is None


@given(st.from_regex(r"0[6-9]0[1-9][0-9]{7}", fullmatch=True).filter(str.isascii))
def test_the_quick_answer_for_mobiles_is_the_library_s(national: str):
    assert read_phone(national) == _japanese(national)


@given(st.from_regex(r"0[1-9][0-9]{8,9}", fullmatch=True).filter(str.isascii))
def test_domestic_numbers_read_as_the_library_parses_them(national: str):
    assume(not national.startswith("010"))
    expected = phonenumbers.parse(national, "JP")
    phone = read_phone(national)
    assert phone is not None
    assert phone.e164 == phonenumbers.format_number(expected, phonenumbers.PhoneNumberFormat.E164)
    assert phone.is_valid == phonenumbers.is_valid_number(expected)


@pytest.mark.parametrize("written", ["090-1234-5678", "09012345678", "０９０−１２３４−５６７８"])
def test_the_plain_writing_of_a_mobile_reads_as_any_other(written: str):
    assert read_phone(written) == read_phone("+81 90 1234 5678")


def test_every_beginning_of_a_landline_is_the_library_s():
    for beginning in range(10_000, 100_000):
        number = phonenumbers.PhoneNumber(country_code=81, national_number=beginning * 10_000 + 1234)
        library = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.FIXED_LINE
        assert (_LANDLINE.fullmatch(f"{beginning}1234") is not None) == library


def test_a_phone_does_not_print_itself():
    assert repr(read_phone("09012345678")) == "Phone(●●●, mobile)"


def test_the_hash_of_line_s_own_example():
    assert line_hash("+818000001234") == "d41e0ad70dddfeb68f149ad6fc61574b9c5780ab7bcb2fba5517771ffbb2409c"
