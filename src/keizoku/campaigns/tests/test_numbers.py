"""The numbers of a small walked campaign, exactly; the same after its detail is gone; intervals and forecasts by law."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from keizoku.campaigns import actions
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.numbers import counting
from keizoku.campaigns.numbers.queries import numbers
from keizoku.campaigns.numbers.rules import Forecast, NoForecast, Sends, forecast, wilson
from keizoku.campaigns.tests.test_counting import answer
from keizoku.campaigns.tests.walking import launch, work
from keizoku.delivery.models import Counter, Wave
from keizoku.delivery.numbers import WAYS
from keizoku.kernel import clock
from keizoku.kernel.clock import business_today

START = date(2026, 6, 1)


@pytest.fixture
def walked(requested, staff, settings):
    """LINE to three, mail to one at once and to two a week later; three answers."""
    settings.MESSAGE_PRICE_YEN = {"line": Decimal(5), "line_push": Decimal(3), "email": Decimal("0.1")}
    campaign, both, mail_only, _, _ = requested
    actions.approve(
        campaign, typed_count=Campaign.objects.get(id=campaign).audience_count, staff=staff["approver"]
    )
    launch()
    work()
    answer(campaign, both[0])
    clock.advance(timedelta(days=8))
    work()
    answer(campaign, both[1])
    answer(campaign, mail_only)
    counting.count(WAYS)
    return campaign


def of(sends):
    return sends.accepted, sends.passed_over, sends.answers, sends.cost_yen


def test_numbers_of_a_walked_campaign(walked):
    found = numbers(walked)
    assert found.audience == 4
    assert found.excluded == {"連絡停止のお申し出がある": 1, "どの手段の連絡先も登録がない": 1}
    assert of(found.total) == (6, 1, 3, Decimal("15.3"))
    assert found.total.cost_per_answer == Decimal("5.1")
    assert [(step.label, *of(step.sends)) for step in found.steps] == [
        ("1. LINE通知メッセージ", 3, 1, 1, Decimal(15)),
        ("2. 電子メール", 3, 0, 2, Decimal("0.3")),
    ]
    assert [(group.label, *of(group.sends)) for group in found.channels] == [
        ("LINE通知メッセージ", 3, 1, 1, Decimal(15)),
        ("電子メール", 3, 0, 2, Decimal("0.3")),
    ]
    assert [(course.people, *of(course.sends)) for course in found.courses] == [(4, 6, 1, 3, Decimal("15.3"))]
    today = business_today()
    assert [(day.day, day.sends.accepted, day.sends.answers, day.answers_so_far) for day in found.days] == [
        (today - timedelta(days=8), 4, 1, 1),
        (today, 2, 2, 3),
    ]
    assert isinstance(found.forecast, NoForecast)


def test_push_has_its_own_price_and_line(walked):
    wave = Wave.objects.filter(step=1).first()
    Counter.objects.create(
        campaign_id=walked,
        wave=wave,
        step=1,
        channel="line",
        result="accepted",
        code="push:1",
        count=2,
        day=business_today(),
    )
    groups = {group.label: group.sends for group in numbers(walked).channels}
    assert of(groups["LINE 友だちへのメッセージ"]) == (2, 0, 0, Decimal(6))
    assert of(groups["LINE通知メッセージ"]) == (3, 1, 1, Decimal(15))


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        # as the statistics package R tells them, and Newcombe 1998 where named
        (0, 10, 0.0, 0.2775),
        (1, 10, 0.0179, 0.4042),
        (81, 263, 0.2553, 0.3662),  # Newcombe 1998, table I
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (10, 10, 0.7225, 1.0),
    ],
)
def test_interval_against_published_values(part, whole, low, high):
    found = wilson(part, whole)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_nothing_sent_has_no_interval_no_share_and_no_cost_per_answer():
    assert wilson(0, 0) is None
    nothing = Sends()
    assert (nothing.share, nothing.interval, nothing.cost_per_answer) == (None, None, None)


@given(st.integers(1, 10**6), st.data())
def test_interval_holds_the_share_and_narrows_with_more(whole, data):
    part = data.draw(st.integers(0, whole))
    found, more = wilson(part, whole), wilson(part * 4, whole * 4)
    assert 0 <= found.low <= part / whole <= found.high <= 1
    assert more.high - more.low <= found.high - found.low


def days(*counts):
    return {START + timedelta(days=place): count for place, count in enumerate(counts)}


def foreseen(by_day, *, left=7, audience=10_000):
    today = START + timedelta(days=len(by_day))
    return forecast(
        by_day,
        launched_on=START,
        today=today,
        closes_on=today + timedelta(days=left - 1),
        audience=audience,
    )


def test_steady_answers_go_on_and_halving_answers_halve():
    steady = foreseen(days(*[100] * 14))
    assert (steady.answered, steady.middle) == (1400, 2100)
    assert steady.low < 2100 < steady.high

    halving = foreseen(days(*[100] * 7, *[50] * 7))
    assert halving.answered == 1050
    # Each further week half of the one before: 175 by its middle days, a little more or less by the shape.
    assert 1220 < halving.middle < 1230


def test_few_answers_young_campaigns_and_closed_ones_are_not_foreseen():
    assert isinstance(foreseen(days(*[2] * 14)), NoForecast)
    assert isinstance(foreseen(days(*[100] * 5)), NoForecast)
    assert isinstance(foreseen(days(*[100] * 6)), Forecast)
    assert isinstance(foreseen(days(*[100] * 14), left=0), NoForecast)


@given(st.lists(st.integers(0, 400), min_size=14, max_size=40), st.integers(1, 60), st.integers(0, 20_000))
def test_forecast_lies_between_what_is_and_everybody(counts, left, spare):
    by_day = days(*counts)
    audience = sum(counts) + spare
    found = foreseen(by_day, left=left, audience=audience)
    if isinstance(found, Forecast):
        assert found.answered <= found.low <= found.middle <= found.high <= audience
        longer = foreseen(by_day, left=left + 1, audience=audience)
        assert longer.middle >= found.middle


def test_answers_of_today_are_never_foreseen_away():
    by_day = days(*[10] * 14) | {START + timedelta(days=14): 500}
    today = START + timedelta(days=14)
    found = forecast(by_day, launched_on=START, today=today, closes_on=today, audience=10_000)
    assert found.low == 640


def test_numbers_of_a_draft_are_empty(requested):
    campaign = requested[0]
    found = numbers(campaign)
    assert (found.forecast, found.days, of(found.total)) == (None, [], (0, 0, 0, Decimal(0)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM campaigns_headcount")
        assert cursor.fetchone() == (0,)
