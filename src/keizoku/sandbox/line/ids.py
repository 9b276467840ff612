"""Ids as LINE writes them: request ids, message ids, ULIDs of webhook events, opaque tokens."""

import secrets
import uuid
from datetime import datetime
from itertools import count

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_message_numbers = count(secrets.randbelow(10**15))


def request_id() -> str:
    return str(uuid.uuid4())


def message_id() -> str:
    """18 digits, rising."""
    return str(461_000_000_000_000_000 + next(_message_numbers))


def ulid(moment: datetime) -> str:
    """26 characters: 48 bits of milliseconds, 80 random bits."""
    value = (int(moment.timestamp() * 1000) << 80) | secrets.randbits(80)
    return "".join(_CROCKFORD[(value >> shift) & 31] for shift in range(125, -1, -5))


def opaque(length: int = 32) -> str:
    """Reply tokens, quote tokens, access tokens."""
    return secrets.token_urlsafe(length)[:length]
