"""Check digits."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from keizoku.kernel.text import numbers

TEN = st.text(alphabet="0123456789", min_size=10, max_size=10)


def test_worked_examples_of_the_individual_number():
    assert numbers.individual_number_check_digit("98320567321") == 4
    assert numbers.individual_number_check_digit("12345678901") == 8


@pytest.mark.parametrize(
    "text",
    [
        "983205673214",
        "９８３２０５６７３２１４",
        "山田 9832-0567-3214",
        "9832　0567　3214",
        "9832ー0567ー3214",
        "taro.983205673214@example.jp",
    ],
)
def test_an_individual_number_is_found_inside_a_text(text: str):
    assert numbers.has_individual_number(text)


@pytest.mark.parametrize(
    "text",
    ["", "983205673215", "1983205673214", "9832056732145", "東京都1-2-3", "9832-056-73214", "٩٨٣٢٠٥٦٧٣٢١٤"],
)
def test_other_digits_are_not_taken_for_one(text: str):
    assert not numbers.has_individual_number(text)


def test_worked_examples_of_the_corporate_number():
    for number in ("7000012050002", "5835678256246", "8700110005901"):
        assert numbers.is_corporate_number(number)
    assert not numbers.is_corporate_number("8000012050002")
    assert not numbers.is_corporate_number("700001205000")


def test_the_published_damm_example():
    assert numbers.damm_check_digit("572") == 4


@given(TEN)
def test_a_reference_code_reads_back_however_it_is_typed(ten: str):
    code = numbers.reference_code(ten)
    shown = numbers.format_reference_code(code)
    assert len(shown) == 13
    assert numbers.parse_reference_code(shown) == code
    assert numbers.parse_reference_code(code) == code
    wide = shown.translate(str.maketrans("0123456789-", "０１２３４５６７８９ー"))
    assert numbers.parse_reference_code(f"　{wide} ") == code


@given(TEN, st.integers(0, 10), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_caught(ten: str, position: int, digit: str):
    code = numbers.reference_code(ten)
    assume(code[position] != digit)
    assert numbers.parse_reference_code(code[:position] + digit + code[position + 1 :]) is None


@given(TEN, st.integers(0, 9))
def test_two_swapped_neighbours_are_always_caught(ten: str, position: int):
    code = numbers.reference_code(ten)
    assume(code[position] != code[position + 1])
    swapped = code[:position] + code[position + 1] + code[position] + code[position + 2 :]
    assert numbers.parse_reference_code(swapped) is None


@pytest.mark.parametrize("typed", ["", "1234567890", "123456789012", "abcde-fghij-k"])
def test_what_is_not_eleven_digits_is_no_code(typed: str):
    assert numbers.parse_reference_code(typed) is None


def test_a_code_is_made_of_ten_digits_only():
    with pytest.raises(ValueError, match="ten digits"):
        numbers.reference_code("123")
