"""Dates by era."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keizoku.kernel.text import digits, era
from keizoku.kernel.text.era import DateProblem, read_date

DAYS = st.dates(min_value=era.SOLAR_CALENDAR_BEGINS, max_value=date(2099, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "昭和35年4月8日",
        "昭和３５年４月８日",
        "昭和 35年 4月 8日",
        "㍼35年4月8日",
        "昭35.4.8",
        "S35.4.8",
        "s35/4/8",
        "S35-04-08",
        "Ｓ３５．４．８",
        "S350408",
        "1960-04-08",
        "1960－4－8",
        "1960/4/8",
        "1960.4.8",
        "1960年4月8日",
        "１９６０年４月８日",
        "19600408",
    ],
)
def test_every_writing_of_one_day_reads_as_that_day(text: str):
    assert read_date(text) == date(1960, 4, 8)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("H1.1.8", date(1989, 1, 8)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("明治45年7月30日", date(1912, 7, 30)),
        ("大正元年7月30日", date(1912, 7, 30)),
        ("大正15年12月25日", date(1926, 12, 25)),
        ("昭和元年12月25日", date(1926, 12, 25)),
        ("明治6年1月1日", date(1873, 1, 1)),
        ("R8.2.28", date(2026, 2, 28)),
    ],
)
def test_the_first_and_last_days_of_eras_are_read(text: str, day: date):
    assert read_date(text) == day


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", DateProblem.EMPTY),
        ("　", DateProblem.EMPTY),
        ("昭和64年1月8日", DateProblem.OUTSIDE_ERA),
        ("昭和65年4月1日", DateProblem.OUTSIDE_ERA),
        ("平成元年1月7日", DateProblem.OUTSIDE_ERA),
        ("平成31年5月1日", DateProblem.OUTSIDE_ERA),
        ("令和元年4月30日", DateProblem.OUTSIDE_ERA),
        ("大正元年7月29日", DateProblem.OUTSIDE_ERA),
        ("昭和35年2月30日", DateProblem.NO_SUCH_DAY),
        ("平成0年1月1日", DateProblem.NO_SUCH_DAY),
        ("2023-02-29", DateProblem.NO_SUCH_DAY),
        ("1960-13-01", DateProblem.NO_SUCH_DAY),
        ("明治5年12月2日", DateProblem.BEFORE_SOLAR_CALENDAR),
        ("1960-4/8", DateProblem.FORMAT),
        ("35.4.8", DateProblem.FORMAT),
        ("昭和35年4月", DateProblem.FORMAT),
        ("不明", DateProblem.FORMAT),
        ("196048", DateProblem.FORMAT),
    ],
)
def test_what_is_not_a_day_says_why(text: str, problem: DateProblem):
    assert read_date(text) is problem


def test_a_day_with_two_names_is_written_with_the_newer():
    assert era.long_form(date(1926, 12, 25)) == "昭和元年12月25日"
    assert era.short_form(date(1912, 7, 30)) == "T1.7.30"
    assert era.long_form(date(2026, 11, 21)) == "令和8年11月21日"


def test_a_day_before_the_solar_calendar_has_no_era_here():
    with pytest.raises(ValueError, match="1873"):
        era.era_of(date(1872, 12, 31))


@given(DAYS)
def test_a_day_written_by_era_reads_back(day: date):
    assert read_date(era.long_form(day)) == day
    assert read_date(digits.full_width_digits(era.long_form(day))) == day
    assert read_date(era.short_form(day)) == day
    assert read_date(day.isoformat()) == day


@given(st.text(max_size=20))
def test_any_text_is_a_day_or_a_named_problem(text: str):
    assert isinstance(read_date(text), date | DateProblem)
