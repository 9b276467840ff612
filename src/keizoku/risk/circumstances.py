"""Overrides by two people, and facts of suspicion: what bounds a level beyond the scorecard.

Invariants: what a circumstance is stands encrypted in its row and opens only to ``risk.confidential`` (a request also to
the approver who has to answer it), with an audit entry; no entry, level or word outside tells an override from a
suspicion; nobody answers a request of their own; the rating follows in the same transaction.
"""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.audit.actions import grant_read, record
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto import field
from keizoku.risk.actions import rate_one
from keizoku.risk.errors import CircumstanceGone, CircumstanceRefused, SamePerson
from keizoku.risk.models import Circumstance, Standing
from keizoku.risk.rules.matter import SUSPICIONS, Matter
from keizoku.risk.rules.scale import Level
from keizoku.risk.rules.states import LONGEST_DAYS

LONGEST_REASON = 500
_PAYLOAD = "risk_circumstance.payload"


@dataclass(frozen=True, slots=True)
class CircumstanceRow:
    """One circumstance with what it is about. ``made_by`` and ``decided_by`` are actors ("staff:3")."""

    id: int
    customer_id: int
    matter: Matter
    reason: str
    level: Level
    is_upper_bound: bool
    from_on: date
    until_on: date
    state: str
    state_name: str
    made_by: str
    decided_by: str


@transaction.atomic
def request_override(
    customer_id: int, level: Level, *, until_on: date, reason: str, actor: Actor, today: date
) -> int:
    """Ask a second person to hold the level at ``level`` until that day; return the request's id.

    A level above today's is a lower bound, one below it an upper bound: the scorecard may still say worse or better.
    """
    authorise(actor, "risk.edit")
    standing = Standing.objects.filter(customer_id=customer_id).first()
    if standing is None:
        raise CircumstanceRefused("まだ評価していないお客さまです。", remedy="先に評価してください。")
    if level == standing.level:
        raise CircumstanceRefused("いまと同じ水準です。", remedy="別の水準を選んでください。")
    is_lowered = level.rank < Level(standing.level).rank
    row = _row(customer_id, Matter.OVERRIDE, reason, level, until_on, actor, today)
    row.bound = Circumstance.Bound.AT_MOST if is_lowered else Circumstance.Bound.AT_LEAST
    row.state = Circumstance.State.REQUESTED
    row.save()
    _note(actor, customer_id)
    return row.id


@transaction.atomic
def decide_override(circumstance_id: int, *, is_approved: bool, actor: Actor, today: date) -> None:
    """Answer another person's request.

    Raises:
        SamePerson: one's own.
        CircumstanceGone: answered already, or its days are over.
    """
    authorise(actor, "risk.approve")
    states = Circumstance.State
    waiting = Circumstance.objects.filter(id=circumstance_id, state=states.REQUESTED, until_on__gte=today)
    row = waiting.first()
    if row is not None and row.made_by == str(actor):
        raise SamePerson("ご自身の申請には答えられません。", remedy="別の承認者に依頼してください。")
    answered = waiting.update(
        state=states.IN_FORCE if is_approved else states.REFUSED,
        decided_by=str(actor),
        decided_at=timezone.now(),
    )
    if row is None or not answered:
        raise CircumstanceGone("この申請は承認待ちではありません。", remedy="一覧を開き直してください。")
    _note(actor, row.customer_id)
    if is_approved:
        rate_one(row.customer_id, actor, today)


@transaction.atomic
def record_suspicion(
    customer_id: int, matter: Matter, *, until_on: date, note: str, actor: Actor, today: date
) -> int:
    """Write a fact of suspicion down; the level is high at once and until that day. Returns its id."""
    authorise(actor, "risk.confidential")
    if matter not in SUSPICIONS:
        raise CircumstanceRefused("事情の種類を選んでください。")
    row = _row(customer_id, matter, note, Level.HIGH, until_on, actor, today)
    row.bound, row.state = Circumstance.Bound.AT_LEAST, Circumstance.State.IN_FORCE
    row.save()
    _note(actor, customer_id)
    rate_one(customer_id, actor, today)
    return row.id


@transaction.atomic
def end_circumstance(circumstance_id: int, actor: Actor, today: date) -> None:
    """End it before its day; the settled level holds again at once."""
    authorise(actor, "risk.confidential")
    in_force = Circumstance.objects.filter(id=circumstance_id, state=Circumstance.State.IN_FORCE)
    row = in_force.first()
    if row is None or not in_force.update(state=Circumstance.State.ENDED):
        raise CircumstanceGone(
            "この事情は有効ではありません。", remedy="お客さまの画面を開き直してください。"
        )
    _note(actor, row.customer_id)
    rate_one(row.customer_id, actor, today)


def circumstances_of(customer_id: int, actor: Actor) -> list[CircumstanceRow]:
    """All of one customer, the newest first, with what they are about; for ``risk.confidential`` alone."""
    authorise(actor, "risk.confidential")
    return _opened(list(Circumstance.objects.filter(customer_id=customer_id).order_by("-id")), actor)


def requests_to_answer(actor: Actor, today: date) -> list[CircumstanceRow]:
    """Requests that wait for a second person; past their last day they lapse."""
    authorise(actor, "risk.approve")
    waiting = Circumstance.objects.filter(state=Circumstance.State.REQUESTED, until_on__gte=today)
    return _opened(list(waiting.order_by("id")), actor)


def _opened(rows: list[Circumstance], actor: Actor) -> list[CircumstanceRow]:
    if not rows:
        return []
    grant = grant_read(actor=actor, purpose="risk.circumstances", subjects={row.customer_id for row in rows})
    opened = []
    for row in rows:
        text = field.decrypt(
            bytes(row.payload), where=_PAYLOAD, record=str(row.key), subject=row.customer_id, grant=grant
        )
        matter, _, reason = text.partition("\n")
        opened.append(
            CircumstanceRow(
                id=row.id,
                customer_id=row.customer_id,
                matter=Matter(matter),
                reason=reason,
                level=Level(row.level),
                is_upper_bound=row.bound == Circumstance.Bound.AT_MOST,
                from_on=row.from_on,
                until_on=row.until_on,
                state=row.state,
                state_name=row.get_state_display(),
                made_by=row.made_by,
                decided_by=row.decided_by,
            )
        )
    return opened


def _row(  # noqa: PLR0917 - one row's own parts
    customer_id: int, matter: Matter, reason: str, level: Level, until_on: date, actor: Actor, today: date
) -> Circumstance:
    """The row, not yet saved; checked for what all circumstances need."""
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise CircumstanceRefused(f"理由を{LONGEST_REASON}文字以内で入力してください。")
    if not today < until_on <= today + timedelta(days=LONGEST_DAYS):
        raise CircumstanceRefused("期限は、明日から1年以内の日付にしてください。")
    key = uuid.uuid4()
    return Circumstance(
        customer_id=customer_id,
        key=key,
        payload=field.encrypt(f"{matter}\n{reason}", where=_PAYLOAD, record=str(key)),
        level=level,
        from_on=today,
        until_on=until_on,
        made_by=str(actor),
    )


def _note(actor: Actor, customer_id: int) -> None:
    """One entry for whatever was done: a word for each verb would tell an override from a suspicion."""
    record(actor=actor, action="risk.circumstance.changed", subject=("customer", customer_id))
