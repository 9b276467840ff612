"""A file on other storage (a mounted share, a tape's inbox) that takes each head once, as one more line.

The lines are those of ``anchors/audit-heads.jsonl``; ``keizoku audit verify --anchors`` reads them. I only append.
"""

import json
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from keizoku.audit import rules
from keizoku.audit.ports import Head, Kept, NotReached, Refused

_TAIL = 64 * 1024


class HeadsFile:
    """``path``'s folder must exist: a storage that is not mounted must not be taken for an empty one."""

    name = "file"

    def __init__(self, path: Path) -> None:
        self._path = path

    def keep(self, heads: Sequence[Head]) -> Kept | Refused | NotReached:
        now = timezone.now()
        try:
            last = self._last(heads[0].installation)
            known = [head for head in heads if last and head.number <= last.number]
            if known and not self._holds(known):
                return Refused("head_conflict")
            fresh = heads[len(known) :]
            if last and fresh and (fresh[0].number, fresh[0].previous) != (last.number + 1, last.digest):
                return Refused("chain_broken")
            self._append(fresh, now)
        except (ValueError, KeyError):
            return Refused("file_unreadable")
        except OSError:
            return NotReached("file_unreachable")
        return Kept(now)

    def _holds(self, heads: Sequence[Head]) -> bool:
        """Whether the file has exactly these; it is read whole, which only a repetition asks for."""
        due = {(head.installation, head.number): head.digest for head in heads}
        with self._path.open("rb") as file:
            for raw in file:
                line = json.loads(raw)
                place = (line["installation"], line["number"])
                if place in due and due[place] == line["digest"]:
                    del due[place]
        return not due

    def _last(self, installation: str) -> Head | None:
        """The newest head of this installation within the file's end."""
        if not self._path.exists():
            return None
        with self._path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL))
            lines = file.read().split(b"\n")
        for raw in reversed(lines[1:] if size > _TAIL else lines):
            line: dict[str, Any] = json.loads(raw) if raw else {}
            if raw and line["installation"] == installation:
                return Head(installation, line["number"], "", line["digest"])
        return None

    def _append(self, heads: Sequence[Head], now: datetime) -> None:
        if not heads:
            return
        content = b"".join(line_of(head, now) for head in heads)
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, content)
            os.fsync(handle)
        finally:
            os.close(handle)


def line_of(head: Head, now: datetime) -> bytes:
    """A head as one line of an anchors' file."""
    line = {
        "installation": head.installation,
        "number": head.number,
        "digest": head.digest,
        "anchored_at": rules.instant(now),
    }
    return rules.canonical(line) + b"\n"
