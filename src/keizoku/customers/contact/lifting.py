"""Lifting the stop of all contact that somebody's word of a death set, when that word was a mistake: by two people.

Each says for himself, by a reason of a closed list, that the stop is a mistake; the second one's word lifts it. Words are
rows that are only ever added, and a trigger lets no such stop go without two of them. A stop that the customer asked for
is lifted in a verified call (``reviews.phone.helping``), that of an ended relation by opening it again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.audit import actions as audit
from keizoku.customers.actions import release_stop
from keizoku.customers.errors import StopKept
from keizoku.customers.models import ContactStop, StopDoubt
from keizoku.kernel.actor import Actor

PERMISSION: Final = "customers.close"
# Our choice; the trigger reckons with the same. A word of long ago does not say how things stand today.
COUNTS_FOR: Final = timedelta(days=14)
REASONS: Final = dict(StopDoubt.Reason.choices)


@dataclass(frozen=True, slots=True)
class Doubted:
    """A stop that two people may lift: since when, and who has said what."""

    since: datetime
    said: tuple[tuple[int, str, datetime], ...]


def doubted(customer_id: int) -> Doubted | None:
    """None where no stop of this kind is on."""
    stop = _stops(customer_id).first()
    if stop is None:
        return None
    words = _words(stop).order_by("id").values_list("said_by", "reason", "said_at")
    return Doubted(stop.created_at, tuple((by, REASONS[reason], at) for by, reason, at in words))


def doubt(customer_id: int, reason: str, *, actor: Actor) -> bool:
    """One person's word that the stop is a mistake; True when it was the second one's, and messages go again.

    Raises:
        NotPermitted: the actor may not.
        StopKept: no such stop, no reason of the list, or this person has said so already.
    """
    authorise(actor, PERMISSION)
    if reason not in REASONS or actor.kind != "staff":
        raise StopKept("停止を解く理由を、1つ選んでください。", remedy="一覧から選んでください。")
    with transaction.atomic():
        stop = _stops(customer_id).select_for_update().first()
        if stop is None:
            raise StopKept(
                "ここで解ける停止はありません。",
                remedy="お客さまの申し出による停止は、電話窓口で本人を確認して解きます。",
            )
        if _words(stop).filter(said_by=int(actor.id)).exists():
            raise StopKept(
                "あなたは、もう確かめています。", remedy="解くには、ほかの方がもう1人確かめる必要があります。"
            )
        StopDoubt.objects.create(
            customer_id=customer_id,
            stop_id=stop.pk,
            reason=reason,
            said_by=int(actor.id),
            said_at=timezone.now(),
        )
        audit.record(
            actor=actor,
            action="customers.contact.doubted",
            subject=("customer", customer_id),
            details={"reason": reason},
        )
        if _words(stop).count() < 2:  # noqa: PLR2004 - two people
            return False
        try:
            release_stop(customer_id=customer_id, campaign_id=None, reason=stop.reason, actor=actor)
        except IntegrityError:
            raise StopKept("2人目の確認が、まだありません。", remedy="ほかの方に依頼してください。") from None
    return True


def _stops(customer_id: int) -> QuerySet[ContactStop]:
    return ContactStop.objects.filter(
        customer_id=customer_id, campaign_id=None, reason=ContactStop.Reason.NEEDS_PERSON
    )


def _words(stop: ContactStop) -> QuerySet[StopDoubt]:
    """Those that still count."""
    return StopDoubt.objects.filter(stop_id=stop.pk, said_at__gt=timezone.now() - COUNTS_FOR)
