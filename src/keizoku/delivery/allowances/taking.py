"""A worker's share of what a carrier takes: taken with the claim, called at its slot. Only ``dispatch`` calls these.

Invariants: a call is made only in a slot that its worker took, never more than ``LATE_S`` after the slot's beginning, so
that the law of ``rules`` holds whatever the number of workers; what is counted against a day or a month is never less
than what was called.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from keizoku.delivery.allowances import statements
from keizoku.delivery.allowances.rules import (
    LATE_S,
    LONGEST_WAIT_S,
    PATIENCE_S,
    RATE_LIMITED,
    Limit,
    pause,
)
from keizoku.delivery.ports import Outcome
from keizoku.kernel.database import prepared
from keizoku.kernel.logs import get_logger

log = get_logger(__name__)


class Wall:
    """The clocks of the wall. Tests put one of their own in its place."""

    def moment(self) -> datetime | None:
        """None: the database's own, so that workers on several machines share it."""
        return None

    def seconds(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Room:
    """How many calls may go together now; or none, and how long to put the chunk aside."""

    calls: int
    wait: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Slot:
    """When a block of calls begins, on this worker's own clock of seconds; None: at any time."""

    begins: float | None = None


class Used(Exception):
    """There was room when it was looked at, and there is none any more. What was claimed is undone."""


class Allowance:
    """One channel's limit, as one worker takes of it."""

    def __init__(self, channel: str, wall: Wall) -> None:
        self._channel = channel
        self._wall = wall
        self._limit: Limit = settings.CARRIER_LIMITS.get(channel, Limit())

    @property
    def has_quota(self) -> bool:
        return self._limit.has_quota

    def room(self, window: int) -> Room:
        """Look without locking: a pause that the carrier asked for holds also where there is no limit."""
        named = self._named()
        found = prepared.fetch(statements.LOOK, named)
        if not found and not self._limit.is_none:
            prepared.change(statements.MAKE, named)
        wait, _, today, month, until_tomorrow = found[0] if found else (0.0, 100, 0, 0, 0.0)
        left = min(
            self._limit.a_day - today if self._limit.a_day else window,
            self._limit.a_month - month if self._limit.a_month else window,
        )
        if wait > PATIENCE_S:
            return Room(0, timedelta(seconds=min(wait, LONGEST_WAIT_S)))
        if left <= 0:
            return Room(0, timedelta(seconds=min(until_tomorrow, LONGEST_WAIT_S)))
        return Room(min(left, self._limit.block(window)))

    def take(self, calls: int) -> Slot:
        """A slot for so many calls, the transaction's last statement: the row stays locked until the commit.

        Raises:
            Used: the day's or the month's limit leaves no room for them.
        """
        if self._limit.is_none or not calls:
            return Slot()
        return self._take(calls, counted=calls)

    def wait(self, slot: Slot, calls: int) -> None:
        """Return when the slot has begun. Whoever comes too late for his own takes another one."""
        while slot.begins is not None:
            left = slot.begins - self._wall.seconds()
            if left > 0:
                self._wall.sleep(left)
            if self._wall.seconds() <= slot.begins + LATE_S:
                return
            with transaction.atomic():
                slot = self._take(calls, counted=0)

    def turn(self, wanted: int) -> int:
        """For calls that no claim commits: how many of the wanted may be made now, after waiting for their slot; or 0."""
        calls = self.room(wanted).calls
        try:
            with transaction.atomic():
                slot = self.take(calls)
        except Used:
            return 0
        self.wait(slot, calls)
        return calls

    def heed(self, outcomes: Sequence[Outcome]) -> None:
        """A carrier that refuses for the rate slows everybody down, and pauses everybody as long as it says."""
        refused = [outcome for outcome in outcomes if outcome.code.endswith(RATE_LIMITED)]
        if not refused:
            return
        told = max((outcome.retry_after_s or 0.0 for outcome in refused), default=0.0)
        named = self._named() | {"pause": pause(told)}
        prepared.change(statements.MAKE, named)
        prepared.change(statements.SLOW, named)
        log.warning("delivery.carrier_refused_the_rate", channel=self._channel, pause_s=pause(told))

    def _take(self, calls: int, *, counted: int) -> Slot:
        found = prepared.fetch(statements.TAKE, self._named() | {"calls": calls, "counted": counted})
        if not found:
            raise Used
        return Slot(self._wall.seconds() + found[0][0]) if self._limit.a_second else Slot()

    def _named(self) -> dict[str, object]:
        return {
            "channel": self._channel,
            "at": self._wall.moment(),
            "a_second": self._limit.a_second,
            "a_day": self._limit.a_day,
            "a_month": self._limit.a_month,
        }
