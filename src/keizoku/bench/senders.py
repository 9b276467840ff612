"""The working processes of several benches: each is told a task in a line and answers in a line.

Tasks: ``bare`` (lease, claim with stops and consents, attempts, outcomes, closing; nobody read, nothing composed), ``null``
(everything but the carrier, which accepts at once), ``line`` (LINE's own transport), ``client`` (only HTTP calls),
``receipts`` (callbacks that wait), ``bare_receipts`` (as many rows alone).
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, ClassVar

WORKERS = 2
CHANNEL = "line"
_A_COMMIT = 1_000


class NullCarrier:
    """Accepts everything at once."""

    name = CHANNEL
    address_field = "phone"
    window: ClassVar[int] = 500

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Any]:
        from keizoku.delivery.ports import Outcome, Outgoing, Result

        async def send(batch: Sequence[Outgoing]) -> list[Outcome]:
            return [Outcome(Result.ACCEPTED, carrier_ref=message.key) for message in batch]

        yield send

    def keep(self, body: bytes) -> bytes:
        return body

    def read_events(self, body: bytes) -> list[Any]:
        return []

    def signature_holds(self, body: bytes, signature: str) -> bool:
        return False


class Senders:
    """``WORKERS`` processes that work at the same task at the same time."""

    def __init__(self) -> None:
        self._processes = [
            subprocess.Popen(
                [sys.executable, "-m", "keizoku.bench.senders"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(WORKERS)
        ]
        for process in self._processes:
            _line(process)  # it is ready

    def work(self, **task: Any) -> dict[str, Any]:
        """All at once; ``seconds`` until the last has ended, processor seconds of both and of their database's processes."""
        began = time.perf_counter()
        for process in self._processes:
            assert process.stdin is not None
            process.stdin.write(json.dumps(task) + "\n")
            process.stdin.flush()
        answers = [_line(process) for process in self._processes]
        return {
            "seconds": time.perf_counter() - began,
            "workers": sum(answer["own_seconds"] for answer in answers),
            "database": sum(answer["database_seconds"] for answer in answers),
            "peak_mb": max(answer["peak_mb"] for answer in answers),
        }

    def close(self) -> None:
        for process in self._processes:
            assert process.stdin is not None
            process.stdin.close()
            process.wait()


@contextmanager
def senders() -> Iterator[Senders]:
    started = Senders()
    try:
        yield started
    finally:
        started.close()


def _line(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    answer = json.loads(process.stdout.readline())
    assert isinstance(answer, dict)
    return answer


def main() -> None:
    """Answer each line of the standard input until it ends."""
    from keizoku.cli.process import start_django

    start_django()
    from keizoku.bench.processes import backend, most_resident_mb, seconds_of

    own = backend()
    sys.stdout.write("{}\n")
    sys.stdout.flush()
    for line in sys.stdin:
        task = json.loads(line)
        before = (time.process_time(), seconds_of(own))
        _do(task)
        answer = {
            "own_seconds": time.process_time() - before[0],
            "database_seconds": seconds_of(own) - before[1],
            "peak_mb": most_resident_mb(),
        }
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _do(task: dict[str, Any]) -> None:
    if task["kind"] == "client":
        asyncio.run(_call(task["url"], task["calls"], task["window"]))
        return
    if task["kind"] == "receipts":
        _take_callbacks()
        return
    if task["kind"] == "bare_receipts":
        _insert_receipts(task["rows"])
        return
    from django.conf import settings

    from keizoku.delivery.dispatch import Dispatcher
    from keizoku.delivery.registry import transport

    if task["kind"] == "line":
        settings.LINE_API_URL = task["url"]
    else:
        NullCarrier.window = task["window"]
        settings.CHANNELS = {CHANNEL: "keizoku.bench.senders.NullCarrier"}
    settings.CARRIER_LIMITS = {}
    transport.cache_clear()
    (_bare() if task["kind"] == "bare" else Dispatcher)("bench").run()


def _bare() -> Any:
    """The engine's own statements and transactions, nobody read and nothing composed."""
    from keizoku.delivery.dispatch import Dispatcher, Sent
    from keizoku.delivery.ports import Outcome, Result

    class Bare(Dispatcher):
        def grant(self, claims: Any) -> None:
            return None

        def call(self, lease: Any, ready: Any, outgoing: Any, lines: Any) -> Sent:
            claims = ready.window.claims
            return Sent(claims, [Outcome(Result.ACCEPTED, carrier_ref=claim.key) for claim in claims])

    return Bare


def _take_callbacks() -> None:
    from keizoku.delivery.actions import process_raw_events

    while process_raw_events():
        continue


def _insert_receipts(rows: int) -> None:
    """Rows of no delivery into the table of receipts, one commit a thousand."""
    from django.db import connection

    with connection.cursor() as cursor:
        for low in range(0, rows, _A_COMMIT):
            cursor.execute(
                "INSERT INTO delivery_receipt "
                "(carrier, event_id, campaign_id, wave_id, position, kind, occurred_at, received_at) "
                "SELECT 'bare', t, 0, 0, 0, 'delivered', now(), now() FROM unnest(%s::text[]) AS t",
                [[f"{os.getpid():012d}{number:014d}" for number in range(low, min(low + _A_COMMIT, rows))]],
            )


async def _call(url: str, calls: int, window: int) -> None:
    """POST as many documents of the size that LINE gets (691 bytes), ``window`` in flight, and read the answers."""
    import aiohttp

    body = json.dumps({"to": "0" * 64, "messages": [{"type": "flex", "altText": "x" * 570}]}).encode()
    headers = {"Content-Type": "application/json", "Authorization": "Bearer not-configured"}
    waiting = iter(range(calls))

    async def post(session: aiohttp.ClientSession) -> None:
        for _ in waiting:
            async with session.post(f"{url}/bot/pnp/push", data=body) as answer:
                await answer.read()

    connector = aiohttp.TCPConnector(limit=window)
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:
        await asyncio.gather(*(post(session) for _ in range(window)))


if __name__ == "__main__":
    main()
