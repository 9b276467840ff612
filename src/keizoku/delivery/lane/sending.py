"""Sends the codes and notices that wait: claim with the attempt, commit, call in the carrier's slot, append the outcome.

A kill leaves at most the codes of one round ``unknown``; they are never sent again. Safe to run twice and beside senders:
rows are claimed once, and slots come from the same allowance as the campaigns'.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.audit.rules import ids_digest
from keizoku.customers import queries as customers
from keizoku.delivery.allowances.taking import Allowance, Slot, Used, Wall
from keizoku.delivery.lane.falling_back import by_letter
from keizoku.delivery.lane.models import Code, CodeAttempt, CodeOutcome
from keizoku.delivery.lane.rules import CHANNELS, CODE_AGES, CODE_TRANSITIONS, LETTER, NOTICES, CodeState
from keizoku.delivery.lane.sealing import unseal
from keizoku.delivery.ports import Address, Message, Outcome, Outgoing, Result
from keizoku.delivery.registry import transport
from keizoku.delivery.rules import PORTAL, NoticeTag, backoff, fill
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.kernel.personal import LineUser, PhoneNumber
from keizoku.kernel.text.phone import read_phone

ACTOR: Final = Actor.system("codes")
A_ROUND: Final = 20
GONE: Final = Outcome(Result.REJECTED, "address_gone")
NOT_LINKED: Final = Outcome(Result.REJECTED, "not_linked")
LOST: Final = Outcome(Result.UNKNOWN, "worker_lost")
_FINAL: Final = {
    Result.ACCEPTED: CodeState.SENT,
    Result.REJECTED: CodeState.REFUSED,
    Result.UNKNOWN: CodeState.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Call:
    """One committed attempt: what is to be sent, or what is known without a call."""

    attempt: CodeAttempt
    outgoing: Outgoing | None
    known: Outcome = GONE


@dataclass(frozen=True, slots=True)
class Round:
    """The calls of one channel that go together, and their slot."""

    channel: str
    calls: Sequence[Call]
    slot: Slot


class Lane:
    """Tests put their own clock in ``wall`` and kill it ``before_call`` or ``before_outcomes``."""

    wall = Wall()

    def run(self) -> int:
        """End what is over and send what waits, all channels at once; returns how many codes were called out."""
        sweep()
        called = 0
        while rounds := [found for name in (*CHANNELS, LETTER) if (found := self._claim(name))]:
            self.before_call()
            for each in rounds:
                self._allowance(each.channel).wait(each.slot, len(each.calls))
            answers = asyncio.run(_call_all(rounds))
            self.before_outcomes()
            for each, outcomes in zip(rounds, answers, strict=True):
                self._allowance(each.channel).heed(outcomes)
                for call, outcome in zip(each.calls, outcomes, strict=True):
                    settle(call.attempt, outcome)
                called += len(each.calls)
        return called

    def before_call(self) -> None:
        """A step for tests."""

    def before_outcomes(self) -> None:
        """A step for tests."""

    def _allowance(self, channel: str) -> Allowance:
        return Allowance(channel, self.wall)

    def _claim(self, channel: str) -> Round | None:
        """The next codes of a channel with their attempts, and a slot for them, all or nothing."""
        now = timezone.now()
        waiting = Code.objects.filter(
            channel=channel, state=CodeState.WAITING, not_before__lte=now, expires_at__gt=now
        ).order_by("id")
        if not waiting.exists():
            return None
        allowance = self._allowance(channel)
        room = allowance.room(min(A_ROUND, transport(channel).window)).calls
        try:
            with transaction.atomic():
                codes = list(waiting.select_for_update(skip_locked=True, of=("self",))[:room]) if room else []
                if not codes:
                    return None
                calls = _begin(channel, codes)
                return Round(channel, calls, allowance.take(len(calls)))
        except Used:
            return None  # tried again in a second, until the code is over


def sweep() -> int:
    """Codes whose time is over, and attempts whose worker never reported; returns how many ended."""
    now = timezone.now()
    ended = _expire(now)
    before = now - CODE_AGES[CodeState.SENDING]
    for code in Code.objects.filter(state=CodeState.SENDING, moved_at__lte=before).order_by("id"):
        ended += settle(code.attempts.latest("number"), LOST)
    return ended


@transaction.atomic
def _expire(now: datetime) -> int:
    over = Code.objects.filter(state=CodeState.WAITING, expires_at__lte=now).order_by("id")
    ids = list(over.select_for_update(skip_locked=True).values_list("id", flat=True))
    Code.objects.filter(id__in=ids).update(state=CodeState.EXPIRED, sealed=None, moved_at=now)
    for code in Code.objects.select_related("message").filter(id__in=ids, purpose__in=NOTICES).order_by("id"):
        by_letter(code, actor=ACTOR)  # few: a carrier was away for a whole day
    if ids:
        audit.record_many(
            actor=ACTOR, action="delivery.code.expired", count=len(ids), ids_digest=ids_digest(ids)
        )
    return len(ids)


def settle(attempt: CodeAttempt, outcome: Outcome) -> bool:
    """Append the outcome and end the code, or let it wait where certainly nothing was sent; False: known already."""
    now = timezone.now()
    row = CodeOutcome(
        attempt=attempt,
        result=outcome.result.value,
        code=outcome.code[:60],
        carrier_ref=outcome.carrier_ref[:100],
    )
    with transaction.atomic():
        CodeOutcome.objects.bulk_create([row], ignore_conflicts=True)
        if outcome.result is Result.DEFERRED:
            return _move(attempt, CodeState.WAITING, not_before=now + backoff(attempt.number), moved_at=now)
        moved = _move(attempt, _FINAL[outcome.result], sealed=None, moved_at=now)
        if moved:
            audit.record(
                actor=ACTOR,
                action="delivery.code.settled",
                subject=("code", attempt.code_id),
                details={"result": outcome.result.value, "number": attempt.number},
            )
        if moved and outcome.result is Result.REJECTED:
            by_letter(attempt.code, actor=ACTOR)
    return moved


def _move(attempt: CodeAttempt, new: CodeState, **changes: object) -> bool:
    """From wherever this may follow, while the attempt is the code's last."""
    before = [state for state, after in CODE_TRANSITIONS.items() if new in after]
    later = CodeAttempt.objects.filter(code_id=attempt.code_id, number__gt=attempt.number)
    if later.exists():
        return False
    return bool(Code.objects.filter(id=attempt.code_id, state__in=before).update(state=new, **changes))


def _begin(channel: str, codes: Sequence[Code]) -> list[Call]:
    """Attempts of locked codes, with the messages; the right to read them is written down in the same transaction."""
    now = timezone.now()
    moved = Code.objects.filter(id__in=[code.id for code in codes], state=CodeState.WAITING).update(
        state=CodeState.SENDING, moved_at=now
    )
    assert moved == len(codes)
    grant = audit.grant_read(
        actor=ACTOR, purpose="delivery.code", subjects=[code.customer_id for code in codes]
    )
    field = transport(channel).address_field
    addresses = customers.addresses(field, grant)
    return [_call(code, _address(code, field, addresses, grant), grant) for code in codes]


def _address(code: Code, field: str, now: Mapping[int, Address], grant: ReadGrant) -> Address | None:
    """The customer's own address, or as it was in the version that a notice is about."""
    if code.record_version is None:
        return now.get(code.customer_id)
    return customers.address_then(code.customer_id, code.record_version, field, grant)


def _call(code: Code, address: Address | None, grant: ReadGrant) -> Call:
    attempt = CodeAttempt.objects.create(code=code, number=code.attempts.count() + 1)
    if address is None or (code.channel == "sms" and not _is_mobile(address)):
        return Call(attempt, None)
    if code.channel == "line" and not isinstance(address, LineUser):
        return Call(attempt, None, NOT_LINKED)
    return Call(attempt, Outgoing(str(attempt.key), str(NoticeTag(code.id)), address, _message(code, grant)))


def _is_mobile(address: Address) -> bool:
    """A landline takes no SMS; a carrier that is given one charges for it."""
    read = read_phone(address.reveal()) if isinstance(address, PhoneNumber) else None
    return bool(read and read.is_sms_capable)


def _message(code: Code, grant: ReadGrant) -> Message:
    values = {"institution": settings.INSTITUTION, "portal": PORTAL}
    if code.purpose not in NOTICES:
        assert code.sealed is not None
        values["code"] = unseal(bytes(code.sealed), code.key, code.customer_id, grant)
    words = code.message
    return Message(
        subject=fill(words.subject, values),
        body=fill(words.body, values),
        button_label=words.button_label,
        # A letter of ours that warns asks nobody to point a camera at it.
        button_url=f"{settings.PUBLIC_URL}/" if words.button_label and code.channel != LETTER else "",
    )


async def _call_all(rounds: Sequence[Round]) -> list[list[Outcome]]:
    """A slow carrier holds no other one up."""
    return list(await asyncio.gather(*(_call_round(each) for each in rounds)))


async def _call_round(each: Round) -> list[Outcome]:
    batch = [call.outgoing for call in each.calls if call.outgoing is not None]
    answers: list[Outcome] = []
    if batch:
        async with transport(each.channel).connect() as sender:
            answers = await sender(batch)
    found = iter(answers)
    return [next(found) if call.outgoing is not None else call.known for call in each.calls]
