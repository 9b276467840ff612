"""What carriers say of their messages becomes the state of a contact point, with its evidence."""

import pytest

from keizoku.customers.models import ContactPoint
from keizoku.delivery import actions
from keizoku.delivery.dispatch import Dispatcher
from keizoku.delivery.ports import Outcome, Result
from keizoku.delivery.tests.carrier import Journal
from keizoku.delivery.tests.waves import open_wave

CAMPAIGN = 1


@pytest.fixture
def send(committed_db, journal, make_customers):
    """``send("line")`` sends one message to each of two customers; their ids."""

    def work(channel):
        ids = make_customers(2)
        open_wave(CAMPAIGN, channel)
        Dispatcher("one").run()
        return ids

    return work


def states(channel):
    rows = ContactPoint.objects.filter(channel=channel).order_by("customer_id")
    return list(rows.values_list("state", "evidence"))


def test_acceptance_alone_proves_nothing(send):
    send("line")
    assert states("phone") == [("unverified", ""), ("unverified", "")]


def test_receipt_of_delivery_proves_the_phone_number(send):
    send("line")
    actions.store_raw_event("line", f"event-1 {Journal.calls[0].tag}".encode())
    actions.process_raw_events()
    assert states("phone") == [
        ("reachable", "line.delivered campaign 1, 2026-11-21"),
        ("unverified", ""),
    ]
    assert states("email") == [("unverified", ""), ("unverified", "")]


def test_repeated_receipt_changes_nothing(send):
    send("line")
    for event in ("event-1", "event-1", "event-2"):
        actions.store_raw_event("line", f"{event} {Journal.calls[0].tag}".encode())
        actions.process_raw_events()
    assert [state for state, _ in states("phone")] == ["reachable", "unverified"]


@pytest.mark.parametrize(("code", "state"), [("smtp_550", "unreachable"), ("smtp_552", "unverified")])
def test_relay_that_knows_no_such_recipient_makes_the_address_unreachable(send, code, state):
    first = []

    def answer(outgoing):
        first.append(outgoing)
        return Outcome(Result.REJECTED, code) if len(first) == 1 else Outcome(Result.ACCEPTED)

    Journal.answer = staticmethod(answer)
    send("email")
    assert [found for found, _ in states("email")] == [state, "unverified"]


def test_number_that_line_cannot_match_is_still_a_number(send):
    Journal.answer = staticmethod(lambda _: Outcome(Result.REJECTED, "unreachable_by_line"))
    send("line")
    assert [state for state, _ in states("phone")] == ["unverified", "unverified"]
