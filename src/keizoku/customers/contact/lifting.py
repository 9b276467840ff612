"""Lifting the stop of all contact that somebody's word of a death set, when that word was a mistake: by two people.

Each says for himself, by a reason of a closed list, that the stop is a mistake; the second one's word lifts it. Words are
rows that are only ever added, and a trigger lets no such stop go without two of them. A stop that the customer asked for
is lifted in a verified call (``reviews.phone.helping``), that of an ended relation by opening it again. A
reviewer's decision that the customer goes on answering is one of the two words.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.audit import actions as audit
from keizoku.customers.actions import release_stop
from keizoku.customers.casework.actions import Owner, open_task
from keizoku.customers.casework.rules import TaskKind
from keizoku.customers.errors import StopKept
from keizoku.customers.models import ContactStop, StopDoubt
from keizoku.kernel.actor import Actor

PERMISSION: Final = "customers.close"
# Our choice; the trigger reckons with the same. A word of long ago does not say how things stand today.
COUNTS_FOR: Final = timedelta(days=14)
_WORDS: Final = dict(StopDoubt.Reason.choices)
# Those that somebody chooses; the other comes with a decision.
REASONS: Final = {value: words for value, words in _WORDS.items() if value != StopDoubt.Reason.DECIDED}
SECOND_WITHIN: Final = timedelta(days=7)  # our choice


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
    return Doubted(stop.created_at, tuple((by, _WORDS[reason], at) for by, reason, at in words))


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
        try:
            return _say(stop, reason, actor)
        except IntegrityError:
            raise StopKept("2人目の確認が、まだありません。", remedy="ほかの方に依頼してください。") from None


def doubt_by_decision(customer_id: int, *, actor: Actor, today: date) -> None:
    """A reviewer decided that the customer goes on: one of the two words. A task asks compliance for the other.

    In the decision's own transaction, which has asked whether the actor may. Nothing happens where no such stop is on.
    """
    stop = _stops(customer_id).select_for_update().first()
    if stop is None or _words(stop).filter(said_by=int(actor.id)).exists():
        return
    if not _say(stop, StopDoubt.Reason.DECIDED.value, actor):
        open_task(
            TaskKind.CHECK,
            "審査で、亡くなったという申し出は誤りと判断しました。もう1人が確かめると、連絡の停止が解けます。",
            owner=Owner(role="compliance"),
            due_on=today + SECOND_WITHIN,
            actor=actor,
            today=today,
            customer_id=customer_id,
            origin=f"stop:{stop.pk}",
        )


def _say(stop: ContactStop, reason: str, actor: Actor) -> bool:
    """Write one person's word down; True when it was the second one's, and the stop went."""
    StopDoubt.objects.create(
        customer_id=stop.customer_id,
        stop_id=stop.pk,
        reason=reason,
        said_by=int(actor.id),
        said_at=timezone.now(),
    )
    audit.record(
        actor=actor,
        action="customers.contact.doubted",
        subject=("customer", stop.customer_id),
        details={"reason": reason},
    )
    if _words(stop).count() < 2:  # noqa: PLR2004 - two people
        return False
    release_stop(customer_id=stop.customer_id, campaign_id=None, reason=stop.reason, actor=actor)
    return True


def _stops(customer_id: int) -> QuerySet[ContactStop]:
    return ContactStop.objects.filter(
        customer_id=customer_id, campaign_id=None, reason=ContactStop.Reason.NEEDS_PERSON
    )


def _words(stop: ContactStop) -> QuerySet[StopDoubt]:
    """Those that still count."""
    return StopDoubt.objects.filter(stop_id=stop.pk, said_at__gt=timezone.now() - COUNTS_FOR)
