"""Carriers' limits under two dispatchers and a clock of the test's own: no second, day or month sees more than its limit."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import psycopg
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from keizoku.delivery.allowances import queries
from keizoku.delivery.allowances.rules import LATE_S, PATIENCE_S, SHARE, Limit, pause
from keizoku.delivery.allowances.taking import Allowance, Wall
from keizoku.delivery.dispatch import Dispatcher
from keizoku.delivery.models import Chunk
from keizoku.delivery.ports import Outcome, Result
from keizoku.delivery.tests.carrier import Journal
from keizoku.delivery.tests.waves import make_due, open_wave
from keizoku.kernel.http import Answer

BEGIN = datetime(2026, 11, 30, 14, 59, 50, tzinfo=UTC)  # ten seconds before a day and a month end in Tokyo
CAMPAIGN = 1


class FakeWall(Wall):
    """One clock for the rows and all dispatchers; it moves where somebody sleeps or a test says so."""

    def __init__(self):
        self.now = BEGIN

    def moment(self):
        return self.now

    def seconds(self):
        return (self.now - BEGIN).total_seconds()

    def sleep(self, seconds):
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def wall(monkeypatch):
    wall = FakeWall()
    monkeypatch.setattr(Dispatcher, "wall", wall)
    return wall


@pytest.fixture
def called(committed_db, journal, wall):
    """The moment of each call, as the carrier saw it."""
    moments = []

    def accept(outgoing):
        moments.append(wall.seconds())
        return Outcome(Result.ACCEPTED)

    Journal.answer = staticmethod(accept)
    return moments


def limit(settings, **limits):
    settings.CARRIER_LIMITS = {"line": Limit(**limits)}


def most_in_a_second(moments):
    return max(sum(start <= moment < start + 1 for moment in moments) for start in moments)


def send_all(wall, dispatchers):
    """Runs of all in turn until nothing waits; a chunk that was put aside is due again when its time has come."""
    for _ in range(400):
        for dispatcher in dispatchers:
            dispatcher.run(chunks=1)
        if not Chunk.objects.exclude(state="closed").exists():
            return
        wall.sleep(PATIENCE_S)
        make_due()
    raise AssertionError("not everything was sent")


@pytest.mark.parametrize("a_second", [1, 3, 10, 25])
def test_two_dispatchers_together_never_exceed_the_limit_of_any_second(
    make_customers, settings, wall, called, a_second
):
    people, half = 2 * a_second + 8, a_second + 4
    make_customers(people)
    limit(settings, a_second=a_second)
    for campaign in (1, 2):
        open_wave(campaign)
    Chunk.objects.update(high=half)
    Chunk.objects.bulk_create(
        [
            Chunk(wave_id=chunk.wave_id, campaign_id=chunk.campaign_id, low=half + 1, high=people)
            for chunk in Chunk.objects.all()
        ]
    )

    class Interrupted(Dispatcher):
        """Another dispatcher works between this one's claim and its call, and now and then the machine stalls."""

        windows = 0

        def before_call(self, lease, claims):
            self.windows += 1
            Dispatcher("other").run(chunks=1)
            if self.windows % 3 == 0:
                wall.sleep(0.4)

    send_all(wall, [Interrupted("one"), Dispatcher("two")])

    assert len(called) == 2 * people
    assert most_in_a_second(called) <= a_second
    assert max(Counter(call.tag for call in Journal.calls).values()) == 1


def test_limit_is_used_and_not_only_kept(committed_db, make_customers, settings, wall, called):
    make_customers(40)
    limit(settings, a_second=40)
    open_wave(CAMPAIGN)

    send_all(wall, [Dispatcher("one")])

    assert called[-1] - called[0] < 40 / 40 / SHARE + 0.1
    assert next(use.pace for use in queries.uses() if use.channel == "line") == 100


def test_todays_limit_is_never_exceeded_and_the_rest_goes_tomorrow(
    committed_db, make_customers, settings, wall, called
):
    make_customers(10)
    limit(settings, a_day=7)
    open_wave(CAMPAIGN)

    Dispatcher("one").run()
    make_due()
    Dispatcher("two").run()
    assert len(called) == 7

    (chunk,) = Chunk.objects.all()
    assert (chunk.state, chunk.low, chunk.high) == ("open", 1, 10)
    wall.sleep(10)
    make_due()
    Dispatcher("two").run()

    assert len(called) == 10
    assert max(Counter(call.tag for call in Journal.calls).values()) == 1


def test_months_limit_counts_both_days_and_begins_anew(committed_db, make_customers, settings, wall, called):
    make_customers(9)
    limit(settings, a_month=5)
    open_wave(CAMPAIGN)

    Dispatcher("one").run()
    wall.sleep(5)
    make_due()
    Dispatcher("one").run()
    assert len(called) == 5

    wall.sleep(5)
    make_due()
    Dispatcher("one").run()
    assert len(called) == 9


def test_last_calls_of_a_day_that_another_worker_took_undo_the_claim(
    committed_db, make_customers, settings, wall, called
):
    make_customers(4)
    limit(settings, a_day=4)
    open_wave(CAMPAIGN)
    Allowance("line", wall).room(1)  # makes the row that both share

    class Beaten(Dispatcher):
        undone: ClassVar[list[int]] = []

        def grant(self, claims):
            if not self.undone:
                with psycopg.connect(**connection.get_connection_params()) as another:
                    another.execute("UPDATE delivery_allowance SET used_today = 2")
            self.undone.append(len(claims))
            return super().grant(claims)

    Beaten("one").run()

    assert Beaten.undone == [4, 2], "four were claimed and undone, and two could be called"
    assert len(called) == 2
    assert Chunk.objects.get().state == "open"
    assert attempts() == 2


def attempts():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM delivery_attempt")
        return cursor.fetchone()[0]


def test_refusal_for_the_rate_pauses_everybody_as_long_as_it_says_and_halves_the_pace(
    committed_db, make_customers, settings, wall, journal
):
    make_customers(8)
    limit(settings, a_second=2000)
    open_wave(1)
    open_wave(2)
    Journal.answer = staticmethod(
        lambda outgoing: Outcome(Result.DEFERRED, "rate_limited", retry_after_s=120)
    )
    Dispatcher("one").run(chunks=1)
    Journal.answer = staticmethod(lambda outgoing: Outcome(Result.ACCEPTED))
    refused = len(Journal.calls)
    assert refused == 4, "one window, and the second one waits already"

    make_due()
    assert Dispatcher("two").run() == 1
    assert len(Journal.calls) == refused, "another worker, another campaign: the same carrier"
    put_aside = Chunk.objects.filter(state="open", not_before__year__gt=2000)
    assert put_aside.count() == 1

    wall.sleep(121)
    make_due()
    Dispatcher("two").run()
    assert len(Journal.calls) == refused + 16


def test_pace_is_halved_once_a_second_and_comes_back(committed_db, settings, wall):
    limit(settings, a_second=100)
    allowance = Allowance("line", wall)
    refusal = [Outcome(Result.DEFERRED, "rate_limited")]

    allowance.heed(refusal)
    allowance.heed(refusal)
    assert pace_of(wall) == 50
    wall.sleep(2)
    allowance.heed(refusal)
    assert pace_of(wall) == 25
    wall.sleep(60)
    assert pace_of(wall) == 55
    wall.sleep(600)
    assert pace_of(wall) == 100


def pace_of(wall):
    from keizoku.delivery.allowances import statements
    from keizoku.kernel.database import prepared

    return prepared.fetch(statements.LOOK, {"channel": "line", "at": wall.moment()})[0][1]


def test_carrier_without_a_limit_has_no_row_and_pauses_all_the_same(committed_db, settings, wall):
    settings.CARRIER_LIMITS = {}
    allowance = Allowance("line", wall)
    assert allowance.room(50).calls == 50
    assert allowance.take(50).begins is None

    allowance.heed([Outcome(Result.ACCEPTED), Outcome(Result.DEFERRED, "rate_limited", retry_after_s=30)])

    assert allowance.room(50).calls == 0
    assert allowance.room(50).wait == timedelta(seconds=30)
    wall.sleep(30)
    assert allowance.room(50).calls == 50


@pytest.mark.parametrize(("told", "seconds"), [(None, 1.0), (0.2, 1.0), (30.0, 30.0), (10**6, 3600.0)])
def test_pause_is_as_long_as_told_within_reason(told, seconds):
    assert pause(told) == seconds


@given(st.integers(1, 5000), st.integers(1, 500))
def test_no_second_can_see_more_than_the_limit(a_second, window):
    """The law of ``rules``: slots that begin within 1 + LATE_S seconds at the share's rate, and one block more."""
    block = Limit(a_second=a_second).block(window)
    assert SHARE * a_second * (1 + LATE_S) + block < a_second + 1


@pytest.mark.parametrize(
    ("header", "seconds"), [("30", 30.0), ("", None), ("Wed, 21 Oct 2026 07:28:00 GMT", None)]
)
def test_carriers_wish_is_read_where_it_is_a_number(header, seconds):
    assert Answer(429, {"retry-after": header}).retry_after_s == seconds
