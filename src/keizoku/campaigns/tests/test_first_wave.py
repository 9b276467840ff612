"""A first wave goes out alone; nobody else is written to before a person has seen it and typed the rest."""

import itertools
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.db.models import Count
from django.utils import timezone

from keizoku.accounts.errors import NotPermitted
from keizoku.audit.models import Entry
from keizoku.campaigns import actions, first_wave, launching, planner
from keizoku.campaigns.approval.queries import first_wave_seen
from keizoku.campaigns.approval.rules import first_wave_places, first_wave_size
from keizoku.campaigns.errors import CampaignRefused, CountMismatch
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.rules import State
from keizoku.campaigns.tests.walking import EVERYBODY, channels, launch, state, work
from keizoku.delivery.models import Gate
from keizoku.delivery.ports import Outcome, Result
from keizoku.delivery.tests.carrier import Journal
from keizoku.kernel import clock
from keizoku.reviews.models import Review


@pytest.mark.parametrize(
    ("count", "size"),
    [(1, 0), (20, 0), (21, 20), (2_000, 20), (2_001, 21), (39_600, 396), (50_000, 500), (1_000_000, 500)],
)
def test_first_wave_is_one_in_a_hundred_between_twenty_and_five_hundred(count, size):
    assert first_wave_size(count) == size


@pytest.mark.parametrize(("count", "size"), [(21, 20), (100, 20), (2_001, 21), (1_000_000, 500)])
def test_first_wave_is_spread_evenly_over_the_whole_audience(count, size):
    places = first_wave_places(count, size)

    assert len(set(places)) == size
    assert 1 <= min(places) <= count // size + 1
    assert count - count // size <= max(places) <= count
    steps = {after - before for before, after in itertools.pairwise(places)}
    assert max(steps) - min(steps) <= 1


@pytest.fixture
def thirty(staff, plan, make_customers):
    """Thirty who are reachable by both channels; requested."""
    make_customers(30)
    campaign = actions.draft(
        name="期日到来", audience=EVERYBODY, steps=plan, answer_days=30, staff=staff["operator"]
    )
    actions.request_approval(campaign, staff["operator"])
    return campaign


@pytest.fixture
def checking(thirty, staff):
    """Approved, and its first wave gone out."""
    actions.approve(thirty, typed_count=30, staff=staff["approver"])
    for _ in range(3):
        work()
    assert state(thirty) == State.CHECKING
    return thirty


def test_first_wave_goes_out_and_nothing_more_until_a_person_has_looked(checking):
    assert channels() == ["line"] * 20
    assert not Gate.objects.get(campaign_id=checking).is_open

    clock.advance(timedelta(days=8))
    work()

    assert len(Journal.calls) == 20
    assert first_wave.limit(Campaign.objects.get(id=checking)) is None


def test_who_a_channel_refuses_at_once_gets_the_next_step_within_the_first_wave(thirty, staff):
    Journal.answer = staticmethod(
        lambda outgoing: (
            Outcome(Result.REJECTED, "unreachable_by_line")
            if outgoing.message.button_label
            else Outcome(Result.ACCEPTED)
        )
    )
    actions.approve(thirty, typed_count=30, staff=staff["approver"])
    for _ in range(4):
        work()

    assert state(thirty) == State.CHECKING
    assert channels() == ["email"] * 20 + ["line"] * 20
    seen = first_wave_seen(thirty)
    assert [(each.channel, each.accepted, each.refused) for each in seen.channels] == [
        ("line", 0, 20),
        ("email", 20, 0),
    ]
    assert seen.channels[0].refusals == (("unreachable_by_line", 20),)
    assert (seen.size, seen.rest) == (20, 10)


def test_confirmed_campaign_writes_to_everybody_else_once(checking, staff):
    actions.confirm_first_wave(checking, typed_count=10, staff=staff["operator"])

    work()
    work()

    row = Campaign.objects.get(id=checking)
    assert (row.state, row.confirmed_by) == (State.RUNNING, staff["operator"].id)
    assert channels() == ["line"] * 30
    assert len({call.key for call in Journal.calls}) == 30
    assert Entry.objects.filter(action="campaigns.first_wave.confirmed").count() == 1


def test_wrong_number_or_no_right_confirms_nothing(checking, staff):
    with pytest.raises(CountMismatch):
        actions.confirm_first_wave(checking, typed_count=30, staff=staff["approver"])
    with pytest.raises(NotPermitted):
        actions.confirm_first_wave(checking, typed_count=10, staff=staff["reviewer"])

    work()

    assert (state(checking), len(Journal.calls)) == (State.CHECKING, 20)


def test_database_lets_nothing_run_whose_first_wave_nobody_confirmed(checking, thirty):
    with pytest.raises(DatabaseError, match="nobody has confirmed the first wave"), transaction.atomic():
        Campaign.objects.filter(id=checking).update(state=State.RUNNING)
    with pytest.raises(DatabaseError, match="confirmed once"), transaction.atomic():
        Campaign.objects.filter(id=checking).update(confirmed_by=1)
    with pytest.raises(DatabaseError, match="fixed by its request"), transaction.atomic():
        Campaign.objects.filter(id=checking).update(first_wave_size=0)


def test_first_wave_that_was_paused_is_still_the_first_wave(thirty, staff):
    actions.approve(thirty, typed_count=30, staff=staff["approver"])
    launch()
    actions.pause(thirty, staff["operator"])
    work()
    assert Journal.calls == []

    actions.resume(thirty, staff["operator"])
    for _ in range(3):
        work()

    assert (state(thirty), len(Journal.calls)) == (State.CHECKING, 20)


def test_campaign_that_waits_for_a_look_can_be_stopped_and_not_confirmed_any_more(checking, staff):
    actions.stop(checking, staff["approver"])

    with pytest.raises(CampaignRefused):
        actions.confirm_first_wave(checking, typed_count=10, staff=staff["approver"])
    work()

    assert (state(checking), len(Journal.calls)) == (State.STOPPED, 20)


def test_whom_a_stopped_campaign_never_wrote_to_is_free_for_another(checking, staff):
    actions.stop(checking, staff["approver"])

    assert launching.release_stopped() == 10
    assert launching.release_stopped() == 0

    left = dict(Review.objects.values_list("state").annotate(Count("id")))
    assert left == {"open": 20, "withdrawn": 10}


def test_first_wave_that_nobody_confirms_is_stopped_after_a_fortnight(checking):
    Campaign.objects.filter(id=checking).update(state_since=timezone.now() - timedelta(days=15))

    planner.plan_all()

    assert state(checking) == State.STOPPED
    entry = Entry.objects.get(action="campaigns.campaign.stopped_unattended")
    assert entry.details == {"state": "checking", "days": 14}


def test_first_wave_that_cannot_end_is_shown_after_a_week(thirty, staff):
    actions.approve(thirty, typed_count=30, staff=staff["approver"])
    launch()
    planner.plan_all()
    assert state(thirty) == State.FIRST_WAVE
    Campaign.objects.filter(id=thirty).update(state_since=timezone.now() - timedelta(days=8))

    planner.plan_all()

    assert state(thirty) == State.CHECKING


# -- the launch


def test_approval_returns_before_anybody_has_a_review(thirty, staff):
    actions.approve(thirty, typed_count=30, staff=staff["approver"])

    assert state(thirty) == State.LAUNCHING
    assert not hasattr(Campaign.objects.get(id=thirty), "launch")


def test_launch_goes_on_where_it_stopped_and_opens_each_review_once(thirty, staff):
    actions.approve(thirty, typed_count=30, staff=staff["approver"])
    for _ in range(2):
        assert launching._work_part(thirty, 8)
    campaign = Campaign.objects.get(id=thirty)
    assert (state(thirty), campaign.launch.through, Review.objects.count()) == (State.LAUNCHING, 16, 16)

    clock.advance(timedelta(days=1))
    launching.work_through(thirty, 8)
    launching.work_through(thirty, 8)

    after = Campaign.objects.get(id=thirty)
    assert (after.state, after.launch.through, after.launch.opened) == (State.FIRST_WAVE, 30, 30)
    assert Review.objects.values("customer_id").distinct().count() == Review.objects.count() == 30
    assert after.closes_on == campaign.closes_on, "everybody of one campaign has the same last day"


def test_launch_that_was_stopped_opens_nothing_more(thirty, staff):
    actions.approve(thirty, typed_count=30, staff=staff["approver"])
    launching._work_part(thirty, 8)
    actions.stop(thirty, staff["operator"])
    launching.work_through(thirty, 8)
    work()

    assert (state(thirty), Review.objects.count(), Journal.calls) == (State.STOPPED, 8, [])


def test_launch_whose_worker_died_is_woken_again_and_given_up_after_a_day(thirty, staff):
    actions.approve(thirty, typed_count=30, staff=staff["approver"])
    assert launching.wake_stalled() == 0
    Campaign.objects.filter(id=thirty).update(state_since=timezone.now() - timedelta(minutes=2))
    assert launching.wake_stalled() == 1
    Campaign.objects.filter(id=thirty).update(state_since=timezone.now() - timedelta(days=2))

    planner.plan_all()

    assert (state(thirty), Journal.calls) == (State.STOPPED, [])
