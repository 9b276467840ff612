"""The institution's policy of verifications: proposed by one person, put in force by another; who is asked under it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.audit import actions as audit
from keizoku.customers.codes import Kind
from keizoku.identity.errors import OwnPolicy, PolicyRefused, TooFewLabelled
from keizoku.identity.labelling import labelled
from keizoku.identity.models import PolicyVersion
from keizoku.identity.rules.deciding import LEAST_LABELLED
from keizoku.identity.rules.policy import (
    POLICY_AGES,
    POLICY_WORDS,
    Asked,
    Policy,
    PolicyFault,
    PolicyState,
    digest,
    read_policy,
)
from keizoku.kernel.actor import Actor
from keizoku.risk.rules.scale import Level

EDIT: Final = "identity.edit"
APPROVE: Final = "identity.approve"
SWEEPER: Final = Actor.system("identity.sweeper")
_REOPEN: Final = "画面を開き直して、内容をご確認ください。"


@transaction.atomic
def propose(content: object, actor: Actor) -> int:
    """Ask for a policy to be put in force; the id of its version.

    Raises:
        NotPermitted: the actor may not.
        PolicyRefused: the content is no policy.
        TooFewLabelled: it would decide by itself, and the cases for that are not there.
    """
    authorise(actor, EDIT)
    try:
        policy = read_policy(content)
    except PolicyFault as fault:
        raise PolicyRefused("決まりの内容が正しくありません。", remedy=str(fault)) from None
    _refuse_unearned(policy)
    assert isinstance(content, dict)
    row = PolicyVersion.objects.create(
        content=content,
        digest=digest(content),
        state_since=timezone.now(),
        made_by=str(actor),
        made_at=timezone.now(),
    )
    _record(actor, "identity.policy.requested", row)
    return row.id


@transaction.atomic
def approve(policy_id: int, actor: Actor, *, digest: str) -> None:
    """Put the version with this very digest in force; the one before it retires.

    Raises:
        NotPermitted: the actor may not.
        OwnPolicy: the actor asked for it.
        PolicyRefused: it does not wait, or is not what was read.
        TooFewLabelled: see ``propose``.
    """
    authorise(actor, APPROVE)
    row = PolicyVersion.objects.select_for_update().get(id=policy_id)
    if row.made_by == str(actor):
        raise OwnPolicy
    if row.state != PolicyState.REQUESTED or row.digest != digest:
        raise PolicyRefused("この決まりは承認待ちではありません。", remedy=_REOPEN)
    _refuse_unearned(read_policy(row.content))
    for before in PolicyVersion.objects.select_for_update().filter(state=PolicyState.ACTIVE):  # one at most
        _move(before, PolicyState.ACTIVE, PolicyState.RETIRED, ended_by=str(actor))
    _move(row, PolicyState.REQUESTED, PolicyState.ACTIVE, approved_by=str(actor))
    _record(actor, "identity.policy.approved", row)


@transaction.atomic
def withdraw(policy_id: int, actor: Actor) -> None:
    """Take back what waits for an approver: whoever asked for it, or an approver who declines it."""
    row = PolicyVersion.objects.select_for_update().get(id=policy_id)
    authorise(actor, EDIT if row.made_by == str(actor) else APPROVE)
    _move(row, PolicyState.REQUESTED, PolicyState.WITHDRAWN, ended_by=str(actor))
    _record(actor, "identity.policy.withdrawn", row)


@transaction.atomic
def stop(actor: Actor) -> int:
    """End the policy in force at once: from this commit on nobody is asked by class and people decide everything.

    Raises:
        NotPermitted: the actor may neither make nor approve policies.
        PolicyRefused: none is in force.
    """
    authorise(actor, EDIT)
    row = row_in_force(lock=True)
    if row is None:
        raise PolicyRefused("使用中の決まりはありません。", remedy="止めるものはありません。")
    _move(row, PolicyState.ACTIVE, PolicyState.RETIRED, ended_by=str(actor))
    _record(actor, "identity.policy.stopped", row)
    return row.id


def sweep() -> int:
    """Take back requests that nobody approved in time; how many."""
    oldest = timezone.now() - POLICY_AGES[PolicyState.REQUESTED]
    late = PolicyVersion.objects.filter(state=PolicyState.REQUESTED, state_since__lt=oldest)
    ids = list(late.values_list("id", flat=True))
    for policy_id in ids:  # a handful at most, and each leaves its own entry
        withdraw(policy_id, SWEEPER)
    return len(ids)


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One policy as it is shown: ``content`` is what a second person reads, ``digest`` what he approves."""

    id: int
    content: Mapping[str, Any]
    digest: str
    state: PolicyState
    made_by: str

    @property
    def words(self) -> str:
        return POLICY_WORDS[self.state]


def told() -> list[PolicyRow]:
    """The policy in force, and what waits for an approver, the newest first."""
    rows = PolicyVersion.objects.filter(state__in=[PolicyState.ACTIVE, PolicyState.REQUESTED]).order_by("-id")
    return [PolicyRow(row.id, row.content, row.digest, PolicyState(row.state), row.made_by) for row in rows]


def row_in_force(*, lock: bool = False) -> PolicyVersion | None:
    found = PolicyVersion.objects.filter(state=PolicyState.ACTIVE)
    return (found.select_for_update() if lock else found).first()


def in_force() -> Policy:
    """What holds; the cautious default where nothing was put in force."""
    row = row_in_force()
    return read_policy(row.content) if row is not None else Policy()


def asked_of(kind: Kind, level: Level | None) -> Asked | None:
    """Whether a customer of this class is asked for identity, and for which legal use."""
    return in_force().asked_of(kind, level)


def may_decide(row: PolicyVersion) -> bool:
    """Whether this policy decides by itself: it says so, and the institution has labelled enough cases of its own."""
    return read_policy(row.content).is_automatic and labelled() >= LEAST_LABELLED


def _refuse_unearned(policy: Policy) -> None:
    count = labelled()
    if policy.is_automatic and count < LEAST_LABELLED:
        raise TooFewLabelled(count, LEAST_LABELLED)


def _move(row: PolicyVersion, before: PolicyState, after: PolicyState, **changes: object) -> None:
    moved = PolicyVersion.objects.filter(id=row.id, state=before).update(
        state=after, state_since=timezone.now(), **changes
    )
    if not moved:
        raise PolicyRefused(f"この決まりは、いまは「{POLICY_WORDS[before]}」ではありません。", remedy=_REOPEN)


def _record(actor: Actor, action: str, row: PolicyVersion) -> None:
    audit.record(
        actor=actor, action=action, subject=("identity_policy", row.id), details={"digest": row.digest}
    )
