"""The export: the whole chain as JSON Lines, so that ``verifier.py`` can check it without the database.

Lines, each one canonical JSON: a header; for each block its line, then its entries in order, a bulk read's followed
by its ids; an end that is signed, so that a cut shows. Format and checks: docs/adr/0010.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from django.utils import timezone

from keizoku.audit import anchors, entries, key_chain, queries, rules, signing
from keizoku.audit.models import Block, Entry
from keizoku.audit.sealing import seal
from keizoku.kernel.actor import Actor

FORMAT = "keizoku-audit-2"
_BLOCKS_AT_A_TIME = 20

Progress = Callable[[int], None]


def write(path: Path, *, actor: Actor, progress: Progress = lambda _entries: None) -> None:
    """Write the export to ``path``, readable by this user alone; it appears whole or not at all.

    What is settled is sealed first, the entry that tells of this export included. ``progress`` is told how many
    entries are written.
    """
    entries.write(actor, "audit.export.written", None, purpose="", details={})
    seal()
    draft = path.with_name(f".{path.name}.draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.writelines(lines(progress=progress))
        file.flush()
        os.fsync(handle)
    draft.replace(path)


def lines(*, first_block: int = 1, progress: Progress = lambda _entries: None) -> Iterator[bytes]:
    """The export's lines, each with its newline; from a later block on, what lies before stays unchecked."""
    keys = key_chain.keys_from(first_block)
    header = rules.canonical(
        {
            "kind": "header",
            "format": FORMAT,
            "first_block": first_block,
            "installation": anchors.installation(),
            "public_key": keys[0],
            "later_keys": keys[1:],
            "written_at": rules.instant(timezone.now()),
        }
    )
    yield header + b"\n"
    block_count, entry_count, head, key = 0, 0, "", keys[0]
    for block in _blocks(first_block):
        yield _block_line(block) + b"\n"
        for entry in _entries(block):
            yield from _entry_lines(entry)
            entry_count += 1
        block_count, head, key = block_count + 1, bytes(block.digest).hex(), block.next_key or key
        progress(entry_count)
    yield _end_line(header, block_count, entry_count, head, key) + b"\n"


def _blocks(first_block: int) -> Iterator[Block]:
    number = first_block - 1
    while page := list(Block.objects.filter(number__gt=number).order_by("number")[:_BLOCKS_AT_A_TIME]):
        yield from page
        number = page[-1].number


def _block_line(block: Block) -> bytes:
    return rules.canonical(
        {
            "kind": "block",
            "number": block.number,
            "previous": bytes(block.previous).hex(),
            "from_xid": block.from_xid,
            "to_xid": block.to_xid,
            "count": block.entries,
            "first": block.first_entry_id,
            "last": block.last_entry_id,
            "entry_ids": block.entry_ids,
            "entry_digests": bytes(block.entry_digests).hex(),
            "root": bytes(block.root).hex(),
            "digest": bytes(block.digest).hex(),
            "signature": bytes(block.signature).hex(),
            "sealed_at": rules.instant(block.sealed_at),
            "next_key": block.next_key,
        }
    )


def _entries(block: Block) -> Iterator[Entry]:
    within = Entry.objects.filter(xid__gte=block.from_xid, xid__lt=block.to_xid)
    return within.select_related("bulkread").order_by("xid", "id").iterator()


def _entry_lines(entry: Entry) -> Iterator[bytes]:
    yield rules.entry_line(queries.row(entry)) + b"\n"
    if hasattr(entry, "bulkread"):
        yield rules.canonical({"kind": "ids", "entry": entry.id, "ids": entry.bulkread.ids}) + b"\n"


def _end_line(header: bytes, blocks: int, entry_count: int, head: str, key: str) -> bytes:
    end = {
        "kind": "end",
        "header": hashlib.sha256(header).hexdigest(),
        "blocks": blocks,
        "entries": entry_count,
        "head": head,
    }
    digest = hashlib.sha256(rules.canonical(end)).digest()
    # A key that the database names and this host lacks must not prevent the export: it is what would prove the change.
    held = [one.public_key for one in signing.held()]
    signature = signing.sign(digest, key if key in held or not held else held[-1])
    return rules.canonical({**end, "signature": signature.hex()})
