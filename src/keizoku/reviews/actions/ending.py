"""The end of a relation: its open review is withdrawn, whoever ended it, and by a sweep where the bank's file did.

Invariant: from the commit of the end on nobody writes to the customer (a contact stop in ``customers``); a review of a
customer whose relation has ended is over within a minute.
"""

from datetime import date, datetime
from typing import Final

from django.db import transaction

from keizoku.audit import actions as audit
from keizoku.audit.rules import ids_digest
from keizoku.customers.ending import actions as customers
from keizoku.customers.models import Customer
from keizoku.forms import actions as forms
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_now
from keizoku.reviews import tasks
from keizoku.reviews.models import Review
from keizoku.reviews.rules.states import NOT_FINAL, State
from keizoku.risk.actions import rate_one

_SWEEPER: Final = Actor.system("reviews.sweeper")
_AT_ONCE: Final = 5_000


@transaction.atomic
def end_relation(customer_id: int, *, on: date, reason: str, actor: Actor, today: date) -> int:
    """End one relation and withdraw its open review; returns how many reviews were withdrawn.

    Raises:
        NotPermitted, EndingRefused: see ``customers.ending.actions``.
    """
    customers.end_relation(customer_id, on=on, reason=reason, actor=actor, today=today)
    return _withdraw([customer_id], business_now(), actor)


@transaction.atomic
def reopen_relation(customer_id: int, *, reason: str, actor: Actor, today: date) -> None:
    """Open a relation again; its rating and due date are those of today.

    Raises:
        NotPermitted, EndingRefused: see ``customers.ending.actions``.
    """
    customers.reopen_relation(customer_id, reason=reason, actor=actor, today=today)
    rate_one(customer_id, actor, today)


def withdraw_closed(now: datetime) -> int:
    """Reviews of customers whom a file has closed end as withdrawn; returns how many."""
    total = 0
    while count := _withdraw_some(now):
        total += count
    return total


@transaction.atomic
def _withdraw_some(now: datetime) -> int:
    closed = Review.objects.filter(state__in=NOT_FINAL).exclude(customer__state=Customer.State.ACTIVE)
    return _withdraw(list(closed.values_list("customer_id", flat=True)[:_AT_ONCE]), now, _SWEEPER)


def _withdraw(customer_ids: list[int], now: datetime, actor: Actor) -> int:
    waiting = Review.objects.filter(customer_id__in=customer_ids, state__in=NOT_FINAL).order_by("id")
    found = dict(waiting.select_for_update().values_list("id", "state"))
    ids = list(found)
    if not ids:
        return 0
    tasks.end_for((one for one, state in found.items() if state == State.NEEDS_PERSON), actor)
    Review.objects.filter(id__in=ids).update(state=State.WITHDRAWN, state_since=now)
    forms.drop_drafts(ids)
    audit.record_many(
        actor=actor,
        action="reviews.review.withdrawn",
        count=len(ids),
        ids_digest=ids_digest(ids),
        details={"because": "relation_ended"},
    )
    return len(ids)
