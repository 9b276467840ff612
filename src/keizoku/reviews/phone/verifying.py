"""The caller's check: one typed answer at a time against the record, counted over all calls of the customer.

The staff is told right or wrong; no value is shown, and of a wrong answer nothing is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from keizoku.accounts.models import Staff
from keizoku.audit import actions as audit
from keizoku.customers import queries as customers
from keizoku.customers.models import Fact
from keizoku.reviews.phone import queries
from keizoku.reviews.phone.errors import AnswerUnreadable, CallerLocked, CallRefused
from keizoku.reviews.phone.models import CallerCheck, PhoneCall
from keizoku.reviews.phone.rules import script
from keizoku.reviews.phone.rules.script import Asked, Failures
from keizoku.reviews.phone.rules.states import StepKind
from keizoku.reviews.phone.steps import hold_found, record, step


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one answer."""

    is_right: bool
    is_verified: bool


def check_answer(call_id: int, asked: str, typed: str, staff: Staff) -> Checked:
    """Compare what the caller said with the record.

    Raises:
        AnswerUnreadable: a slip of the pen; nothing is counted.
        CallerLocked: too many wrong answers to this customer's questions, this one perhaps among them.
        CallRefused: not the question that is asked now.
        CallOver: see there.
    """
    checked, failures = _check(call_id, asked, typed, staff)
    if failures.locked_until is not None:
        raise CallerLocked
    return checked


@transaction.atomic
def _check(call_id: int, asked: str, typed: str, staff: Staff) -> tuple[Checked, Failures]:
    """One counted answer; the customer's row is locked, so that calls at once are counted one by one."""
    call, customer_id = hold_found(call_id, staff)
    progress = queries.progress_of(call)
    if call.verified_at is not None or progress.following is None or progress.following != asked:
        raise CallRefused("いまたずねる質問ではありません。", remedy="画面を開き直してください。")
    now = timezone.now()
    CallerCheck.objects.get_or_create(customer_id=customer_id)
    row = CallerCheck.objects.select_for_update().get(customer_id=customer_id)
    before = Failures(row.failures, row.locked_until)
    if before.is_locked(now):
        return Checked(is_right=False, is_verified=False), before
    before = Failures(row.failures)
    answer = script.read(progress.following, typed)
    if answer is None:
        raise AnswerUnreadable(script.WORDS[progress.following][2])
    is_right = script.is_right(answer, _right_answers(customer_id, progress.following, staff))
    kind, action = (
        (StepKind.RIGHT, "reviews.caller.matched")
        if is_right
        else (StepKind.WRONG, "reviews.caller.mismatched")
    )
    step(call, kind, progress.following.value)
    after = before if is_right else script.after_failure(before, now)
    record(call, staff.actor, action, question=progress.following.value, failures=after.count)
    is_verified = queries.progress_of(call).is_enough
    if is_verified:
        after = Failures()
        PhoneCall.objects.filter(id=call.id).update(verified_at=now)
        step(call, StepKind.VERIFIED)
        record(call, staff.actor, "reviews.caller.verified")
    if after.locked_until is not None:
        step(call, StepKind.LOCKED)
        record(call, staff.actor, "reviews.caller.locked")
    CallerCheck.objects.filter(customer_id=customer_id).update(
        failures=after.count, locked_until=after.locked_until
    )
    return Checked(is_right=is_right, is_verified=is_verified), after


def _right_answers(customer_id: int, asked: Asked, staff: Staff) -> frozenset[str]:
    """Decrypts what this one question is compared with, and nothing where that is no secret of the record."""
    fields = script.READ_FOR[asked]
    values: Mapping[str, str | None] = {}
    if fields:
        grant = audit.grant_read(actor=staff.actor, purpose="phone.verify", subjects=[customer_id])
        values = customers.record(customer_id, grant, fields=fields).values
    fact = Fact.objects.get(customer_id=customer_id)
    return script.right_answers(asked, values, fact.branch, fact.opened_on)
