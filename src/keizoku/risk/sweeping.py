"""What ends by itself: requests that nobody answered, circumstances past their last day, trials that do not move.

Invariants: each row changes by a conditional update, so that two sweepers do it once; the level that the points give holds
in the same transaction in which a circumstance ends; entries read alike whatever it was.
"""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from keizoku.audit.actions import record
from keizoku.kernel.actor import Actor
from keizoku.risk.actions import rate_one
from keizoku.risk.errors import NoActiveScorecard, NotRateable
from keizoku.risk.models import Circumstance
from keizoku.risk.rules.states import REQUEST_DAYS
from keizoku.risk.trials import sweep_trials

States = Circumstance.State


def sweep(actor: Actor, today: date) -> dict[str, int]:
    """End what is over by ``today``; return how many of each."""
    return {
        "lapsed": _each(_lapsed(today), States.LAPSED, actor, today),
        "ended": _each(_over(today), States.ENDED, actor, today),
        "trials": sweep_trials(),
    }


def _lapsed(today: date) -> list[int]:
    """Requests whose last day is past, or that nobody answered in time; their age is one of wall time."""
    waiting = Circumstance.objects.filter(state=States.REQUESTED)
    asked_before = timezone.now() - timedelta(days=REQUEST_DAYS)
    return list(
        waiting.filter(Q(until_on__lt=today) | Q(made_at__lt=asked_before)).values_list("id", flat=True)
    )


def _over(today: date) -> list[int]:
    return list(
        Circumstance.objects.filter(state=States.IN_FORCE, until_on__lt=today).values_list("id", flat=True)
    )


def _each(ids: list[int], to: States, actor: Actor, today: date) -> int:
    """One by one: they are few, each has its entry, and whoever fails keeps nobody else waiting."""
    return sum(_end(one, to, actor, today) for one in ids)


@transaction.atomic
def _end(circumstance_id: int, to: States, actor: Actor, today: date) -> bool:
    was = States.REQUESTED if to is States.LAPSED else States.IN_FORCE
    standing = Circumstance.objects.filter(id=circumstance_id, state=was)
    row = standing.first()
    if row is None or not standing.update(state=to):
        return False
    record(actor=actor, action="risk.circumstance.changed", subject=("customer", row.customer_id))
    if to is States.ENDED:
        _rate_again(row.customer_id, actor, today)
    return True


def _rate_again(customer_id: int, actor: Actor, today: date) -> None:
    """A closed customer has no rating any more, and nothing to go back to."""
    try:
        with transaction.atomic():
            rate_one(customer_id, actor, today)
    except (NotRateable, NoActiveScorecard):
        return
