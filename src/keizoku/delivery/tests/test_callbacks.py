"""A callback that nobody can read, or that no column takes, does not hold up those around it."""

import pytest
from django.db import OperationalError

from keizoku.customers.models import ContactPoint
from keizoku.delivery import actions
from keizoku.delivery.dispatch import Dispatcher
from keizoku.delivery.models import RawEvent, Receipt
from keizoku.delivery.tests.carrier import Journal
from keizoku.delivery.tests.waves import counted_results, open_wave


@pytest.fixture
def tags(committed_db, journal, make_customers):
    make_customers(3)
    open_wave(1)
    Dispatcher("one").run()
    return [call.tag for call in Journal.calls]


@pytest.mark.parametrize(
    ("poison", "problem"),
    [
        (b"only-one-word", "ValueError"),
        (b"E9 kz-99999999999999999999999-00001-0000001", "DataError"),
        (b"E" + b"9" * 200 + b" {tag}", "DataError"),
    ],
)
def test_poisoned_callback_is_put_aside_with_its_problem_and_the_others_count(tags, poison, problem):
    bodies = [f"E1 {tags[0]}".encode(), poison.replace(b"{tag}", tags[1].encode()), f"E2 {tags[2]}".encode()]
    for body in bodies:
        actions.store_raw_event("line", body)

    assert actions.process_raw_events() == 3
    assert actions.process_raw_events() == 0

    assert set(Receipt.objects.values_list("event_id", flat=True)) == {"E1", "E2"}
    assert list(RawEvent.objects.order_by("id").values_list("problem", flat=True)) == ["", problem, ""]


def test_callback_of_a_carrier_that_is_no_longer_there_is_put_aside(tags):
    RawEvent.objects.create(carrier="pigeon", body=b"E1 x")
    actions.store_raw_event("line", f"E1 {tags[0]}".encode())

    actions.process_raw_events()

    assert list(RawEvent.objects.order_by("id").values_list("problem", flat=True)) == ["KeyError", ""]
    assert Receipt.objects.count() == 1


def test_database_that_is_busy_puts_nothing_aside(tags, monkeypatch):
    actions.store_raw_event("line", f"E1 {tags[0]}".encode())

    def busy(carrier, events):
        raise OperationalError("deadlock detected")

    with monkeypatch.context() as patch:
        patch.setattr(actions, "_append_receipts", busy)
        with pytest.raises(OperationalError):
            actions.process_raw_events()
    assert RawEvent.objects.filter(processed_at=None, problem="").count() == 1

    assert actions.process_raw_events() == 1
    assert Receipt.objects.count() == 1


def test_one_batch_tells_of_two_campaigns_and_the_newer_message_proves_the_number(tags):
    open_wave(2)
    Dispatcher("one").run()
    second = [call.tag for call in Journal.calls[3:]]
    actions.store_raw_event("line", f"E1 {second[0]}\nE2 {second[1]}".encode())
    actions.store_raw_event("line", f"E3 {tags[0]}".encode())

    assert actions.process_raw_events() == 2

    for campaign, count in ((1, 1), (2, 2)):
        assert counted_results(campaign) == {"accepted": 3, "delivered": count}
    evidence = ContactPoint.objects.filter(channel="phone").order_by("customer_id")
    assert list(evidence.values_list("evidence", flat=True)) == [
        "line.delivered campaign 2, 2026-11-21",
        "line.delivered campaign 2, 2026-11-21",
        "",
    ]


def test_event_id_that_a_carrier_uses_for_two_messages_counts_for_both(tags):
    for _ in range(2):
        actions.store_raw_event("line", f"E1 {tags[0]}\nE1 {tags[1]}".encode())

    actions.process_raw_events()

    assert Receipt.objects.count() == 2
    assert counted_results(1) == {"accepted": 3, "delivered": 2}
