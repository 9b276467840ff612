from datetime import date

import pytest

from keizoku.portal.typed import read_claim

GOOD = {"birth_era": "", "birth_year": "1951", "birth_month": "4", "birth_day": "8", "account_last4": "4567"}


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"birth_era": "昭和", "birth_year": "26"},
        {"birth_era": "平成"},  # four digits are a western year whatever the era says
        {"birth_year": "１９５１", "birth_month": "０４", "birth_day": " 8 "},
        {"account_last4": "４５６７"},
        {"account_last4": "1234567"},
    ],
)
def test_birth_date_and_account_are_read_in_any_writing(typed):
    claimed = read_claim({**GOOD, **typed})
    assert (claimed.birth_date, claimed.account_last4, claimed.errors) == (date(1951, 4, 8), "4567", {})


def test_first_year_of_an_era_may_be_written_by_its_name():
    claimed = read_claim(
        {**GOOD, "birth_era": "平成", "birth_year": "元", "birth_month": "1", "birth_day": "8"}
    )
    assert claimed.birth_date == date(1989, 1, 8)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"birth_year": ""}, "birth_year"),
        ({"birth_year": "26"}, "birth_year"),
        ({"birth_month": "四"}, "birth_month"),
        ({"birth_month": "13"}, "birth_date"),
        ({"birth_month": "2", "birth_day": "30"}, "birth_date"),
        ({"birth_era": "昭和", "birth_year": "65"}, "birth_date"),
        ({"birth_era": "江戸", "birth_year": "3"}, "birth_year"),
        ({"account_last4": "456"}, "account_last4"),
        ({"account_last4": "12345"}, "account_last4"),
        ({"account_last4": "四五六七"}, "account_last4"),
    ],
)
def test_slip_is_named_at_its_field(typed, field):
    claimed = read_claim({**GOOD, **typed})
    assert set(claimed.errors) == {field}
    assert claimed.errors[field].endswith("。")


def test_everything_missing_is_named_at_once():
    assert set(read_claim({}).errors) == {"birth_year", "birth_month", "birth_day", "account_last4"}


def test_claim_does_not_show_itself_when_printed():
    assert "1951" not in repr(read_claim(GOOD))
    assert "4567" not in repr(read_claim(GOOD))
