"""A campaign that is over leaves nothing waiting: its chunks are closed, and everybody's reason says so."""

from datetime import timedelta

import pytest
from django.db.models import Sum
from django.utils import timezone

from keizoku.campaigns import actions, launching, planner, sweeping
from keizoku.campaigns.approval.models import TrialSend
from keizoku.campaigns.counters import counters
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.silent.models import SilentCase
from keizoku.campaigns.silent.opening import look
from keizoku.campaigns.tests.walking import launch, state, work
from keizoku.campaigns.why.lines import of_customers
from keizoku.delivery import queries as deliveries
from keizoku.delivery.models import Counter
from keizoku.delivery.tests.carrier import Journal
from keizoku.kernel import clock


def words(campaign, customer):
    return [each.words for each in of_customers([campaign], [customer], clock.business_now())]


@pytest.fixture
def planned(requested, staff):
    """Everybody's first message is planned, and nobody has sent it."""
    campaign, both, *_ = requested
    actions.approve(campaign, typed_count=4, staff=staff["approver"])
    launch()
    planner._not_before.clear()
    planner.plan_all()
    return campaign, both


def test_stopped_with_messages_waiting_counts_them_as_skipped_and_tells_each_why(planned, staff):
    campaign, both = planned
    assert sweeping.close_what_is_over() == 0, "it runs"

    actions.stop(campaign, staff["operator"])
    launching.release_stopped()
    assert sweeping.close_what_is_over() == 2

    counts = Counter.objects.filter(campaign_id=campaign, code="campaign_over").order_by("step")
    assert list(counts.values_list("step").annotate(Sum("count"))) == [(1, 3), (2, 1)]
    assert sum(counters(campaign).planned.values()) == 4
    assert words(campaign, both[0])[0] == "LINE通知メッセージ：送らなかった（キャンペーンが終わったため）"
    work()
    assert Journal.calls == []
    assert sweeping.close_what_is_over() == 0


def test_message_that_a_stop_cut_off_is_no_last_step_after_which_silence_begins(requested, staff):
    campaign, both, *_ = requested
    actions.approve(campaign, typed_count=4, staff=staff["approver"])
    work()
    clock.advance(timedelta(days=8))
    planner._not_before.clear()
    planner.plan_all()
    actions.stop(campaign, staff["operator"])
    sweeping.close_what_is_over()
    assert words(campaign, both[0])[1] == "電子メール：送らなかった（キャンペーンが終わったため）"

    clock.advance(timedelta(days=20))
    look(clock.business_now())
    assert not SilentCase.objects.filter(customer_id=both[0]).exists(), (
        "the review is open until its last day"
    )

    clock.advance(timedelta(days=10))
    look(clock.business_now())
    assert SilentCase.objects.get(customer_id=both[0]).opened_because == "deadline"


def test_finished_by_its_last_day_is_closed_too(planned, staff):
    campaign, _ = planned
    actions.pause(campaign, staff["operator"])
    clock.advance(timedelta(days=40))
    sweeping.sweep(clock.business_now())
    assert state(campaign) == "finished"

    assert sweeping.close_what_is_over() == 2
    assert not deliveries.has_open_chunks(campaign)


def test_message_to_oneself_whose_answer_nobody_took_is_unknown_after_an_hour(planned, staff):
    campaign, _ = planned
    message_id = Campaign.objects.get(id=campaign).steps.first().message_id
    for number in range(2):
        TrialSend.objects.create(
            campaign_id=campaign,
            message_id=message_id,
            channel="line",
            staff_id=1,
            key=f"00000000-0000-4000-8000-00000000000{number}",
        )
    TrialSend.objects.filter(key__endswith="1").update(sent_at=timezone.now() - timedelta(minutes=61))

    assert sweeping.give_up_trial_sends() == 1
    assert list(TrialSend.objects.order_by("id").values_list("result", "code")) == [
        ("", ""),
        ("unknown", "worker_lost"),
    ]
