"""What comes back into a mailbox: receipts, proofs, a task for a complaint, counts; and nothing twice."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import ClassVar

import pytest

from keizoku.customers.models import ContactPoint, Task
from keizoku.delivery import collecting, queries, registry
from keizoku.delivery.dispatch import Dispatcher
from keizoku.delivery.models import Receipt
from keizoku.delivery.ports import Collected, Event, NotCollected
from keizoku.delivery.tests.carrier import Mail
from keizoku.delivery.tests.waves import became, counted_results, open_wave

CAMPAIGN = 1
AT = datetime(2026, 11, 21, tzinfo=UTC)


def tag(position):
    return f"kz-00001-00001-{position:07d}"


BOUNCED = Event(f"dsn:{tag(1)}", tag(1), "undelivered", AT)
FULL = Event(f"dsn:{tag(2)}", tag(2), "undelivered", AT, blames_address=False)
COMPLAINED = Event(f"arf:{tag(3)}", tag(3), "complained", AT)


class Returning(Mail):
    """A carrier whose mailbox brings what the test says."""

    brings: ClassVar[list[Collected | Exception]] = []

    def collect(self, take: Callable[[Collected], None]) -> int:
        for each in self.brings:
            if isinstance(each, Exception):
                raise each
            take(each)
        return sum(len(each.events) for each in self.brings if isinstance(each, Collected))


@pytest.fixture
def sent(committed_db, journal, make_customers, settings):
    """Three mails that the relay took."""
    settings.CHANNELS = {"email": "keizoku.delivery.tests.test_collecting.Returning"}
    registry.transport.cache_clear()
    customers = make_customers(3)
    open_wave(CAMPAIGN, "email")
    Dispatcher("one").run()
    return customers


def results(customers):
    return [became(CAMPAIGN, customer)[0] for customer in customers]


def counts():
    (box,) = queries.mailboxes()
    return box.returned, box.complained, box.passed_over, box.unread, box.fault


def test_bounce_complaint_and_what_is_left_for_a_person(sent):
    Returning.brings = [Collected([BOUNCED, FULL, COMPLAINED], passed_over=2, unread=1)]

    assert collecting.collect() == 3

    assert results(sent) == ["undelivered", "undelivered", "complained"]
    assert counts() == (2, 1, 2, 1, "")
    states = (
        ContactPoint.objects.filter(channel="email").order_by("customer_id").values_list("state", flat=True)
    )
    assert list(states) == ["unreachable", "unverified", "unverified"]
    (task,) = Task.objects.all()
    assert (task.customer_id, task.owner_role, task.origin) == (sent[2], "compliance", f"complaint:{sent[2]}")
    told = counted_results(CAMPAIGN)
    assert (told["undelivered"], told["complained"]) == (2, 1)


def test_what_is_read_twice_is_written_once(sent):
    Returning.brings = [Collected([BOUNCED, COMPLAINED], 0, 0), Collected([BOUNCED, COMPLAINED], 0, 0)]

    collecting.collect()

    assert Receipt.objects.count() == 2
    assert Task.objects.count() == 1


def test_mailbox_that_cannot_be_read_is_shown_and_read_the_next_time(sent):
    Returning.brings = [NotCollected("ConnectionRefusedError")]
    assert collecting.collect() == 0
    assert counts() == (0, 0, 0, 0, "ConnectionRefusedError")

    Returning.brings = []
    collecting.collect()
    assert counts() == (0, 0, 0, 0, "")
