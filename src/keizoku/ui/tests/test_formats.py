from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils.html import strip_tags

from keizoku.ui import formats

AFTERNOON = datetime(2026, 11, 21, 5, 5, tzinfo=UTC)
LATE_IN_LONDON = datetime(2026, 12, 31, 15, 30, tzinfo=UTC)


def test_money_names_its_unit():
    assert formats.yen(1234) == "1,234円"
    assert formats.yen(Decimal("1243.8")) == "1,243.8円"


def test_whole_yen_have_no_zeros_behind():
    assert formats.yen(Decimal("19060.0")) == "19,060円"
    assert formats.number(Decimal("1000.00")) == "1,000"
    assert formats.yen(Decimal("0.10")) == "0.1円"


def test_people_are_counted_with_separators():
    assert formats.people(12438) == "12,438人"
    assert formats.people(0) == "0人"


def test_what_is_unknown_is_a_dash_and_not_zero():
    assert {formats.yen(None), formats.people(None), formats.number(None), formats.date_jp(None)} == {"—"}


def test_instant_is_shown_in_japan_with_its_zone_on_hover():
    assert formats.datetime_jst(AFTERNOON) == (
        '<time datetime="2026-11-21T14:05:00+09:00" title="日本標準時（JST、UTC+9）">2026-11-21 14:05</time>'
    )


def test_customer_reads_an_instant_in_words():
    assert strip_tags(formats.moment_jp(AFTERNOON)) == "2026年11月21日 14時05分"


def test_date_of_an_instant_is_the_day_in_japan():
    assert formats.date_jp(LATE_IN_LONDON) == "2027年1月1日"
    assert formats.date_jp(date(2026, 11, 21)) == "2026年11月21日"


def test_reference_code_is_grouped_and_anything_else_is_left_alone():
    assert formats.reference_code("12345678901") == "12345-67890-1"
    assert formats.reference_code("1234") == "1234"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "残り時間を計算しています"),
        (5, "あと1分以内"),
        (190, "あと約3分"),
        (3599, "あと約60分"),
        (3600, "あと約1時間"),
        (5400, "あと約1時間30分"),
    ],
)
def test_time_left_is_said_coarsely(seconds, words):
    assert formats.time_left(seconds) == words
