"""The print house for the letters' tests: the emulator on a thread of its own, and what is asked about it."""

import asyncio
import json
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from keizoku.channels.letter import house
from keizoku.delivery.dispatch import Dispatcher
from keizoku.delivery.letters.models import LetterBatch
from keizoku.delivery.models import Chunk
from keizoku.sandbox.outside import Plan, outside
from keizoku.sandbox.tests.places import CHANNEL

CAMPAIGN = 1


class Killed(BaseException):
    """The worker dies here."""


@contextmanager
def outside_world(folder):
    """The outside world on a thread and a loop of its own, as a print house is to a worker."""
    ready, loop, found = threading.Event(), asyncio.new_event_loop(), {}

    async def live():
        found["over"] = asyncio.Event()
        async with outside(Plan([], folder, CHANNEL)) as world:
            found["world"] = world
            ready.set()
            await found["over"].wait()

    thread = threading.Thread(target=loop.run_until_complete, args=[live()])
    thread.start()
    assert ready.wait(60)
    try:
        yield found["world"], loop
    finally:
        loop.call_soon_threadsafe(found["over"].set)
        thread.join()
        loop.close()


class PrintHouse:
    """The emulator as tests see it."""

    def __init__(self, folder, world, loop):
        self.folder, self.world, self._loop = folder, world, loop

    def arm(self, kind, count=1):
        self.world.control._faults.arm("print", kind, count, 0.0)

    def journal(self):
        lines = (self.folder / "print.jsonl").read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def hand_ins(self):
        return [line for line in self.journal() if line["method"] == "PUT"]

    def printed(self):
        """The tags that were taken in to be printed, with repetitions."""
        return [
            row["tag"]
            for line in self.hand_ins()
            if line["acted"]
            for row in json.loads(line["manifest"])["list"]
        ]

    def advance(self, days):
        """Move its business clock and wait for what follows from that."""

        async def move():
            clock = self.world.clock
            clock.set_business(clock.business() + timedelta(days=days))
            for _ in range(20):  # the agenda's own task takes its turn
                await asyncio.sleep(0)

        asyncio.run_coroutine_threadsafe(move(), self._loop).result(60)


def best():
    """(result, code) of each delivery, by the highest rank."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (position) result, code FROM delivery_outcome ORDER BY position, delivery_rank(result) DESC"
        )
        return cursor.fetchall()


def take_over():
    """Another worker, once the lease of the dead one has run out."""
    Chunk.objects.filter(state="leased").update(leased_until=timezone.now() - timedelta(seconds=1))
    Dispatcher("two").run()


def dies_before_the_hand_in(monkeypatch):
    async def die(session, made):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(house, "hand_in", die)
        with pytest.raises(Killed):
            Dispatcher("one").run()


def tags(*positions):
    wave_id = LetterBatch.objects.values_list("wave_id", flat=True).first()
    return [f"kz-{CAMPAIGN:05d}-{wave_id:05d}-{position:07d}" for position in positions]
