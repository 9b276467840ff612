"""Verbs of links: offer to an identified customer, link by LINE's word, end; keep what an account told until dealt with."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.audit import actions as audit
from keizoku.customers.errors import LinkRefused
from keizoku.customers.linking import queries
from keizoku.customers.linking.queries import Told
from keizoku.customers.linking.rules import EVENT_LIFE, OFFER_LIFE, Ending, Heard, State
from keizoku.customers.models import Customer, LineEvent, LineLink
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto import field
from keizoku.kernel.personal import LineUser

NONCE_BYTES: Final = 24  # 192 bits; LINE asks for 128 at least
SWEEPER: Final = Actor.system("linking")
A_SWEEP: Final = 500


@dataclass(frozen=True, slots=True, repr=False)
class Telling:
    """One event of LINE about an account, with as little as it takes to answer it."""

    event_id: str
    kind: Heard
    user: LineUser
    reply_token: str
    nonce: str
    told_at: datetime


@transaction.atomic
def offer(customer_id: int) -> str:
    """For a customer who has just been identified: a nonce for LINE's dialog, good once and for half an hour.

    Raises:
        LinkRefused: the relation has ended.
    """
    customer = Customer.objects.get(id=customer_id)
    if customer.state != Customer.State.ACTIVE:
        raise LinkRefused("お取引が終わっているため、連携できません。", remedy="窓口にお問い合わせください。")
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    LineLink.objects.create(
        customer_id=customer_id,
        state=State.OFFERED,
        nonce_token=queries.nonce_token(nonce),
        offered_at=timezone.now(),
    )
    audit.record(
        actor=Actor.customer(customer_id),
        action="customers.line_link.offered",
        subject=("customer", customer_id),
    )
    return nonce


@transaction.atomic
def link(nonce: str, user: LineUser) -> int | None:
    """LINE says that whoever was offered this nonce holds this account; returns the customer, None for a bad nonce.

    A link that the account or the customer had before ends: both have just been shown to belong together.
    """
    now = timezone.now()
    offered = LineLink.objects.filter(
        nonce_token=queries.nonce_token(nonce), state=State.OFFERED, offered_at__gt=now - OFFER_LIFE
    ).first()
    if offered is None:
        return None
    Customer.objects.select_for_update().get(id=offered.customer_id)
    token = queries.user_token(user)
    if not LineLink.objects.filter(id=offered.id, state=State.OFFERED).exists():
        return None  # the same event by another worker, which was quicker: its link stands
    for before in LineLink.objects.filter(state=State.LINKED).filter(
        customer_id=offered.customer_id
    ) | LineLink.objects.filter(state=State.LINKED, user_token=token):  # two at most
        _end(before.customer_id, Ending.REPLACED, Actor.customer(offered.customer_id))
    sealed = field.encrypt(user.reveal(), where=queries.USER_ID, record=str(offered.key))
    moved = LineLink.objects.filter(id=offered.id, state=State.OFFERED).update(
        state=State.LINKED, nonce_token=None, user_id=sealed, user_token=token, linked_at=now
    )
    assert moved == 1
    audit.record(
        actor=Actor.customer(offered.customer_id),
        action="customers.line_link.linked",
        subject=("customer", offered.customer_id),
    )
    return offered.customer_id


def unlink(customer_id: int, *, actor: Actor) -> None:
    """Staff end a customer's link.

    Raises:
        NotPermitted: the actor may not.
        LinkRefused: there is none.
    """
    authorise(actor, "consents.record")
    with transaction.atomic():
        if not _end(customer_id, Ending.STAFF, actor):
            raise LinkRefused(
                "このお客さまは、いまLINEと連携していません。", remedy="画面を開き直してください。"
            )


@transaction.atomic
def leave(user: LineUser, because: Ending) -> int | None:
    """The account's holder unlinks or blocks us; returns the customer whose link ended, if there was one."""
    customer_id = queries.customer_of(user)
    if customer_id is None or not _end(customer_id, because, Actor.customer(customer_id)):
        return None
    return customer_id


def _end(customer_id: int, because: Ending, actor: Actor) -> bool:
    """The account is forgotten with the link."""
    moved = LineLink.objects.filter(customer_id=customer_id, state=State.LINKED).update(
        state=State.ENDED,
        user_id=None,
        user_token=None,
        ended_at=timezone.now(),
        ended_because=because,
        ended_by=str(actor),
    )
    if moved:
        audit.record(
            actor=actor,
            action="customers.line_link.ended",
            subject=("customer", customer_id),
            details={"because": because.value},
        )
    return bool(moved)


def carry(survivor_id: int, other_id: int, actor: Actor) -> None:
    """Two customers become one: the survivor keeps its own link, or takes over the other's."""
    if queries.is_linked(survivor_id):
        _end(other_id, Ending.MERGED, actor)
        return
    moved = LineLink.objects.filter(customer_id=other_id, state=State.LINKED).update(customer_id=survivor_id)
    if moved:
        audit.record(
            actor=actor,
            action="customers.line_link.carried",
            subject=("customer", survivor_id),
            details={"from": other_id},
        )


def keep(tellings: Sequence[Telling]) -> None:
    """Store events once each, encrypted. They are dealt with by a worker."""
    rows = []
    for telling in tellings:
        key = uuid4()
        payload = json.dumps(
            {"user": telling.user.reveal(), "reply": telling.reply_token, "nonce": telling.nonce}
        )
        rows.append(
            LineEvent(
                key=key,
                event_id=telling.event_id,
                kind=telling.kind,
                payload=field.encrypt(payload, where=queries.PAYLOAD, record=str(key)),
                told_at=telling.told_at,
            )
        )
    LineEvent.objects.bulk_create(rows, ignore_conflicts=True)


def waiting(limit: int) -> list[Told]:
    """Events to be dealt with, in LINE's order of time."""
    rows = LineEvent.objects.filter(processed_at=None).order_by("told_at", "id")[:limit]
    return [queries.told(row) for row in rows]


def settle(event_id: int) -> bool:
    """The event is dealt with: what it held of a person is wiped. False where somebody else was quicker."""
    return bool(
        LineEvent.objects.filter(id=event_id, processed_at=None).update(
            processed_at=timezone.now(), payload=None
        )
    )


def sweep() -> int:
    """Let offers lapse that LINE never came back for, and end links whose relation has ended; returns how many."""
    lapsed = LineLink.objects.filter(state=State.OFFERED, offered_at__lt=timezone.now() - OFFER_LIFE).update(
        state=State.LAPSED, nonce_token=None
    )
    if lapsed:
        audit.record(actor=SWEEPER, action="customers.line_link.lapsed", details={"count": lapsed})
    # Whatever kept a worker from it, after an hour nobody can be answered any more.
    LineEvent.objects.filter(processed_at=None, received_at__lt=timezone.now() - EVENT_LIFE).update(
        processed_at=timezone.now(), payload=None
    )
    over = LineLink.objects.filter(state=State.LINKED).exclude(customer__state=Customer.State.ACTIVE)
    ended = 0
    for customer_id in over.values_list("customer_id", flat=True)[:A_SWEEP]:  # each with its entry
        with transaction.atomic():
            ended += _end(customer_id, Ending.CLOSED, SWEEPER)
    return lapsed + ended
