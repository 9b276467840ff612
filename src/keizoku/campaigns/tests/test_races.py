"""Two at once: the database decides, and nobody is written to twice or after the answer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from keizoku.campaigns import actions, launching, planner
from keizoku.campaigns.errors import CampaignRefused
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.rules import State
from keizoku.campaigns.tests.walking import channels, launch, state, work
from keizoku.customers import actions as customers
from keizoku.delivery.dispatch import Dispatcher
from keizoku.delivery.models import Chunk, Gate
from keizoku.delivery.tests.carrier import Journal
from keizoku.kernel import clock
from keizoku.kernel.actor import Actor
from keizoku.reviews.models import Review


@pytest.fixture
def beside():
    """Run a function in a thread of its own connection."""
    with ThreadPoolExecutor(max_workers=1) as pool:

        def run(function, *arguments, **named):
            def closing():
                try:
                    return function(*arguments, **named)
                finally:
                    connections.close_all()

            return pool.submit(closing)

        yield run


@pytest.fixture
def approved(requested, staff):
    actions.approve(requested[0], typed_count=4, staff=staff["approver"])
    return requested[0]


def wait_until_blocked():
    """Return when another connection waits for a lock of this one; fails if it never does."""
    for _ in range(20_000):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
    raise AssertionError("the other connection never waited")


def deliveries(campaign):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM delivery_delivery WHERE campaign_id = %s", [campaign])
        return cursor.fetchone()[0]


def stopped(customer, reason, campaign=None):
    customers.stop_contact(
        customer_id=customer, campaign_id=campaign, reason=reason, actor=Actor.customer(customer)
    )


@pytest.mark.parametrize("reason", ["answered", "opted_out"])
def test_stop_that_commits_before_the_claim_is_seen_by_it(approved, requested, reason, beside):
    """The answer, or the opt-out, is written on another connection in the moment before the claim."""
    who = requested[1][0]

    class Late(Dispatcher):
        def before_claim(self, lease):
            if not Journal.calls and lease.channel == "line":
                beside(stopped, who, reason, approved if reason == "answered" else None).result()

    launch()
    planner.plan_all()
    Late("one").run()

    assert len(Journal.calls) == 3
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM delivery_outcome WHERE result = 'skipped'")
        assert cursor.fetchall() == [(reason,)]


def test_answer_that_is_not_committed_yet_does_not_hold_the_sending_up(approved, requested, beside):
    """The claim does not wait for the answer's transaction; that message is the window in flight."""
    launch()
    planner.plan_all()
    with transaction.atomic():
        stopped(requested[1][0], "answered", approved)

        beside(Dispatcher("one").run).result(timeout=60)

    assert len(Journal.calls) == 4
    planner.plan_all()
    Dispatcher("one").run()
    assert len(Journal.calls) == 4


def test_stop_waits_for_the_planner_at_work_and_its_wave_sends_nothing(approved, staff, beside):
    launch()
    with transaction.atomic():
        Campaign.objects.select_for_update().get(id=approved)
        stop = beside(actions.stop, approved, staff["operator"])
        wait_until_blocked()
        planner.plan(Campaign.objects.get(id=approved), clock.business_now())
    stop.result(timeout=60)
    Dispatcher("one").run()

    assert (state(approved), Gate.objects.get(campaign_id=approved).is_open) == (State.STOPPED, False)
    assert deliveries(approved) == 4, "the wave had been opened"
    assert Journal.calls == []
    planner.plan_all()
    assert deliveries(approved) == 4


def test_two_planners_open_each_delivery_once(approved, beside):
    launch()
    with transaction.atomic():
        Campaign.objects.select_for_update().get(id=approved)
        second = beside(planner.plan_all)
        wait_until_blocked()
        planner.plan(Campaign.objects.get(id=approved), clock.business_now())
    second.result(timeout=60)
    Dispatcher("one").run()

    assert deliveries(approved) == 4
    assert len(Journal.calls) == 4


def test_two_approvers_at_once_launch_it_once(requested, staff, beside):
    from keizoku.accounts.models import Staff

    campaign = requested[0]
    other = Staff.objects.create(login="approver2", display_name="approver2", role="approver")
    with transaction.atomic():
        Campaign.objects.select_for_update().get(id=campaign)
        second = beside(actions.approve, campaign, typed_count=4, staff=other)
        wait_until_blocked()
        actions.approve(campaign, typed_count=4, staff=staff["approver"])

    with pytest.raises(CampaignRefused, match="この操作はできません"):
        second.result(timeout=60)
    assert Campaign.objects.get(id=campaign).approved_by == staff["approver"].id


def test_two_launches_at_once_open_each_review_once(approved, beside):
    with transaction.atomic():
        Campaign.objects.select_for_update().get(id=approved)
        second = beside(launching.work_through, approved, 2)
        wait_until_blocked()
    launching.work_through(approved, 2)
    second.result(timeout=60)

    assert Review.objects.filter(campaign_id=approved).count() == 4
    work()
    assert len(Journal.calls) == 4


def test_stop_waits_for_the_launch_at_work_and_no_part_follows_it(approved, staff, beside):
    with transaction.atomic():
        assert launching._work_part(approved, 2)
        stop = beside(actions.stop, approved, staff["operator"])
        wait_until_blocked()
    stop.result(timeout=60)
    launching.work_through(approved, 2)
    work()

    assert state(approved) == State.STOPPED
    assert Review.objects.filter(campaign_id=approved).count() == 2
    assert (deliveries(approved), Journal.calls) == (0, [])


def test_lease_that_expires_under_a_slow_live_worker_sends_nothing_twice(approved, beside):
    class Slow(Dispatcher):
        def before_outcomes(self, lease, claims):
            Chunk.objects.filter(state="leased").update(leased_until="2000-01-01T00:00:00Z")
            beside(Dispatcher("heir").run).result(timeout=60)

    launch()
    planner.plan_all()
    Slow("slow").run()

    assert len({call.address.reveal() for call in Journal.calls}) == len(Journal.calls) == 4


def test_clock_advanced_during_a_wave_leads_to_no_second_message_before_its_wait(approved, beside):
    """The wave's own messages are counted from when they were sent, by the clock of that moment."""

    class Advancing(Dispatcher):
        def before_call(self, lease, claims):
            if lease.channel == "line":
                clock.advance(timedelta(days=8))
                beside(planner.plan_all).result(timeout=60)

    launch()
    planner.plan_all()
    Advancing("one").run()
    planner.plan_all()
    Dispatcher("one").run()

    assert channels() == ["email", "line", "line", "line"], (
        "who was written to today waits seven days from today"
    )
    clock.advance(timedelta(days=8))
    work()
    assert channels() == ["email"] * 4 + ["line"] * 3
