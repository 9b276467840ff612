"""What the carrier does with a message it took: send it, wait for the handset, and call the bank back.

A number in nobody's hands ends in ``error``; a handset that is never reached ends ``unconnected`` at the message's
limit. Callbacks carry the message and no signature, as Karaden documents none; intervals of their repetition are assumed.
"""

import asyncio
import json
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from http import HTTPStatus

import aiohttp

from keizoku.sandbox.clock import Agenda, Clock
from keizoku.sandbox.faults import FaultKind, Faults
from keizoku.sandbox.inbox import Inbox, Kind
from keizoku.sandbox.journal import Journal
from keizoku.sandbox.sms.messages import Message, SentResult
from keizoku.sandbox.world.assumptions import Handset
from keizoku.sandbox.world.people import World

AGAIN_AFTER = (2.0, 5.0, 15.0, 60.0)
CARRIERS = ("docomo", "au", "softbank", "rakuten")
_PATIENCE = 5.0


class Exchange:
    """``quickest`` and ``slowest`` are the seconds between sending and arrival (assumed)."""

    def __init__(
        self,
        world: World,
        clock: Clock,
        agenda: Agenda,
        inbox: Inbox,
        *,
        journal: Journal,
        faults: Faults,
        callback_url: str = "",
        quickest: float = 1.0,
        slowest: float = 5.0,
        again_after: Sequence[float] = AGAIN_AFTER,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self.messages: dict[str, Message] = {}
        self._world = world
        self._clock = clock
        self._agenda = agenda
        self._inbox = inbox
        self._journal = journal
        self._faults = faults
        self._callback_url = callback_url
        self._quickest = quickest
        self._slowest = slowest
        self._again_after = again_after
        self._waiting: asyncio.Queue[Message] = asyncio.Queue()
        self._again: set[asyncio.Task[None]] = set()

    def take(
        self,
        to: str,
        body: str,
        tags: list[str],
        *,
        is_shorten: bool,
        scheduled_at: datetime | None,
        limited_at: datetime | None,
    ) -> Message:
        now = self._clock.business()
        at = scheduled_at or now
        limit = limited_at or at + timedelta(days=1)
        message = Message(str(uuid.uuid4()), to, body, tags, is_shorten, at, limit, now, now)
        self.messages[message.id] = message
        self.counts["accepted"] += 1
        self._agenda.at(at, lambda: self._send(message))
        return message

    def cancel(self, message: Message) -> bool:
        """Until five minutes before it is due to be sent."""
        now = self._clock.business()
        if message.status != "waiting" or message.scheduled_at - now < timedelta(minutes=5):
            return False
        message.status, message.updated_at = "canceled", now
        return True

    async def run(self) -> None:
        """Calls back until cancelled."""
        timeout = aiohttp.ClientTimeout(total=_PATIENCE)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                message = await self._waiting.get()
                await self._tell(session, message, 0)
                if self._faults.take("sms", {FaultKind.REPEAT_WEBHOOK}):
                    self.counts["repeated"] += 1
                    await self._post(session, message)

    def _send(self, message: Message) -> None:
        if message.status != "waiting":
            return
        now = self._clock.business()
        message.status, message.sent_at, message.updated_at = "done", now, now
        phone = f"+81{message.to[1:]}"
        message.carrier = self._world.chance.pick_by_share(
            [(name, 1 / len(CARRIERS)) for name in CARRIERS], "sms carrier", phone
        )
        handset = self._world.handset(phone)
        seconds = self._world.chance.between(self._quickest, self._slowest, "sms after", message.id)
        arrival = now + timedelta(seconds=seconds)
        if handset is Handset.REACHED:
            self._agenda.at(arrival, self._ends(message, SentResult.RECEIVED, arrival))
        elif handset is Handset.UNUSED:
            self._agenda.at(arrival, self._ends(message, SentResult.ERROR, arrival))
        else:
            self._agenda.at(
                message.limited_at, self._ends(message, SentResult.UNCONNECTED, message.limited_at)
            )

    def _ends(self, message: Message, result: SentResult, moment: datetime) -> Callable[[], None]:
        def end() -> None:
            message.sent_result, message.updated_at = result, moment
            self.counts[result.value] += 1
            if result is SentResult.RECEIVED:
                message.received_at = moment
                self._inbox.put(Kind.SMS, f"+81{message.to[1:]}", moment, message.body)
            if self._callback_url:
                self._waiting.put_nowait(message)

        return end

    async def _tell(self, session: aiohttp.ClientSession, message: Message, attempt: int) -> None:
        if await self._post(session, message):
            self.counts["told"] += 1
        elif attempt == len(self._again_after):
            self.counts["abandoned"] += 1
        else:
            again = asyncio.create_task(self._tell_again(session, message, attempt))
            self._again.add(again)
            again.add_done_callback(self._again.discard)

    async def _tell_again(self, session: aiohttp.ClientSession, message: Message, attempt: int) -> None:
        await asyncio.sleep(self._again_after[attempt])
        await self._tell(session, message, attempt + 1)

    async def _post(self, session: aiohttp.ClientSession, message: Message) -> bool:
        body = json.dumps(message.as_json(), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "Karaden-Version": "2024-03-01"}
        receipt = self._journal.receive()
        status = 0
        with suppress(aiohttp.ClientError, TimeoutError):
            async with session.post(
                self._callback_url, data=body, headers=headers, allow_redirects=False
            ) as response:
                status = response.status
        # the address holds the bank's secret path
        self._journal.write(receipt, {"endpoint": "sms callback", "body": body.decode(), "status": status})
        return status // 100 == HTTPStatus.OK // 100
