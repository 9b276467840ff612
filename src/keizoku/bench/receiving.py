"""Carriers' callbacks: in batches as they lie waiting, and one by one through the signed webhook of a running web server.

In batches, everything is real: callbacks of 50 events as LINE sends them, receipts, counters, the evidence of contact
points, the audit. Two workers share them, as an installation's do. Against the bare INSERT of as many receipts by arrays of
1,000, by two workers as well. One by one: granian, Django, signature,
one stored row a call; against a bare ASGI application on the same server that stores the same row without looking at it.
"""

import base64
import hmac
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Any, Final

from keizoku.bench.dispatching import MICROSECONDS
from keizoku.bench.ground import main, write_sample
from keizoku.bench.senders import WORKERS, Senders, senders
from keizoku.bench.serving import served

GOAL_IN_BATCHES, GOAL_ONE_BY_ONE, GOAL_RATIO = 40_000, 1_200, 0.5
CUSTOMERS: Final = 20_000
A_CALLBACK: Final = 50  # events that LINE may put into one callback when they pile up
CALLS: Final = 6_000
AT_ONCE: Final = 16
SECRET: Final = "bench-line-secret"  # noqa: S105 - of a bench
SIGNED: Final = {"KEIZOKU_LINE_CHANNEL_SECRET": SECRET}


def measure(rows: int) -> dict[str, Any]:
    from keizoku.customers.imports.importing import import_file
    from keizoku.kernel.actor import Actor
    from keizoku.kernel.clock import business_today

    import_file(write_sample(min(rows, CUSTOMERS)), as_of=business_today(), actor=Actor.system("bench"))
    tags = _deliveries(rows)
    with senders() as working:
        bare = working.work(kind="bare_receipts", rows=rows // WORKERS)
        batches = _in_batches(working, tags)
    with served("keizoku.bench.receiving:bare_application", interface="asgi") as url:
        bare_calls = _call(url, _bodies(tags[:CALLS], each=1))
    with served("keizoku.wsgi:application", interface="wsgi", environment=SIGNED) as url:
        calls = _call(f"{url}/webhooks/line", _bodies(tags[-CALLS:], each=1))
    return {
        "name": "receipts",
        "value": round(len(tags) / batches["seconds"]),
        "unit": "receipts/s in batches",
        "goal": GOAL_IN_BATCHES,
        "receipts": len(tags),
        "events_a_callback": A_CALLBACK,
        "workers": WORKERS,
        "seconds": {"in_batches": round(batches["seconds"], 3), "bare_insert": round(bare["seconds"], 3)},
        "cpu_microseconds_a_receipt": {
            part: round(batches[part] / len(tags) * MICROSECONDS, 1) for part in ("workers", "database")
        },
        "ratio": round(bare["seconds"] / batches["seconds"], 3),
        "baseline": "the bare INSERT of as many receipts by arrays of 1,000, by as many workers",
        "one_by_one": {
            "value": round(CALLS / calls),
            "unit": "webhooks/s",
            "goal": GOAL_ONE_BY_ONE,
            "calls_at_once": AT_ONCE,
            "baseline": "a bare ASGI application with one INSERT on the same server",
            "baseline_value": round(CALLS / bare_calls),
            "ratio": round(bare_calls / calls, 3),
            "ratio_goal": GOAL_RATIO,
        },
    }


def _deliveries(wanted: int) -> list[str]:
    """Waves until there are so many deliveries, each with an accepted attempt; their tags."""
    from django.db import connection

    from keizoku.bench.dispatching import open_wave
    from keizoku.delivery.rules import Tag

    made = 0
    while made < wanted:
        made += open_wave(wanted - made)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO delivery_attempt (campaign_id, wave_id, position, number) "
            "SELECT campaign_id, wave_id, position, 1 FROM delivery_delivery"
        )
        cursor.execute(
            "INSERT INTO delivery_outcome (campaign_id, wave_id, position, number, result) "
            "SELECT campaign_id, wave_id, position, 1, 'accepted' FROM delivery_delivery"
        )
        cursor.execute("SELECT campaign_id, wave_id, position FROM delivery_delivery ORDER BY 1, 2, 3")
        return [str(Tag(*row)) for row in cursor.fetchall()]


def _bodies(tags: Sequence[str], *, each: int) -> list[bytes]:
    """Callbacks as LINE sends them."""
    events = [
        {
            "type": "delivery",
            "mode": "active",
            "timestamp": 1_760_000_000_000 + number,
            "webhookEventId": f"{each:02d}{number:024d}",
            "deliveryContext": {"isRedelivery": False},
            "delivery": {"data": tag},
        }
        for number, tag in enumerate(tags)
    ]
    return [
        json.dumps({"destination": "U0", "events": events[low : low + each]}).encode()
        for low in range(0, len(events), each)
    ]


def _in_batches(working: Senders, tags: Sequence[str]) -> dict[str, Any]:
    """What it took until all callbacks that wait have become receipts."""
    from keizoku.delivery.models import RawEvent
    from keizoku.delivery.registry import transport

    keep = transport("line").keep
    waiting = [RawEvent(carrier="line", body=keep(body)) for body in _bodies(tags, each=A_CALLBACK)]
    RawEvent.objects.bulk_create(waiting, batch_size=1_000)
    return working.work(kind="receipts")


def _call(url: str, bodies: Sequence[bytes]) -> float:
    """Seconds until all were answered with 200, by a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "keizoku.bench.receiving", "call", url, str(AT_ONCE)],
        input=b"\n".join(bodies),
        stdout=subprocess.PIPE,
        check=True,
    )
    return float(done.stdout)


def _client(url: str, at_once: str) -> None:
    """Post each line of the standard input, signed as LINE signs; print the seconds."""
    import asyncio

    import aiohttp

    bodies = sys.stdin.buffer.read().split(b"\n")
    signed = [
        (body, base64.b64encode(hmac.digest(SECRET.encode(), body, "sha256")).decode()) for body in bodies
    ]

    async def post(session: aiohttp.ClientSession, waiting: Iterator[tuple[bytes, str]]) -> None:
        for body, signature in waiting:
            headers = {"Content-Type": "application/json", "x-line-signature": signature}
            async with session.post(url, data=body, headers=headers) as answer:
                assert answer.status == 200, answer.status  # noqa: PLR2004 - HTTP's own number

    async def post_all() -> float:
        waiting = iter(signed)
        async with aiohttp.ClientSession() as session:
            began = time.perf_counter()
            await asyncio.gather(*(post(session, waiting) for _ in range(int(at_once))))
            return time.perf_counter() - began

    sys.stdout.write(str(asyncio.run(post_all())))


_pool: Any = None


async def bare_application(scope: Any, receive: Any, send: Any) -> None:
    """The least that a webhook can do: take the body, store one row, answer 200."""
    global _pool  # noqa: PLW0603 - one a process
    if scope["type"] != "http":
        return
    body, more = b"", True
    while more:
        piece = await receive()
        body += piece.get("body", b"")
        more = piece.get("more_body", False)
    if scope["method"] == "POST":
        if _pool is None:
            from psycopg_pool import AsyncConnectionPool

            _pool = AsyncConnectionPool(
                os.environ["BARE_DATABASE"], min_size=8, max_size=8, open=False, kwargs={"autocommit": True}
            )
            await _pool.open()
        async with _pool.connection() as connection:
            await connection.execute(
                "INSERT INTO delivery_rawevent (carrier, body, received_at, problem) VALUES ('line', %s, now(), '')",
                [body],
            )
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


if __name__ == "__main__":
    match sys.argv[1]:
        case "call":
            _client(*sys.argv[2:])
        case _:
            main(measure)
