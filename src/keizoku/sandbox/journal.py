"""Journals: what carriers received, one JSON line each, before any de-duplication and on my own wall clock.

Lines are only ever added, and flushed before the caller gets the answer. No fsync: a test machine that loses
power has lost the test.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from keizoku.sandbox.clock import Clock, iso


def as_text(raw: bytes) -> tuple[str, str]:
    """The bytes as (text, encoding): "utf-8" where they are UTF-8, else "base64"."""
    try:
        return raw.decode(), "utf-8"
    except UnicodeDecodeError:
        return base64.b64encode(raw).decode("ascii"), "base64"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The place in the journal that a request gets when it comes in, before anybody looks at it."""

    sequence: int
    at: datetime
    business_at: datetime


class Journal:
    """One carrier's journal file. Sequence numbers go on after a restart."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
        self._clock = clock
        path.parent.mkdir(parents=True, exist_ok=True)
        self._last = max((entry["sequence"] for entry in _entries(path)), default=0)
        self._file = path.open("a", encoding="utf-8")

    def receive(self) -> Receipt:
        """To be called first thing: numbers and dates the request."""
        self._last += 1
        return Receipt(self._last, self._clock.wall(), self._clock.business())

    def write(self, receipt: Receipt, entry: Mapping[str, Any]) -> None:
        line = {
            "sequence": receipt.sequence,
            "at": iso(receipt.at),
            "business_at": iso(receipt.business_at),
            **entry,
        }
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()

    def read(self, *, after: int = 0, limit: int = 1000) -> list[dict[str, Any]]:
        """Up to `limit` lines whose sequence is above `after`, in the order they were written."""
        found: list[dict[str, Any]] = []
        for entry in _entries(self.path):
            if entry["sequence"] > after:
                found.append(entry)
                if len(found) == limit:
                    break
        return found

    def close(self) -> None:
        self._file.close()


def _entries(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            try:
                yield json.loads(line)
            except json.JSONDecodeError:  # the last line of a process that was killed while it wrote
                continue
