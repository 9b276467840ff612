"""What delivery needs somebody to implement: a carrier's transport.

Messages, outcomes and events are tuples: there are millions, and a dataclass takes thrice the time to make.
"""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple, Protocol, runtime_checkable

from keizoku.kernel.personal import Addressee, EmailAddress, LineUser, PhoneNumber

Address = PhoneNumber | EmailAddress | LineUser | Addressee


class Result(StrEnum):
    """What became of one attempt, as far as the carrier's own answer tells."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    DEFERRED = "deferred"


class Message(NamedTuple):
    """Words with every placeholder filled; ``button`` is a label and an address, where the channel has buttons.

    ``reference`` (12345-67890-1) and ``deadline`` stand apart too: a letter prints them large. ``form``: the published
    questionnaire that a letter encloses on paper, 0 where none is in use, None where the words want none.
    """

    subject: str
    body: str
    button_label: str = ""
    button_url: str = ""
    reference: str = ""
    deadline: date | None = None
    form: int | None = None


class Outgoing(NamedTuple):
    """One message to one address. ``tag`` comes back in receipts and names the delivery; ``key`` is the attempt's UUID."""

    key: str
    tag: str
    address: Address
    message: Message


class Outcome(NamedTuple):
    """``code`` is the carrier's machine reason; ``carrier_ref`` its id for the message or request.

    A code that ends in "rate_limited" slows all workers down; ``retry_after_s`` is how long the carrier wants no calls.
    """

    result: Result
    code: str = ""
    carrier_ref: str = ""
    retry_after_s: float | None = None


# Sends each message once; one outcome a message, in order. Never raises for a carrier's failure.
Sender = Callable[[Sequence[Outgoing]], Coroutine[Any, Any, list[Outcome]]]


class Event(NamedTuple):
    """What a carrier says of one delivery: ``kind`` is "delivered", "undelivered" or "complained".

    ``blames_address`` is False where it did not arrive for a reason that says nothing of the address itself.
    """

    event_id: str
    tag: str
    kind: str
    occurred_at: datetime
    blames_address: bool = True


class Transport(Protocol):
    """A carrier. At most ``window`` messages are in flight at once; a kill leaves at most that many unknown.

    ``address_field`` names the record's field that holds the address: "phone", "email", "address" (with the name), or
    "line": the linked account, and the phone number of whoever has linked none.
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


@runtime_checkable
class Repeatable(Protocol):
    """A transport whose carrier takes a message once for each attempt's key, for some time: ``unknown`` may be sent again.

    ``repeatable_codes`` are patterns (SQL LIKE) of the codes of unknown outcomes that may be repeated at all.
    """

    repeatable_for: timedelta
    repeatable_codes: tuple[str, ...]

    def sent_under_key(self, begun: Mapping[int, datetime]) -> set[int]:
        """Those customers whose messages, the oldest begun at that moment, can only have gone out under their keys."""
        ...


@runtime_checkable
class Conversing(Protocol):
    """A transport whose carrier also tells of people's accounts with it, and takes answers."""

    def hear(self, body: bytes) -> None:
        """Keep what a verified callback tells of accounts, encrypted, and nothing else of it.

        Raises:
            ValueError: it is no callback of this carrier.
        """
        ...

    def converse(self) -> int:
        """Deal with what was told, each once; returns how many."""
        ...


@dataclass(frozen=True, slots=True)
class Collected:
    """What one look into a mailbox of returned messages brought.

    Attributes:
        events: what they say of deliveries.
        passed_over: messages that say nothing that counts, such as that a mail is delayed.
        unread: messages that we do not understand; they are left for a person.
    """

    events: Sequence[Event]
    passed_over: int
    unread: int


class NotCollected(Exception):
    """The mailbox could not be read; the message is a reason without anything personal. The next look tries again."""


@runtime_checkable
class Collecting(Protocol):
    """A transport whose carrier returns messages into a mailbox of ours instead of calling back."""

    def collect(self, take: Callable[[Collected], None]) -> int:
        """Read what lies there, hand it over, and only then remove it; returns how many messages. Safe to stop anywhere.

        Raises:
            NotCollected: the mailbox could not be read.
        """
        ...
