"""A callback that nobody can read, or that no column takes, does not hold up those around it."""

import pytest
from django.db import OperationalError

from keizoku.delivery import actions
from keizoku.delivery.dispatch import Dispatcher
from keizoku.delivery.models import RawEvent, Receipt
from keizoku.delivery.tests.carrier import Journal
from keizoku.delivery.tests.waves import open_wave


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
