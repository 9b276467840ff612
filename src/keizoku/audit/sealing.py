"""Sealing: settled entries become gapless, chained, signed blocks (docs/adr/0010).

An entry's id says nothing of when it becomes visible: a transaction that began early may commit late. So the order
is that of transactions: what lies below ``pg_snapshot_xmin`` is finished for good, and a block takes all of it.
"""

from django.db import connection, transaction
from django.utils import timezone

from keizoku.audit import anchors, key_chain, queries, rules, signing
from keizoku.audit.errors import SealingStopped
from keizoku.audit.models import Block, Entry
from keizoku.kernel.logs import get_logger

log = get_logger(__name__)

ENTRIES_IN_A_BLOCK = 10_000  # more only when a single transaction wrote more
_LONGEST = "15min"  # for one block
_ONE_SEALER = 0x6B_7A_61_75  # advisory lock: two sealers never make the same number


def seal() -> int:
    """Seal every settled entry, anchor the new heads, and return how many blocks were made.

    May run twice at once, stop anywhere and start late. Entries of this very transaction are not settled.

    Raises:
        SealingStopped: the database was restored with its transaction counter behind, or the signing key is lost.
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
        _wait_for_turn()
        last = Block.objects.order_by("-number").first()
        _check_continuable(last)
        from_xid = last.to_xid if last else 0
        to_xid = _end_of_block(from_xid, horizon)
        ids, digests = _settled(from_xid, to_xid)
        if not ids:
            return None
        key = key_chain.due(last)
        head = rules.BlockHead(
            number=last.number + 1 if last else 1,
            previous=bytes(last.digest) if last else rules.NO_PREVIOUS,
            from_xid=from_xid,
            to_xid=to_xid,
            count=len(ids),
            root=rules.root_of(digests),
            sealed_at=timezone.now(),
            next_key=key_chain.to_announce(key),
        )
        _store(head, key, ids, digests)
    return head


def _wait_for_turn() -> None:
    """Take the sealer's lock. The app's usual limits are for web requests: one transaction may have written a million
    entries, and a limit that cuts its sealing short would do so every time.
    """
    with connection.cursor() as cursor:
        for limit in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute(f"SET LOCAL {limit} = '{_LONGEST}'")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_SEALER])


def _end_of_block(from_xid: int, horizon: int) -> int:
    """Where the next block ends: transactions are never divided between blocks."""
    xids = (
        Entry.objects.filter(xid__gte=from_xid, xid__lt=horizon)
        .order_by("xid", "id")
        .values_list("xid", flat=True)
    )
    beyond = xids[ENTRIES_IN_A_BLOCK : ENTRIES_IN_A_BLOCK + 1].first()
    if beyond is None:
        return horizon
    return beyond if xids[0] < beyond else beyond + 1


def _settled(from_xid: int, to_xid: int) -> tuple[list[int], list[bytes]]:
    """The ids and digests of a block's entries, in order."""
    ids, digests = [], []
    entries = Entry.objects.filter(xid__gte=from_xid, xid__lt=to_xid).order_by("xid", "id")
    for (
        entry
    ) in entries.iterator():  # a digest is made of one row at a time; the rows themselves are not kept
        ids.append(entry.id)
        digests.append(rules.entry_digest(queries.row(entry)))
    return ids, digests


def _store(head: rules.BlockHead, key: str, ids: list[int], digests: list[bytes]) -> None:
    Block.objects.create(
        number=head.number,
        from_xid=head.from_xid,
        to_xid=head.to_xid,
        entries=head.count,
        first_entry_id=ids[0],
        last_entry_id=ids[-1],
        entry_ids=ids,
        entry_digests=b"".join(digests),
        root=head.root,
        previous=head.previous,
        digest=head.digest,
        signature=signing.sign(head.digest, key),
        sealed_at=head.sealed_at,
        public_key=key,
        next_key=head.next_key,
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


def _snapshot() -> tuple[int, int]:
    """The first transaction still in progress, and the first not yet begun."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(snapshot)::text, pg_snapshot_xmax(snapshot)::text"
            " FROM pg_current_snapshot() AS snapshot"
        )
        xmin, xmax = cursor.fetchone()
    return int(xmin), int(xmax)
