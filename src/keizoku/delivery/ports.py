"""What delivery needs somebody to implement: a carrier's transport."""

from collections.abc import Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from keizoku.kernel.personal import Addressee, EmailAddress, PhoneNumber


class Result(StrEnum):
    """What became of one attempt, as far as the carrier's own answer tells."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    DEFERRED = "deferred"


@dataclass(frozen=True, slots=True)
class Message:
    """Words with every placeholder filled; ``button`` is a label and an address, where the channel has buttons.

    ``reference`` (12345-67890-1) and ``deadline`` stand apart too: a letter prints them large.
    """

    subject: str
    body: str
    button_label: str = ""
    button_url: str = ""
    reference: str = ""
    deadline: date | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to one address. ``tag`` comes back in receipts and names the delivery; ``key`` is the attempt's UUID."""

    key: str
    tag: str
    address: PhoneNumber | EmailAddress | Addressee
    message: Message


@dataclass(frozen=True, slots=True)
class Outcome:
    """``code`` is the carrier's machine reason; ``carrier_ref`` its id for the message or request."""

    result: Result
    code: str = ""
    carrier_ref: str = ""


# Sends each message once; one outcome a message, in order. Never raises for a carrier's failure.
Sender = Callable[[Sequence[Outgoing]], Coroutine[Any, Any, list[Outcome]]]


@dataclass(frozen=True, slots=True)
class Event:
    """What a carrier's callback says of one delivery: ``kind`` is "delivered" or "undelivered"."""

    event_id: str
    tag: str
    kind: str
    occurred_at: datetime


class Transport(Protocol):
    """A carrier. At most ``window`` messages are in flight at once; a kill leaves at most that many unknown.

    ``address_field`` names the record's field that holds the address: "phone", "email", or "address" (with the name).
    """

    name: str
    address_field: str
    window: int

    def connect(self) -> AbstractAsyncContextManager[Sender]:
        """Open the connections that one chunk's windows share."""
        ...

    def keep(self, body: bytes) -> bytes:
        """What is stored of a verified callback: its delivery events, and nothing personal; empty when it has none.

        Raises:
            ValueError: it is no callback of this carrier.
        """
        ...

    def read_events(self, body: bytes) -> list[Event]:
        """The delivery events in what ``keep`` kept."""
        ...

    def signature_holds(self, body: bytes, signature: str) -> bool:
        """Whether the carrier signed this raw body; False where a channel has no callbacks."""
        ...


@runtime_checkable
class Findable(Protocol):
    """A transport whose carrier can say what it took under a tag: an ``unknown`` message can be settled."""

    async def find(self, tags: Sequence[str]) -> dict[str, Outcome | None]:
        """Tag → what was taken, or None for nothing; tags without an answer are left out."""
        ...
