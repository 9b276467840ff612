"""Leases: which worker may send which chunk, until when. Only ``dispatch`` calls these.

A lease is renewed by each window's claim and, while a window's calls take long, by a heartbeat; so it can be short, and
what a killed worker left is taken over soon. ``number`` tells a lease from an earlier one of the same chunk: whoever
wakes up with an old number changes nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import psycopg
from django.db import transaction

from keizoku.audit import actions as audit
from keizoku.delivery import statements
from keizoku.delivery.models import Gate
from keizoku.delivery.rules import LEASE, backoff
from keizoku.kernel.actor import Actor
from keizoku.kernel.database import prepared
from keizoku.kernel.logs import get_logger

log = get_logger(__name__)

AT_ONCE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Lease:
    """One worker's right to send one chunk until it expires."""

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

    @property
    def named(self) -> dict[str, Any]:
        """The statements' parameters."""
        return {
            "chunk": self.chunk_id,
            "number": self.number,
            "campaign": self.campaign_id,
            "wave": self.wave_id,
            "step": self.step,
            "channel": self.channel,
            "low": self.low,
            "high": self.high,
            "lease": LEASE,
        }


def take(worker: str, busy: Collection[str] = ()) -> Lease | None:
    """The next chunk that waits, of no channel in ``busy``; None when none does."""
    named = {"worker": worker, "lease": LEASE, "busy": prepared.text_array(sorted(busy))}
    with transaction.atomic():
        prepared.fetch(statements.UNHURRIED, {})
        rows = prepared.fetch(statements.LEASE, named)
    return Lease(*rows[0]) if rows else None


def renew(lease: Lease) -> bool:
    """Whether this worker may claim another window: its lease, the campaign's gate and the wave's hours still stand.

    Holds the chunk's row until the transaction ends, so that nobody takes it over in between.
    """
    return bool(prepared.change(statements.RENEW, lease.named))


def keep(lease: Lease, held: psycopg.Connection[Any]) -> None:
    """Prolong the lease while its window is with the carrier; the worker's event loop runs. Raises the driver's errors."""
    held.execute(statements.KEEP.encode(), lease.named)


def mark_lost(lease: Lease) -> None:
    """Attempts whose worker never reported become ``unknown``. The first lease of a chunk has none before it."""
    if lease.number == 1:
        return
    lost = prepared.change(statements.of_campaign(statements.MARK_LOST, lease.campaign_id), lease.named)
    if lost:
        log.warning("delivery.attempts_lost", wave_id=lease.wave_id, count=lost)


def give_back(lease: Lease, wait: timedelta = AT_ONCE) -> None:
    """Let another lease begin after ``wait``; nothing happens when this one was taken over."""
    prepared.change(statements.GIVE_BACK, lease.named | {"wait": wait})


def finish(lease: Lease) -> None:
    """Every position was claimed: close the chunk with its counters, or give it back while messages are deferred."""
    ((deferred, tries),) = prepared.fetch(_of(statements.DEFERRED, lease), lease.named)
    if deferred:
        give_back(lease, backoff(tries))
    elif prepared.change(statements.CLOSE, lease.named):
        prepared.change(_of(statements.COUNT, lease), lease.named)


def halt(lease: Lease, fault: Exception, actor: Actor) -> None:
    """A fault of our own code would make window after window unknown: stop the campaign until a person resumes it."""
    with transaction.atomic():
        prepared.change(_of(statements.MARK_LOST, lease), lease.named)
        Gate.objects.filter(campaign_id=lease.campaign_id).update(is_open=False)
        audit.record(
            actor=actor,
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


def _of(statement: str, lease: Lease) -> str:
    return statements.of_campaign(statement, lease.campaign_id)
