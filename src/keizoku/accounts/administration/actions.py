"""Verbs of the administration of staff. What adds rights is asked for and decided; what takes them away is done at once."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.accounts.administration.models import StaffChange
from keizoku.accounts.administration.rules import TRANSITIONS, WAITS_FOR, Change, State, grows
from keizoku.accounts.departments import refuse_same
from keizoku.accounts.errors import StaffChangeRefused, StaffRefused
from keizoku.accounts.factors.actions import forget_all
from keizoku.accounts.models import SignInTicket, Staff
from keizoku.accounts.particulars import check_particulars
from keizoku.accounts.presence.actions import end_all
from keizoku.audit.actions import record
from keizoku.kernel.actor import Actor

SWEEPER = Actor.system("accounts")
ADMINISTRATOR = "administrator"
LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who is to be registered."""

    login: str
    display_name: str
    role: str
    department: str = ""


def ask_to_join(newcomer: Newcomer, reason: str, *, actor: Actor) -> int:
    """Register somebody who may do nothing until another person agrees; returns the request's number.

    Raises:
        NotPermitted: the actor may not.
        StaffRefused: the particulars are not acceptable, or the login is taken.
        StaffChangeRefused: no reason.
    """
    authorise(actor, "staff.edit")
    check_particulars(newcomer.login, newcomer.display_name, newcomer.role)
    _check_reason(reason)
    member = Staff(
        login=newcomer.login,
        display_name=newcomer.display_name.strip(),
        role=newcomer.role,
        department=newcomer.department.strip(),
        is_active=False,
    )
    member.set_unusable_password()
    try:
        with transaction.atomic():
            member.save(force_insert=True)
            return _ask(Change.JOIN, member, member.role, member.department, reason, actor)
    except IntegrityError:
        raise StaffRefused(
            "このログイン名はすでに使われています。", remedy="別のログイン名を指定してください。"
        ) from None


def change_role(staff_id: int, role: str, department: str, reason: str, *, actor: Actor) -> int | None:
    """Another role or department. Where rights grow, or the department changes, it is asked for: the request's number.

    Raises:
        NotPermitted: the actor may not.
        StaffChangeRefused: no reason, nothing changes, about oneself, the last administrator, or another request waits.
    """
    authorise(actor, "staff.edit")
    with transaction.atomic():
        administrators = _locked_administrators()
        member = Staff.objects.select_for_update().get(pk=staff_id)
        check_particulars(member.login, member.display_name, role)
        _check_reason(reason)
        _refuse_oneself(member, actor)
        department = department.strip()
        if (member.role, member.department) == (role, department):
            raise StaffChangeRefused("役割も部署も、いまと同じです。", remedy="変えるものを選んでください。")
        if grows(member.role, role) or member.department != department:
            return _ask(Change.ROLE, member, role, department, reason, actor)
        _refuse_last(staff_id, role, administrators)
        _become(member, role, department)
        record(
            actor=actor,
            action="accounts.staff.role_reduced",
            subject=("staff", member.pk),
            purpose=reason,
            details={"from": member.role, "to": role},
        )
    return None


def ask_to_reset(staff_id: int, reason: str, *, actor: Actor) -> int:
    """Ask that somebody's second factors be forgotten, who lost them. Raises as ``change_role``."""
    return _ask_about(Change.RESET, staff_id, reason, actor, is_active=True)


def ask_to_return(staff_id: int, reason: str, *, actor: Actor) -> int:
    """Ask that somebody who was deactivated may work again. Raises as ``change_role``."""
    return _ask_about(Change.RETURN, staff_id, reason, actor, is_active=False)


def deactivate(staff_id: int, reason: str, *, actor: Actor) -> None:
    """At once: no more sign-in, every session ends, unused tickets are void, waiting requests about the person lapse.

    Raises:
        NotPermitted: the actor may not.
        StaffChangeRefused: no reason, oneself, inactive already, or the last administrator.
    """
    authorise(actor, "staff.edit")
    _check_reason(reason)
    with transaction.atomic():
        administrators = _locked_administrators()
        member = Staff.objects.select_for_update().get(pk=staff_id)
        _refuse_oneself(member, actor)
        _refuse_last(staff_id, "", administrators)
        if not Staff.objects.filter(pk=staff_id, is_active=True).update(is_active=False):
            raise StaffChangeRefused("この職員は、もう停止しています。", remedy="することはありません。")
        SignInTicket.objects.filter(staff_id=staff_id, used_at=None).delete()
        waiting = StaffChange.objects.filter(staff_id=staff_id, state=State.ASKED)
        lapsed = waiting.update(state=State.LAPSED, decided_at=timezone.now())
        sessions = end_all(staff_id)
        record(
            actor=actor,
            action="accounts.staff.deactivated",
            subject=("staff", staff_id),
            purpose=reason,
            details={"sessions": sessions, "lapsed": lapsed},
        )


def decide(number: int, *, is_approved: bool, actor: Actor) -> None:
    """Another person's answer; approved, it takes effect now.

    Raises:
        NotPermitted: the actor may not, or is of the asker's department where another is demanded.
        StaffChangeRefused: who asked, whom it is about, no longer waiting, or the last administrator's other role.
    """
    authorise(actor, "staff.approve")
    with transaction.atomic():
        administrators = _locked_administrators()
        row = StaffChange.objects.select_for_update().select_related("staff").get(pk=number)
        if actor.id in {str(row.asked_by_id), str(row.staff_id)}:
            raise StaffChangeRefused(
                "自分が申請したこと、自分についてのことは、承認できません。",
                remedy="ほかの承認者に依頼してください。",
            )
        refuse_same(actor, row.asked_by_id)
        _move(row, State.DONE if is_approved else State.REFUSED, decided_by_id=int(actor.id))
        if is_approved:
            _refuse_last(row.staff_id, row.role, administrators)
            _do(row)
        details: dict[str, str | int | None] = {"change": row.change, "request": row.pk, "role": row.role}
        verb = "change_approved" if is_approved else "change_refused"
        record(actor=actor, action=f"accounts.staff.{verb}", subject=("staff", row.staff_id), details=details)


def withdraw(number: int, *, actor: Actor) -> None:
    """An administrator takes a request back. Raises ``StaffChangeRefused`` when it is over."""
    authorise(actor, "staff.edit")
    with transaction.atomic():
        row = StaffChange.objects.select_for_update().get(pk=number)
        _move(row, State.WITHDRAWN)
        details: dict[str, str | int | None] = {"change": row.change, "request": row.pk}
        record(
            actor=actor,
            action="accounts.staff.change_withdrawn",
            subject=("staff", row.staff_id),
            details=details,
        )


def lapse() -> int:
    """Requests that nobody answered within a week."""
    old = StaffChange.objects.filter(state=State.ASKED, asked_at__lte=timezone.now() - WAITS_FOR)
    ended = 0
    for row in old:  # few: people asked for each by hand
        with transaction.atomic():
            ended += _moved(row, State.LAPSED)
            details: dict[str, str | int | None] = {"change": row.change, "request": row.pk}
            record(
                actor=SWEEPER,
                action="accounts.staff.change_lapsed",
                subject=("staff", row.staff_id),
                details=details,
            )
    return ended


def _do(row: StaffChange) -> None:
    """What was asked for. Each ends the person's sessions, and voids the tickets: they came under other rights.

    A ticket given out before would be the whole way in, once the second factors are forgotten.
    """
    SignInTicket.objects.filter(staff_id=row.staff_id, used_at=None).delete()
    if row.change == Change.RESET:
        forget_all(row.staff_id)
        Staff.objects.filter(pk=row.staff_id).update(
            failed_factors=0, factors_locked_until=None, sessions_ended=F("sessions_ended") + 1
        )
        end_all(row.staff_id)
        return
    _become(row.staff, row.role, row.department, is_active=True)


def _become(member: Staff, role: str, department: str, **more: bool) -> None:
    Staff.objects.filter(pk=member.pk).update(
        role=role, department=department, sessions_ended=F("sessions_ended") + 1, **more
    )
    end_all(member.pk)


def _ask_about(change: Change, staff_id: int, reason: str, actor: Actor, *, is_active: bool) -> int:
    authorise(actor, "staff.edit")
    _check_reason(reason)
    with transaction.atomic():
        member = Staff.objects.select_for_update().get(pk=staff_id)
        _refuse_oneself(member, actor)
        if member.is_active is not is_active:
            raise StaffChangeRefused(
                "いまの状態では、申請できません。", remedy="画面を読み込み直してください。"
            )
        return _ask(change, member, member.role, member.department, reason, actor)


def _ask(  # noqa: PLR0917 - one row's columns, called three times here
    change: Change, member: Staff, role: str, department: str, reason: str, actor: Actor
) -> int:
    if actor.kind != "staff":
        raise StaffChangeRefused("申請は、職員の名義でしてください。", remedy="職員を指定してください。")
    try:
        with transaction.atomic():
            row = StaffChange.objects.create(
                change=change,
                staff=member,
                role=role,
                department=department,
                reason=reason.strip(),
                asked_by_id=int(actor.id),
                asked_at=timezone.now(),
            )
    except IntegrityError:
        raise StaffChangeRefused(
            "この職員についての申請が、もう承認を待っています。",
            remedy="それが終わってから申請してください。",
        ) from None
    details: dict[str, str | int | None] = {"change": change.value, "request": row.pk, "role": role}
    record(
        actor=actor,
        action="accounts.staff.change_asked",
        subject=("staff", member.pk),
        purpose=reason,
        details=details,
    )
    return row.pk


def _move(row: StaffChange, after: State, **changes: int) -> None:
    if after not in TRANSITIONS[State(row.state)] or not _moved(row, after, **changes):
        raise StaffChangeRefused("この申請は、もう終わっています。", remedy="することはありません。")


def _moved(row: StaffChange, after: State, **changes: int) -> int:
    waiting = StaffChange.objects.filter(pk=row.pk, state=State.ASKED)
    return waiting.update(state=after, decided_at=timezone.now(), **changes)


def _check_reason(reason: str) -> None:
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise StaffChangeRefused(
            f"理由は、{LONGEST_REASON}文字までで入力してください。",
            remedy="人事発令の番号など、あとから確かめられることを書いてください。",
        )


def _refuse_oneself(member: Staff, actor: Actor) -> None:
    if actor == member.actor:
        raise StaffChangeRefused(
            "自分についての変更は、自分ではできません。", remedy="ほかのシステム管理者に依頼してください。"
        )


def _locked_administrators() -> frozenset[int]:
    """Who may administer now, locked in one order before any other row: two of them cannot stop each other at once."""
    active = Staff.objects.filter(role=ADMINISTRATOR, is_active=True).order_by("pk")
    return frozenset(active.select_for_update().values_list("pk", flat=True))


def _refuse_last(staff_id: int, role: str, administrators: frozenset[int]) -> None:
    """A trigger refuses it too (``accounts_keep_an_administrator``)."""
    if role != ADMINISTRATOR and administrators == {staff_id}:
        raise StaffChangeRefused(
            "この方は、働いている最後のシステム管理者です。停止することも、役割を変えることもできません。",
            remedy="先に、ほかの方をシステム管理者として登録するか、その役割にしてください。",
        )
