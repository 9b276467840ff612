"""What an audit entry may hold, its canonical form, and the arithmetic of the chain. Pure.

The form and the arithmetic are public: ``verifier.py`` states them again on its own, so that an auditor needs
nothing of Keizoku, and the tests hold the two equal.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

Details = Mapping[str, str | int | None]

READ = "customers.record.read"
NO_PREVIOUS = bytes(32)
LONGEST_TEXT = 200
MOST_SUBJECTS_BY_ENTRY = 20

_ACTION = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
# The details that seal what lies beside an entry; only this room writes them.
COUNT, IDS_DIGEST = "count", "ids_digest"


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry as it was written; ``at`` is wall time, ``business_at`` business time."""

    id: int
    xid: int
    at: datetime
    business_at: datetime
    actor_kind: str
    actor_id: str
    action: str
    subject_kind: str
    subject_id: int | None
    purpose: str
    details: Details


@dataclass(frozen=True, slots=True)
class BlockHead:
    """What a block's digest stands for: all entries of the transactions ``from_xid`` <= xid < ``to_xid``."""

    number: int
    previous: bytes
    from_xid: int
    to_xid: int
    count: int
    root: bytes
    sealed_at: datetime
    next_key: str = ""  # the public key that signs all later blocks, where this one announces it

    @property
    def digest(self) -> bytes:
        """SHA-256 over the fields above, one a line, bytes as hexadecimal digits; no line for a key not announced."""
        lines = (
            self.previous.hex(),
            self.number,
            self.from_xid,
            self.to_xid,
            self.count,
            self.root.hex(),
            instant(self.sealed_at),
            *([self.next_key] if self.next_key else []),
        )
        return hashlib.sha256("\n".join(map(str, lines)).encode()).digest()


def canonical(value: Mapping[str, Any]) -> bytes:
    """The one way to write a JSON object: keys sorted, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def instant(moment: datetime) -> str:
    """An aware instant in UTC, always with microseconds."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def entry_line(entry: EntryRow) -> bytes:
    """An entry's canonical JSON: its line in an export, and what its digest covers."""
    return canonical(
        {
            "kind": "entry",
            "id": entry.id,
            "xid": entry.xid,
            "at": instant(entry.at),
            "business_at": instant(entry.business_at),
            "actor": [entry.actor_kind, entry.actor_id],
            "action": entry.action,
            "subject": None if entry.subject_id is None else [entry.subject_kind, entry.subject_id],
            "purpose": entry.purpose,
            "details": dict(entry.details),
        }
    )


def entry_digest(entry: EntryRow) -> bytes:
    return hashlib.sha256(entry_line(entry)).digest()


def root_of(digests: Iterable[bytes]) -> bytes:
    """SHA-256 over the entries' digests in the order (xid, id)."""
    whole = hashlib.sha256()
    for digest in digests:
        whole.update(digest)
    return whole.digest()


def ids_digest(ascending: Iterable[int]) -> str:
    """SHA-256, in hexadecimal digits, over distinct ids in ascending order, decimal, joined by commas.

    Its twin in SQL is ``encode(sha256(convert_to(string_agg(id::text, ',' ORDER BY id), 'UTF8')), 'hex')``.
    """
    ids = list(ascending)
    if any(later <= earlier for earlier, later in pairwise(ids)):
        raise ValueError("ids must be distinct and ascending")
    return hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()


def check_entry(action: str, subject_kind: str, purpose: str, details: Details) -> None:
    """Raise ``ValueError`` or ``TypeError`` for what an entry must never hold: a fault in the caller."""
    if not _ACTION.fullmatch(action) or len(action) > LONGEST_TEXT:
        raise ValueError(f"an action is named room.object.verb_past, not {action!r}")
    if subject_kind and not _NAME.fullmatch(subject_kind):
        raise ValueError(f"a subject's kind is a plain name, not {subject_kind!r}")
    if len(purpose) > LONGEST_TEXT:
        raise ValueError(f"a purpose has at most {LONGEST_TEXT} characters")
    for name, value in details.items():
        if not _NAME.fullmatch(name):
            raise ValueError(f"a detail's name is a plain name, not {name!r}")
        if value is not None and type(value) not in (int, str):
            raise TypeError(
                f"the detail {name} is a {type(value).__name__}; only ids, codes and counts belong here"
            )
        if isinstance(value, str) and len(value) > LONGEST_TEXT:
            raise ValueError(f"the detail {name} has more than {LONGEST_TEXT} characters")
