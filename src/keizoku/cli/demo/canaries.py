"""Counts what carriers saw beyond what their channel may see, from the emulators' own journals alone.

A canary is a value of the recipient's record that the channel does not need. It is looked for as it stands, in Base64 (at
each of the three alignments), percent-encoded, and as MD5, SHA-1 and SHA-256 digests in hex. LINE may see the hash of the
recipient's phone number, or the account that it named itself; the SMS carrier the number; mail the recipient's address. A
letter's page shows name and address, the list beside the print file neither: only the list stands in the journal.
"""

import base64
import csv
import email
import email.policy
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote

from keizoku.kernel.text.phone import line_hash, read_phone
from keizoku.sandbox.chance import Chance
from keizoku.sandbox.world.people import World
from keizoku.sandbox.world.reading import read_people

# What LINE is told whose recipient is somebody's number or account; a reply's is a token.
NOTIFY, PUSH, REPLY = "/bot/pnp/push", "/v2/bot/message/push", "/v2/bot/message/reply"
SEED = 1  # of the sandbox, as it stands when nobody says another
IDENTIFYING = ("顧客番号", "氏名", "氏名カナ", "生年月日", "住所", "口座番号", "電話番号", "メールアドレス")
SHORTEST = 4  # shorter values occur in any text by chance
# What the list beside a print file is made of (docs/letters.md); whatever else stands in it is read as words.
_LISTED = {
    "format": r"keizoku-letters/1",
    "batch": r"[0-9a-f-]{36}",
    "made_at": r"[0-9T:.+-]+",
    "pdf_sha256": r"[0-9a-f]{64}",
    "tag": r"kz-\d{5,}-\d{5,}-\d{7,}",
    "postal_code": r"\d{7}",
    **dict.fromkeys(("pdf_bytes", "letters", "pages", "sheets", "sequence", "first_page"), r"\d{1,8}"),
}
# (carrier, address as that carrier sees it) → the rows of the bank's file it belongs to.
People = Mapping[tuple[str, str], list[dict[str, str]]]


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
    """Every message as its carrier received it, repeated ones included; a batch of letters is as many."""
    for entry in journal(folder, "line"):
        if entry["path"] in {NOTIFY, PUSH, REPLY}:
            body = json.loads(entry["body"])
            text = json.dumps([entry["headers"], body.get("messages")], ensure_ascii=False)
            yield Seen("line", body.get("to", ""), text, bool(entry["acted"]), entry["at"])
    for entry in journal(folder, "smtp"):
        if entry["verb"] == "DATA":
            raw = raw_body(entry)
            yield Seen("email", entry["recipients"][0], _readable(raw), bool(entry["acted"]), entry["at"])
    for entry in journal(folder, "sms"):
        if entry["method"] == "POST" and entry["path"].endswith("/messages"):
            told = parse_qs(entry["body"])
            text = "\n".join(value for name, values in told.items() if name != "to" for value in values)
            yield Seen("sms", told.get("to", [""])[0], text, bool(entry["acted"]), entry["at"])
    for entry in journal(folder, "print"):
        if entry["method"] == "PUT" and entry["manifest"]:
            manifest = json.loads(entry["manifest"])
            around = _unlisted({name: value for name, value in manifest.items() if name != "list"})
            for row in manifest["list"]:
                text = around + _unlisted(row)
                yield Seen("letter", row["tag"], text, bool(entry["acted"]), entry["at"])


def _unlisted(row: Mapping[str, Any]) -> str:
    """What stands in the list beside a print file beyond what may stand there; empty where nothing does."""
    beyond = {
        name: value
        for name, value in row.items()
        if name not in _LISTED or not re.fullmatch(_LISTED[name], str(value))
    }
    return json.dumps(beyond, ensure_ascii=False) if beyond else ""


def people(sample: Path) -> People:
    """(carrier, address as that carrier sees it) → the rows of the bank's file it belongs to."""
    found: dict[tuple[str, str], list[dict[str, str]]] = {}
    world = World(read_people(sample), Chance(SEED))
    with sample.open(encoding="cp932", errors="replace", newline="") as stream:
        for row in csv.DictReader(stream):
            phone = read_phone(row.get("電話番号") or "")
            if phone:
                found.setdefault(("line", line_hash(phone.e164)), []).append(row)
                found.setdefault(("sms", phone.national), []).append(row)
                if account := world.user_id(phone.e164):
                    found.setdefault(("line", account.lower()), []).append(row)
            if mail := (row.get("メールアドレス") or "").strip().lower():
                found.setdefault(("email", mail), []).append(row)
    return found


def recipients(seen: Seen, known: People) -> tuple[str, ...]:
    """Whom a message reached, by customer numbers: the same people by LINE's number and account. Empty: not known here."""
    return tuple(row["顧客番号"] for row in known.get((seen.carrier, seen.address.lower()), []))


def count_leaks(seen: Iterable[Seen], known: People) -> int:
    """How many forms of how many canaries stand in what carriers saw; 0 is the only good answer.

    A message whose recipient no address tells (a reply, a letter) is held against everybody's values as they stand.
    """
    leaks = 0
    for message in seen:
        for row in known.get((message.carrier, message.address.lower()), []):
            leaks += sum(
                form in message.text for value in _canaries(row, message.carrier) for form in forms_of(value)
            )
        if message.carrier == "letter" or not message.address:
            leaks += _anybodys(message, known)
    return leaks


def _anybodys(message: Seen, known: People) -> int:
    if not message.text:
        return 0
    everybody = {
        value for rows in known.values() for row in rows for value in _canaries(row, message.carrier)
    }
    return sum(value in message.text for value in everybody)


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
    allowed = {"email": {"メールアドレス"}, "sms": {"電話番号"}}.get(carrier, set())
    values = {(row.get(column) or "").strip() for column in IDENTIFYING if column not in allowed}
    if phone := read_phone(row.get("電話番号") or ""):
        # E.164 is what LINE's own hash is made of: its digest is no leak there.
        values |= {"line": {phone.national}, "sms": set[str]()}.get(carrier, {phone.national, phone.e164})
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
