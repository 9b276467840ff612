"""Verbs of quality control: shares set, a drawn decision found proper or not, a finding followed up; the sweeper."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from keizoku.accounts import queries as accounts
from keizoku.accounts.access import Staff, authorise
from keizoku.audit import actions as audit
from keizoku.audit.rules import ids_digest
from keizoku.customers.casework import actions as casework
from keizoku.customers.casework.actions import Owner
from keizoku.customers.casework.rules import TaskKind
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import TOKYO, business_now
from keizoku.kernel.crypto import field
from keizoku.kernel.text.numbers import has_individual_number
from keizoku.reviews.actions.opening import open_one
from keizoku.reviews.quality.errors import CheckRefused, OwnDecision
from keizoku.reviews.quality.models import QualityCheck, QualityShare
from keizoku.reviews.quality.queries import NOTE, is_own
from keizoku.reviews.quality.rules import FINDINGS, MAXIMUM_AGES, FollowUp, State
from keizoku.reviews.rules.limits import LONGEST_NOTE

CHECK: Final = "quality.check"
SHARES: Final = "policies.edit"
# Our own choice: as long as a finding may wait, and as long as a campaign gives by default.
TASK_WITHIN: Final = timedelta(days=7)
ANSWER_WITHIN: Final = timedelta(days=30)
_REOPEN: Final = "一覧を開き直してください。"
_AT_ONCE: Final = 5_000


@transaction.atomic
def set_share(percent: int, actor: Actor, *, staff_id: int | None = None) -> None:
    """From now on draw so many of a hundred decisions: of one reviewer, or of everybody who has no share of his own.

    Raises:
        NotPermitted: may not set shares.
        CheckRefused: not from 0 to 100, or of nobody who decides.
    """
    authorise(actor, SHARES)
    if not 0 <= percent <= 100:  # noqa: PLR2004 - of a hundred
        raise CheckRefused(
            "割合が0から100までの整数ではありません。",
            remedy="数字を直してください（例：3）。",
            field="percent",
        )
    if staff_id is not None:
        _refuse_no_reviewer(staff_id)
    QualityShare.objects.create(
        staff_id=staff_id, percent=percent, set_by=f"{actor.kind}:{actor.id}", set_at=business_now()
    )
    audit.record(
        actor=actor,
        action="reviews.quality.share_set",
        subject=None if staff_id is None else ("staff", staff_id),
        details={"percent": percent},
    )


@transaction.atomic
def find_proper(check_id: int, staff: Staff, *, note: str = "") -> None:
    """The decision stands as it was made.

    Raises:
        NotPermitted, OwnDecision, CheckRefused: see there; nothing is changed.
    """
    check = _taken(check_id, staff, note)
    _move(
        check, State.WAITING, State.PROPER, checked_by=staff, checked_at=timezone.now(), **_note(check, note)
    )
    _record(staff.actor, "reviews.quality.found_proper", check)


@transaction.atomic
def find_improper(check_id: int, finding: str, staff: Staff, *, note: str = "") -> None:
    """Something was wrong with how it was decided; what follows is decided by a person, now or later.

    Raises:
        NotPermitted, OwnDecision, CheckRefused: see there; nothing is changed.
    """
    check = _taken(check_id, staff, note)
    if finding not in FINDINGS:
        raise CheckRefused(
            "不適切とした理由が選ばれていません。", remedy="一覧から1つ選んでください。", field="finding"
        )
    _move(
        check,
        State.WAITING,
        State.IMPROPER,
        checked_by=staff,
        checked_at=timezone.now(),
        finding=finding,
        **_note(check, note),
    )
    _record(staff.actor, "reviews.quality.found_improper", check, finding=finding)


@transaction.atomic
def settle(check_id: int, follow_up: FollowUp, staff: Staff) -> None:
    """Say what follows from an improper decision, and begin it: a task, a new review, or nothing for the customer.

    Raises:
        NotPermitted: may not check.
        OwnDecision: whoever decided does not say what follows from it either.
        CheckRefused: not improper, settled already.
        OpenAlready: the customer is being asked already.
    """
    check = _locked(check_id, staff)
    _move(check, State.IMPROPER, State.SETTLED, follow_up=follow_up.value, settled_by=staff)
    now = business_now()
    today = now.astimezone(TOKYO).date()
    if follow_up is FollowUp.TASK:
        _open_task(check, "決定と記録を確かめる", staff.actor, today)
    if follow_up is FollowUp.REVIEW:
        # No campaign belongs to it, so nobody is written to by itself: a person tells the customer.
        open_one(check.review.customer_id, closes_on=today + ANSWER_WITHIN, now=now, actor=staff.actor)
        _open_task(check, "新しい確認をお願いする連絡をする", staff.actor, today)
    _record(staff.actor, "reviews.quality.settled", check, follow_up=follow_up.value)


@transaction.atomic
def escalate(now: datetime) -> int:
    """Mark checks and findings that wait too long, once each. Returns how many."""
    total = 0
    for state, age in MAXIMUM_AGES.items():
        late = QualityCheck.objects.filter(
            state=state, state_since__lt=now - age.as_delta, escalated_at__isnull=True
        ).order_by("id")
        ids = list(late.select_for_update(skip_locked=True).values_list("id", flat=True)[:_AT_ONCE])
        if ids:
            QualityCheck.objects.filter(id__in=ids).update(escalated_at=now)
            audit.record_many(
                actor=Actor.system("reviews.sweeper"),
                action="reviews.quality.escalated",
                count=len(ids),
                ids_digest=ids_digest(ids),
                details={"state": state.value},
            )
        total += len(ids)
    return total


def _refuse_no_reviewer(staff_id: int) -> None:
    member = accounts.active_member(staff_id)
    if member is None or not member.may("reviews.decide"):
        raise CheckRefused(
            "その人は、いま審査を担当していません。", remedy="一覧から選び直してください。", field="staff"
        )


def _taken(check_id: int, staff: Staff, note: str) -> QualityCheck:
    """The check, locked, where this person may judge it."""
    authorise(staff.actor, CHECK)
    if len(note) > LONGEST_NOTE or has_individual_number(note):
        raise CheckRefused(
            "このメモは保存できません。",
            remedy=f"{LONGEST_NOTE}文字までで、マイナンバー（個人番号）を含めずに入力してください。",
            field="note",
        )
    return _locked(check_id, staff)


def _locked(check_id: int, staff: Staff) -> QualityCheck:
    """The check, locked, where this person had no part in what was decided."""
    authorise(staff.actor, CHECK)
    found = QualityCheck.objects.select_for_update(of=("self",)).select_related(
        "decision", "decision__policy", "review"
    )
    check = found.get(id=check_id)
    if is_own(check, staff):
        raise OwnDecision
    return check


def _note(check: QualityCheck, note: str) -> dict[str, bytes]:
    if not note.strip():
        return {}
    return {"note": field.encrypt(note.strip(), where=NOTE, record=str(check.decision_id))}


def _move(check: QualityCheck, before: State, after: State, **changes: object) -> None:
    moved = QualityCheck.objects.filter(id=check.id, state=before).update(
        state=after, state_since=business_now(), escalated_at=None, **changes
    )
    if not moved:
        raise CheckRefused("この品質確認は、もう先へ進んでいます。", remedy=_REOPEN)


def _open_task(check: QualityCheck, what: str, actor: Actor, today: date) -> None:
    casework.open_task(
        TaskKind.CHECK,
        f"品質確認の指摘：{FINDINGS[check.finding]}。{what}",
        owner=Owner(role="reviewer"),
        due_on=today + TASK_WITHIN,
        actor=actor,
        today=today,
        customer_id=check.review.customer_id,
        origin=f"quality:{check.id}",
    )


def _record(actor: Actor, action: str, check: QualityCheck, **details: str) -> None:
    audit.record(actor=actor, action=action, subject=("review", check.review_id), details=details)
