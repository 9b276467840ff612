"""Counts what carriers saw beyond what their channel may see, from the emulators' own journals alone.

A canary is a value of the recipient's record that the channel does not need. It is looked for as it stands, in Base64 (at
each of the three alignments), percent-encoded, and as MD5, SHA-1 and SHA-256 digests in hex. LINE may see the hash of the
recipient's phone number, the SMS carrier the number; mail may see the recipient's address (design decision 19).
"""

import base64
import csv
import email
import email.policy
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote

from keizoku.kernel.text.phone import line_hash, read_phone

IDENTIFYING = ("顧客番号", "氏名", "氏名カナ", "生年月日", "住所", "口座番号", "電話番号", "メールアドレス")
SHORTEST = 4  # shorter values occur in any text by chance


@dataclass(frozen=True, slots=True)
class Seen:
    """One request that a carrier received: which channel, for whom, and everything readable in it."""

    carrier: str
    address: str
    text: str
    acted: bool
    at: str


def journal(folder: Path, carrier: str) -> Iterator[dict[str, Any]]:
    """A journal's lines; an empty journal where nothing was ever received."""
    path = folder / f"{carrier}.jsonl"
    if path.exists():
        with path.open(encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines if line.endswith("\n"))


def sends(folder: Path) -> Iterator[Seen]:
    """Every message as LINE and the mail relay received it, repeated ones included."""
    for entry in journal(folder, "line"):
        if entry["path"] == "/bot/pnp/push":
            body = json.loads(entry["body"])
            text = json.dumps([entry["headers"], body.get("messages")], ensure_ascii=False)
            yield Seen("line", body["to"], text, bool(entry["acted"]), entry["at"])
    for entry in journal(folder, "smtp"):
        if entry["verb"] == "DATA":
            raw = raw_body(entry)
            yield Seen("email", entry["recipients"][0], _readable(raw), bool(entry["acted"]), entry["at"])
    for entry in journal(folder, "sms"):
        if entry["method"] == "POST" and entry["path"].endswith("/messages"):
            told = parse_qs(entry["body"])
            text = "\n".join(value for name, values in told.items() if name != "to" for value in values)
            yield Seen("sms", told.get("to", [""])[0], text, bool(entry["acted"]), entry["at"])


def people(sample: Path) -> dict[tuple[str, str], list[dict[str, str]]]:
    """(carrier, address as that carrier sees it) → the rows of the bank's file it belongs to."""
    found: dict[tuple[str, str], list[dict[str, str]]] = {}
    with sample.open(encoding="cp932", errors="replace", newline="") as stream:
        for row in csv.DictReader(stream):
            phone = read_phone(row.get("電話番号") or "")
            if phone:
                found.setdefault(("line", line_hash(phone.e164)), []).append(row)
                found.setdefault(("sms", phone.national), []).append(row)
            if mail := (row.get("メールアドレス") or "").strip().lower():
                found.setdefault(("email", mail), []).append(row)
    return found


def count_leaks(seen: Iterable[Seen], known: Mapping[tuple[str, str], list[dict[str, str]]]) -> int:
    """How many forms of how many canaries stand in what carriers saw; 0 is the only good answer."""
    leaks = 0
    for message in seen:
        for row in known.get((message.carrier, message.address.lower()), []):
            leaks += sum(
                form in message.text for value in _canaries(row, message.carrier) for form in forms_of(value)
            )
    return leaks


def forms_of(value: str) -> set[str]:
    """The value as it stands, Base64 at each alignment, percent-encoded, and digests in hex."""
    raw = value.encode()
    found = {value, quote(value)}
    for padding in range(3):
        encoded = base64.b64encode(b"\0" * padding + raw).decode().rstrip("=")
        # Characters that mix with neighbours' bits are cut off; the middle is the value's own.
        start, end = -(-padding * 4 // 3), len(encoded) - 1
        found.add(encoded[start:end])
        found.add(encoded[start:end].replace("+", "-").replace("/", "_"))
    found |= {hashlib.new(name, raw).hexdigest() for name in ("md5", "sha1", "sha256")}
    return {form for form in found if len(form) >= SHORTEST}


def _canaries(row: Mapping[str, str], carrier: str) -> set[str]:
    """The row's identifying values that this carrier may not see, also without spaces, hyphens and in E.164."""
    allowed = {"line": set[str](), "email": {"メールアドレス"}, "sms": {"電話番号"}}[carrier]
    values = {(row.get(column) or "").strip() for column in IDENTIFYING if column not in allowed}
    if phone := read_phone(row.get("電話番号") or ""):
        values |= {"line": {phone.national}, "email": {phone.national, phone.e164}, "sms": set[str]()}[
            carrier
        ]
    values |= {value.replace(" ", "").replace("　", "") for value in values}
    return {value for value in values if len(value) >= SHORTEST}


def raw_body(entry: Mapping[str, Any]) -> bytes:
    """A journal line's body as it was received."""
    return (
        base64.b64decode(entry["body"]) if entry["body_encoding"] == "base64" else str(entry["body"]).encode()
    )


def _readable(raw: bytes) -> str:
    """The mail as sent and as read: raw text, decoded headers but the recipient's own, decoded body."""
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    headers = [f"{name}: {value}" for name, value in parsed.items() if name.lower() != "to"]
    lines = [line for line in raw.decode(errors="replace").splitlines() if not line.lower().startswith("to:")]
    return "\n".join([*headers, *lines, str(parsed.get_content())])
