"""Laws of the calendar and the pace, the differences in words, and files that come back as they were written."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from keizoku.campaigns.errors import CampaignRefused
from keizoku.campaigns.journeys import reading
from keizoku.campaigns.journeys.rules import calendar, drafts, pace
from keizoku.campaigns.journeys.rules.calendar import ALWAYS, BANK_DAYS, TOKYO, Calendar
from keizoku.campaigns.journeys.rules.differences import Change, differences
from keizoku.campaigns.journeys.rules.pace import Opened, Pace, may_go
from keizoku.campaigns.journeys.tests.making import drafted
from keizoku.risk.fields import AUDIENCE_FIELDS

MOMENTS = some.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - the zone is given beside
    datetime(2030, 12, 31),  # noqa: DTZ001
    timezones=some.just(UTC),
)
HALVES = some.builds(time, some.integers(0, 23), some.sampled_from([0, 30]))
CALENDARS = some.builds(Calendar, HALVES, HALVES, some.booleans(), some.booleans(), some.booleans()).filter(
    lambda one: not calendar.problems(one)
)
LIMITS = some.none() | some.integers(1, 5000)


def tokyo(*parts):
    return datetime(*parts, tzinfo=TOKYO)


@given(CALENDARS, MOMENTS)
def test_next_moment_is_never_outside_the_hours_and_never_in_the_past(one, now):
    found = calendar.next_open(one, now)

    assert calendar.is_open(one, found)
    assert found >= now
    assert calendar.is_open(one, now) == (found == now)


@given(CALENDARS, MOMENTS, some.timedeltas(timedelta(0), timedelta(days=20)))
def test_who_is_due_later_is_never_sent_earlier(one, now, later):
    assert calendar.next_open(one, now) <= calendar.next_open(one, now + later)


@given(CALENDARS, MOMENTS, some.floats(0, 1))
def test_an_opening_is_open_up_to_its_end_and_no_further_than_that(one, now, share):
    opened = calendar.next_open(one, now)
    until = calendar.open_until(one, opened)
    if until is None:
        assert one.is_always
        return
    assert until > opened
    assert calendar.is_open(one, opened + (until - opened) * share * 0.999)
    if one.closes != time(0):
        assert not calendar.is_open(one, until)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (tokyo(2026, 11, 20, 19, 59), tokyo(2026, 11, 20, 19, 59)),  # Friday evening
        (tokyo(2026, 11, 20, 20, 0), tokyo(2026, 11, 24, 9, 0)),  # Monday is a holiday
        (tokyo(2026, 12, 30, 21, 0), tokyo(2027, 1, 4, 9, 0)),
        (tokyo(2026, 5, 2, 12, 0), tokyo(2026, 5, 7, 9, 0)),  # the 6th stands in for a holiday on Sunday
        (tokyo(2026, 9, 18, 20, 0), tokyo(2026, 9, 24, 9, 0)),  # a day between two holidays
    ],
)
def test_a_bank_sends_on_its_own_days_from_nine_to_eight(now, then):
    assert calendar.next_open(BANK_DAYS, now) == then


def test_why_nothing_is_sent_is_said_in_words():
    said = [
        calendar.closed_because(BANK_DAYS, moment)
        for moment in (
            tokyo(2026, 11, 20, 8, 59),
            tokyo(2026, 11, 21, 12),
            tokyo(2026, 11, 22, 12),
            tokyo(2026, 11, 23, 12),
            tokyo(2026, 12, 31, 12),
            tokyo(2026, 11, 24, 12),
        )
    ]
    assert said == ["時間外", "土曜日", "日曜日", "祝日（勤労感謝の日）", "年末年始", ""]
    assert calendar.in_words(BANK_DAYS) == "9:00〜20:00、土日・祝日・年末年始（12月31日〜1月3日）は送りません"
    assert calendar.in_words(ALWAYS) == "時間と曜日を問わずに送ります"


def test_hours_that_end_before_they_begin_are_refused():
    assert calendar.problems(Calendar(time(20), time(9))) != []
    assert calendar.problems(Calendar(time(20), time(0))) == []


@given(some.builds(Pace, LIMITS, LIMITS), some.lists(some.tuples(some.integers(0, 90), some.integers(0, 9))))
def test_pace_is_never_exceeded_whenever_the_planner_looks(limits, rounds):
    """Rounds of (minutes later, looks); whatever is allowed is opened at once and sent before the next round."""
    now, opened = tokyo(2026, 11, 20, 9, 0), []

    def since(moment):
        return sum(size for at, size in opened if at > moment)

    for minutes, looks in rounds:
        now += timedelta(minutes=minutes)
        for _ in range(looks):
            allowed = may_go(
                limits, Opened(since(now - pace.SLICE), since(now - pace.HOUR), since(pace.day_start(now)))
            )
            if allowed is None:
                assert not limits.is_limited
                return
            assert allowed >= 0
            opened.append((now, allowed))
        if limits.per_hour is not None:
            assert since(now - pace.HOUR) <= limits.per_hour
        if limits.per_day is not None:
            assert since(pace.day_start(now)) <= limits.per_day


def test_what_waits_from_before_counts_against_the_pace():
    assert may_go(Pace(600), Opened()) == 100
    assert may_go(Pace(600), Opened(left_before_hour=550)) == 50
    assert may_go(Pace(None, 10), Opened(today=4, left_before_today=5)) == 1
    assert may_go(Pace(), Opened(today=10**9)) is None
    assert pace.least(None, 3, 7) == 3
    assert pace.least(None, None) is None


def test_differences_are_named_where_they_are():
    old = drafted("line", "email", calendar=BANK_DAYS)
    steps = list(old.steps)
    high = {"field": "level", "operator": "one_of", "value": ["high"]}
    new = replace(
        drafted("line", "sms", "email", calendar=replace(BANK_DAYS, weekends=True)),
        steps=(steps[0], drafted("sms").steps[0], replace(steps[1], wait_days=10, condition=high)),
        pace=Pace(per_day=1000),
    )

    found = differences(old, new, AUDIENCE_FIELDS)

    assert found[1:4] == [
        Change("全体の上限", "上限なし", "1日に1,000人まで"),
        Change("手順2 SMS", "", "あり"),
        Change("手順3 電子メールの順番", "2", "3"),
    ]
    assert [change.place for change in found] == [
        "送る時間帯",
        "全体の上限",
        "手順2 SMS",
        "手順3 電子メールの順番",
        "手順3 電子メールの待ち日数",
        "手順3 電子メールの送る相手",
    ]
    assert differences(old, old, AUDIENCE_FIELDS) == []


def test_digest_changes_with_all_that_decides_what_is_sent_and_not_with_the_name():
    one = drafted("line", "email")
    assert drafts.digest(replace(one, name="別の名前", note="メモ")) == drafts.digest(one)
    for other in (
        replace(one, calendar=BANK_DAYS),
        replace(one, pace=Pace(10)),
        replace(one, steps=one.steps[:1]),
        replace(one, steps=(one.steps[0], replace(one.steps[1], condition={"all": []}))),
    ):
        assert drafts.digest(other) != drafts.digest(one)


def test_file_of_a_journey_comes_back_as_it_was_written():
    one = drafted(
        "line", "email", calendar=Calendar(time(10, 30), time(0), weekends=True), pace=Pace(60, 500)
    )
    assert reading.read(reading.write(one)) == one


def test_every_mistake_of_a_file_is_named_at_once():
    wrong = {"name": 3, "opens": "noon", "extra": 1, "steps": [{"channel": "line", "wait_days": "1"}, "x"]}

    with pytest.raises(CampaignRefused) as refused:
        reading.read(wrong)

    for words in (
        "extra という項目はありません",
        "name は文字列にしてください",
        "steps の1番目: body がありません",
        "steps の1番目: wait_days は整数にしてください",
        "steps の2番目: 項目の組ではありません",
        "opens は 9:00 のような時刻にしてください",
    ):
        assert words in refused.value.message
