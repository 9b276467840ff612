"""Verbs of a policy's versions: drafted, tried, requested, approved by another, sent back, withdrawn, stopped.

Each is one transaction with a conditional update; triggers refuse what these would not do.
"""

from datetime import date
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.accounts.errors import NotPermitted
from keizoku.audit import actions as audit
from keizoku.customers.attributes import queries as attributes
from keizoku.customers.attributes.rules.definition import Type
from keizoku.forms import queries as forms
from keizoku.kernel.actor import Actor
from keizoku.reviews.policies import trying
from keizoku.reviews.policies.errors import OwnPolicy, PolicyInvalid, PolicyRefused
from keizoku.reviews.policies.models import PolicyTrial, PolicyVersion
from keizoku.reviews.policies.rules.policy import Policy, read_policy
from keizoku.reviews.policies.rules.states import MAXIMUM_AGES, STATE_WORDS, State

EDIT: Final = "policies.edit"
APPROVE: Final = "policies.approve"
_REOPEN: Final = "一覧を開き直して、内容をご確認ください。"


def draft(text: str, actor: Actor) -> int:
    """Store a new version as a draft and return its id; its text never changes.

    Raises:
        NotPermitted: may not write policies.
        PolicyInvalid: the text is no policy, or names a questionnaire or a document that there is not.
        PolicyRefused: this version number exists.
    """
    authorise(actor, EDIT)
    policy = read_policy(text)
    _refuse_unknown(policy)
    try:
        with transaction.atomic():
            row = PolicyVersion.objects.create(
                version=policy.version,
                text=text,
                digest=policy.digest,
                made_by=_name(actor),
                state_since=timezone.now(),
            )
            _record(actor, "reviews.policy.drafted", row)
    except IntegrityError:
        raise PolicyRefused(
            f"第{policy.version}版は既にあります。", remedy="versionを新しい番号にしてください。"
        ) from None
    return row.id


@transaction.atomic
def try_out(policy_id: int, first_on: date, last_on: date, actor: Actor) -> int:
    """Try a draft on answers that people have decided, and keep the result; returns the trial's id.

    Raises:
        NotPermitted: may not write policies.
        PolicyRefused: not a draft, or no period.
    """
    authorise(actor, EDIT)
    row = PolicyVersion.objects.get(id=policy_id)
    if row.state != State.DRAFT:
        raise PolicyRefused("この決まりは下書きではないため、試算できません。", remedy=_REOPEN)
    if first_on > last_on:
        raise PolicyRefused("期間の終わりが始まりより前です。", remedy="日付を直してください。")
    trial = PolicyTrial.objects.create(
        policy=row,
        first_on=first_on,
        last_on=last_on,
        made_by=_name(actor),
        made_at=timezone.now(),
        result=trying.tried(read_policy(row.text), first_on, last_on).as_row(),
    )
    _record(actor, "reviews.policy.tried", row)
    return trial.id


@transaction.atomic
def request(policy_id: int, actor: Actor) -> None:
    """Ask for the approval of a draft that was tried.

    Raises:
        NotPermitted: may not write policies.
        PolicyRefused: not a draft, or never tried.
    """
    authorise(actor, EDIT)
    row = _locked(policy_id)
    if not row.trials.exists():
        raise PolicyRefused(
            "まだ試算していません。",
            remedy="過去の回答で試算してから申請してください。承認者は試算の件数を見ます。",
        )
    _move(row, State.DRAFT, State.REQUESTED, requested_by=_name(actor))
    _record(actor, "reviews.policy.requested", row)


@transaction.atomic
def approve(policy_id: int, actor: Actor, *, digest: str) -> None:
    """Put the version with this very digest in force; the one before it retires. It judges answers handed in from now on.

    Raises:
        NotPermitted: may not approve.
        OwnPolicy: made or requested it.
        PolicyRefused: not waiting for approval, or not the text that was read.
        PolicyInvalid: a questionnaire or a document that it names has ended meanwhile.
    """
    authorise(actor, APPROVE)
    row = _locked(policy_id)
    if _name(actor) in {row.made_by, row.requested_by}:
        raise OwnPolicy
    if row.state != State.REQUESTED or row.digest != digest:
        raise PolicyRefused("この決まりは承認待ちではありません。", remedy=_REOPEN)
    _refuse_unknown(read_policy(row.text))
    for before in PolicyVersion.objects.select_for_update().filter(state=State.ACTIVE):  # one at most
        _move(before, State.ACTIVE, State.RETIRED, ended_by=_name(actor))
    _move(row, State.REQUESTED, State.ACTIVE, approved_by=_name(actor), activated_at=timezone.now())
    _record(actor, "reviews.policy.approved", row)


@transaction.atomic
def send_back(policy_id: int, actor: Actor) -> None:
    """Make a requested version a draft again: by an approver, or by whoever made or requested it."""
    row = _locked(policy_id)
    authorise(actor, EDIT if _name(actor) in {row.made_by, row.requested_by} else APPROVE)
    _move(row, State.REQUESTED, State.DRAFT, requested_by="")
    _record(actor, "reviews.policy.sent_back", row)


@transaction.atomic
def withdraw(policy_id: int, actor: Actor) -> None:
    """Give a draft up; its text stays readable and its number taken."""
    authorise(actor, EDIT)
    row = _locked(policy_id)
    _move(row, State.DRAFT, State.WITHDRAWN, ended_by=_name(actor))
    _record(actor, "reviews.policy.withdrawn", row)


@transaction.atomic
def stop(actor: Actor) -> int:
    """Stop automatic approval at once: from this commit on people decide everything. Returns the stopped version.

    One person may: whoever makes policies, or whoever approves them.

    Raises:
        NotPermitted: neither.
        PolicyRefused: none is in force.
    """
    _authorise_stop(actor)
    row = PolicyVersion.objects.select_for_update().filter(state=State.ACTIVE).first()
    if row is None:
        raise PolicyRefused("自動承認は動いていません。", remedy="止めるものはありません。")
    _move(row, State.ACTIVE, State.RETIRED, ended_by=_name(actor))
    _record(actor, "reviews.policy.stopped", row)
    return row.version


def sweep() -> int:
    """Send requests back that nobody approved in time; how many."""
    oldest = timezone.now() - MAXIMUM_AGES[State.REQUESTED]
    late = PolicyVersion.objects.filter(state=State.REQUESTED, state_since__lt=oldest)
    ids = list(late.values_list("id", flat=True))
    return sum(_sent_back(policy_id) for policy_id in ids)  # a handful at most, and each leaves its own entry


def _sent_back(policy_id: int) -> bool:
    """Not where it was approved or sent back a moment ago, which is as well."""
    try:
        send_back(policy_id, Actor.system("reviews.sweeper"))
    except PolicyRefused:
        return False
    return True


def _authorise_stop(actor: Actor) -> None:
    try:
        authorise(actor, APPROVE)
    except NotPermitted:
        authorise(actor, EDIT)


def _refuse_unknown(policy: Policy) -> None:
    for name in policy.questionnaires:
        if forms.in_use(name) is None:
            raise PolicyInvalid("answer.questionnaires", f"「{name}」という使用中の質問票はありません。")
    days = {one.name for one in attributes.usable() if one.type is Type.DATE}
    for name in policy.documents:
        if name not in days:
            raise PolicyInvalid("identity.documents", f"「{name}」という日付の追加の項目はありません。")


def _locked(policy_id: int) -> PolicyVersion:
    return PolicyVersion.objects.select_for_update().get(id=policy_id)


def _move(row: PolicyVersion, before: State, after: State, **changes: object) -> None:
    moved = PolicyVersion.objects.filter(id=row.id, state=before).update(
        state=after, state_since=timezone.now(), **changes
    )
    if not moved:
        raise PolicyRefused(f"この決まりは、いまは「{STATE_WORDS[before]}」ではありません。", remedy=_REOPEN)


def _record(actor: Actor, action: str, row: PolicyVersion) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject=("policy", row.id),
        details={"version": row.version, "digest": row.digest},
    )


def _name(actor: Actor) -> str:
    return f"{actor.kind}:{actor.id}"
