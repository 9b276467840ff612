"""What happens to batches: kept, moved on, handed out to a person, called off. Returned mail lies in ``returning``."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.audit import actions as audit
from keizoku.delivery import receipts
from keizoku.delivery.letters import queries
from keizoku.delivery.letters.errors import LetterRefused
from keizoku.delivery.letters.models import Letter, LetterBatch
from keizoku.delivery.letters.ports import PrintFile, Printing
from keizoku.delivery.letters.rules import BATCH_TRANSITIONS, CALLED_OFF_EVENT, BatchState
from keizoku.delivery.ports import Event
from keizoku.delivery.registry import transport
from keizoku.delivery.rules import NoticeTag, Tag
from keizoku.kernel import files
from keizoku.kernel.actor import Actor
from keizoku.kernel.logs import get_logger

log = get_logger(__name__)

ACTOR = Actor.system("delivery")
CHANNEL = "letter"


@dataclass(frozen=True, slots=True)
class Told:
    """What is known with a batch's new state; what is left out stays as it was."""

    code: str = ""
    reference: str = ""
    cutoff_at: datetime | None = None
    posted_on: date | None = None


def keep_batch(tags: Sequence[Tag | NoticeTag], made: PrintFile, pages: int) -> LetterBatch:
    """Keep a print file, encrypted, and who stands where in it, before anybody is given it: one wave's, or notices."""
    wave = tags[0] if isinstance(tags[0], Tag) else None
    stored: list[files.Stored] = []
    try:
        stored.append(files.store([made.pdf]))
        stored.append(files.store([made.manifest]))
        pdf, manifest = stored
        with transaction.atomic():
            batch = LetterBatch.objects.create(
                key=made.key,
                campaign_id=wave.campaign_id if wave else None,
                wave_id=wave.wave_id if wave else None,
                letters=len(tags),
                pages=pages,
                pdf=pdf.id,
                manifest=manifest.id,
                pdf_sha256=pdf.sha256,
            )
            Letter.objects.bulk_create(
                Letter(batch=batch, sequence=sequence, **tag._asdict())
                for sequence, tag in enumerate(tags, start=1)
            )
            audit.record(
                actor=ACTOR,
                action="delivery.letters.made",
                subject=("letter_batch", batch.id),
                details={"letters": len(tags), "sha256": pdf.sha256, "campaign": batch.campaign_id},
            )
    except BaseException:  # nobody would find them again
        for one in stored:
            files.delete(one.id)
        raise
    return batch


def move(batch: LetterBatch, to: BatchState, told: Told | None = None, *, actor: Actor = ACTOR) -> bool:
    """Bring a batch into a state that its own allows; False where somebody else was quicker."""
    news = told or Told()
    allowed = [state for state, after in BATCH_TRANSITIONS.items() if to in after]
    changes = {
        name: value
        for name in ("code", "reference", "cutoff_at", "posted_on")
        if (value := getattr(news, name))
    }
    with transaction.atomic():
        moved = LetterBatch.objects.filter(id=batch.id, state__in=allowed).update(
            state=to, moved_at=timezone.now(), **changes
        )
        if moved:
            audit.record(
                actor=actor,
                action=f"delivery.letters.{to.value}",
                subject=("letter_batch", batch.id),
                details={"letters": batch.letters, "code": news.code},
            )
            if to is BatchState.NOT_SENT:
                _forget_files(batch)
    if moved:
        log.info("delivery.letters_moved", batch_id=batch.id, state=to.value)
    return bool(moved)


def files_of(batch: LetterBatch) -> PrintFile:
    """The kept files of a batch, for the print house. FileNotFoundError once they are gone."""
    with files.open_stored(batch.pdf) as pdf, files.open_stored(batch.manifest) as manifest:
        return PrintFile(batch.key, pdf.read(), manifest.read())


def hand_out(batch_id: int, *, actor: Actor) -> IO[bytes]:
    """The print file for a person, who reads names and addresses by it: under a grant, with its digest in the audit.

    Raises:
        LetterRefused: there is no such batch, or its file is gone.
    """
    authorise(actor, "letters.export")
    row = queries.batch(batch_id)
    if not row.has_files:
        raise LetterRefused(
            "この束の印刷用ファイルは、もう残っていません。",
            remedy="渡さなかった束のファイルは、すぐに消します。",
        )
    with transaction.atomic():
        audit.grant_read(actor=actor, purpose="delivery.letters.export", subjects=queries.subjects(batch_id))
        audit.record(
            actor=actor,
            action="delivery.letters.handed_out",
            subject=("letter_batch", batch_id),
            details={"letters": row.letters, "sha256": row.pdf_sha256},
        )
    return files.open_stored(LetterBatch.objects.values_list("pdf", flat=True).get(id=batch_id))


def manifest(batch_id: int, *, actor: Actor) -> bytes:
    """The list beside the print file: places, tags, pages, postal codes and digests; no name, no address."""
    authorise(actor, "letters.export")
    if not queries.batch(batch_id).has_files:
        raise LetterRefused("この束の一覧は、もう残っていません。", remedy="一覧から選び直してください。")
    audit.record(
        actor=actor, action="delivery.letters.manifest_read", subject=("letter_batch", batch_id), details={}
    )
    with files.open_stored(LetterBatch.objects.values_list("manifest", flat=True).get(id=batch_id)) as stored:
        return stored.read()


def call_off(batch_id: int, *, letters: int, actor: Actor) -> None:
    """Have a batch not printed, as long as the print house can still stop it; its letters count as not arrived.

    Raises:
        LetterRefused: a wrong number was typed, it is too late, or the print house does not answer.
    """
    authorise(actor, "letters.call_off")
    row = queries.batch(batch_id)
    if row.campaign_id is None:
        raise LetterRefused(
            "連絡先の変更のお知らせは、取りやめられません。",
            remedy="知らせがとどかないと、心当たりのない変更にお客さまが気づけません。",
        )
    if letters != row.letters:
        raise LetterRefused(
            "入力した通数が、この束の通数と違います。",
            remedy=f"取りやめるには、通数 {row.letters:,} を入力してください。",
        )
    if not row.may_be_cancelled:
        raise LetterRefused(
            f"この束は「{row.words}」なので、取りやめられません。",
            remedy="印刷会社に電話で確かめてください。",
        )
    cancelled = asyncio.run(ask_to_cancel(printing(), row.key))
    if cancelled is None:
        raise LetterRefused(
            "印刷会社が応答しません。取りやめたかどうか、分かりません。",
            remedy="少し待ってもう一度押すか、印刷会社に電話してください。",
        )
    if not cancelled:
        raise LetterRefused(
            "締め切りを過ぎたので、印刷を止められませんでした。",
            remedy="手紙は届きます。印刷会社に確かめてください。",
        )
    with transaction.atomic():
        if move(LetterBatch.objects.get(id=batch_id), BatchState.CANCELLED, actor=actor):
            not_arrived(batch_id)


async def ask_to_cancel(house: Printing, key: UUID) -> bool | None:
    """Whether a batch will not be printed. A refusal may be that of a second asking: then its stand tells the truth."""
    answer = await house.cancel(key)
    if answer is not False:
        return answer
    stand = (await house.stands([key])).get(key)
    return stand is not None and stand.state == BatchState.CANCELLED


def not_arrived(batch_id: int) -> None:
    """A receipt "undelivered" for each letter of a batch that was called off, so that the journey goes on."""
    now = timezone.now()
    places = Letter.objects.filter(batch_id=batch_id).select_related("batch")
    told = [(tag, place.batch.key) for place in places if (tag := place.tag)]
    receipts.append(
        CHANNEL,
        [
            (Event(f"{CALLED_OFF_EVENT}{key}:{tag.position}", str(tag), "undelivered", now), tag)
            for tag, key in told
        ],
    )


def printing() -> Printing:
    """The transport that prints.

    Raises:
        LetterRefused: this installation sends no letters.
    """
    found = transport(CHANNEL)
    if not isinstance(found, Printing):
        raise LetterRefused("この設定では、手紙を送りません。", remedy="設定の channels を確かめてください。")
    return found


def _forget_files(batch: LetterBatch) -> None:
    """Names and addresses that nobody was given are not kept."""
    names = [batch.pdf, batch.manifest]
    LetterBatch.objects.filter(id=batch.id).update(pdf="", manifest="")

    def forget() -> None:
        for name in filter(None, names):
            files.delete(name)

    transaction.on_commit(forget)
