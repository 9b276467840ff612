"""Which key signs which block, as the chain itself says.

A rotation is announced inside the chain: a block signed by the old key names the new public key, and every later
block is signed by that one. Only sealing, the export and this room's actions call me.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from keizoku.audit import signing
from keizoku.audit.errors import SealingStopped
from keizoku.audit.models import Block


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key and its blocks; ``first_block`` is None as long as none is signed by it."""

    public_key: str
    first_block: int | None
    last_block: int | None
    since: datetime | None
    state: Literal["current", "former", "announced", "waiting"]
    file: str  # "" where the private half is not here

    @property
    def is_lost(self) -> bool:
        return not self.file


def due(last: Block | None) -> str:
    """The public key that signs the block after ``last``; an empty chain begins with the newest key, made if need be."""
    if last is None:
        keys = signing.held() or [signing.make()]
        return keys[-1].public_key
    return last.next_key or signer_of(last)


def to_announce(due_key: str) -> str:
    """The key that the next block announces: one made since the due one; "" when there is none."""
    keys = signing.held()
    due_number = next((key.number for key in keys if key.public_key == due_key), None)
    newest = keys[-1] if keys else None
    if due_number is None or newest is None or newest.number <= due_number:
        return ""
    return newest.public_key


def current() -> str:
    """The key that is due now."""
    return due(_last())


def keys_from(first_block: int) -> list[str]:
    """The key of the first block given, then each key announced in it or later; of an empty chain the one due."""
    first = Block.objects.filter(number__gte=first_block).order_by("number").first()
    if first is None:
        return [current()]
    announced = Block.objects.filter(number__gte=first_block).exclude(next_key="").order_by("number")
    return [signer_of(first), *announced.values_list("next_key", flat=True)]


def signer_of(block: Block) -> str:
    """The key that a block names as its own; blocks of earlier versions name none, so the keys held are tried."""
    if block.public_key:
        return block.public_key
    digest, signature = bytes(block.digest), bytes(block.signature)
    for key in signing.held():
        if signing.is_signed_by(key.public_key, digest, signature):
            return key.public_key
    raise SealingStopped(
        f"ブロック {block.number} の署名に使われた鍵がありません。",
        remedy="バックアップから keys/ の audit-signing*.pem を戻してください。いまある鍵は上書きされません。",
    )


def listing() -> list[KeyRow]:
    """Every key of the chain in the order of its use, then those that wait to be announced."""
    first, last = Block.objects.order_by("number").first(), _last()
    files = {key.public_key: key.path.name for key in signing.held()}
    rows: list[KeyRow] = []
    if first is not None and last is not None:
        rows = list(_in_use(first, last, files))
    known = {row.public_key for row in rows}
    rows += [
        KeyRow(key, None, None, None, "waiting", file) for key, file in files.items() if key not in known
    ]
    return rows


def _in_use(first: Block, last: Block, files: dict[str, str]) -> list[KeyRow]:
    changes = list(Block.objects.exclude(next_key="").order_by("number").defer("entry_ids", "entry_digests"))
    starts = [(signer_of(first), first.number, first.sealed_at)]
    starts += [(block.next_key, block.number + 1, block.sealed_at) for block in changes]
    ends = [block.number for block in changes] + [last.number]
    rows = []
    for (key, begin, since), end in zip(starts, ends, strict=True):
        is_newest = key == starts[-1][0]
        is_used = begin <= last.number
        rows.append(
            KeyRow(
                public_key=key,
                first_block=begin if is_used else None,
                last_block=end if is_used else None,
                since=since,
                state="former" if not is_newest else "current" if is_used else "announced",
                file=files.get(key, ""),
            )
        )
    return rows


def _last() -> Block | None:
    return Block.objects.order_by("-number").defer("entry_ids", "entry_digests").first()
