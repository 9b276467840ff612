"""A call begins with the first look for its customer and ends with a result; what was typed is never kept."""

import re
import secrets
from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.accounts.models import Staff
from keizoku.customers import sight
from keizoku.customers.models import Fact, Lookup
from keizoku.customers.search import searching
from keizoku.kernel.text.numbers import parse_reference_code
from keizoku.reviews.models import Review
from keizoku.reviews.phone.errors import CallOpen, CallRefused, NobodyFound, SoughtUnreadable
from keizoku.reviews.phone.models import PhoneCall
from keizoku.reviews.phone.rules import script
from keizoku.reviews.phone.rules.script import Asked
from keizoku.reviews.phone.rules.states import SAID_BY_STAFF, CallState, FoundBy, Result, StepKind
from keizoku.reviews.phone.steps import PERMISSION, hold, record, step
from keizoku.reviews.queries import rows
from keizoku.reviews.rules.states import NOT_FINAL

# A household, a company's switchboard: more are not told apart on the phone.
MOST_FOUND: Final = 10
_LONGEST: Final = 100
# A number, and behind it the name that tells apart who shares it.
_NUMBER_AND_NAME: Final = re.compile(
    r"(?P<number>[\d０-９+＋() （）.・‐‑‒–—―−ー－-]+?)\s+(?P<name>[^\d０-９\s].*)"
)


@dataclass(frozen=True, slots=True)
class Sought:
    """Whom a number led to: ``customer_ids`` in the order of their numbers; of a reference code also its review."""

    customer_ids: tuple[int, ...]
    found_by: FoundBy
    review_id: int | None = None


@dataclass(frozen=True, slots=True)
class Seeking:
    """The call, and among whom to choose where there are several; none when the one was found."""

    call_id: int
    candidates: tuple[int, ...]


def seek(text: str, staff: Staff) -> Seeking:
    """Begin a call, or go on with one that has no customer yet, and look for who is speaking.

    Raises:
        CallOpen: the staff's call before has not ended.
        SoughtUnreadable: nothing that is a number of ours; nothing was begun.
        NobodyFound: the call is begun, and the look is a step of it, as is one that led to several.
    """
    authorise(staff.actor, PERMISSION)
    found = look_for(text, staff)
    if found is None:
        raise SoughtUnreadable
    seeking = _seek(found, staff)
    if seeking is None:
        raise NobodyFound
    return seeking


@transaction.atomic
def choose(call_id: int, customer_id: int, text: str, staff: Staff) -> None:
    """One of those whom the number led to. Raises ``CallRefused`` for anybody else."""
    call = hold(call_id, staff)
    found = look_for(text, staff)
    if call.customer_id is not None or found is None or customer_id not in found.customer_ids:
        raise CallRefused("この番号のお客さまではありません。", remedy="もう一度、番号で探してください。")
    attach(call, staff, customer_id, found)


@transaction.atomic
def end(call_id: int, result: str, staff: Staff) -> None:
    """The staff says how it ended. Raises ``CallOver`` when it has ended, ``CallRefused`` without a result."""
    call = hold(call_id, staff)
    if result not in SAID_BY_STAFF:
        raise CallRefused("通話の結果を選んでください。")
    step(call, StepKind.ENDED, result)
    close(call, CallState.ENDED, Result(result))
    record(call, staff.actor, "reviews.call.ended", result=result)


def close(call: PhoneCall, state: CallState, result: Result) -> None:
    """From open to one of its ends; for this folder."""
    PhoneCall.objects.filter(id=call.id, state=CallState.OPEN).update(
        state=state, result=result, ended_at=timezone.now()
    )


def begin(staff: Staff) -> PhoneCall:
    """A new open call. Raises ``CallOpen``: the database lets nobody have two."""
    now = timezone.now()
    try:
        with transaction.atomic():
            call = PhoneCall.objects.create(staff=staff, begun_at=now, touched_at=now)
    except IntegrityError:
        raise CallOpen from None
    step(call, StepKind.BEGUN)
    record(call, staff.actor, "reviews.call.begun")
    return call


def attach(call: PhoneCall, staff: Staff, customer_id: int, found: Sought) -> None:
    """Whom the call is about, once; for this folder."""
    call.customer_id = customer_id
    call.review_id = found.review_id or _review_of(customer_id)
    call.found_by = found.found_by.value
    call.questions = ",".join(_drawn(customer_id, found.found_by))
    call.save(update_fields=["customer", "review_id", "found_by", "questions"])
    step(call, StepKind.FOUND, found.found_by.value)
    record(call, staff.actor, "reviews.call.found", by=found.found_by.value, review=call.review_id)


def look_for(text: str, staff: Staff) -> Sought | None:
    """Whom a reference code, a customer number, a phone number or an account leads to; None when it is none of these.

    Whom this member of staff does not see (ADR 0049) is nobody.

    Eleven digits may be both a code and a mobile number: what somebody has is meant. A name behind the number tells
    apart who shares it.
    """
    typed = text.strip()[:_LONGEST]
    named = _NUMBER_AND_NAME.fullmatch(typed)
    number, name = (named["number"], named["name"]) if named else (typed, "")
    code = parse_reference_code(number)
    review = rows.by_reference(int(code)) if code else None
    if review is not None and sight.sees(staff.actor, review.customer_id):
        return Sought((review.customer_id,), FoundBy.CODE, review.id)
    kinds = {one.kind for one in searching.read(number)}
    by = next((FoundBy(kind) for kind in ("number", "phone", "account") if kind in kinds), None)
    if by is None:
        return Sought((), FoundBy.CODE) if code else None
    found = searching.find(number, limit=MOST_FOUND, seen_by=staff.actor).ids
    return Sought(tuple(searching.named(found, name)) if name else found, by)


@transaction.atomic
def _seek(found: Sought, staff: Staff) -> Seeking | None:
    call = PhoneCall.objects.select_for_update().filter(staff=staff, state=CallState.OPEN).first()
    if call is not None and call.customer_id is not None:
        raise CallOpen
    call = call or begin(staff)
    known = set(Fact.objects.filter(customer_id__in=found.customer_ids).values_list("customer_id", flat=True))
    ids = tuple(one for one in found.customer_ids if one in known)
    if not ids:
        step(call, StepKind.SOUGHT, found.found_by.value)
        record(call, staff.actor, "reviews.call.nobody_found", by=found.found_by.value)
        return None
    if len(ids) > 1:
        step(call, StepKind.SEVERAL, found.found_by.value)
        record(call, staff.actor, "reviews.call.several_found", by=found.found_by.value, found=len(ids))
        return Seeking(call.id, ids)
    attach(call, staff, ids[0], found)
    return Seeking(call.id, ())


def _review_of(customer_id: int) -> int | None:
    """The one that is not over, or else the newest."""
    reviews = Review.objects.filter(customer_id=customer_id).order_by("-id")
    found = reviews.filter(state__in=NOT_FINAL).first() or reviews.first()
    return found.id if found else None


def _drawn(customer_id: int, found_by: FoundBy) -> tuple[Asked, ...]:
    """The questions of this call, in an order that nobody can prepare for."""
    held = set(Asked)
    if not Lookup.objects.filter(customer_id=customer_id, kind="phone").exists():
        held.discard(Asked.PHONE)
    shuffled = list(Asked)
    secrets.SystemRandom().shuffle(shuffled)
    return script.deck(found_by, held, shuffled)
