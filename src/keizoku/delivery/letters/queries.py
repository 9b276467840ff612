"""Reads of batches and their letters; nothing here decrypts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count, Sum

from keizoku.delivery.letters.errors import LetterUnknown
from keizoku.delivery.letters.models import Letter, LetterBatch, LetterReturn
from keizoku.delivery.letters.rules import (
    BATCH_WORDS,
    FOLLOWED,
    RETURN_WORDS,
    BatchState,
    ReturnReason,
)
from keizoku.delivery.models import Gate
from keizoku.delivery.rules import Tag

SHOWN = 50
A_TURN = 200  # one question each


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One batch as lists show it. ``has_files``: the print file is still kept. Notices have no campaign and no step."""

    id: int
    key: UUID
    campaign_id: int | None
    step: int | None
    letters: int
    pages: int
    state: str
    words: str
    code: str
    reference: str
    pdf_sha256: str
    made_at: datetime
    moved_at: datetime
    cutoff_at: datetime | None
    posted_on: date | None
    returned: int
    has_files: bool

    @property
    def may_be_cancelled(self) -> bool:
        return self.state == BatchState.HANDED_IN and self.campaign_id is not None


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """One letter that came back."""

    customer_id: int
    campaign_id: int
    reason: str
    returned_on: date
    told_by: str


def batches(
    *, campaign_id: int | None = None, before: int | None = None, limit: int = SHOWN
) -> list[BatchRow]:
    """The newest first; ``before`` a batch's id for the page behind it."""
    found = LetterBatch.objects.select_related("wave").order_by("-id")
    if campaign_id is not None:
        found = found.filter(campaign_id=campaign_id)
    if before is not None:
        found = found.filter(id__lt=before)
    rows = list(found[:limit])
    returned = _returned([row.id for row in rows])
    return [_row(row, returned.get(row.id, 0)) for row in rows]


def batch(batch_id: int) -> BatchRow:
    """Raises ``LetterUnknown`` where there is none."""
    row = LetterBatch.objects.select_related("wave").filter(id=batch_id).first()
    if row is None:
        raise LetterUnknown(f"手紙の束 {batch_id} はありません。", remedy="一覧から選び直してください。")
    return _row(row, _returned([batch_id]).get(batch_id, 0))


def counts() -> dict[str, tuple[int, int]]:
    """State → batches and letters in it."""
    rows = LetterBatch.objects.values_list("state").annotate(Count("id"), Sum("letters"))
    return {state: (batches, letters) for state, batches, letters in rows}


def returns(batch_id: int, limit: int = 200) -> list[ReturnRow]:
    """Of one batch, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.customer_id, r.campaign_id, r.reason, r.returned_on, r.told_by "
            "FROM delivery_letterreturn r "
            "JOIN delivery_letter l USING (campaign_id, wave_id, position) "
            "JOIN delivery_delivery d USING (campaign_id, wave_id, position) "
            "WHERE l.batch_id = %s ORDER BY r.returned_on DESC, r.id DESC LIMIT %s",
            [batch_id, limit],
        )
        return [
            ReturnRow(customer, campaign, RETURN_WORDS[ReturnReason(reason)], day, told_by)
            for customer, campaign, reason, day, told_by in cursor.fetchall()
        ]


def subjects(batch_id: int) -> list[int]:
    """Whose letters a batch holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(d.customer_id, c.customer_id) FROM delivery_letter l "
            "LEFT JOIN delivery_delivery d USING (campaign_id, wave_id, position) "
            "LEFT JOIN delivery_code c ON c.id = l.notice_id "
            "WHERE l.batch_id = %s AND coalesce(d.customer_id, c.customer_id) IS NOT NULL ORDER BY l.sequence",
            [batch_id],
        )
        return [customer_id for (customer_id,) in cursor.fetchall()]


def holding(tags: Sequence[Tag]) -> dict[str, LetterBatch]:
    """Tag → the latest batch that holds its letter."""
    wanted = set(tags)
    places = (
        Letter.objects.filter(
            campaign_id__in={tag.campaign_id for tag in tags},
            wave_id__in={tag.wave_id for tag in tags},
            position__in={tag.position for tag in tags},
        )
        .select_related("batch")
        .order_by("batch_id")
    )
    found = {}
    for place in places:
        if place.tag in wanted:
            found[str(place.tag)] = place.batch
    return found


def may_go_again(batch: LetterBatch) -> bool:
    """Whether a kept batch may still be handed in: its campaign sends, and nobody in it wishes no letters since."""
    if (
        batch.campaign_id is None
        or not Gate.objects.filter(campaign_id=batch.campaign_id, is_open=True).exists()
    ):
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM delivery_letter l "
            "JOIN delivery_delivery d USING (campaign_id, wave_id, position) "
            "WHERE l.batch_id = %s AND ("
            "EXISTS (SELECT FROM customers_contactstop s WHERE s.customer_id = d.customer_id "
            "AND (s.campaign_id IS NULL OR s.campaign_id = d.campaign_id)) "
            "OR EXISTS (SELECT FROM customers_channelstop u WHERE u.customer_id = d.customer_id "
            "AND u.channel = 'letter')))",
            [batch.id],
        )
        (stopped,) = cursor.fetchone()
    return not stopped


def followed(turn: int) -> list[LetterBatch]:
    """Batches of which the print house still has to tell something; of very many, each turn those behind the last turn's.

    One of which it never tells anything is followed for ever, and keeps no other from its turn.
    """
    waiting = LetterBatch.objects.filter(state__in=FOLLOWED).order_by("id")
    turns = max(-(-waiting.count() // A_TURN), 1)
    start = turn % turns * A_TURN
    return list(waiting[start : start + A_TURN])


def latest_return() -> int:
    """The print house's number of the latest return that we know."""
    return (
        LetterReturn.objects.filter(number__isnull=False)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
        or 0
    )


def _returned(batch_ids: Sequence[int]) -> dict[int, int]:
    if not batch_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.batch_id, count(*) FROM delivery_letterreturn r "
            "JOIN delivery_letter l USING (campaign_id, wave_id, position) "
            "WHERE l.batch_id = ANY(%s) GROUP BY l.batch_id",
            [list(batch_ids)],
        )
        return dict(cursor.fetchall())


def _row(row: LetterBatch, returned: int) -> BatchRow:
    return BatchRow(
        id=row.id,
        key=row.key,
        campaign_id=row.campaign_id,
        step=row.wave.step if row.wave else None,
        letters=row.letters,
        pages=row.pages,
        state=row.state,
        words=BATCH_WORDS[BatchState(row.state)],
        code=row.code,
        reference=row.reference,
        pdf_sha256=row.pdf_sha256,
        made_at=row.made_at,
        moved_at=row.moved_at,
        cutoff_at=row.cutoff_at,
        posted_on=row.posted_on,
        returned=returned,
        has_files=bool(row.pdf),
    )
