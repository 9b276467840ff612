"""The engine: lease a chunk, claim a window, commit the attempts, call the carrier, append the outcomes.

A kill at any point leaves at most one window ``unknown`` and sends nothing twice:

* an attempt is committed before its carrier is called, and its key is unique;
* the statement that claims also joins contact stops, and the transaction around it reads the campaign's gate;
* whoever takes over an expired lease marks attempts without an outcome ``unknown``; they are never resent.

One transaction a window: it appends the outcomes of the window before and claims the next one, and its commit is the only
one that waits for the disk.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack, nullcontext
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import psycopg
from django.db import DatabaseError, transaction
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.delivery import addressing, claiming, leasing, proofs, statements
from keizoku.delivery.addressing import Words
from keizoku.delivery.allowances.taking import Allowance, Slot, Used, Wall
from keizoku.delivery.claiming import Claim, Window
from keizoku.delivery.leasing import Lease
from keizoku.delivery.ports import Outcome, Outgoing, Result, Sender
from keizoku.delivery.registry import transport
from keizoku.delivery.rules import HEARTBEAT
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.kernel.database import prepared
from keizoku.kernel.logs import get_logger

log = get_logger(__name__)

ACTOR = Actor.system("delivery")
GONE = Outcome(Result.REJECTED, "address_gone")


@dataclass(frozen=True, slots=True)
class Sent:
    """A window that was called, one outcome a claim; what is to be written of it goes with the next claim."""

    claims: Sequence[Claim] = ()
    outcomes: Sequence[Outcome] = ()


@dataclass(frozen=True, slots=True)
class Ready:
    """A claimed window, the right to read its addresses, and the slot in which it may be called."""

    window: Window
    grant: ReadGrant | None
    slot: Slot


class Dispatcher:
    """Sends chunks until none is waiting. Tests override the ``before_…`` steps to kill, answer or pause in between."""

    wall = Wall()

    def __init__(self, worker: str) -> None:
        self.worker = worker
        self._busy: set[str] = set()

    def run(self, *, chunks: int | None = None) -> int:
        """Send waiting chunks (all, or at most ``chunks``); returns how many were worked on.

        A channel whose carrier takes no more for now is left out for the rest of this run.
        """
        worked = 0
        self._busy.clear()
        with _Lines() as lines:
            while chunks is None or worked < chunks:
                lease = leasing.take(self.worker, self._busy)
                if lease is None:
                    break
                self._send_chunk(lease, lines)
                worked += 1
        return worked

    def before_claim(self, lease: Lease) -> None:
        """A step for tests."""

    def before_call(self, lease: Lease, claims: Sequence[Claim]) -> None:
        """A step for tests."""

    def before_outcomes(self, lease: Lease, claims: Sequence[Claim]) -> None:
        """A step for tests."""

    def _send_chunk(self, lease: Lease, lines: "_Lines") -> None:
        leasing.mark_lost(lease)
        try:
            self._send_windows(lease, lines)
        except DatabaseError:
            raise  # the lease runs out, and whoever takes over goes on
        except Exception as fault:
            leasing.halt(lease, fault, ACTOR)
            raise

    def _send_windows(self, lease: Lease, lines: "_Lines") -> None:
        """Window by window until the range is through, the gate closed, the lease was lost or the carrier has no room."""
        words = addressing.words_of(lease)
        after, sent = lease.low - 1, Sent()
        while True:
            self.before_claim(lease)
            ready = self._advance(lease, after, sent)
            if ready is None:
                return
            after, sent = ready.window.last, Sent()
            if ready.window.claims:
                outgoing = self.address(lease, words, ready)
                sent = self._report_refusals(lease, self.call(lease, ready, outgoing, lines))

    def _advance(self, lease: Lease, after: int, sent: Sent) -> Ready | None:
        """Append the last window's outcomes and claim the next window behind ``after``; None when there is none."""
        with transaction.atomic():
            prepared.fetch(statements.BY_KEYS, {})
            if sent.claims:
                self._append(lease, sent)
            ready = self._next(lease, after)
            if ready is None or not ready.window.claims:
                prepared.fetch(statements.UNHURRIED, {})
            return ready

    def _append(self, lease: Lease, sent: Sent) -> None:
        claiming.append(lease, sent.claims, sent.outcomes)
        self._allowance(lease).heed(sent.outcomes)

    def _next(self, lease: Lease, after: int) -> Ready | None:
        if not leasing.renew(lease):
            leasing.give_back(lease)
            return None
        room = self._allowance(lease).room(transport(lease.channel).window)
        if after < lease.high and not room.calls:
            self._busy.add(lease.channel)
            leasing.give_back(lease, room.wait)
            return None
        ready = self._claim(lease, after, room.calls)
        if ready is None:
            leasing.finish(lease)
        return ready

    def _claim(self, lease: Lease, after: int, size: int) -> Ready | None:
        """A window with its grant and slot, all or nothing: the day's last calls may have gone to another worker."""
        allowance = self._allowance(lease)
        try:
            with transaction.atomic() if allowance.has_quota else nullcontext():
                window = claiming.claim(lease, after, size)
                if window is None:
                    return None
                grant = self.grant(window.claims) if window.claims else None
                return Ready(window, grant, allowance.take(len(window.claims)))
        except Used:
            return Ready(Window((), after), None, Slot())  # looks again, and finds no room

    def _allowance(self, lease: Lease) -> Allowance:
        return Allowance(lease.channel, self.wall)

    def grant(self, claims: Sequence[Claim]) -> ReadGrant | None:
        """The right to read these customers' addresses, written down with the claim."""
        return audit.grant_read(
            actor=ACTOR, purpose="delivery.send", subjects=[claim.customer_id for claim in claims]
        )

    def address(self, lease: Lease, words: Words, ready: Ready) -> dict[int, Outgoing]:
        """Position → message, for those whose address is in the record still."""
        if ready.grant is None:
            return {}
        field = transport(lease.channel).address_field
        return addressing.address(lease, words, field, ready.grant, ready.window.claims)

    def call(self, lease: Lease, ready: Ready, outgoing: dict[int, Outgoing], lines: "_Lines") -> Sent:
        """Call the carrier in the window's slot."""
        claims = ready.window.claims
        self.before_call(lease, claims)
        self._allowance(lease).wait(ready.slot, len(claims))
        found = dict(zip(outgoing, lines.send(lease, list(outgoing.values())), strict=True))
        self.before_outcomes(lease, claims)
        return Sent(claims, [found.get(claim.position, GONE) for claim in claims])

    def _report_refusals(self, lease: Lease, sent: Sent) -> Sent:
        """A refused address is known as such from the moment its outcome is; returns what is still to be written."""
        found = {
            claim.customer_id: outcome for claim, outcome in zip(sent.claims, sent.outcomes, strict=True)
        }
        if not proofs.has_refusals(lease.channel, sent.outcomes):
            return sent
        with transaction.atomic():
            self._append(lease, sent)
        proofs.take_refusals(lease.channel, lease.campaign_id, found, begun_at=timezone.now())
        return Sent()


class _Lines:
    """The carriers' connections, open for one run, on the worker's own event loop."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._senders: dict[str, Sender] = {}

    def send(self, lease: Lease, batch: Sequence[Outgoing]) -> list[Outcome]:
        """One outcome a message, in order; the lease is kept alive meanwhile."""
        beat = _beat(lease, prepared.held())
        return self._runner.run(_kept(beat, self._to(lease.channel), batch))

    def _to(self, channel: str) -> Sender:
        if channel not in self._senders:
            opening = self._stack.enter_async_context(transport(channel).connect())
            self._senders[channel] = self._runner.run(opening)
        return self._senders[channel]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._runner:
            self._runner.run(_leave(self._stack, kind, error, trace))


async def _leave(
    stack: AsyncExitStack,
    kind: type[BaseException] | None,
    error: BaseException | None,
    trace: TracebackType | None,
) -> None:
    await stack.__aexit__(kind, error, trace)


async def _kept(beat: Coroutine[Any, Any, None], sender: Sender, batch: Sequence[Outgoing]) -> list[Outcome]:
    beating = asyncio.create_task(beat)
    try:
        return await sender(batch)
    finally:
        beating.cancel()


async def _beat(lease: Lease, held: psycopg.Connection[Any]) -> None:
    """Prolong the lease from time to time. Where the database is away, the lease runs out as it would without us."""
    while True:
        await asyncio.sleep(HEARTBEAT.total_seconds())
        try:
            leasing.keep(lease, held)
        except psycopg.Error as error:
            log.warning("delivery.heartbeat_missed", chunk_id=lease.chunk_id, fault=type(error).__name__)
            return
