"""The engine: lease a chunk, claim a window, commit the attempts, call the carrier, append the outcomes.

A kill at any point leaves at most one window ``unknown`` and sends nothing twice:

* an attempt is committed before its carrier is called, and its key is unique;
* the statement that claims also joins contact stops and the campaign's gate;
* whoever takes over an expired lease marks attempts without an outcome ``unknown``; they are never resent.
"""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date
from types import TracebackType
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from keizoku.audit import actions as audit
from keizoku.customers import queries as customers
from keizoku.delivery import proofs, statements
from keizoku.delivery.models import Gate, MessageVersion
from keizoku.delivery.ports import Message, Outcome, Outgoing, Result, Sender, Transport
from keizoku.delivery.registry import transport
from keizoku.delivery.rules import LEASE, MAX_ATTEMPTS, PORTAL, Tag, backoff, fill
from keizoku.kernel.actor import Actor
from keizoku.kernel.logs import get_logger
from keizoku.kernel.text.numbers import format_reference_code

log = get_logger(__name__)

ACTOR = Actor.system("delivery")


@dataclass(frozen=True, slots=True)
class Lease:
    """One worker's right to send one chunk until it expires; ``number`` tells it from an earlier lease."""

    chunk_id: int
    number: int
    campaign_id: int
    wave_id: int
    step: int
    channel: str
    message_id: int
    deadline: date
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Claim:
    """One recipient whose attempt is committed and whose carrier may be called, once."""

    position: int
    customer_id: int
    review_id: int
    reference: int
    number: int
    key: UUID


class Dispatcher:
    """Sends chunks until none is waiting. Tests override the ``before_…`` steps to kill, answer or pause in between."""

    def __init__(self, worker: str) -> None:
        self.worker = worker

    def run(self, *, chunks: int | None = None) -> int:
        """Send waiting chunks (all, or at most ``chunks``); returns how many were worked on."""
        worked = 0
        while chunks is None or worked < chunks:
            lease = self.lease()
            if lease is None:
                break
            self.send_chunk(lease)
            worked += 1
        return worked

    def lease(self) -> Lease | None:
        with connection.cursor() as cursor:
            cursor.execute(statements.LEASE, _named(worker=self.worker, lease=LEASE))
            row = cursor.fetchone()
        return Lease(*row) if row else None

    def send_chunk(self, lease: Lease) -> None:
        carrier = transport(lease.channel)
        with connection.cursor() as cursor:
            cursor.execute(statements.MARK_LOST, _range(lease))
            if cursor.rowcount:
                log.warning("delivery.attempts_lost", wave_id=lease.wave_id, count=cursor.rowcount)
        try:
            with asyncio.Runner() as runner, _Connected(runner, carrier) as sender:
                completed = self._send_windows(lease, carrier, runner, sender)
        except DatabaseError:
            raise  # the lease runs out, and whoever takes over goes on
        except Exception as fault:
            self._halt(lease, fault)
            raise
        self._finish(lease, completed=completed)

    def _send_windows(self, lease: Lease, carrier: Transport, runner: asyncio.Runner, sender: Sender) -> bool:
        """Window by window until the range is through (True), or the gate closed or the lease was lost (False)."""
        after = lease.low - 1
        while True:
            self.before_claim(lease)
            rows = self.claim(lease, after, carrier.window)
            if rows is None:
                return False
            if not rows:
                return True
            after = rows[-1][0]
            claims = [Claim(*row[:6]) for row in rows if row[5] is not None]
            if claims:
                outgoing = self.address(lease, carrier, claims)
                self.before_call(lease, claims)
                outcomes = runner.run(sender(list(outgoing.values())))
                self.before_outcomes(lease, claims)
                self.append(lease, claims, dict(zip(outgoing, outcomes, strict=True)))

    def before_claim(self, lease: Lease) -> None:
        """A step for tests."""

    def before_call(self, lease: Lease, claims: Sequence[Claim]) -> None:
        """A step for tests."""

    def before_outcomes(self, lease: Lease, claims: Sequence[Claim]) -> None:
        """A step for tests."""

    def claim(self, lease: Lease, after: int, window: int) -> list[tuple[Any, ...]] | None:
        """The next window's rows, attempts committed; None when the gate is closed or the lease was taken over."""
        parameters = _range(lease) | {
            "after": after,
            "window": window,
            "channel": lease.channel,
            "chunk": lease.chunk_id,
            "lease": LEASE,
        }
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statements.BY_KEYS)
            cursor.execute(statements.RENEW, parameters | {"number": lease.number})
            if cursor.rowcount == 0:
                return None
            cursor.execute(statements.CLAIM, parameters)
            return list(cursor.fetchall())

    def address(self, lease: Lease, carrier: Transport, claims: Sequence[Claim]) -> dict[int, Outgoing]:
        """Position → message. Whose address has gone from the record is left out and becomes a rejection."""
        grant = audit.grant_read(
            actor=ACTOR, purpose="delivery.send", subjects=[claim.customer_id for claim in claims]
        )
        addresses = customers.addresses(carrier.address_field, grant)
        words = MessageVersion.objects.get(id=lease.message_id)
        return {
            claim.position: Outgoing(
                claim.key,
                str(Tag(lease.campaign_id, lease.wave_id, claim.position)),
                addresses[claim.customer_id],
                _message(words, claim, lease.deadline),
            )
            for claim in claims
            if claim.customer_id in addresses
        }

    def append(self, lease: Lease, claims: Sequence[Claim], outcomes: dict[int, Outcome]) -> None:
        gone = Outcome(Result.REJECTED, "address_gone")
        final = [(claim, _final(claim, outcomes.get(claim.position, gone))) for claim in claims]
        with connection.cursor() as cursor:
            cursor.execute(
                statements.APPEND_OUTCOMES,
                {
                    "campaign": lease.campaign_id,
                    "wave": lease.wave_id,
                    "positions": [claim.position for claim, _ in final],
                    "numbers": [claim.number for claim, _ in final],
                    "results": [str(outcome.result) for _, outcome in final],
                    "codes": [outcome.code for _, outcome in final],
                    "refs": [outcome.carrier_ref for _, outcome in final],
                },
            )
        found = {claim.customer_id: outcome for claim, outcome in final}
        proofs.take_refusals(lease.channel, lease.campaign_id, found, begun_at=timezone.now())

    def _halt(self, lease: Lease, fault: Exception) -> None:
        """A fault of our own code would make window after window unknown: stop the campaign until a person resumes it."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statements.MARK_LOST, _range(lease))
            Gate.objects.filter(campaign_id=lease.campaign_id).update(is_open=False)
            audit.record(
                actor=ACTOR,
                action="delivery.sending.halted",
                subject=("campaign", lease.campaign_id),
                details={"fault": type(fault).__name__, "channel": lease.channel},
            )
        log.error(
            "delivery.halted",
            campaign_id=lease.campaign_id,
            channel=lease.channel,
            fault=type(fault).__name__,
        )

    def _finish(self, lease: Lease, *, completed: bool) -> None:
        """Close the chunk with its counters; or give it back, at once (paused) or later (messages deferred)."""
        parameters = _range(lease) | {"chunk": lease.chunk_id, "number": lease.number, "step": lease.step}
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statements.DEFERRED, parameters)
            (deferred, tries) = cursor.fetchone()
            if completed and not deferred:
                cursor.execute(statements.CLOSE, parameters)
                if cursor.rowcount:
                    cursor.execute(statements.COUNT, parameters | {"channel": lease.channel})
            else:
                wait = backoff(tries) if completed else backoff(1) * 0
                cursor.execute(statements.GIVE_BACK, parameters | {"wait": wait})


class _Connected:
    """The transport's connections, open for one chunk, on the worker's own event loop."""

    def __init__(self, runner: asyncio.Runner, carrier: Transport) -> None:
        self._runner = runner
        self._context: AbstractAsyncContextManager[Sender] = carrier.connect()

    def __enter__(self) -> Sender:
        return self._runner.run(_enter(self._context))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(_leave(self._context, kind, error, trace))


async def _enter(context: AbstractAsyncContextManager[Sender]) -> Sender:
    return await context.__aenter__()


async def _leave(
    context: AbstractAsyncContextManager[Sender],
    kind: type[BaseException] | None,
    error: BaseException | None,
    trace: TracebackType | None,
) -> None:
    await context.__aexit__(kind, error, trace)


def _named(**parameters: Any) -> dict[str, Any]:
    """Named parameters; psycopg takes time spans, which Django's types do not know."""
    return parameters


def _range(lease: Lease) -> dict[str, Any]:
    return {"campaign": lease.campaign_id, "wave": lease.wave_id, "low": lease.low, "high": lease.high}


def _final(claim: Claim, outcome: Outcome) -> Outcome:
    """A message deferred too often is given up, so that no state waits for ever."""
    if outcome.result is Result.DEFERRED and claim.number >= MAX_ATTEMPTS:
        return Outcome(Result.REJECTED, f"gave_up:{outcome.code}")
    return outcome


def _message(words: MessageVersion, claim: Claim, deadline: date) -> Message:
    values = {
        "institution": settings.INSTITUTION,
        "reference": format_reference_code(f"{claim.reference:011d}"),
        "deadline": f"{deadline.year}年{deadline.month}月{deadline.day}日",
        "portal": PORTAL,
    }
    link_for = import_string(settings.ENTRY_LINK) if words.button_label else None
    return Message(
        subject=fill(words.subject, values),
        body=fill(words.body, values),
        button_label=words.button_label,
        button_url=link_for(claim.review_id, claim.reference) if link_for else "",
        reference=values["reference"],
        deadline=deadline,
    )
