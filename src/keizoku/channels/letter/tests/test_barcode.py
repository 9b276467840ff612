"""The customer barcode, held against Japan Post's examples."""

import pytest

from keizoku.channels.letter.barcode import address_number, bars, of_address

# postal code, address number, bars: Japan Post's manual (p17, p20) and two inspection sheets.
EXAMPLES = [
    ("1000013", "1-3-2-503", "1311414414414414411431211441431241413241414114431243243243243241131"),
    ("2730102", "3-20-5B604", "1313221331214411414413231241413214441414132411432114412343243214431"),
    ("0140113", "60-1", "1314411412314411411431232114441411443243243243243243243243243211131"),
    ("0640804", "29-1524-23-2-501", "1314432112314423114412313241141411414113212341413231241413241431231"),
    ("3170055", "6-7-14-2", "1331211421314414414114132141421341411412341413243243243243243232431"),
]


@pytest.mark.parametrize(("postal_code", "number", "expected"), EXAMPLES)
def test_bars_are_those_of_the_published_examples(postal_code, number, expected):
    assert bars(postal_code, number) == expected
    assert len(expected) == 67


def test_letter_that_would_be_cut_in_two_keeps_its_control_half():
    # ...J1-2B: the thirteenth symbol of the address is the control half of B.
    assert bars("9100067", "3-80-25J1-2B") == bars("9100067", "3-80-25J1-2A")
    assert bars("9100067", "3-80-25J1-2B") != bars("9100067", "3-80-25J1-2U")


@pytest.mark.parametrize(
    ("address", "postal_code", "number"),
    [
        ("東京都渋谷区渋谷1-1-1", "1500002", "1-1-1"),
        ("東京都渋谷区渋谷１丁目２番３号 コーポＢ６０４号", "1500002", "1-2-3B604"),
        ("東京都渋谷区渋谷二十三丁目百二番地の五", "1500002", "23-102-5"),
        ("東京都渋谷区渋谷2-3 さくらBUILDING 12F 1201号室", "1500002", "2-3-12-1201"),
        ("東京都渋谷区渋谷1ー2ー3", "1500002", "1-2-3"),
        ("東京都渋谷区渋谷", "1500002", ""),
    ],
)
def test_number_of_an_address_is_what_its_postal_code_does_not_say(address, postal_code, number):
    assert address_number(address, postal_code) == number


def test_address_without_a_number_still_has_bars_of_full_length():
    assert len(of_address("東京都渋谷区渋谷", "1500002")) == 67
