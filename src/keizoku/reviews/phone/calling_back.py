"""Calls back: booked in a call, taken by somebody, made at the registered number, done, or swept when the promise
was broken.

The number to call is the record's own, never one that a caller names: else whoever knows a few answers would be
called. It is shown to the one who has taken the call back, in the call that is begun for it, and each look leaves
its entries.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from keizoku.accounts.access import authorise
from keizoku.accounts.models import Staff
from keizoku.audit import actions as audit
from keizoku.customers import queries as customers
from keizoku.customers.models import Customer
from keizoku.kernel.clock import TOKYO, business_now
from keizoku.kernel.crypto import field
from keizoku.kernel.text.numbers import has_individual_number
from keizoku.reviews.phone import calls
from keizoku.reviews.phone.calls import Sought, attach, begin
from keizoku.reviews.phone.errors import CallBackRefused, CallRefused
from keizoku.reviews.phone.models import CallBack
from keizoku.reviews.phone.queries import CALL_BACK_WORDS_PLACE, call_back_words
from keizoku.reviews.phone.rules.states import (
    LONGEST_WORDS,
    NOT_REACHED,
    WAITING,
    CallBackState,
    FoundBy,
    Matter,
    StepKind,
    before,
    day_problem,
)
from keizoku.reviews.phone.steps import PERMISSION, hold, hold_found, record, step


@dataclass(frozen=True, slots=True, repr=False)
class Promise:
    """When and about what a customer is to be called; ``window`` is (from, until) in hours of Tokyo."""

    day: date | None
    window: tuple[int, int]
    matter: str
    words: str = ""


@transaction.atomic
def book(call_id: int, promise: Promise, staff: Staff) -> int:
    """Book a call back, in place of one that waits already; return its number.

    No check of the caller is needed: he is rung at the registered number and checked then. What he wishes now counts, so
    the earlier promise goes even where a colleague has taken it; without a caller on the line only the taker cancels it.

    Raises:
        CallBackRefused: a day or window that cannot be, no matter chosen, words that may not be kept.
    """
    call, customer_id = hold_found(call_id, staff)
    # Two calls about one customer at once: the second replaces what the first has booked.
    Customer.objects.select_for_update(no_key=True).get(id=customer_id)
    now = business_now()
    day = _check(promise, now)
    for earlier in CallBack.objects.filter(customer_id=customer_id, state__in=WAITING):  # one at most
        _move(earlier.id, CallBackState.CANCELLED, staff, now, action="cancelled")
    key = uuid4()
    words = promise.words.strip()
    booked = CallBack.objects.create(
        key=key,
        customer_id=customer_id,
        review_id=call.review_id,
        call=call,
        state_since=now,
        day=day,
        from_hour=promise.window[0],
        until_hour=promise.window[1],
        matter=promise.matter,
        words=field.encrypt(words, where=CALL_BACK_WORDS_PLACE, record=str(key)) if words else None,
        booked_by=staff,
        booked_at=now,
    )
    step(call, StepKind.BOOKED)
    record(call, staff.actor, "reviews.call_back.booked", call_back=booked.id, matter=promise.matter)
    return booked.id


@transaction.atomic
def take(call_back_id: int, staff: Staff) -> None:
    """Make it one's own; of two who take it at once, one is refused."""
    authorise(staff.actor, PERMISSION)
    _move(call_back_id, CallBackState.TAKEN, staff, business_now(), action="taken", assigned_to=staff)


@transaction.atomic
def put_back(call_back_id: int, staff: Staff) -> None:
    """For somebody else to take."""
    _own(call_back_id, staff)
    _move(call_back_id, CallBackState.BOOKED, staff, business_now(), action="put_back", assigned_to=None)


@transaction.atomic
def cancel(call_back_id: int, staff: Staff) -> None:
    """Not wanted any more. What somebody else has taken is his to cancel."""
    authorise(staff.actor, PERMISSION)
    row = CallBack.objects.select_for_update().get(id=call_back_id)
    if row.state == CallBackState.TAKEN and row.assigned_to_id != staff.pk:
        raise CallBackRefused("ほかの担当者の折り返しです。", remedy="担当者に依頼してください。")
    _move(call_back_id, CallBackState.CANCELLED, staff, business_now(), action="cancelled")


@transaction.atomic
def call(call_back_id: int, staff: Staff) -> int:
    """Begin the call that was promised; return its number. The caller's check is the same as for who rings us.

    Raises:
        CallBackRefused: not taken by this member of staff.
        CallOpen: the call before has not ended.
    """
    row = _own(call_back_id, staff)
    begun = begin(staff)
    begun.call_back_id = row.id
    begun.save(update_fields=["call_back_id"])
    attach(begun, staff, row.customer_id, Sought((row.customer_id,), FoundBy.CALL_BACK, row.review_id))
    return begun.id


@dataclass(frozen=True, slots=True, repr=False)
class ToCall:
    """The registered number in E.164, empty where there is none, and what was noted when the call was promised."""

    number: str
    words: str


@transaction.atomic
def number_to_call(call_id: int, staff: Staff) -> ToCall:
    """Whom to ring and about what, for the call of a call back, before its caller is verified. Each look is written down."""
    held, customer_id = hold_found(call_id, staff)
    if held.call_back_id is None:
        raise CallRefused(
            "折り返しの通話ではありません。", remedy="番号は、折り返しの予約からだけ見られます。"
        )
    grant = audit.grant_read(actor=staff.actor, purpose="phone.call_back", subjects=[customer_id])
    step(held, StepKind.NUMBER_SHOWN)
    record(held, staff.actor, "reviews.call_back.number_shown", call_back=held.call_back_id)
    number = customers.record(customer_id, grant, fields=("phone",)).values["phone"] or ""
    return ToCall(number, call_back_words(held.call_back_id, grant))


@transaction.atomic
def end(call_id: int, result: str, staff: Staff) -> None:
    """End any call; the call back that it was made for is done too, or waits on with its taker when nobody was reached."""
    held = hold(call_id, staff)
    calls.end(call_id, result, staff)
    if held.call_back_id is None:
        return
    row = CallBack.objects.select_for_update().get(id=held.call_back_id)
    if row.state != CallBackState.TAKEN or row.assigned_to_id != staff.pk:
        return  # booked anew, cancelled or lapsed meanwhile: nothing is left to settle
    if result in NOT_REACHED:
        CallBack.objects.filter(id=row.id).update(tries=row.tries + 1)
        record(held, staff.actor, "reviews.call_back.missed", call_back=row.id, tries=row.tries + 1)
    else:
        _move(row.id, CallBackState.DONE, staff, business_now(), action="done")


def _check(promise: Promise, now: datetime) -> date:
    """The promised day, when everything is as it must be."""
    local = now.astimezone(TOKYO)
    if promise.day is None:
        raise CallBackRefused("折り返す日を選んでください。")
    if problem := day_problem(promise.day, promise.window, local.date(), local.hour):
        raise CallBackRefused(problem)
    if promise.matter not in set(Matter):
        raise CallBackRefused("ご用件を一覧から選んでください。")
    if len(promise.words) > LONGEST_WORDS or has_individual_number(promise.words):
        raise CallBackRefused(
            "このメモは保存できません。",
            remedy=f"{LONGEST_WORDS}文字までで、マイナンバー（個人番号）を含めずに入力してください。",
        )
    return promise.day


def _own(call_back_id: int, staff: Staff) -> CallBack:
    """The call back, locked, that this member of staff has taken."""
    authorise(staff.actor, PERMISSION)
    row = CallBack.objects.select_for_update().get(id=call_back_id)
    if row.state != CallBackState.TAKEN or row.assigned_to_id != staff.pk:
        raise CallBackRefused(
            "ご自身が引き受けた折り返しではありません。", remedy="先に「引き受ける」を押してください。"
        )
    return row


def _move(
    call_back_id: int, following: CallBackState, staff: Staff, now: datetime, *, action: str, **changes: Any
) -> None:
    """One conditional update, refused when somebody was faster; its entry names the customer."""
    moved = CallBack.objects.filter(id=call_back_id, state__in=before(following)).update(
        state=following.value, state_since=now, **changes
    )
    if not moved:
        raise CallBackRefused(
            "この折り返しは、ほかの操作で状態が変わりました。", remedy="画面を開き直してください。"
        )
    customer_id = CallBack.objects.values_list("customer_id", flat=True).get(id=call_back_id)
    audit.record(
        actor=staff.actor,
        action=f"reviews.call_back.{action}",
        subject=("customer", customer_id),
        details={"call_back": call_back_id},
    )
