"""Reads of the audit: plain, typed rows. Who may see them is the caller's check ("audit.read").

Ids stay ids here; whoever shows them looks the names up, and reading a customer's name is itself a read to record.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from keizoku.audit.models import Block, Entry
from keizoku.audit.rules import COUNT, IDS_DIGEST, READ, EntryRow


@dataclass(frozen=True, slots=True)
class Criteria:
    """What to look for; everything that is given must hold. Instants are wall time, ``until`` is exclusive."""

    subject: tuple[str, int] | None = None
    actor: tuple[str, str] | None = None
    action: str = ""  # a prefix: "campaigns." finds all of a room
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, newest first; ``next_before`` continues the search, None at its end."""

    rows: list[EntryRow]
    next_before: int | None


@dataclass(frozen=True, slots=True)
class BlockRow:
    number: int
    entries: int
    first_entry_id: int
    last_entry_id: int
    digest: str
    sealed_at: datetime


@dataclass(frozen=True, slots=True)
class Sight:
    """One read of one customer; ``together_with`` is how many were read by the same entry, 1 when alone.

    ``ids_digest`` seals the list of them, "" when alone.
    """

    entry_id: int
    at: datetime
    actor_kind: str
    actor_id: str
    purpose: str
    together_with: int
    ids_digest: str


def search(criteria: Criteria, *, before: int | None = None, limit: int = 50) -> Page:
    """Entries that meet the criteria, newest first, from below the entry ``before`` (key-set paging)."""
    found = Entry.objects.filter(_condition(criteria)).order_by("-id")
    if before is not None:
        found = found.filter(id__lt=before)
    page = rows(found[: limit + 1])
    more = len(page) > limit
    return Page(page[:limit], page[limit - 1].id if more else None)


def who_saw(customer_id: int, since: datetime, until: datetime) -> list[Sight]:
    """Everybody who read this customer's personal data in the time given, oldest first; bulk reads included."""
    reads = Entry.objects.filter(action=READ, at__gte=since, at__lt=until)
    alone = reads.filter(subject_kind="customer", subject_id=customer_id)
    together = reads.filter(bulkread__ids__contains=[customer_id])
    seen = sorted([*alone, *together], key=lambda entry: entry.id)  # two index look-ups; one OR would scan
    return [
        Sight(
            read.id,
            read.at,
            read.actor_kind,
            read.actor_id,
            read.purpose,
            int(read.details.get(COUNT) or 1),
            str(read.details.get(IDS_DIGEST) or ""),
        )
        for read in rows(seen)
    ]


def blocks(*, before: int | None = None, limit: int = 50) -> list[BlockRow]:
    """Sealed blocks, newest first, from below number ``before``."""
    found = Block.objects.order_by("-number")
    if before is not None:
        found = found.filter(number__lt=before)
    return [_block_row(block) for block in found.defer("entry_ids", "entry_digests")[:limit]]


def _block_row(block: Block) -> BlockRow:
    return BlockRow(
        number=block.number,
        entries=block.entries,
        first_entry_id=block.first_entry_id,
        last_entry_id=block.last_entry_id,
        digest=bytes(block.digest).hex(),
        sealed_at=block.sealed_at,
    )


def sealed_in(entry_ids: Iterable[int]) -> dict[int, BlockRow]:
    """Entry → the block that seals it; one that waits for its block is absent."""
    entries = list(Entry.objects.filter(id__in=list(entry_ids)).values_list("id", "xid"))
    found: dict[int, BlockRow] = {}
    for entry_id, xid in entries:  # a proof names some dozens
        block = (
            Block.objects.filter(from_xid__lte=xid, to_xid__gt=xid)
            .defer("entry_ids", "entry_digests")
            .first()
        )
        if block is not None:
            found[entry_id] = _block_row(block)
    return found


def count() -> int:
    """How many entries there are, sealed or not."""
    return Entry.objects.count()


def unsealed() -> int:
    """How many entries wait for the next block."""
    last = Block.objects.order_by("-number").values_list("to_xid", flat=True).first()
    return Entry.objects.filter(xid__gte=last or 0).count()


def rows(entries: Iterable[Entry]) -> list[EntryRow]:
    """Entries as plain rows, in the order given."""
    return [row(entry) for entry in entries]


def row(entry: Entry) -> EntryRow:
    return EntryRow(
        id=entry.id,
        xid=entry.xid,
        at=entry.at,
        business_at=entry.business_at,
        actor_kind=entry.actor_kind,
        actor_id=entry.actor_id,
        action=entry.action,
        subject_kind=entry.subject_kind,
        subject_id=entry.subject_id,
        purpose=entry.purpose,
        details=entry.details,
    )


def _condition(criteria: Criteria) -> Q:
    condition = Q(action__startswith=criteria.action) if criteria.action else Q()
    if criteria.subject:
        condition &= Q(subject_kind=criteria.subject[0], subject_id=criteria.subject[1])
    if criteria.actor:
        condition &= Q(actor_kind=criteria.actor[0], actor_id=criteria.actor[1])
    if criteria.since:
        condition &= Q(at__gte=criteria.since)
    if criteria.until:
        condition &= Q(at__lt=criteria.until)
    return condition
