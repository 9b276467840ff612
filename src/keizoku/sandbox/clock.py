"""Two clocks: my own wall clock, which journals use, and the bank's business time, which the demo moves.

Business time runs at the wall's pace plus the jumps it was told. What waits for business time is an agenda.
"""

import asyncio
import heapq
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count

_LONGEST_NAP = 3600.0


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds: 2026-11-21T05:01:02.123Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Clock:
    """Wall time and business time, both aware UTC."""

    def __init__(self) -> None:
        self._offset = timedelta(0)
        self._listeners: list[Callable[[], None]] = []

    def wall(self) -> datetime:
        return datetime.now(UTC)

    def business(self) -> datetime:
        return self.wall() + self._offset

    def set_business(self, now: datetime) -> None:
        """From now on business time counts from `now`; everything that waits for it looks again."""
        self._offset = now - self.wall()
        for listener in self._listeners:
            listener()

    def when_moved(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)


class Agenda:
    """What is to happen at a business moment. Acts are short and synchronous; long work starts its own task."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._order = count()
        self._acts: list[tuple[datetime, int, Callable[[], None]]] = []
        self._look_again = asyncio.Event()
        clock.when_moved(self._look_again.set)

    def __len__(self) -> int:
        return len(self._acts)

    def at(self, due: datetime, act: Callable[[], None]) -> None:
        heapq.heappush(self._acts, (due, next(self._order), act))
        if self._acts[0][0] == due:
            self._look_again.set()

    async def run(self) -> None:
        """Runs until cancelled; acts that are due together run in the order of their moments."""
        while True:
            self._look_again.clear()
            while self._acts and self._acts[0][0] <= self._clock.business():
                _, _, act = heapq.heappop(self._acts)
                act()
            nap = _LONGEST_NAP
            if self._acts:
                until_next = (self._acts[0][0] - self._clock.business()).total_seconds()
                nap = min(nap, max(until_next, 0.0))
            # not wait_for: until Python 3.12 it may swallow the cancellation that ends this loop
            with suppress(TimeoutError):
                async with asyncio.timeout(nap):
                    await self._look_again.wait()
