"""Sealing: settled entries become gapless, chained, signed blocks (docs/adr/0010).

An entry's id says nothing of when it becomes visible: a transaction that began early may commit late. So the order
is that of transactions: what lies below ``pg_snapshot_xmin`` is finished for good, and a block takes all of it.
"""

from django.db import connection, transaction
from django.utils import timezone

from keizoku.audit import anchors, queries, rules, signing
from keizoku.audit.errors import SealingStopped
from keizoku.audit.models import Block, Entry
from keizoku.kernel.logs import get_logger

log = get_logger(__name__)

ENTRIES_IN_A_BLOCK = 10_000  # more only when a single transaction wrote more
_ONE_SEALER = 0x6B_7A_61_75  # advisory lock: two sealers never make the same number


def seal() -> int:
    """Seal every settled entry, anchor the new heads, and return how many blocks were made.

    May run twice at once, stop anywhere and start late. Entries of this very transaction are not settled.

    Raises:
        SealingStopped: the database was restored with its transaction counter behind, or the signing key is another.
    """
    horizon, _ = _snapshot()
    made = 0
    while (head := _seal_next(horizon)) is not None:
        anchors.append(head)
        log.info("audit.block_sealed", number=head.number, entries=head.count)
        made += 1
    return made


def _seal_next(horizon: int) -> rules.BlockHead | None:
    """Make the next block out of transactions below ``horizon``; None when they hold no further entry."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_SEALER])
        last = Block.objects.order_by("-number").first()
        _check_continuable(last)
        from_xid = last.to_xid if last else 0
        to_xid, entries = _settled(from_xid, horizon)
        if not entries:
            return None
        digests = [rules.entry_digest(entry) for entry in entries]
        head = rules.BlockHead(
            number=last.number + 1 if last else 1,
            previous=bytes(last.digest) if last else rules.NO_PREVIOUS,
            from_xid=from_xid,
            to_xid=to_xid,
            count=len(entries),
            root=rules.root_of(digests),
            sealed_at=timezone.now(),
        )
        _store(head, entries, digests)
    return head


def _settled(from_xid: int, horizon: int) -> tuple[int, list[rules.EntryRow]]:
    """The end of the next block, and its entries in order. Transactions are never divided between blocks."""
    waiting = Entry.objects.filter(xid__gte=from_xid, xid__lt=horizon).order_by("xid", "id")
    entries = queries.rows(waiting[: ENTRIES_IN_A_BLOCK + 1])
    if len(entries) <= ENTRIES_IN_A_BLOCK:
        return horizon, entries
    beyond = entries[-1].xid
    whole = [entry for entry in entries if entry.xid < beyond]
    if whole:
        return beyond, whole
    return beyond + 1, queries.rows(waiting.filter(xid=beyond))


def _store(head: rules.BlockHead, entries: list[rules.EntryRow], digests: list[bytes]) -> None:
    Block.objects.create(
        number=head.number,
        from_xid=head.from_xid,
        to_xid=head.to_xid,
        entries=head.count,
        first_entry_id=entries[0].id,
        last_entry_id=entries[-1].id,
        entry_ids=[entry.id for entry in entries],
        entry_digests=b"".join(digests),
        root=head.root,
        previous=head.previous,
        digest=head.digest,
        signature=signing.sign(head.digest),
        sealed_at=head.sealed_at,
    )


def _check_continuable(last: Block | None) -> None:
    if last is None:
        return
    _, next_xid = _snapshot()
    if next_xid < last.to_xid:  # a logical restore begins to count again: what follows would never be sealed
        raise SealingStopped(
            f"データベースの取引番号({next_xid})が、封印済みの番号({last.to_xid})より小さくなっています。",
            remedy="復元の手順に従い、pg_resetwal で取引番号を進めてから再開してください。",
        )
    if not signing.is_ours(bytes(last.digest), bytes(last.signature)):
        raise SealingStopped(
            "署名鍵が、これまでの封印に使われた鍵と違います。",
            remedy=f"バックアップから keys/{signing.KEY_FILE} を戻してください。",
        )


def _snapshot() -> tuple[int, int]:
    """The first transaction still in progress, and the first not yet begun."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(snapshot)::text, pg_snapshot_xmax(snapshot)::text"
            " FROM pg_current_snapshot() AS snapshot"
        )
        xmin, xmax = cursor.fetchone()
    return int(xmin), int(xmax)
