"""Takes in what came back into mailboxes: receipts, complaints with a task for a person, and counts; nothing personal.

A mailbox is read again when a worker was killed between taking and removing: receipts are known by what they say of which
delivery, so only the mailbox's own counts may then be too high.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from keizoku.customers.casework import actions as casework
from keizoku.customers.casework.actions import Owner
from keizoku.customers.casework.rules import TaskKind
from keizoku.delivery import actions, queries
from keizoku.delivery.models import Mailbox
from keizoku.delivery.ports import Collected, Collecting, Event, NotCollected
from keizoku.delivery.registry import transport
from keizoku.delivery.rules import Tag
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today
from keizoku.kernel.logs import get_logger

log = get_logger(__name__)

ACTOR: Final = Actor.system("delivery")
ANSWER_WITHIN: Final = timedelta(days=7)
COMPLAINT: Final = (
    "お客さまが、送ったメールを迷惑メールとして申告しました。電子メールでの連絡を続けてよいか、お客さまに確かめてください。"
    "続けないときは、お客さまの「同意」の画面で、電子メールでの連絡の同意の撤回を記録してください。"
)


def collect() -> int:
    """One look into every mailbox that messages come back to; returns how many messages were dealt with."""
    return sum(
        _collect(name, carrier)
        for name in settings.CHANNELS
        if isinstance(carrier := transport(name), Collecting)
    )


def _collect(channel: str, carrier: Collecting) -> int:
    Mailbox.objects.get_or_create(channel=channel)
    try:
        count = carrier.collect(partial(_take, channel))
    except NotCollected as failure:
        log.warning("delivery.mailbox_not_read", channel=channel, fault=str(failure))
        Mailbox.objects.filter(channel=channel).update(fault=str(failure)[:60])
        return 0
    Mailbox.objects.filter(channel=channel).update(fault="", looked_at=timezone.now())
    return count


@transaction.atomic
def _take(channel: str, collected: Collected) -> None:
    complained = [event for event in collected.events if event.kind == "complained"]
    actions.take_events(channel, collected.events)
    _open_tasks(complained)
    Mailbox.objects.filter(channel=channel).update(
        returned=F("returned") + len(collected.events) - len(complained),
        complained=F("complained") + len(complained),
        passed_over=F("passed_over") + collected.passed_over,
        unread=F("unread") + collected.unread,
    )


def _open_tasks(complained: Sequence[Event]) -> None:
    """A person decides whether the customer is still written to; one open task a customer."""
    tags = [tag for event in complained if (tag := Tag.parse(event.tag))]
    today = business_today()
    for customer_id in queries.customers_of(tags):  # a handful: complaints are rare
        casework.open_task(
            TaskKind.CHECK,
            COMPLAINT,
            owner=Owner(role="compliance"),
            due_on=today + ANSWER_WITHIN,
            actor=ACTOR,
            today=today,
            customer_id=customer_id,
            origin=f"complaint:{customer_id}",
        )
