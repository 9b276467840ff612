"""What a returned mail says: delivery status (RFC 3464, 6522) or a complaint (RFC 5965). Read strictly; nothing is kept.

Only a report that names one of our deliveries by its signed envelope sender counts. Whatever else lies in the mailbox,
such as somebody's own words, is not understood and is left for a person.
"""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage, Message
from email.utils import parsedate_to_datetime
from typing import Final

from keizoku.channels.email.verp import tag_of
from keizoku.delivery.ports import Event
from keizoku.delivery.rules import Tag

# Where mailboxes name the envelope recipient; a report's own To is our envelope sender too.
_RECIPIENTS: Final = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")
_STATUS: Final = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})")
_ACTIONS: Final = frozenset({"failed", "delayed", "delivered", "relayed", "expanded"})
# RFC 3463 §3.2: of the mailbox itself: unknown, unknown host, bad syntax, moved, no mail taken; RFC 7505: null MX.
ABOUT_THE_ADDRESS: Final = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
_COMPLAINTS: Final = frozenset({"abuse", "fraud", "virus", "other", "opt-out", "opt-out-list"})
_NO_COMPLAINT: Final = frozenset({"not-spam"})


class Unreadable(ValueError):
    """The message is no report of one of our deliveries, or says it in a way that the standards do not know."""


@dataclass(frozen=True, slots=True)
class Block:
    """One recipient's part of a delivery status."""

    action: str
    status: str


def read(raw: bytes, now: datetime) -> Event | None:
    """The event that a report tells; None for one that says nothing that counts (delayed, relayed, not spam).

    ``now`` bounds what the report's own Date may say.

    Raises:
        Unreadable: see there.
    """
    message = email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)
    if message.get_content_type() != "multipart/report" or message.defects:
        raise Unreadable
    match str(message.get_param("report-type", "")).lower():
        case "delivery-status":
            return _status(message, now)
        case "feedback-report":
            return _complaint(message, now)
    raise Unreadable


def _status(message: EmailMessage, now: datetime) -> Event | None:
    tag = _named(message.get_all(name, []) for name in _RECIPIENTS)
    blocks = [_block(fields) for fields in _fields(message, "message/delivery-status")[1:]]
    if tag is None or not blocks:
        raise Unreadable
    failed = [block for block in blocks if block.action == "failed"]
    if not failed:
        return None
    # A temporary status (4) after which the relay gave up has failed as well, and says nothing of the address.
    blames = any(block.status in ABOUT_THE_ADDRESS for block in failed)
    return Event(f"dsn:{tag}", str(tag), "undelivered", _moment(message, now), blames)


def _block(fields: Message) -> Block:
    """RFC 3464 §2.3: Final-Recipient, Action and Status are required of each recipient."""
    action = str(fields.get("Action", "")).split("(")[0].strip().lower()
    status = _STATUS.match(str(fields.get("Status", "")).strip())
    if action not in _ACTIONS or status is None or not fields.get("Final-Recipient"):
        raise Unreadable
    return Block(action, status[0])


def _complaint(message: EmailMessage, now: datetime) -> Event | None:
    (fields,) = _fields(message, "message/feedback-report")
    kind = str(fields.get("Feedback-Type", "")).strip().lower()
    senders = fields.get_all("Original-Mail-From", [])
    tag = _named([senders, *(message.get_all(name, []) for name in _RECIPIENTS)])
    if tag is None or kind not in _COMPLAINTS | _NO_COMPLAINT:
        raise Unreadable
    if kind in _NO_COMPLAINT:
        return None
    return Event(f"arf:{tag}", str(tag), "complained", _moment(message, now))


def _fields(message: EmailMessage, content_type: str) -> list[Message]:
    """The groups of fields of the report's only part of this type."""
    parts = [part for part in message.iter_parts() if part.get_content_type() == content_type]
    if len(parts) != 1 or parts[0].defects:
        raise Unreadable
    groups = parts[0].get_payload()
    if not isinstance(groups, list) or not groups:
        raise Unreadable
    return [group for group in groups if isinstance(group, Message)]


def _named(headers: "Iterator[list[str]] | list[list[str]]") -> Tag | None:
    """The delivery that the first signed address names."""
    found = (tag_of(str(address)) for addresses in headers for address in addresses)
    return next((tag for tag in found if tag is not None), None)


def _moment(message: EmailMessage, now: datetime) -> datetime:
    try:
        told = parsedate_to_datetime(str(message.get("Date", "")))
    except ValueError:
        return now
    return min(told, now) if told.tzinfo is not None else now
