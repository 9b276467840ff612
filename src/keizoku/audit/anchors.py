"""The heads of the chain, written down outside the database as they are made.

I own ``anchors/audit-heads.jsonl`` of the state folder: one line a block, only ever appended to. Copied off this
host (daily, to storage that cannot be rewritten), it makes a rebuilt or shortened chain show.
"""

import os
from pathlib import Path

from django.utils import timezone

from keizoku.audit import rules
from keizoku.kernel.models import Installation
from keizoku.kernel.state import state_folder


def append(head: rules.BlockHead) -> None:
    """Add a head as one whole line, on the disk when this returns; called once its block is committed.

    An export begun after ``anchored_at`` holds the block; one begun before need not.
    """
    line = rules.canonical(
        {
            "installation": installation(),
            "number": head.number,
            "digest": head.digest.hex(),
            "anchored_at": rules.instant(timezone.now()),
        }
    )
    path().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, line + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)


def lines() -> list[bytes]:
    """The anchors of this host; none when it has sealed nothing yet."""
    return path().read_bytes().splitlines(keepends=True) if path().exists() else []


def path() -> Path:
    return state_folder() / "anchors" / "audit-heads.jsonl"


def installation() -> str:
    """What tells this installation's chain from another's: its kind and the instant of its creation."""
    row = Installation.objects.get()
    return f"{row.kind} {rules.instant(row.created_at)}"
