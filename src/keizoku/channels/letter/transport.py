"""The channel "letter": each window is one print file, kept under a key before it is handed in.

The print house sees names, addresses and the letters' words, with a one-time link as a QR code; nobody else sees them. What
is known of a batch lies in rows (``delivery.letters``): a worker that dies between keeping and handing in leaves a batch
that can be asked for by its key, and given again under the same key without being printed twice.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar
from uuid import UUID, uuid4

import aiohttp
from django.conf import settings
from django.db import connection
from django.utils import timezone

from keizoku.channels.letter import house, printing
from keizoku.channels.letter.printing import Sender as Letterhead
from keizoku.delivery.letters import actions, queries
from keizoku.delivery.letters.actions import Told
from keizoku.delivery.letters.models import LetterBatch
from keizoku.delivery.letters.ports import PrintFile, Returned, Stand
from keizoku.delivery.letters.rules import BatchState
from keizoku.delivery.ports import Event, Message, Outcome, Outgoing, Result, Sender
from keizoku.delivery.rules import NoticeTag, Tag
from keizoku.kernel.clock import business_today

_Found = TypeVar("_Found")
_NEXT = {
    Result.ACCEPTED: BatchState.HANDED_IN,
    Result.REJECTED: BatchState.REFUSED,
    Result.DEFERRED: BatchState.NOT_SENT,
}


class PrintedLetter:
    """The transport of channel "letter"."""

    name = "letter"
    address_field = "address"
    window = 200  # one print file; typst takes about 290 MB to set it, and 450 MB for 500

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Sender]:
        async with house.session() as session:

            async def send(batch: Sequence[Outgoing]) -> list[Outcome]:
                return await _send(session, batch)

            yield send

    async def find(self, tags: Sequence[str]) -> dict[str, Outcome | None]:
        """Tag → what the print house took in the letter's batch. A batch that it lacks is given again under its key."""
        held = await _aside(lambda: queries.holding([tag for text in tags if (tag := Tag.parse(text))]))
        async with house.session() as session:
            settled = {
                batch.id: await _settle(session, batch) for batch in {b.id: b for b in held.values()}.values()
            }
        # Without a batch the worker died before anything was kept: nothing was handed in.
        return {tag: answer for tag in tags for answer in (settled[held[tag].id] if tag in held else [None])}

    async def hand_in(self, files: PrintFile) -> tuple[Outcome, Stand | None]:
        async with house.session() as session:
            return await house.hand_in(session, files)

    async def stands(self, keys: Sequence[UUID]) -> dict[UUID, Stand | None]:
        async with house.session() as session:
            return await house.stands(session, keys)

    async def cancel(self, key: UUID) -> bool | None:
        async with house.session() as session:
            return await house.cancel(session, key)

    async def returned(self, after: int) -> list[Returned] | None:
        async with house.session() as session:
            return await house.returned(session, after)

    def picture(self, message: Message) -> bytes:
        linked = message._replace(button_url=f"{settings.PUBLIC_URL}/r/{'0' * 32}")
        sample = Outgoing(str(uuid4()), "kz-00000-00000-0000000", printing.SAMPLE, linked)
        return printing.picture(sample, Letterhead.of_settings(), on=business_today(), pixels_an_inch=80)

    def form_pictures(self, published_id: int) -> list[bytes]:
        sample = printing.sample_of(published_id)
        return printing.form_pictures(
            sample, Letterhead.of_settings(), on=business_today(), pixels_an_inch=80
        )

    def form_pdf(self, published_id: int) -> bytes:
        sample = printing.sample_of(published_id)
        return printing.form_pdf(
            sample, Letterhead.of_settings(), on=business_today(), made_at=timezone.now()
        )

    def form_pages(self, published_id: int) -> int:
        return printing.form_pages(published_id, Letterhead.of_settings())

    def keep(self, body: bytes) -> bytes:  # noqa: ARG002 - the port's signature
        raise ValueError("the print house is asked; it does not call back")

    def read_events(self, body: bytes) -> list[Event]:  # noqa: ARG002 - the port's signature
        return []

    def signature_holds(self, body: bytes, signature: str) -> bool:  # noqa: ARG002 - the port's signature
        return False


async def _send(session: aiohttp.ClientSession, batch: Sequence[Outgoing]) -> list[Outcome]:
    letterhead = Letterhead.of_settings()
    if not letterhead.is_complete:
        return [Outcome(Result.DEFERRED, "sender_not_configured")] * len(batch)
    problems = [printing.problem(outgoing) for outgoing in batch]
    printable = [outgoing for outgoing, problem in zip(batch, problems, strict=True) if not problem]
    taken: dict[str, Outcome] = {}
    for part in printing.print_files(printable):
        outcome = await _print(session, part, letterhead)
        taken |= dict.fromkeys((outgoing.tag for outgoing in part), outcome)
    return [
        Outcome(Result.REJECTED, problem) if problem else taken.get(outgoing.tag, _nothing())
        for outgoing, problem in zip(batch, problems, strict=True)
    ]


async def _print(session: aiohttp.ClientSession, batch: list[Outgoing], letterhead: Letterhead) -> Outcome:
    kept, files = await _aside(lambda: _keep(batch, letterhead))
    outcome, stand = await house.hand_in(session, files)
    await _aside(lambda: _note(kept, outcome, stand))
    return outcome


def _keep(batch: list[Outgoing], letterhead: Letterhead) -> tuple[LetterBatch, PrintFile]:
    files = printing.compose(batch, letterhead, key=uuid4(), made_at=timezone.now(), on=business_today())
    tags = [
        tag
        for outgoing in batch
        if (tag := Tag.parse(outgoing.tag) or NoticeTag.parse(outgoing.tag)) is not None
    ]
    pages = sum(printing.pages_of(outgoing, letterhead) for outgoing in batch)
    return actions.keep_batch(tags, files, pages=pages), files


def _note(batch: LetterBatch, outcome: Outcome, stand: Stand | None) -> None:
    """An unknown hand-in leaves the batch as it was made: it will be asked for."""
    if state := _NEXT.get(outcome.result):
        told = Told(outcome.code, outcome.carrier_ref, stand.cutoff_at if stand else None)
        actions.move(batch, state, told)


async def _settle(session: aiohttp.ClientSession, batch: LetterBatch) -> list[Outcome | None]:
    """What became of one batch: one element where it is known, none where the print house has to be asked again."""
    found = await house.stand(session, batch.key)
    if not found:
        return []
    if (stand := found[0]) is not None:
        is_cancelled = stand.state == "cancelled"
        outcome = Outcome(
            Result.REJECTED if is_cancelled else Result.ACCEPTED,
            "cancelled" if is_cancelled else "found",
            stand.reference,
        )
    elif batch.state == BatchState.MADE and await _aside(lambda: queries.may_go_again(batch)):
        outcome, stand = await house.hand_in(session, await _aside(lambda: actions.files_of(batch)))
        if outcome.result not in (Result.ACCEPTED, Result.REJECTED):
            return []
    else:
        return [None]
    await _aside(lambda: _note(batch, outcome, stand))
    return [outcome]


async def _aside(work: Callable[[], _Found]) -> _Found:
    """Database and typesetting on a thread of their own, whose connection is closed behind it."""

    def working() -> _Found:
        try:
            return work()
        finally:
            connection.close()

    return await asyncio.to_thread(working)


def _nothing() -> Outcome:
    return Outcome(Result.DEFERRED, "not_printed")
