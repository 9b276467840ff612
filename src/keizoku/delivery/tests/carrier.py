"""A carrier for the engine's own tests: it journals every call and answers as told. Its protocol is the port itself."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import ClassVar

from keizoku.delivery.ports import Event, Outcome, Outgoing, Result, Sender


class Journal:
    """What reached the carrier, in order, over all of a test's dispatchers; ``answer`` decides each outcome."""

    calls: list[Outgoing]
    asked: ClassVar[list[str]] = []
    # tag → the carrier's reference; None where the carrier does not answer
    taken: ClassVar[dict[str, str | None]] = {}
    answer: Callable[[Outgoing], Outcome]

    @classmethod
    def clear(cls) -> None:
        cls.calls = []
        cls.answer = staticmethod(
            lambda outgoing: Outcome(Result.ACCEPTED, carrier_ref=f"ref-{outgoing.tag}")
        )


class _Carrier:
    address_field = "phone"
    window = 4

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Sender]:
        async def send(batch: Sequence[Outgoing]) -> list[Outcome]:
            Journal.calls.extend(batch)
            return [Journal.answer(outgoing) for outgoing in batch]

        yield send

    def keep(self, body: bytes) -> bytes:
        return body

    def read_events(self, body: bytes) -> list[Event]:
        """One event a line: "<event id> <tag>"."""
        rows = [line.split() for line in body.decode().splitlines()]
        return [
            Event(event_id, tag, "delivered", datetime(2026, 11, 21, tzinfo=UTC)) for event_id, tag in rows
        ]

    def signature_holds(self, body: bytes, signature: str) -> bool:
        return signature == "signed"


class Phone(_Carrier):
    name = "line"


class Mail(_Carrier):
    name = "email"
    address_field = "email"


class Asked(_Carrier):
    """A carrier that can be asked what it took."""

    name = "sms"

    async def find(self, tags: Sequence[str]) -> dict[str, Outcome | None]:
        Journal.asked.extend(tags)
        found = {tag: Journal.taken.get(tag, "") for tag in tags}
        return {
            tag: Outcome(Result.ACCEPTED, "found", reference) if reference else None
            for tag, reference in found.items()
            if reference is not None
        }
