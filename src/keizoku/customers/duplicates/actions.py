"""What people do with a pair: propose how to merge it, take that back, approve it, or say that these are two people.

Invariants: who proposed a merge never approves it (held by the database too); an approval names the digest of exactly
what it approves, records' versions included; a state changes by a conditional update or not at all.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.audit import actions as audit
from keizoku.audit.rules import ids_digest
from keizoku.customers.duplicates import merging
from keizoku.customers.duplicates.comparing import current_versions, differing
from keizoku.customers.duplicates.parts import Merge
from keizoku.customers.duplicates.rules import MAXIMUM_AGES, Side, State, proposal_digest
from keizoku.customers.errors import DuplicateRefused
from keizoku.customers.models import Customer, Duplicate, Fact
from keizoku.kernel.actor import Actor

SWEEPER: Final = Actor.system("customers.duplicates")
_NOTHING_PROPOSED: Final[dict[str, object]] = {
    "survivor": None,
    "choices": {},
    "first_version": None,
    "second_version": None,
    "proposal_digest": "",
    "proposed_by": "",
    "proposed_at": None,
}


@transaction.atomic
def propose(duplicate_id: int, *, survivor_id: int, choices: Mapping[str, str], actor: Actor) -> str:
    """Propose who survives and, for each field in which the two differ, whose value does; returns the proposal's digest.

    Raises:
        DuplicateRefused: a field without a choice, a customer who is not active, or a pair that is no candidate any more.
    """
    authorise(actor, "duplicates.edit")
    pair = _pair(duplicate_id)
    ids = (pair.first_id, pair.second_id)
    if survivor_id not in ids:
        raise DuplicateRefused("残すお客さまを選んでください。")
    customers = _lock(ids)
    rows = {row.customer_id: row for row in current_versions(ids)}
    wanted = differing(rows[ids[0]], rows[ids[1]], Fact.objects.in_bulk(ids))
    if missing := wanted - {name for name, side in choices.items() if side in set(Side)}:
        raise DuplicateRefused(f"どちらの値を残すかが選ばれていない項目が{len(missing)}つあります。")
    versions = (customers[ids[0]].version, customers[ids[1]].version)
    chosen = {name: str(choices[name]) for name in sorted(wanted)}
    digest = proposal_digest(ids, versions, survivor_id, chosen)
    _move(
        pair,
        State.FOUND,
        State.PROPOSED,
        survivor_id=survivor_id,
        choices=chosen,
        first_version=versions[0],
        second_version=versions[1],
        proposal_digest=digest,
        proposed_by=str(actor),
        proposed_at=timezone.now(),
    )
    _record(pair, "customers.merge.proposed", actor, {"survivor": survivor_id, "digest": digest})
    return digest


@transaction.atomic
def send_back(duplicate_id: int, *, actor: Actor) -> None:
    """Take a proposal back or decline it: the pair is a candidate again. For whoever may propose or approve."""
    authorise(actor, "duplicates.read")
    pair = _pair(duplicate_id)
    _move(pair, State.PROPOSED, State.FOUND, **_NOTHING_PROPOSED)
    _record(pair, "customers.merge.sent_back", actor, {})


@transaction.atomic
def approve(duplicate_id: int, *, digest: str, actor: Actor, today: date) -> None:
    """Merge the two as proposed by somebody else, in one transaction.

    Raises:
        DuplicateRefused: one's own proposal, another one than was shown, a record that has changed since, a case that
            has to be decided first, or a record that is being written just now.
    """
    authorise(actor, "duplicates.approve")
    pair = Duplicate.objects.select_for_update().get(id=duplicate_id)
    ids = (pair.first_id, pair.second_id)
    if pair.state == State.PROPOSED and pair.proposed_by == str(actor):
        raise DuplicateRefused("ご自身の提案は承認できません。", remedy="別の承認者に依頼してください。")
    customers = _lock(ids)
    versions = (customers[ids[0]].version, customers[ids[1]].version)
    now = proposal_digest(ids, versions, pair.survivor_id or 0, pair.choices)
    if pair.state != State.PROPOSED or digest != pair.proposal_digest:
        raise DuplicateRefused("この統合は承認待ちではありません。", remedy="一覧を開き直してください。")
    if now != pair.proposal_digest:
        raise DuplicateRefused(
            "提案のあとで、お客さまの記録が変わりました。", remedy="差し戻して、提案し直してください。"
        )
    _move(pair, State.PROPOSED, State.MERGED, decided_by=str(actor), decided_at=timezone.now())
    assert pair.survivor_id is not None
    other_id = next(each for each in ids if each != pair.survivor_id)
    merging.merge(pair, Merge(pair.survivor_id, other_id, actor, today))
    _record(
        pair,
        "customers.merge.approved",
        actor,
        {"survivor": pair.survivor_id, "merged": other_id, "digest": digest},
    )


@transaction.atomic
def keep_apart(duplicate_id: int, *, actor: Actor) -> None:
    """These are two customers: not suggested again unless other values of theirs agree."""
    authorise(actor, "duplicates.edit")
    pair = _pair(duplicate_id)
    _move(pair, State.FOUND, State.APART, decided_by=str(actor), decided_at=timezone.now(), escalated_at=None)
    _record(pair, "customers.duplicate.kept_apart", actor, {})


@transaction.atomic
def reopen(duplicate_id: int, *, actor: Actor) -> None:
    """Take "two customers" back."""
    authorise(actor, "duplicates.edit")
    pair = _pair(duplicate_id)
    _move(pair, State.APART, State.FOUND, decided_by="", decided_at=None)
    _record(pair, "customers.duplicate.reopened", actor, {})


@transaction.atomic
def sweep(now: datetime) -> int:
    """End what has waited too long: proposals go back, candidates are marked as late. Returns of how many."""
    total = 0
    for state, most in MAXIMUM_AGES.items():
        late = Duplicate.objects.filter(state=state, state_since__lt=now - most.age)
        if most.then is None:
            total += late.filter(escalated_at=None).update(escalated_at=now)
            continue
        # A loop over a few proposals: each leaves its own entry.
        for pair in late.select_for_update(skip_locked=True).order_by("id"):
            _move(pair, state, most.then, **_NOTHING_PROPOSED)
            _record(pair, "customers.merge.expired", SWEEPER, {"after_days": most.age.days})
            total += 1
    return total


_FOLLOW = """
    UPDATE customers_customer m SET closed_on = s.closed_on FROM customers_customer s
    WHERE m.state = 'merged' AND s.id = m.merged_into_id AND m.destroyed_on IS NULL
      AND m.closed_on IS DISTINCT FROM s.closed_on
    RETURNING m.id
"""


@transaction.atomic
def follow_endings() -> int:
    """A record merged away is kept as long as that of whoever stays: its relation ends on the same day."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW)
        ids = [customer_id for (customer_id,) in cursor.fetchall()]
    if ids:
        audit.record_many(
            actor=SWEEPER, action="customers.merged.ended", count=len(ids), ids_digest=ids_digest(ids)
        )
    return len(ids)


def _pair(duplicate_id: int) -> Duplicate:
    return Duplicate.objects.select_for_update().get(id=duplicate_id)


def _lock(ids: tuple[int, int]) -> dict[int, Customer]:
    """Both customers, in the order of their ids; refused at once where an import or a decision is writing one."""
    try:
        with transaction.atomic():
            locked = (
                Customer.objects.select_for_update(nowait=True, no_key=True).filter(id__in=ids).order_by("id")
            )
            customers = {customer.id: customer for customer in locked}
    except OperationalError:
        raise DuplicateRefused(
            "いま、どちらかの記録が書き換えられています。", remedy="少し待ってから、もう一度押してください。"
        ) from None
    if any(customer.state != Customer.State.ACTIVE for customer in customers.values()):
        raise DuplicateRefused(
            "取引中でないお客さまは統合できません。", remedy="それぞれのお客さまの状態を確かめてください。"
        )
    return customers


def _move(pair: Duplicate, state: State, following: State, **changes: object) -> None:
    moved = Duplicate.objects.filter(id=pair.id, state=state).update(
        state=following, state_since=timezone.now(), **changes
    )
    if not moved:
        raise DuplicateRefused(
            "この2人については、もう別の操作がされています。", remedy="開き直してください。"
        )


def _record(pair: Duplicate, action: str, actor: Actor, details: Mapping[str, str | int | None]) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject=("duplicate", pair.id),
        details={"first": pair.first_id, "second": pair.second_id, **details},
    )
