"""Verbs: ask for a confirmation, a switch, a registration, a provider; approve as another; decline, withdraw, end.

Each is one transaction with a conditional update; triggers refuse what these would not do.
"""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.audit import actions as audit
from keizoku.identity.methods.errors import OwnProposal, ProposalRefused
from keizoku.identity.methods.models import MethodProposal
from keizoku.identity.methods.providers import provider_content
from keizoku.identity.methods.rules.codes import Registration
from keizoku.identity.methods.rules.proposals import (
    ENDED_BY_ONE,
    MAXIMUM_AGES,
    STATE_WORDS,
    Kind,
    State,
)
from keizoku.identity.methods.rules.table import canonical
from keizoku.identity.methods.tables import table
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today

EDIT: Final = "methods.edit"
APPROVE: Final = "methods.approve"
_REOPEN: Final = "画面を開き直して、内容をご確認ください。"
LONGEST_TEXT: Final = 500


def sign(row_key: str, *, where: str, read_on: date, actor: Actor) -> int:
    """Sign that one read the primary text of a row: where, and on which day. Another approves; returns the proposal's id.

    Raises:
        NotPermitted: may not sign.
        ProposalRefused: no such row, no letter, no place or day of reading, or it holds or waits already.
    """
    authorise(actor, EDIT)
    try:
        row = table().row(row_key)
    except KeyError:
        raise ProposalRefused("その行は表にありません。", remedy=_REOPEN) from None
    if not row.letter:
        raise ProposalRefused(
            "号がわからない行は確認できません。", remedy="条文の号を表に入れてから、確認してください。"
        )
    where = _text(where, "読んだ場所")
    if read_on > business_today():
        raise ProposalRefused("読んだ日がこれからの日付です。", remedy="読んだ日を入力してください。")
    held = MethodProposal.objects.filter(kind=Kind.CONFIRM, subject=row_key, state=State.IN_FORCE).first()
    if held is not None and held.content["row_digest"] == row.digest:
        raise ProposalRefused("この行は確認済みです。", remedy="することはありません。")
    content = {
        "row_digest": row.digest,
        "letter": row.letter,
        "where": where,
        "read_on": read_on.isoformat(),
    }
    return _propose(Kind.CONFIRM, row_key, content, actor)


def switch(scope: str, method: str, *, is_on: bool, reason: str, actor: Actor) -> int:
    """Ask to use a method in a statute or a use, or not to; returns the proposal's id.

    Raises:
        NotPermitted, ProposalRefused: no such scope or method, no reason, or one waits already.
    """
    authorise(actor, EDIT)
    known = table()
    if scope not in known.scopes or method not in {one.id for one in known.methods}:
        raise ProposalRefused("その法令（用途）または方法は表にありません。", remedy=_REOPEN)
    content = {"is_on": is_on, "reason": _text(reason, "理由")}
    return _propose(Kind.SWITCH, f"{scope}/{method}", content, actor)


def register(registration: Registration, *, is_held: bool, reference: str, actor: Actor) -> int:
    """Ask to note that the institution holds a registration (its number, its day), or no more; returns the proposal's id."""
    authorise(actor, EDIT)
    content = {"is_held": is_held, "reference": _text(reference, "登録の番号や日付")}
    return _propose(Kind.REGISTRATION, registration.value, content, actor)


def accredit(document: object, actor: Actor) -> int:
    """Ask to take a provider's results: its name, issuer, public key, methods; returns the proposal's id.

    Raises:
        NotPermitted, ProposalRefused: the document is no provider; it says where.
    """
    authorise(actor, EDIT)
    content = provider_content(document, {method.id for method in table().methods})
    return _propose(Kind.PROVIDER, str(content["issuer"]), content, actor)


@transaction.atomic
def approve(proposal_id: int, actor: Actor, *, digest: str) -> None:
    """Put in force what was asked for, with this very digest; what held before of the same subject ends.

    Raises:
        NotPermitted: may not approve.
        OwnProposal: made it.
        ProposalRefused: it does not wait any more, is not what was read, or its row changed meanwhile.
    """
    authorise(actor, APPROVE)
    row = _locked(proposal_id)
    if row.made_by == str(actor):
        raise OwnProposal
    if row.digest != digest:
        raise ProposalRefused("読んだ内容と違います。", remedy=_REOPEN)
    if row.kind == Kind.CONFIRM:
        _refuse_changed(row)
    now = timezone.now()
    MethodProposal.objects.filter(kind=row.kind, subject=row.subject, state=State.IN_FORCE).update(
        state=State.ENDED, state_since=now, ended_by=str(actor)
    )
    _move(row, State.PROPOSED, State.IN_FORCE, decided_by=str(actor), decided_at=now)
    _record(actor, "approved", row)


@transaction.atomic
def decline(proposal_id: int, actor: Actor) -> None:
    """Not to be; whoever asked may ask again."""
    authorise(actor, APPROVE)
    row = _locked(proposal_id)
    _move(row, State.PROPOSED, State.DECLINED, decided_by=str(actor), decided_at=timezone.now())
    _record(actor, "declined", row)


@transaction.atomic
def withdraw(proposal_id: int, actor: Actor) -> None:
    """Take back what waits."""
    authorise(actor, EDIT)
    row = _locked(proposal_id)
    _move(row, State.PROPOSED, State.WITHDRAWN, ended_by=str(actor))
    _record(actor, "withdrawn", row)


@transaction.atomic
def end(proposal_id: int, actor: Actor) -> None:
    """End a confirmation or a provider at once: one person may, whoever signs or whoever approves.

    Raises:
        NotPermitted: neither.
        ProposalRefused: not in force, or of a kind that two people change.
    """
    row = _locked(proposal_id)
    authorise(actor, APPROVE if row.decided_by == str(actor) else EDIT)
    if Kind(row.kind) not in ENDED_BY_ONE:
        raise ProposalRefused(
            "これは2人で変えます。", remedy="反対の内容を申し出て、別の人の承認を受けてください。"
        )
    _move(row, State.IN_FORCE, State.ENDED, ended_by=str(actor))
    _record(actor, "ended", row)


def sweep() -> int:
    """Let go what nobody approved in time; how many."""
    oldest = timezone.now() - MAXIMUM_AGES[State.PROPOSED]
    late = MethodProposal.objects.filter(state=State.PROPOSED, state_since__lt=oldest).values_list(
        "id", flat=True
    )
    return sum(_lapse(proposal_id) for proposal_id in list(late))  # a handful, and each leaves its own entry


@transaction.atomic
def _lapse(proposal_id: int) -> bool:
    """Not where it was decided a moment ago, which is as well."""
    row = _locked(proposal_id)
    if row.state != State.PROPOSED:
        return False
    system = Actor.system("identity.sweeper")
    _move(row, State.PROPOSED, State.LAPSED, ended_by=str(system))
    _record(system, "lapsed", row)
    return True


def _propose(kind: Kind, subject: str, content: Mapping[str, object], actor: Actor) -> int:
    now = timezone.now()
    digest = hashlib.sha256(canonical([kind.value, subject, dict(content)]).encode()).hexdigest()
    try:
        with transaction.atomic():
            row = MethodProposal.objects.create(
                kind=kind.value,
                subject=subject,
                content=dict(content),
                digest=digest,
                state_since=now,
                made_by=str(actor),
                made_at=now,
            )
            _record(actor, "proposed", row)
    except IntegrityError:
        raise ProposalRefused(
            "同じものについて、承認待ちの申し出がもうあります。",
            remedy="それを承認してもらうか、取り下げてからやり直してください。",
        ) from None
    return row.id


def _refuse_changed(row: MethodProposal) -> None:
    try:
        current = table().row(row.subject).digest
    except KeyError:
        current = ""
    if row.content["row_digest"] != current:
        raise ProposalRefused(
            "確認されたあとで、表のこの行が変わりました。",
            remedy="この申し出を取り下げ、いまの行を読んで、もう一度確認してください。",
        )


def _text(given: str, what: str) -> str:
    text = given.strip()
    if not text or len(text) > LONGEST_TEXT:
        raise ProposalRefused(
            f"{what}がありません。" if not text else f"{what}が長すぎます。",
            remedy=f"{what}を{LONGEST_TEXT}文字までで入力してください。人の名前や番号は書かないでください。",
        )
    return text


def _locked(proposal_id: int) -> MethodProposal:
    return MethodProposal.objects.select_for_update().get(id=proposal_id)


def _move(row: MethodProposal, before: State, after: State, **changes: object) -> None:
    moved = MethodProposal.objects.filter(id=row.id, state=before).update(
        state=after, state_since=timezone.now(), **changes
    )
    if not moved:
        raise ProposalRefused(
            f"この申し出は、いまは「{STATE_WORDS[before]}」ではありません。", remedy=_REOPEN
        )


def _record(actor: Actor, what: str, row: MethodProposal) -> None:
    """``identity.method.proposed`` and its like, and what it is about: codes and digests alone."""
    audit.record(
        actor=actor,
        action=f"identity.method.{what}",
        subject=("method_proposal", row.id),
        details={"kind": str(row.kind), "subject": row.subject, "digest": row.digest},
    )
