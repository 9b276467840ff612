"""What a print house can be asked about batches, by their keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, runtime_checkable
from uuid import UUID

from keizoku.delivery.letters.rules import ReturnReason
from keizoku.delivery.ports import Message, Outcome


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a batch is: "accepted", "printed", "posted" or "cancelled"; ``posted_on`` once it was posted."""

    state: str
    reference: str = ""
    cutoff_at: datetime | None = None
    posted_on: date | None = None


@dataclass(frozen=True, slots=True)
class Returned:
    """One letter that came back. ``number`` is the print house's own and rises; staff's returns have none."""

    tag: str
    reason: ReturnReason
    returned_on: date
    number: int | None = None


@dataclass(frozen=True, slots=True)
class PrintFile:
    """What is handed in: the letters, and the list of them."""

    key: UUID
    pdf: bytes
    manifest: bytes


@runtime_checkable
class Printing(Protocol):
    """A transport that prints. Each call answers None where the print house did not."""

    async def hand_in(self, files: PrintFile) -> tuple[Outcome, Stand | None]:
        """Give a batch to the print house; the same key again is "already accepted"."""
        ...

    async def stands(self, keys: Sequence[UUID]) -> dict[UUID, Stand | None]:
        """Key → where the batch is, or None where the print house has none under it; unanswered keys are left out."""
        ...

    async def cancel(self, key: UUID) -> bool | None:
        """Whether the batch will not be printed; False after the cut-off."""
        ...

    def picture(self, message: Message) -> bytes:
        """A PNG of the page with these words, an invented addressee and a link that leads nowhere."""
        ...

    def form_pictures(self, published_id: int) -> list[bytes]:
        """A PNG of each page of a published questionnaire on paper, as a letter encloses it."""
        ...

    def form_pdf(self, published_id: int) -> bytes:
        """The same pages as one PDF, with an invented reference code."""
        ...

    def form_pages(self, published_id: int) -> int:
        """How many pages a published questionnaire takes on paper."""
        ...

    async def returned(self, after: int) -> list[Returned] | None:
        """Letters that came back, behind the print house's number ``after``."""
        ...
