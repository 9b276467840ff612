"""Reads of the phone desk: a call with its steps, what is due to be called back, what was sent to a verified caller."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from django.db.models import Q
from django.utils import timezone

from keizoku.customers import queries as customers
from keizoku.customers.codes import KIND_LABELS, Kind
from keizoku.customers.models import Customer
from keizoku.delivery import evidence
from keizoku.delivery.addressing import words_for
from keizoku.delivery.evidence import Sent
from keizoku.delivery.rules import CHANNEL_WORDS, RANKS, RESULT_WORDS
from keizoku.kernel.clock import TOKYO, business_now
from keizoku.kernel.crypto import field as sealed
from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.kernel.database import numbers
from keizoku.kernel.database.numbers import Number
from keizoku.reviews.phone.models import CallBack, CallerCheck, CallStep, PhoneCall
from keizoku.reviews.phone.rules import script, states
from keizoku.reviews.phone.rules.script import Asked, Failures, Progress
from keizoku.reviews.phone.rules.states import (
    CALL_BACK_WORDS,
    FOUND_BY_WORDS,
    MATTER_WORDS,
    STEP_WORDS,
    WAITING,
    CallBackState,
    CallState,
    FoundBy,
    Matter,
    Result,
    StepKind,
)
from keizoku.reviews.phone.rules.states import (
    RESULT_WORDS as CALL_RESULTS,
)
from keizoku.reviews.queries import history, rows
from keizoku.reviews.queries.rows import ReviewRow
from keizoku.reviews.rules import masking, reasons

CALL_BACK_WORDS_PLACE: Final = "reviews_callback.words"
_MASKS: Final = {
    "phone": ("電話番号", masking.masked_phone),
    "email": ("メールアドレス", masking.masked_email),
    "address": ("住所", masking.masked_address),
}


@dataclass(frozen=True, slots=True)
class StepRow:
    at: datetime
    kind: StepKind
    words: str


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call. ``kind`` is the customer's, in words; nothing of the record stands here."""

    id: int
    staff_id: int
    state: CallState
    begun_at: datetime
    ended_at: datetime | None
    result: str
    customer_id: int | None
    kind: str
    is_corporation: bool
    found_by: str
    verified_at: datetime | None
    call_back_id: int | None
    review: ReviewRow | None
    steps: tuple[StepRow, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.state is CallState.OPEN

    @property
    def result_words(self) -> str:
        return CALL_RESULTS[Result(self.result)] if self.result else states.CALL_WORDS[self.state]


@dataclass(frozen=True, slots=True)
class CallBackRow:
    id: int
    customer_id: int
    state: CallBackState
    day: date
    window: str
    from_hour: int
    until_hour: int
    matter: str
    assigned_to: int | None
    tries: int
    booked_by: int
    booked_at: datetime

    @property
    def state_words(self) -> str:
        return CALL_BACK_WORDS[self.state]

    def is_late(self, now: datetime) -> bool:
        """Whether the promised hours are over; business time."""
        local = now.astimezone(TOKYO)
        return states.is_late(self.day, self.until_hour, local.date(), local.hour)


@dataclass(frozen=True, slots=True)
class CallBackKey:
    """The place of a call back in the due list."""

    day: date
    from_hour: int
    id: int


@dataclass(frozen=True, slots=True)
class SentRow:
    """One message as the customer got it."""

    at: datetime
    channel: str
    result: str
    subject: str
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Known:
    """What a verified caller's desk sees of the record: contacts in masks, what was sent, which contact is stopped."""

    contacts: tuple[tuple[str, str], ...] = field(repr=False)
    sent: tuple[SentRow, ...]
    stops: tuple[str, ...]


def call(call_id: int) -> CallRow:
    """Raises ``PhoneCall.DoesNotExist``."""
    row = PhoneCall.objects.select_related("customer").get(id=call_id)
    steps = CallStep.objects.filter(call_id=call_id).order_by("id")
    return _call(row, tuple(StepRow(one.at, StepKind(one.kind), _step_words(one)) for one in steps))


def open_call(staff_id: int) -> CallRow | None:
    row = PhoneCall.objects.select_related("customer").filter(staff_id=staff_id, state=CallState.OPEN).first()
    return _call(row) if row else None


def calls_of_staff(staff_id: int, limit: int = 10) -> list[CallRow]:
    """The latest calls of one member of staff, the newest first."""
    found = PhoneCall.objects.select_related("customer").filter(staff_id=staff_id).order_by("-id")
    return [_call(row, with_review=False) for row in found[:limit]]


def calls_of_customer(customer_id: int) -> list[CallRow]:
    """Every call about a customer, in order."""
    found = PhoneCall.objects.select_related("customer").filter(customer_id=customer_id).order_by("id")
    return [_call(row, with_review=False) for row in found]


def progress(call_id: int) -> Progress:
    """How far the caller's check is, from the steps of the call."""
    return progress_of(PhoneCall.objects.get(id=call_id))


def progress_of(row: PhoneCall) -> Progress:
    """The same, for whoever holds the row; for this folder."""
    told = row.steps.filter(kind__in=(StepKind.RIGHT.value, StepKind.WRONG.value))
    right, wrong = list[Asked](), list[Asked]()
    for kind, detail in told.values_list("kind", "detail"):
        (right if kind == StepKind.RIGHT else wrong).append(Asked(detail))
    deck = [Asked(code) for code in row.questions.split(",") if code]
    return script.progress(deck, right, wrong, FoundBy(row.found_by))


def failures(customer_id: int) -> Failures:
    """Wrong answers since the last right check; a lock that is over is none."""
    row = CallerCheck.objects.filter(customer_id=customer_id).first()
    if row is None:
        return Failures()
    known = Failures(row.failures, row.locked_until)
    return known if known.is_locked(timezone.now()) else Failures(row.failures)


def kinds_of(customer_ids: Iterable[int]) -> dict[int, str]:
    """Customer → person, sole proprietor or corporation, in words."""
    found = Customer.objects.filter(id__in=list(customer_ids)).values_list("id", "kind")
    return {customer_id: KIND_LABELS[Kind(kind)] for customer_id, kind in found}


def known(customer_id: int, grant: ReadGrant) -> Known:
    """What the desk may see once the caller is verified."""
    values = customers.record(customer_id, grant, fields=tuple(_MASKS)).values
    contacts = tuple(
        (label, mask(value) if (value := values[name]) else "登録なし")
        for name, (label, mask) in _MASKS.items()
    )
    sent = [
        _sent(each)
        for campaign_id in sorted(history.campaigns_of(customer_id), reverse=True)
        for each in reversed(evidence.of_customer(campaign_id, customer_id))
        if each.happenings
    ]
    stops = tuple(reason for campaign_id, reason, _ in customers.stops(customer_id) if campaign_id is None)
    return Known(contacts, tuple(sent), stops)


def due_call_backs(
    *, until: date | None = None, after: CallBackKey | None = None, limit: int = 50
) -> list[CallBackRow]:
    """What waits to be called, by day and hour, up to a day where one is given."""
    found = CallBack.objects.filter(state__in=WAITING)
    if until is not None:
        found = found.filter(day__lte=until)
    if after is not None:
        same_day = Q(day=after.day)
        later = Q(from_hour__gt=after.from_hour) | Q(from_hour=after.from_hour, id__gt=after.id)
        found = found.filter(Q(day__gt=after.day) | (same_day & later), day__gte=after.day)
    return [_call_back(row) for row in found.order_by("day", "from_hour", "id")[:limit]]


def call_back(call_back_id: int) -> CallBackRow:
    """Raises ``CallBack.DoesNotExist``."""
    return _call_back(CallBack.objects.get(id=call_back_id))


def waiting_call_back(customer_id: int) -> CallBackRow | None:
    row = CallBack.objects.filter(customer_id=customer_id, state__in=WAITING).first()
    return _call_back(row) if row else None


def call_back_words(call_back_id: int, grant: ReadGrant) -> str:
    """What the caller said it is about; empty where nothing was written down."""
    row = CallBack.objects.get(id=call_back_id)
    if row.words is None:
        return ""
    return sealed.decrypt(
        bytes(row.words),
        where=CALL_BACK_WORDS_PLACE,
        record=str(row.key),
        subject=row.customer_id,
        grant=grant,
    )


def waiting() -> Number:
    """How many are to be called today or should have been."""
    today = business_now().astimezone(TOKYO).date()
    return numbers.rows(CallBack.objects.filter(state__in=WAITING, day__lte=today))


def _call(row: PhoneCall, steps: tuple[StepRow, ...] = (), *, with_review: bool = True) -> CallRow:
    return CallRow(
        id=row.id,
        staff_id=row.staff_id,
        state=CallState(row.state),
        begun_at=row.begun_at,
        ended_at=row.ended_at,
        result=row.result,
        customer_id=row.customer_id,
        kind=KIND_LABELS[Kind(row.customer.kind)] if row.customer else "",
        is_corporation=row.customer is not None and row.customer.kind == Kind.CORPORATION,
        found_by=FOUND_BY_WORDS[FoundBy(row.found_by)] if row.found_by else "",
        verified_at=row.verified_at,
        call_back_id=row.call_back_id,
        review=rows.by_id(row.review_id) if with_review and row.review_id else None,
        steps=steps,
    )


def _step_words(row: CallStep) -> str:
    kind = StepKind(row.kind)
    detail = _DETAILS.get(kind, {}).get(row.detail, "")
    if kind is StepKind.ANSWERED:
        detail = f"{row.detail}問目"
    return f"{STEP_WORDS[kind]}（{detail}）" if detail else STEP_WORDS[kind]


_DETAILS: Final[Mapping[StepKind, Mapping[str, str]]] = {
    StepKind.SOUGHT: {by.value: words for by, words in FOUND_BY_WORDS.items()},
    StepKind.SEVERAL: {by.value: words for by, words in FOUND_BY_WORDS.items()},
    StepKind.FOUND: {by.value: words for by, words in FOUND_BY_WORDS.items()},
    StepKind.RIGHT: {asked.value: words for asked, words in script.LABELS.items()},
    StepKind.WRONG: {asked.value: words for asked, words in script.LABELS.items()},
    StepKind.STOPPED: CHANNEL_WORDS | {"all": "すべて"},
    StepKind.HELP: {kind.value: words for kind, words in reasons.HELP_WORDS.items()},
    StepKind.ENDED: {result.value: words for result, words in CALL_RESULTS.items()},
}


def _call_back(row: CallBack) -> CallBackRow:
    return CallBackRow(
        id=row.id,
        customer_id=row.customer_id,
        state=CallBackState(row.state),
        day=row.day,
        window=states.WINDOWS.get((row.from_hour, row.until_hour), f"{row.from_hour}時〜{row.until_hour}時"),
        from_hour=row.from_hour,
        until_hour=row.until_hour,
        matter=MATTER_WORDS[Matter(row.matter)],
        assigned_to=row.assigned_to_id,
        tries=row.tries,
        booked_by=row.booked_by_id,
        booked_at=row.booked_at,
    )


def _sent(one: Sent) -> SentRow:
    """The approved words with this customer's own code and deadline; what became of it is the highest that was told."""
    words = words_for(one.message_id, one.deadline)
    told = [each.result for each in one.happenings if each.result in RANKS]
    result = max(told, key=lambda each: RANKS[each], default="")
    first = one.happenings[0]
    return SentRow(
        at=next((each.business_at for each in one.happenings if each.business_at), first.at),
        channel=one.channel_words,
        result=RESULT_WORDS.get(result, "送信中"),
        subject=words.subject,
        body=words.body_with(one.reference),
    )
