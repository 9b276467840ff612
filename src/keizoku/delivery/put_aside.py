"""Callbacks that could not be understood: what a person sees of them, has read again, or lets go for a written reason.

Nothing of their content is shown but which campaigns they name. One that nobody deals with is let go after 30 days and
counts as settled from then on, so that it is destroyed in its time.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.audit import actions as audit
from keizoku.delivery.errors import CallbackRefused
from keizoku.delivery.models import RawEvent
from keizoku.kernel.actor import Actor
from keizoku.kernel.database import numbers
from keizoku.kernel.database.numbers import Number
from keizoku.kernel.text.sentences import Composed

PERMISSION: Final = "callbacks.settle"
ACTOR: Final = Actor.system("delivery")
SHOWN: Final = 50
LONGEST: Final = timedelta(days=30)  # our choice: what a carrier said a month ago changes no step any more
LONGEST_REASON: Final = 150
PROBLEM_WORDS: Final = {
    "JSONDecodeError": "JSONとして読めませんでした",
    "UnicodeDecodeError": "文字として読めませんでした",
    "ValueError": "書き方が決まりと違いました",
    "TypeError": "項目の型が決まりと違いました",
    "AttributeError": "項目の型が決まりと違いました",
    "KeyError": "あるはずの項目がないか、設定にない通信事業者からのものでした",
    "DataError": "番号や時刻が、記録できる範囲を超えていました",
    "IntegrityError": "ほかの記録とつじつまが合いませんでした",
}
_CAMPAIGN: Final = re.compile(rb"kz-0*(\d{1,18})-\d{5,}-\d{7,}")


@dataclass(frozen=True, slots=True)
class PutAside:
    """One callback that waits for a person. ``campaigns``: those that its tags name, as far as they can be found."""

    id: int
    carrier: str
    received_at: datetime
    problem: str
    size: int
    campaigns: tuple[int, ...]

    @property
    def words(self) -> str:
        return PROBLEM_WORDS.get(self.problem, Composed("読む途中で失敗しました（{0}）", self.problem))


def listing(after: int = 0, limit: int = SHOWN) -> list[PutAside]:
    """The oldest first, behind ``after``."""
    return [
        PutAside(
            raw.id,
            raw.carrier,
            raw.received_at,
            raw.problem,
            len(raw.body),
            tuple(sorted({int(number) for number in _CAMPAIGN.findall(bytes(raw.body))})),
        )
        for raw in _waiting().filter(id__gt=after).order_by("id")[:limit]
    ]


def count() -> int:
    return waiting().asked()


def waiting() -> Number:
    """How many wait for a person."""
    return numbers.rows(_waiting())


def try_again(callback_id: int, *, actor: Actor) -> None:
    """Have one read again, by a worker within seconds; what was counted already is not counted twice.

    Raises:
        CallbackRefused: it does not wait any more.
    """
    authorise(actor, PERMISSION)
    with transaction.atomic():
        if not _waiting().filter(id=callback_id).update(problem=""):
            raise _gone()
        audit.record(actor=actor, action="delivery.callback.tried_again", subject=("callback", callback_id))


def try_all_again(*, actor: Actor) -> int:
    """Have all of them read again, after the fault was mended; returns how many."""
    authorise(actor, PERMISSION)
    with transaction.atomic():
        some = _waiting().update(problem="")
        audit.record(
            actor=actor,
            action="delivery.callback.all_tried_again",
            details={"count": some},
        )
    return some


def let_go(callback_id: int, *, reason: str, actor: Actor) -> None:
    """It tells nothing that counts: never read again, and destroyed with the other callbacks in its time.

    Raises:
        CallbackRefused: no reason, or it does not wait any more.
    """
    authorise(actor, PERMISSION)
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise CallbackRefused(
            f"取り除く理由を、{LONGEST_REASON}文字までで入力してください。",
            remedy="氏名や連絡先は書かないでください。",
        )
    with transaction.atomic():
        if not _waiting().filter(id=callback_id).update(processed_at=timezone.now()):
            raise _gone()
        audit.record(
            actor=actor,
            action="delivery.callback.let_go",
            subject=("callback", callback_id),
            purpose=reason.strip(),
        )


def let_go_old() -> int:
    """Those that nobody dealt with for 30 days; returns how many. Safe to run twice."""
    old = _waiting().filter(received_at__lt=timezone.now() - LONGEST)
    if not old.exists():
        return 0
    with transaction.atomic():
        some = old.update(processed_at=timezone.now())
        audit.record(
            actor=ACTOR,
            action="delivery.callback.lapsed",
            details={"count": some, "days": LONGEST.days},
        )
    return some


def _waiting() -> QuerySet[RawEvent]:
    return RawEvent.objects.filter(processed_at=None).exclude(problem="")


def _gone() -> CallbackRefused:
    return CallbackRefused("この通知は、もう取り置いていません。", remedy="画面を開き直してください。")
