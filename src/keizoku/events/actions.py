"""Verbs of the subscriptions: subscribe, change the secret, send again what was parked, end; and forgetting what is old."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.audit.actions import record
from keizoku.events import secrets
from keizoku.events.errors import SubscriptionRefused
from keizoku.events.models import Posting, Subscription
from keizoku.events.rules import kinds as events
from keizoku.events.rules import places, signature
from keizoku.events.rules.states import LONGEST_WAIT, State
from keizoku.kernel import installation
from keizoku.kernel.actor import Actor

OLD_SECRET_FOR: Final = timedelta(hours=24)
KEPT_FOR: Final = timedelta(days=30)
FORGOTTEN_AT_ONCE: Final = 10_000
# A campaign's answers are a million events: by sets, each its own transaction.
_FORGET: Final = """
WITH old AS (
    SELECT e.id FROM events_event e
    WHERE e.gathered_at < %(before)s
      AND NOT EXISTS (SELECT FROM events_posting p WHERE p.event_id = e.id AND p.state = 'waiting')
    ORDER BY e.gathered_at LIMIT %(at_once)s
), postings AS (
    DELETE FROM events_posting p USING old WHERE p.event_id = old.id
)
DELETE FROM events_event e USING old WHERE e.id = old.id
"""


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A subscription and its secret, shown this once."""

    id: int
    secret: str = field(repr=False)


def subscribe(*, name: str, url: str, kinds: Collection[str], actor: Actor) -> Subscribed:
    """Tell a place from now on; nothing from before.

    Raises:
        NotPermitted: the actor may not.
        SubscriptionRefused: no name, an address that is not allowed, no kind or one that there is not.
    """
    authorise(actor, "api_keys.edit")
    name, url = name.strip(), url.strip()
    _check(name, url, kinds)
    secret = signature.new_secret()
    with transaction.atomic():
        made = Subscription.objects.create(
            name=name,
            url=url,
            kinds=sorted(set(kinds)),
            secret=b"",
            made_by=str(actor),
            made_at=timezone.now(),
        )
        Subscription.objects.filter(id=made.id).update(secret=secrets.sealed(made.id, secret))
        _note(actor, "subscribed", made.id, kinds=",".join(made.kinds)[:200])
    return Subscribed(made.id, secret)


def change_secret(subscription_id: int, *, actor: Actor) -> Subscribed:
    """A new secret; for 24 hours every message carries a signature by each of both.

    Raises:
        NotPermitted: the actor may not.
        SubscriptionRefused: it has ended.
    """
    authorise(actor, "api_keys.edit")
    with transaction.atomic():
        row = _open(subscription_id)
        old = secrets.opened(row.id, bytes(row.secret), "secret")
        secret = signature.new_secret()
        Subscription.objects.filter(id=row.id).update(
            secret=secrets.sealed(row.id, secret),
            old_secret=secrets.sealed(row.id, old, "old_secret"),
            old_until=timezone.now() + OLD_SECRET_FOR,
        )
        _note(actor, "secret_changed", row.id)
    return Subscribed(subscription_id, secret)


def end(subscription_id: int, *, actor: Actor) -> None:
    """Tell this place nothing any more; what was on its way is parked."""
    authorise(actor, "api_keys.edit")
    with transaction.atomic():
        row = _open(subscription_id)
        now = timezone.now()
        Subscription.objects.filter(id=row.id).update(ended_at=now, ended_by=str(actor))
        waiting = Posting.objects.filter(subscription_id=row.id, state=State.WAITING)
        parked = waiting.update(state=State.PARKED, settled_at=now, fault="ended", leased_until=None)
        _note(actor, "ended", row.id, parked=parked)


def send_again(subscription_id: int, *, actor: Actor) -> int:
    """Try all that was parked once more, for another 72 hours; returns how many. In order as ever.

    Raises:
        NotPermitted: the actor may not.
        SubscriptionRefused: it has ended.
    """
    authorise(actor, "api_keys.edit")
    with transaction.atomic():
        row = _open(subscription_id)
        now = timezone.now()
        parked = Posting.objects.filter(subscription_id=row.id, state=State.PARKED)
        count = parked.update(
            state=State.WAITING, tries=0, due_at=now, give_up_at=now + LONGEST_WAIT, settled_at=None, fault=""
        )
        _note(actor, "sent_again", row.id, count=count)
    return count


def forget_old() -> int:
    """Delete events older than 30 days, with their postings, but for what still waits; returns how many events."""
    forgotten = 0
    while count := _forget_some():
        forgotten += count
    return forgotten


@transaction.atomic
def _forget_some() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, {"before": timezone.now() - KEPT_FOR, "at_once": FORGOTTEN_AT_ONCE})
        count = int(cursor.rowcount)
    if count:
        record(actor=Actor.system("events"), action="events.events.forgotten", details={"rows": count})
    return count


def _open(subscription_id: int) -> Subscription:
    row = Subscription.objects.select_for_update().get(id=subscription_id)
    if row.ended_at is not None:
        raise SubscriptionRefused(
            "この通知先は終わっています。", remedy="必要なら、新しい通知先を作ってください。"
        )
    return row


def _check(name: str, url: str, kinds: Collection[str]) -> None:
    if not 1 <= len(name) <= 60:  # noqa: PLR2004 - the column's length
        raise SubscriptionRefused(
            "名前がないか、60文字を超えています。", remedy="どのシステムかが分かる名前にしてください。"
        )
    if refused := places.why_refused(url, is_demo=installation.is_demo(), networks=settings.EVENT_NETWORKS):
        raise SubscriptionRefused(refused, remedy="受け取る側のURLを確かめてください。")
    if unknown := sorted(set(kinds) - set(events.KINDS)):
        raise SubscriptionRefused(
            f"その出来事はありません: {'、'.join(unknown)}",
            remedy=f"{'、'.join(events.KINDS)} から選んでください。",
        )
    if not kinds:
        raise SubscriptionRefused("出来事が選ばれていません。", remedy="1つ以上選んでください。")


def _note(actor: Actor, verb: str, subscription_id: int, **details: str | int | None) -> None:
    record(
        actor=actor,
        action=f"events.subscription.{verb}",
        subject=("subscription", subscription_id),
        details=details,
    )
