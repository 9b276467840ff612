"""What a witness holds: one file of heads, each line countersigned, only ever appended to.

I own the file and the witness's key. Invariants: of one installation the heads' numbers go up one by one, each naming
the digest before it; a head once kept is never replaced and never forgotten; what ``keep`` returns is on the disk.
No database, no Django: a witness runs on another machine, which the bank's database administrator does not own.
"""

import fcntl
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from keizoku.audit.verifier import Malformed, canonical, parse


class BookDamaged(Exception):
    """The witness's own file is not as it left it."""


class NotContinued(Exception):
    """Heads that do not go on from what is kept; ``code`` says how."""

    def __init__(self, code: str, number: int) -> None:
        super().__init__(f"{code} at block {number}")
        self.code = code
        self.number = number


@dataclass(frozen=True, slots=True)
class NewHead:
    number: int
    previous: str
    digest: str


@dataclass(slots=True)
class _Chain:
    """One installation's heads: the first one's number, and all digests from there on, 32 bytes each."""

    first: int
    digests: bytearray = field(default_factory=bytearray)
    newest: dict[str, Any] = field(default_factory=dict)

    @property
    def last(self) -> int:
        return self.first + len(self.digests) // 32 - 1

    def digest(self, number: int) -> str:
        at = (number - self.first) * 32
        return self.digests[at : at + 32].hex()

    def add(self, line: dict[str, Any]) -> None:
        self.digests += bytes.fromhex(line["digest"])
        self.newest = line


class Book:
    """The file, read once at the start; one process at a time holds it."""

    def __init__(self, path: Path, key_path: Path) -> None:
        self._path = path
        self._key = _load_or_make(key_path)
        self._chains: dict[str, _Chain] = {}
        self._handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BookDamaged(f"{path} is held by another witness") from None
        self._read()

    @property
    def public_key(self) -> str:
        return self._key.public_key().public_bytes_raw().hex()

    def close(self) -> None:
        os.close(self._handle)

    def keep(self, installation: str, heads: Sequence[NewHead]) -> dict[str, Any]:
        """Append what is new of the heads and return the last one's line; repeating the same is harmless.

        Raises:
            NotContinued: nothing was kept: another head has this number, a number is older than the first kept or
                leaves a gap, or a head does not name the digest before it.
        """
        chain = self._chains.get(installation)
        known = _known(chain, heads)
        fresh = heads[known:]
        _check_follows(chain, fresh)
        if not fresh:
            return self._line(installation, heads[-1].number)
        now = datetime.now(UTC).isoformat(timespec="microseconds")
        lines = [self._signed(installation, head, now) for head in fresh]
        self._append(b"".join(canonical(line) + b"\n" for line in lines))
        self._remember(lines)
        return lines[-1]

    def newest(self, installation: str) -> dict[str, Any] | None:
        chain = self._chains.get(installation)
        return chain.newest if chain else None

    def _signed(self, installation: str, head: NewHead, now: str) -> dict[str, Any]:
        line = {
            "installation": installation,
            "number": head.number,
            "previous": head.previous,
            "digest": head.digest,
            "anchored_at": now,
            "witness_key": self.public_key,
        }
        signature = self._key.sign(hashlib.sha256(canonical(line)).digest())
        return line | {"signature": signature.hex()}

    def _append(self, content: bytes) -> None:
        written = os.write(self._handle, content)
        os.fsync(self._handle)
        if written != len(content):  # a full disk; the torn line is cut at the next start
            raise OSError(f"{self._path}: only {written} of {len(content)} bytes were written")

    def _read(self) -> None:
        with self._path.open("rb") as file:
            kept = 0
            for number, raw in enumerate(file, start=1):
                if not raw.endswith(b"\n"):  # torn by a kill before it was ever acknowledged
                    os.ftruncate(self._handle, kept)
                    break
                try:
                    line = parse(raw, ("witness",))
                except Malformed:
                    raise BookDamaged(f"{self._path}: line {number} is not a witness's") from None
                self._remember([line])
                kept += len(raw)

    def _remember(self, lines: Sequence[dict[str, Any]]) -> None:
        for line in lines:
            chain = self._chains.setdefault(line["installation"], _Chain(line["number"]))
            if line["number"] != chain.last + 1:
                raise BookDamaged(f"{self._path}: block {line['number']} does not follow block {chain.last}")
            chain.add(line)

    def _line(self, installation: str, number: int) -> dict[str, Any]:
        """The line of a head kept before; the newest is at hand, others are looked for in the file."""
        newest = self._chains[installation].newest
        if newest["number"] == number:
            return newest
        with self._path.open("rb") as file:
            for raw in file:
                line = parse(raw, ("witness",))
                if (line["installation"], line["number"]) == (installation, number):
                    return line
        raise BookDamaged(f"{self._path}: block {number} is gone")


def _known(chain: _Chain | None, heads: Sequence[NewHead]) -> int:
    """How many of the heads are kept already; refuses one that differs from what is kept."""
    if chain is None:
        return 0
    known = 0
    for head in heads:
        if head.number > chain.last:
            break
        if head.number < chain.first:
            raise NotContinued("head_goes_back", head.number)
        if chain.digest(head.number) != head.digest:
            raise NotContinued("head_conflict", head.number)
        known += 1
    return known


def _check_follows(chain: _Chain | None, heads: Sequence[NewHead]) -> None:
    number = chain.last if chain else None
    digest = chain.digest(chain.last) if chain else None
    for head in heads:
        if number is not None and head.number != number + 1:
            raise NotContinued("heads_missing", head.number)
        if digest is not None and head.previous != digest:
            raise NotContinued("chain_broken", head.number)
        number, digest = head.number, head.digest


def _load_or_make(path: Path) -> Ed25519PrivateKey:
    if not path.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(handle)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise BookDamaged(f"{path} holds no Ed25519 key")
    return key
