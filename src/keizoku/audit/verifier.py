"""Verifies an exported audit trail on its own: the standard library and ``cryptography``, nothing of Keizoku.

    python verifier.py FILE [--public-key HEX] [--anchors FILE] [--witness FILE [--witness-key HEX]]
                            [--expect-head HEX] [--written-on DAY]

Exit status 0: nothing was changed. 1: the findings say what, by block and entry. 2: it could not be read at all.

The file is JSON Lines in canonical form (keys sorted, no spaces, UTF-8). Each block holds the SHA-256 of its
entries' lines; its root is SHA-256 over these in order; its digest is SHA-256 over previous digest, number,
first and last transaction, count, root, instant and, where the block announces one, the next signing key, one a line;
the digest is signed with Ed25519. A block that announces a key is signed by the key before it; all later blocks, and
the end, by the announced one. Without a public key, anchors or a witness from elsewhere, a trail that was forged as a
whole, with a key of its own, cannot be told from a true one.

A block whose lines are, byte for byte, those whose digests it seals needs no further look at them; only where a
digest differs are the lines taken apart, to name what was done to them.

It is one file, however long, because an auditor takes it alone to another machine (ADR 0010).
"""

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "keizoku-audit-2"
READ = "customers.record.read"
NO_PREVIOUS = "0" * 64
MOST_FINDINGS = 1000  # a broken file needs no longer list

_OLD_AFTER = timedelta(days=1)  # so much later may the anchors' newest be, when no other day is named
_BULK_READ = f'{{"action":"{READ}",'.encode()
_HAS_IDS = b'"ids_digest":'
_BEGINS_ANOTHER = (b'{"blocks":', b'{"count":')  # an end, a block: keys are sorted
_ENTRY_ID = re.compile(rb'\},"id":([1-9][0-9]*),"kind":"entry",')  # quotes inside a text are escaped

_DIGEST = re.compile(r"[0-9a-f]{64}")
_DIGESTS = re.compile(r"(?:[0-9a-f]{64})+")
_NO_DIGEST = re.compile(r"(?:[0-9a-f]{64})?")
_SIGNATURE = re.compile(r"[0-9a-f]{128}")
_SHAPES: dict[str, dict[str, Any]] = {
    "header": dict.fromkeys(("format", "installation", "written_at"), str)
    | {"first_block": int, "public_key": _DIGEST, "later_keys": list},
    "block": dict.fromkeys(("number", "from_xid", "to_xid", "count", "first", "last"), int)
    | dict.fromkeys(("previous", "root", "digest"), _DIGEST)
    | {"entry_ids": list, "entry_digests": _DIGESTS, "sealed_at": str, "signature": _SIGNATURE}
    | {"next_key": _NO_DIGEST},
    "entry": dict.fromkeys(("at", "business_at", "action", "purpose"), str)
    | {"id": int, "xid": int, "actor": list, "subject": (list, type(None)), "details": dict},
    "ids": {"entry": int, "ids": list},
    "end": {"header": _DIGEST, "blocks": int, "entries": int, "head": str, "signature": _SIGNATURE},
    "anchor": {"installation": str, "number": int, "digest": _DIGEST, "anchored_at": str},
    "witness": dict.fromkeys(("digest", "previous", "witness_key"), _DIGEST)
    | {"installation": str, "number": int, "anchored_at": str, "signature": _SIGNATURE},
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was sealed: a stable code, what is wrong, and where."""

    code: str
    what: str
    block: int | None = None
    entry: int | None = None

    @property
    def message(self) -> str:
        """The finding in plain words."""
        places = (("ブロック", self.block), ("記録", self.entry))
        place = "の".join(f"{name} {number} " for name, number in places if number is not None)
        return f"{place.strip()}: {self.what}" if place else self.what


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was checked and what was found; ``head`` is the last block's digest, "" when there is none.

    ``public_key`` is the key that signs now, ``keys`` are all that the chain was followed through.
    """

    blocks: int
    entries: int
    first_block: int
    last_block: int
    head: str
    public_key: str
    written_at: str
    findings: tuple[Finding, ...]
    keys: tuple[str, ...] = ()

    @property
    def is_sound(self) -> bool:
        return not self.findings


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept elsewhere and held against the file; what is not given is not asked.

    Args:
        public_key: one of the chain's keys, 64 hexadecimal digits; else the file's own is believed.
        expect_head: the digest that the last block must have.
        anchors: the lines of the heads kept elsewhere.
        witness: the lines of a witness's own file; ``witness_key`` is its public key.
        written_on: the day (UTC, 2026-05-31) on which the file is said to be written.
    """

    public_key: str = ""
    expect_head: str = ""
    anchors: Sequence[bytes] | None = None
    witness: Sequence[bytes] | None = None
    witness_key: str = ""
    written_on: str = ""

    @property
    def is_trustworthy(self) -> bool:
        """Whether anything of it can tell a trail that was forged as a whole."""
        elsewhere = (self.anchors, self.witness)
        return bool(self.public_key or self.expect_head) or any(lines is not None for lines in elsewhere)


def verify(lines: Iterable[bytes], known: Known = Known()) -> VerifyReport:
    """Check an export line by line (each with its newline), in memory for one block."""
    trail = _Trail(known.public_key)
    for number, raw in enumerate(lines, start=1):
        trail.read(number, raw)
    trail.finish()
    if known.expect_head and trail.head != known.expect_head:
        trail.found(Finding("head_differs", "最後のブロックの要約値が、控えた値と違います", trail.number))
    trail.found(*_faults_by_places(trail, known))
    counts = (trail.blocks, trail.entries, trail.first_block, trail.number)
    findings, keys = tuple(trail.findings), tuple(trail.keys)
    return VerifyReport(*counts, trail.head, trail.key, trail.written_at, findings, keys)


class Malformed(ValueError):
    """A line that no exporter writes."""


def parse(raw: bytes, kinds: Iterable[str]) -> dict[str, Any]:
    """One line of one of the kinds, in canonical form and of the right shape, or ``Malformed``."""
    try:
        line: dict[str, Any] = json.loads(raw)
        kind = line.get("kind", "witness" if "witness_key" in line else "anchor")
        if kind not in kinds or canonical(line) + b"\n" != raw:
            raise Malformed
    except (ValueError, AttributeError, RecursionError) as error:
        raise Malformed from error
    shape = _SHAPES[kind]
    if line.keys() - {"kind"} != shape.keys() or not all(_fits(line[name], shape[name]) for name in shape):
        raise Malformed
    return line


def canonical(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _fits(value: Any, shape: Any) -> bool:
    if isinstance(shape, re.Pattern):
        return isinstance(value, str) and shape.fullmatch(value) is not None
    return type(value) is int if shape is int else isinstance(value, shape)


def block_digest(block: Mapping[str, Any]) -> str:
    names = ["previous", "number", "from_xid", "to_xid", "count", "root", "sealed_at"]
    if block["next_key"]:
        names.append("next_key")
    return hashlib.sha256("\n".join(str(block[name]) for name in names).encode()).hexdigest()


def ids_digest(ids: Iterable[int]) -> str:
    return hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()


def _is_signed(key: str, digest: str, signature: str) -> bool:
    try:
        public_key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        public_key.verify(bytes.fromhex(signature), bytes.fromhex(digest))
    except (InvalidSignature, ValueError):
        return False
    return True


def _is_whole_list(entry: Mapping[str, Any], ids: list[Any]) -> bool:
    """Whether these are the ids whose count and digest the entry of a bulk read holds."""
    details = entry["details"]
    ascending = set(map(type, ids)) <= {int} and all(one < other for one, other in pairwise(ids))
    return ascending and (details.get("count"), details["ids_digest"]) == (len(ids), ids_digest(ids))


@dataclass(slots=True)
class _Block:
    """A block's line, and what was read of its entries."""

    line: dict[str, Any]
    ids: list[int] = field(default_factory=list)  # as sealed; none where the block's own list is broken
    digests: bytes = b""
    seen: list[tuple[int, str]] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)
    ids_due: dict[str, Any] | None = None

    @property
    def number(self) -> int:
        return int(self.line["number"])

    @property
    def is_full(self) -> bool:
        return len(self.seen) + len(self.unreadable) >= len(self.ids)

    def own_faults(self) -> Iterator[Finding]:
        """What is wrong with the block's own line."""
        ids, digests = self.line["entry_ids"], bytes.fromhex(self.line["entry_digests"])
        if set(map(type, ids)) != {int} or not len(ids) * 32 == len(digests) == self.line["count"] * 32:
            yield Finding("block_altered", "記録の一覧が壊れています", self.number)
        else:
            self.ids, self.digests = ids, digests
            if (ids[0], ids[-1]) != (self.line["first"], self.line["last"]):
                yield Finding("block_altered", "最初か最後の記録の番号が書き換えられています", self.number)
            elif hashlib.sha256(digests).hexdigest() != self.line["root"]:
                what = f"記録 {ids[0]}〜{ids[-1]} の一覧が書き換えられています"
                yield Finding("block_altered", what, self.number)
        if block_digest(self.line) != self.line["digest"]:
            yield Finding("block_altered", "内容が要約値と合いません", self.number)

    def holds(self, lines: list[bytes]) -> bool:
        """Whether the lines are exactly the sealed ones, each bulk read's ids behind it; False only says: look closer."""
        entries = [raw for raw in lines if raw.startswith(b'{"action":')]
        if not self.ids or len(entries) != len(self.ids) or not all(raw.endswith(b"\n") for raw in lines):
            return False
        sha256 = hashlib.sha256
        if b"".join([sha256(raw[:-1]).digest() for raw in entries]) != self.digests:
            return False
        if [int(number) for number in _ENTRY_ID.findall(b"".join(entries))] != self.ids:
            return False
        bulk_reads = [at for at, raw in enumerate(lines) if raw.startswith(_BULK_READ) and _HAS_IDS in raw]
        lists = [at for at, raw in enumerate(lines) if not raw.startswith(b'{"action":')]
        if lists != [at + 1 for at in bulk_reads]:
            return False
        return all(self._is_pair(lines[at], lines[at + 1]) for at in bulk_reads)

    def _is_pair(self, raw_entry: bytes, raw_ids: bytes) -> bool:
        """A bulk read and its ids; so few that they are taken apart."""
        try:
            entry, ids = parse(raw_entry, ("entry",)), parse(raw_ids, ("ids",))
        except Malformed:
            return False
        return bool(entry["id"] == ids["entry"]) and _is_whole_list(entry, ids["ids"])

    def differences(self) -> Iterator[Finding]:
        """Each entry that is not as the block has sealed it."""
        if not self.ids:
            return
        digests = (self.digests[at : at + 32].hex() for at in range(0, len(self.digests), 32))
        sealed = dict(zip(self.ids, digests, strict=True))
        places = {digest: entry for entry, digest in sealed.items()}
        kept: dict[int, None] = {}
        for entry, digest in self.seen:
            place = places.get(digest, entry)  # the digests are under the signature, the list of ids is not
            if place not in sealed or place in kept:
                yield Finding("entry_inserted", "後から加えられています", self.number, entry)
                continue
            kept[place] = None
            if place != entry:
                yield Finding(
                    "block_altered", f"一覧で、番号が {place} に書き換えられています", self.number, entry
                )
            elif digest != sealed[entry]:
                yield Finding("entry_altered", "内容が書き換えられています", self.number, entry)
        yield from self._missing([entry for entry in sealed if entry not in kept])
        order = [entry for entry in sealed if entry in kept]
        moved = [entry for entry, due in zip(kept, order, strict=True) if entry != due]
        if moved:
            yield Finding("entry_moved", "並びが変えられています", self.number, moved[0])

    def _missing(self, missing: list[int]) -> Iterator[Finding]:
        for entry, line in zip(missing, self.unreadable, strict=False):
            yield Finding("entry_altered", f"{line}行目が書き換えられ、読めません", self.number, entry)
        for entry in missing[len(self.unreadable) :]:
            yield Finding("entry_removed", "取り除かれています", self.number, entry)
        for line in self.unreadable[len(missing) :]:
            yield Finding("line_inserted", f"{line}行目が加えられています", self.number)


class _Trail:
    """The state of one walk through a file."""

    def __init__(self, kept_key: str) -> None:
        self.key = kept_key
        self.keys: list[str] = []
        self.findings: list[Finding] = []
        self.blocks = self.entries = self.number = 0
        self.first_block = 1
        self.head = self.written_at = self.installation = ""
        self.digests: dict[int, str] = {}
        self._kept_key = kept_key
        self._listed_keys: list[str] = []
        self._header = b""
        self._previous: dict[str, Any] | None = None
        self._open: _Block | None = None
        self._held: list[bytes] | None = None  # the open block's lines, as long as nothing else was seen
        self._is_block_lost = False
        self._end: dict[str, Any] | None = None

    def found(self, *findings: Finding) -> None:
        self.findings.extend(findings[: MOST_FINDINGS - len(self.findings)])

    def read(self, line_number: int, raw: bytes) -> None:
        if self._held is not None:
            assert self._open is not None
            if not raw.startswith(_BEGINS_ANOTHER) and len(self._held) <= 2 * len(self._open.ids):
                self._held.append(raw)
                return
            self._release(line_number)
        self._read_one(line_number, raw)

    def _release(self, line_number: int) -> None:
        """Judge the lines held back before this one: at once where all are as sealed, else one by one."""
        held, self._held = self._held or [], None
        if self._open and self._open.holds(held):
            self.entries += len(self._open.ids)
            self._open = None
            return
        for number, raw in enumerate(held, start=line_number - len(held)):
            self._read_one(number, raw)

    def _read_one(self, line_number: int, raw: bytes) -> None:
        if line_number == 1:
            self._read_header(raw)
        elif self._end is not None:
            self.found(Finding("line_inserted", f"{line_number}行目が、終わりの行の後に加えられています"))
        else:
            try:
                line = parse(raw, ("block", "entry", "ids", "end"))
            except Malformed:
                self._read_unreadable(line_number)
            else:
                self._read_line(line, line_number, raw)

    def finish(self) -> None:
        """Check the end of the file."""
        if self._held is not None:
            self._release(0)
        self._close_block()
        if self._kept_key and self.keys and self._kept_key not in self.keys:
            what = "控えの公開鍵とは別の鍵で署名されています。全体が作り直されたおそれがあります"
            self.found(Finding("key_differs", what))
        end = self._end
        if end is None:
            what = "このブロックより後が切り落とされています(終わりの行がありません)"
            self.found(Finding("file_truncated", what, self.number))
            return
        signed = canonical({name: value for name, value in end.items() if name != "signature"})
        if self.key and not _is_signed(self.key, hashlib.sha256(signed).hexdigest(), end["signature"]):
            self.found(Finding("end_altered", "終わりの行が書き換えられています"))
        if end["header"] != hashlib.sha256(self._header).hexdigest():
            self.found(Finding("header_altered", "1行目の見出しが書き換えられています"))
        counts_differ = (self.blocks, self.entries) != (end["blocks"], end["entries"])
        if end["head"] != self.head or (counts_differ and not self.findings):
            what = "このブロックより後が切り落とされているか、終わりの行と数が合いません"
            self.found(Finding("file_truncated", what, self.number))

    def _read_header(self, raw: bytes) -> None:
        self._header = raw.removesuffix(b"\n")
        try:
            header = parse(raw, ("header",))
        except Malformed:
            self.found(Finding("header_altered", "1行目の見出しが読めません"))
            return
        if header["format"] != FORMAT:
            self.found(Finding("header_altered", f"形式が {FORMAT} ではありません"))
        self.key, self._listed_keys = header["public_key"], header["later_keys"]
        self.keys.append(self.key)
        self.first_block, self.number = header["first_block"], header["first_block"] - 1
        self.installation, self.written_at = header["installation"], header["written_at"]

    def _read_line(self, line: dict[str, Any], line_number: int, raw: bytes) -> None:
        if line["kind"] == "ids":
            self._read_ids(line, line_number)
            return
        self._check_ids_came()
        if line["kind"] == "entry":
            self._read_entry(line, hashlib.sha256(raw[:-1]).hexdigest())
            return
        self._close_block()
        if line["kind"] == "block":
            self._read_block(line)
        else:
            self._end = line

    def _read_unreadable(self, line_number: int) -> None:
        """A damaged line: an entry's while the open block lacks some, else the next block's own."""
        if self._open and self._open.ids_due:
            self._fault_in_ids(self._open, "読めません")
        elif self._open and not self._open.is_full:
            self._open.unreadable.append(line_number)
        elif not self._is_block_lost:
            self._close_block()
            self._is_block_lost, self._previous = True, None
            self.number += 1
            self.found(Finding("block_altered", f"{line_number}行目が書き換えられ、読めません", self.number))

    def _read_block(self, line: dict[str, Any]) -> None:
        block, expected = _Block(line), self.number + 1
        number = block.number
        if number > expected:
            what = "取り除かれています" if number == expected + 1 else f"{number - 1} まで取り除かれています"
            self.found(Finding("block_removed", what, expected))
        elif number < expected:
            self.found(Finding("block_inserted", "番号が重なっています", number))
        self.found(*self._chain_faults(line, number), *block.own_faults(), *self._signature_faults(line))
        self.number, self.head = number, line["digest"]
        self.blocks += 1
        self.digests[number] = line["digest"]
        self._previous, self._open, self._is_block_lost = line, block, False
        self._held = [] if block.ids else None
        if line["next_key"]:
            self._follow(line["next_key"])

    def _signature_faults(self, line: dict[str, Any]) -> Iterator[Finding]:
        """A block's signature by the key that is due; a lost block may have announced another, which is then followed."""
        digest, signature = line["digest"], line["signature"]
        if not self.key or _is_signed(self.key, digest, signature):
            return
        is_after_gap = self._previous is None or self._previous["number"] != line["number"] - 1
        later = [key for key in self._listed_keys if key not in self.keys and _fits(key, _DIGEST)]
        announced = [key for key in later if is_after_gap and _is_signed(key, digest, signature)]
        if announced:
            self._follow(announced[0])
        else:
            yield Finding("signature_wrong", "この鍵の署名ではありません", line["number"])

    def _follow(self, key: str) -> None:
        self.key = key
        self.keys.append(key)

    def _chain_faults(self, line: dict[str, Any], number: int) -> Iterator[Finding]:
        if number == 1 and (line["previous"], line["from_xid"]) != (NO_PREVIOUS, 0):
            yield Finding("chain_broken", "鎖の始まりではありません", number)
        if self._previous and self._previous["number"] == number - 1:
            if line["previous"] != self._previous["digest"]:
                yield Finding("chain_broken", "前のブロックとつながりません", number)
            if line["from_xid"] != self._previous["to_xid"]:
                yield Finding("chain_broken", "前のブロックとの間が空いています", number)

    def _read_entry(self, entry: dict[str, Any], digest: str) -> None:
        self.entries += 1
        if self._open:
            self._open.seen.append((entry["id"], digest))
            if entry["action"] == READ and "ids_digest" in entry["details"]:
                self._open.ids_due = entry
        elif not self._is_block_lost:
            self.found(Finding("entry_inserted", "どのブロックにも属しません", None, entry["id"]))

    def _read_ids(self, line: dict[str, Any], line_number: int) -> None:
        if self._is_block_lost:
            return
        due = self._open.ids_due if self._open else None
        if self._open is None or due is None or due["id"] != line["entry"]:
            what = f"{line_number}行目の顧客の一覧は、どの記録にも属しません"
            self.found(Finding("line_inserted", what, self.number))
            return
        if not _is_whole_list(due, line["ids"]):
            self._fault_in_ids(self._open, "書き換えられています")
        self._open.ids_due = None

    def _check_ids_came(self) -> None:
        if self._open and self._open.ids_due:
            self._fault_in_ids(self._open, "取り除かれています")

    def _fault_in_ids(self, block: _Block, what: str) -> None:
        assert block.ids_due is not None
        entry, block.ids_due = block.ids_due["id"], None
        self.found(Finding("ids_altered", f"一括閲覧の顧客の一覧が{what}", block.number, entry))

    def _close_block(self) -> None:
        self._check_ids_came()
        if self._open:
            self.found(*self._open.differences())
        self._open = None


def _faults_by_places(trail: _Trail, known: Known) -> Iterator[Finding]:
    """Hold the file against the places outside, and its day against theirs."""
    newest: list[datetime] = []
    for kind, lines in (("anchor", known.anchors), ("witness", known.witness)):
        if lines is not None:
            heads = _Heads(_PLACES[kind], trail)
            yield from heads.read(kind, lines, known.witness_key)
            yield from heads.differences()
            newest.extend(_instants([heads.newest]))
    written = next(_instants([trail.written_at]), None)
    if known.written_on and not trail.written_at.startswith(known.written_on):
        yield Finding("export_old", f"{known.written_on} ではなく {trail.written_at} に書き出されたものです")
    elif not known.written_on and newest and written and max(newest) - written > _OLD_AFTER:
        what = f"{trail.written_at} に書き出された古いものです。控えは {max(newest).isoformat()} まであります"
        yield Finding("export_old", what, trail.number)


_PLACES = {"anchor": "控え", "witness": "証人の控え"}


class _Heads:
    """The heads of this chain as one place outside has them."""

    def __init__(self, place: str, trail: _Trail) -> None:
        self._place = place
        self._trail = trail
        self._known: dict[int, set[str]] = {}
        self.newest = ""

    def read(self, kind: str, lines: Sequence[bytes], witness_key: str) -> Iterator[Finding]:
        """Take the place's lines; what is wrong with them is told as the place's own fault."""
        code, last = f"{kind}_altered", 0
        for line_number, raw in enumerate(lines, start=1):
            try:
                head = parse(raw, (kind,))
            except Malformed:
                yield Finding(code, f"{self._place}の{line_number}行目が読めません")
                continue
            if kind == "witness" and not is_witnessed_line(head, witness_key):
                yield Finding(code, f"{self._place}の{line_number}行目は、証人の署名ではありません")
                continue
            if head["installation"] != self._trail.installation:
                continue
            if kind == "witness" and last and head["number"] != last + 1:
                yield Finding(
                    code, f"{self._place}の{line_number}行目の前が取り除かれています", head["number"]
                )
            last = head["number"]
            self.newest = max(self.newest, head["anchored_at"])
            # A head anchored after the export was begun need not be in it.
            if head["anchored_at"] <= self._trail.written_at:
                self._known.setdefault(last, set()).add(head["digest"])

    def differences(self) -> Iterator[Finding]:
        if self._trail.blocks and not self._known:
            yield Finding("anchors_missing", f"{self._place}に、この証跡のブロックが一つもありません")
        for number in sorted(self._known):
            if number > self._trail.number:
                yield Finding("block_removed", f"{self._place}にあるのに、ありません", number)
            elif number in self._trail.digests and self._known[number] != {self._trail.digests[number]}:
                what = f"{self._place}の要約値と違います。作り直されたおそれがあります"
                yield Finding("anchor_differs", what, number)


def is_witnessed_line(line: Mapping[str, Any], witness_key: str) -> bool:
    """Whether the witness signed the line: Ed25519 over SHA-256 of its canonical form without the signature."""
    if witness_key and line["witness_key"] != witness_key:
        return False
    signed = canonical({name: value for name, value in line.items() if name != "signature"})
    return _is_signed(line["witness_key"], hashlib.sha256(signed).hexdigest(), line["signature"])


def _instants(written: Iterable[str]) -> Iterator[datetime]:
    for one in written:
        with suppress(ValueError):
            yield datetime.fromisoformat(one)


def main(arguments: list[str] | None = None) -> int:
    """The command; returns the exit status."""
    parser = argparse.ArgumentParser(description="Verify an exported audit trail.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--public-key", default="", help="64 hexadecimal digits, kept elsewhere")
    parser.add_argument("--anchors", type=Path, help="the heads kept elsewhere (audit-heads.jsonl)")
    parser.add_argument("--witness", type=Path, help="the witness's own file")
    parser.add_argument("--witness-key", default="", help="the witness's public key, kept elsewhere")
    parser.add_argument("--expect-head", default="", help="the digest that the last block must have")
    parser.add_argument(
        "--written-on", default="", help="the day (UTC) on which the file is said to be written"
    )
    given = parser.parse_args(arguments)
    try:
        known = Known(
            public_key=given.public_key,
            expect_head=given.expect_head,
            anchors=lines_of(given.anchors),
            witness=lines_of(given.witness),
            witness_key=given.witness_key,
            written_on=given.written_on,
        )
        with given.file.open("rb") as file:
            report = verify(file, known)
    except OSError as error:
        sys.stderr.write(f"読めません: {error.filename}: {error.strerror}\n")
        return 2
    sys.stdout.write("\n".join(describe(report, trusted=known.is_trustworthy)) + "\n")
    return 0 if report.is_sound else 1


def lines_of(path: Path | None) -> list[bytes] | None:
    """A small file's lines, each with its newline; None where none was named."""
    return path.read_bytes().splitlines(keepends=True) if path else None


def describe(report: VerifyReport, *, trusted: bool) -> Iterator[str]:
    """The report in plain words; ``trusted`` when it was held against something kept elsewhere."""
    for finding in report.findings:
        yield f"✗ {finding.message} [{finding.code}]"
    if len(report.findings) >= MOST_FINDINGS:
        yield f"… {MOST_FINDINGS}件で打ち切りました"
    span = f"ブロック {report.first_block}〜{report.last_block}、記録 {report.entries:,}件"
    yield f"✓ {span}: 変更はありません" if report.is_sound else f"✗ {span}: 変更が見つかりました"
    yield f"  書き出し {report.written_at}、最後の要約値 {report.head or 'なし'}、公開鍵 {report.public_key}"
    if len(report.keys) > 1:
        yield f"  署名鍵は {len(report.keys) - 1}回替わっています: {' → '.join(report.keys)}"
    if not trusted:
        yield (
            "  公開鍵はファイルの中のものです。"
            "別に控えた公開鍵(--public-key)、控え(--anchors)、証人の控え(--witness)と照らしてください"
        )


if __name__ == "__main__":
    sys.exit(main())
