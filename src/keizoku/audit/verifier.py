"""Verifies an exported audit trail on its own: the standard library and ``cryptography``, nothing of Keizoku.

    python verifier.py FILE [--public-key HEX] [--anchors FILE] [--expect-head HEX]

Exit status 0: nothing was changed. 1: the findings say what, by block and entry. 2: it could not be read at all.

The file is JSON Lines in canonical form (keys sorted, no spaces, UTF-8). Each block lists the SHA-256 of its
entries' lines; its root is SHA-256 over these in order; its digest is SHA-256 over previous digest, number,
first and last transaction, count, root and instant, one a line; the digest is signed with Ed25519. Without a public
key or anchors from elsewhere, a trail that was forged as a whole, with a key of its own, cannot be told from a true one.
"""

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "keizoku-audit-1"
READ = "customers.record.read"
NO_PREVIOUS = "0" * 64
MOST_FINDINGS = 1000  # a broken file needs no longer list

_DIGEST = re.compile(r"[0-9a-f]{64}")
_SIGNATURE = re.compile(r"[0-9a-f]{128}")
_SHAPES: dict[str, dict[str, Any]] = {
    "header": dict.fromkeys(("format", "installation", "written_at"), str)
    | {"first_block": int, "public_key": _DIGEST},
    "block": dict.fromkeys(("number", "from_xid", "to_xid", "count", "first", "last"), int)
    | dict.fromkeys(("previous", "root", "digest"), _DIGEST)
    | {"entry_ids": list, "entry_digests": list, "sealed_at": str, "signature": _SIGNATURE},
    "entry": dict.fromkeys(("at", "business_at", "action", "purpose"), str)
    | {"id": int, "xid": int, "actor": list, "subject": (list, type(None)), "details": dict},
    "ids": {"entry": int, "ids": list},
    "end": {"header": _DIGEST, "blocks": int, "entries": int, "head": str, "signature": _SIGNATURE},
    "anchor": {"installation": str, "number": int, "digest": _DIGEST, "anchored_at": str},
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
    """What was checked and what was found; ``head`` is the last block's digest, "" when there is none."""

    blocks: int
    entries: int
    first_block: int
    last_block: int
    head: str
    public_key: str
    written_at: str
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        return not self.findings


def verify(
    lines: Iterable[bytes],
    *,
    public_key: str = "",
    expect_head: str = "",
    anchors: Iterable[bytes] | None = None,
) -> VerifyReport:
    """Check an export line by line, in memory for one block.

    Args:
        lines: the file's lines, each with its newline.
        public_key: the key kept elsewhere, 64 hexadecimal digits; else the file's own is believed.
        expect_head: the digest that the last block must have.
        anchors: the lines of the heads kept elsewhere.
    """
    trail = _Trail(public_key)
    for number, raw in enumerate(lines, start=1):
        trail.read(number, raw)
    trail.finish()
    if expect_head and trail.head != expect_head:
        trail.found(Finding("head_differs", "最後のブロックの要約値が、控えた値と違います", trail.number))
    if anchors is not None:
        trail.found(*_anchor_faults(trail, anchors))
    counts = (trail.blocks, trail.entries, trail.first_block, trail.number)
    return VerifyReport(*counts, trail.head, trail.key, trail.written_at, tuple(trail.findings))


class Malformed(ValueError):
    """A line that no exporter writes."""


def parse(raw: bytes, kinds: Iterable[str]) -> dict[str, Any]:
    """One line of one of the kinds, in canonical form and of the right shape, or ``Malformed``."""
    try:
        line: dict[str, Any] = json.loads(raw)
        kind = line.get("kind", "anchor")
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
    names = ("previous", "number", "from_xid", "to_xid", "count", "root", "sealed_at")
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


@dataclass(slots=True)
class _Block:
    """A block's line, and what was read of its entries."""

    line: dict[str, Any]
    seen: list[tuple[int, str]] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)
    ids_due: dict[str, Any] | None = None

    @property
    def number(self) -> int:
        return int(self.line["number"])

    @property
    def is_full(self) -> bool:
        return len(self.seen) + len(self.unreadable) >= len(self.line["entry_ids"])

    def own_faults(self, key: str) -> Iterator[Finding]:
        """What is wrong with the block's own line."""
        ids, digests = self.line["entry_ids"], self.line["entry_digests"]
        listed = all(_fits(one, int) for one in ids) and all(_fits(one, _DIGEST) for one in digests)
        if not listed or not len(ids) == len(digests) == self.line["count"] > 0:
            self.line["entry_ids"] = self.line["entry_digests"] = []
            yield Finding("block_altered", "記録の一覧が壊れています", self.number)
        elif (ids[0], ids[-1]) != (self.line["first"], self.line["last"]):
            yield Finding("block_altered", "最初か最後の記録の番号が書き換えられています", self.number)
        elif hashlib.sha256(b"".join(map(bytes.fromhex, digests))).hexdigest() != self.line["root"]:
            what = f"記録 {ids[0]}〜{ids[-1]} の一覧が書き換えられています"
            yield Finding("block_altered", what, self.number)
        if block_digest(self.line) != self.line["digest"]:
            yield Finding("block_altered", "内容が要約値と合いません", self.number)
        if key and not _is_signed(key, self.line["digest"], self.line["signature"]):
            yield Finding("signature_wrong", "この鍵の署名ではありません", self.number)

    def differences(self) -> Iterator[Finding]:
        """Each entry that is not as the block has sealed it."""
        sealed = dict(zip(self.line["entry_ids"], self.line["entry_digests"], strict=True))
        if not sealed:
            return
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

    def __init__(self, public_key: str) -> None:
        self.key = public_key
        self.findings: list[Finding] = []
        self.blocks = self.entries = self.number = 0
        self.first_block = 1
        self.head = self.written_at = self.installation = ""
        self.digests: dict[int, str] = {}
        self._header = b""
        self._previous: dict[str, Any] | None = None
        self._open: _Block | None = None
        self._is_block_lost = False
        self._end: dict[str, Any] | None = None

    def found(self, *findings: Finding) -> None:
        self.findings.extend(findings[: MOST_FINDINGS - len(self.findings)])

    def read(self, line_number: int, raw: bytes) -> None:
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
        self._close_block()
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
        if self.key and header["public_key"] != self.key:
            what = "控えの公開鍵とは別の鍵で署名されています。全体が作り直されたおそれがあります"
            self.found(Finding("key_differs", what))
        self.key = header["public_key"]
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
        self.found(*self._chain_faults(line, number), *block.own_faults(self.key))
        self.number, self.head = number, line["digest"]
        self.blocks += 1
        self.digests[number] = line["digest"]
        self._previous, self._open, self._is_block_lost = line, block, False

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
        ids, details = line["ids"], due["details"]
        whole = all(_fits(one, int) for one in ids) and all(one < other for one, other in pairwise(ids))
        if not whole or (details.get("count"), details["ids_digest"]) != (len(ids), ids_digest(ids)):
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


def _anchor_faults(trail: _Trail, anchors: Iterable[bytes]) -> Iterator[Finding]:
    """Hold the file's heads against those written down elsewhere when they were made."""
    known: dict[int, set[str]] = {}
    for line_number, raw in enumerate(anchors, start=1):
        try:
            anchor = parse(raw, ("anchor",))
        except Malformed:
            yield Finding("anchor_altered", f"控えの{line_number}行目が読めません")
            continue
        # A head anchored after the export was begun need not be in it.
        if anchor["installation"] == trail.installation and anchor["anchored_at"] <= trail.written_at:
            known.setdefault(anchor["number"], set()).add(anchor["digest"])
    if trail.blocks and not known:
        yield Finding("anchors_missing", "控えに、この証跡のブロックが一つもありません")
    for number in sorted(known):
        if number > trail.number:
            yield Finding("block_removed", "控えにあるのに、ありません", number)
        elif number in trail.digests and known[number] != {trail.digests[number]}:
            yield Finding("anchor_differs", "控えの要約値と違います。作り直されたおそれがあります", number)


def main(arguments: list[str] | None = None) -> int:
    """The command; returns the exit status."""
    parser = argparse.ArgumentParser(description="Verify an exported audit trail.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--public-key", default="", help="64 hexadecimal digits, kept elsewhere")
    parser.add_argument("--anchors", type=Path, help="the heads kept elsewhere (audit-heads.jsonl)")
    parser.add_argument("--expect-head", default="", help="the digest that the last block must have")
    given = parser.parse_args(arguments)
    try:
        anchors = given.anchors.read_bytes().splitlines(keepends=True) if given.anchors else None
        with given.file.open("rb") as file:
            report = verify(file, public_key=given.public_key, expect_head=given.expect_head, anchors=anchors)
    except OSError as error:
        sys.stderr.write(f"読めません: {error.filename}: {error.strerror}\n")
        return 2
    trusted = bool(given.public_key or given.anchors or given.expect_head)
    sys.stdout.write("\n".join(describe(report, trusted=trusted)) + "\n")
    return 0 if report.is_sound else 1


def describe(report: VerifyReport, *, trusted: bool) -> Iterator[str]:
    """The report in plain words; ``trusted`` when it was held against something kept elsewhere."""
    for finding in report.findings:
        yield f"✗ {finding.message} [{finding.code}]"
    if len(report.findings) >= MOST_FINDINGS:
        yield f"… {MOST_FINDINGS}件で打ち切りました"
    span = f"ブロック {report.first_block}〜{report.last_block}、記録 {report.entries:,}件"
    yield f"✓ {span}: 変更はありません" if report.is_sound else f"✗ {span}: 変更が見つかりました"
    yield f"  書き出し {report.written_at}、最後の要約値 {report.head or 'なし'}、公開鍵 {report.public_key}"
    if not trusted:
        yield "  公開鍵はファイルの中のものです。別に控えた公開鍵(--public-key)か控え(--anchors)と照らしてください"


if __name__ == "__main__":
    sys.exit(main())
