"""Webhooks from LINE to the bank: signed, batched when they pile up, redelivered when the bank doesn't say 2xx.

LINE publishes neither the number nor the intervals of redeliveries; the ones here are assumed and on the wall's
clock. A redelivered event is the same event with isRedelivery true.
"""

import asyncio
import base64
import hmac
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp

from keizoku.sandbox.clock import Clock
from keizoku.sandbox.faults import FaultKind, Faults
from keizoku.sandbox.journal import Journal
from keizoku.sandbox.line.channel import Channel
from keizoku.sandbox.line.ids import ulid

REDELIVERIES = (2.0, 5.0, 15.0, 60.0, 300.0)
_LARGEST_BATCH = 50
_CONNECTIONS = 4
_PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bank's server said; status 0 and the reason when it said nothing."""

    status: int
    reason: str

    @property
    def is_good(self) -> bool:
        return self.status // 100 == HTTPStatus.OK // 100


def signature(secret: str, body: bytes) -> str:
    """x-line-signature: Base64 of HMAC-SHA256 over the raw body."""
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode("ascii")


class Webhooks:
    """`endpoint` and `active` are what the channel's settings say; events without an active endpoint are lost."""

    def __init__(
        self,
        channel: Channel,
        clock: Clock,
        faults: Faults,
        journal: Journal,
        *,
        endpoint: str = "",
        redeliveries: Sequence[float] = REDELIVERIES,
    ) -> None:
        self.endpoint = endpoint
        self.active = bool(endpoint)
        self.counts: Counter[str] = Counter()
        self._channel = channel
        self._clock = clock
        self._faults = faults
        self._journal = journal
        self._redeliveries = redeliveries
        self._waiting: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._again: set[asyncio.Task[None]] = set()

    def emit(self, kind: str, content: Mapping[str, Any], timestamp: int) -> None:
        """Queues one event. `timestamp` is the event's time in milliseconds."""
        if not self.active:
            self.counts["lost"] += 1
            return
        self._waiting.put_nowait(
            {
                "type": kind,
                "mode": "active",
                "timestamp": timestamp,
                "webhookEventId": ulid(self._clock.wall()),
                "deliveryContext": {"isRedelivery": False},
                **content,
            }
        )

    async def run(self) -> None:
        """Sends until cancelled."""
        timeout = aiohttp.ClientTimeout(total=_PATIENCE)
        async with aiohttp.ClientSession(timeout=timeout) as session, asyncio.TaskGroup() as senders:
            for _ in range(_CONNECTIONS):
                senders.create_task(self._send_as_they_come(session))

    async def try_endpoint(self, endpoint: str) -> Answer:
        """The console's connectivity check: an empty `events`."""
        timeout = aiohttp.ClientTimeout(total=_PATIENCE)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            return await self._post(session, endpoint, [])

    async def _send_as_they_come(self, session: aiohttp.ClientSession) -> None:
        while True:
            events = [await self._waiting.get()]
            with suppress(asyncio.QueueEmpty):
                while len(events) < _LARGEST_BATCH:
                    events.append(self._waiting.get_nowait())
            await self._deliver(session, events, 0)
            if self._faults.take("line", {FaultKind.REPEAT_WEBHOOK}):
                self.counts["repeated"] += len(events)
                await self._post(session, self.endpoint, events)

    async def _deliver(
        self, session: aiohttp.ClientSession, events: list[dict[str, Any]], attempt: int
    ) -> None:
        answer = await self._post(session, self.endpoint, events)
        if answer.is_good:
            self.counts["accepted"] += len(events)
        elif attempt == len(self._redeliveries):
            self.counts["abandoned"] += len(events)
        else:
            again = asyncio.create_task(self._redeliver(session, events, attempt))
            self._again.add(again)
            again.add_done_callback(self._again.discard)

    async def _redeliver(
        self, session: aiohttp.ClientSession, events: list[dict[str, Any]], attempt: int
    ) -> None:
        await asyncio.sleep(self._redeliveries[attempt])
        self.counts["redelivered"] += len(events)
        same = [{**event, "deliveryContext": {"isRedelivery": True}} for event in events]
        await self._deliver(session, same, attempt + 1)

    async def _post(
        self, session: aiohttp.ClientSession, endpoint: str, events: list[dict[str, Any]]
    ) -> Answer:
        body = json.dumps(
            {"destination": self._channel.user_id, "events": events},
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "x-line-signature": signature(self._channel.secret, body),
            "User-Agent": "LineBotWebhook/2.0",
        }
        receipt = self._journal.receive()
        try:
            async with session.post(endpoint, data=body, headers=headers, allow_redirects=False) as response:
                answer = Answer(response.status, response.reason or "")
        except (aiohttp.ClientError, TimeoutError, ValueError) as failure:
            answer = Answer(0, type(failure).__name__)
        self._journal.write(
            receipt,
            {"endpoint": endpoint, "body": body.decode(), "status": answer.status, "reason": answer.reason},
        )
        return answer
