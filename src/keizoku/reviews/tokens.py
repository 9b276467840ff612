"""One-time links: stateless, so that a million of them need no rows.

A token is base64url of the review's id (8 bytes) and 16 bytes (128 bits) of HMAC-SHA-256 over
"link:<id>:<reference>". It holds
as long as the review awaits its customer; a new reference code ends it. Callers check the review's state and deadline.
"""

import base64
import binascii
import hmac
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from keizoku.kernel.crypto import keyring

_ID_BYTES = 8
_SEAL_BYTES = 16
_TOKEN_LENGTH = (_ID_BYTES + _SEAL_BYTES) * 4 // 3


@dataclass(frozen=True, slots=True)
class Parsed:
    """A token's parts; nothing is proven until ``is_sealed`` says so."""

    review_id: int
    seal: bytes


def link_for(review_id: int, reference: int) -> str:
    """The link that opens this review's pages, without any personal data in it."""
    return f"{settings.PUBLIC_URL}/r/{token_for(review_id, reference)}"


def token_for(review_id: int, reference: int) -> str:
    raw = review_id.to_bytes(_ID_BYTES) + _seal(review_id, reference)
    return base64.urlsafe_b64encode(raw).decode()


def parse(token: str) -> Parsed | None:
    """The parts of a token of the right shape; None for anything else."""
    if len(token) != _TOKEN_LENGTH or not token.isascii():
        return None
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except binascii.Error:
        return None
    if len(raw) != _ID_BYTES + _SEAL_BYTES:
        return None
    return Parsed(int.from_bytes(raw[:_ID_BYTES]), raw[_ID_BYTES:])


def is_sealed(parsed: Parsed, reference: int) -> bool:
    return hmac.compare_digest(parsed.seal, _seal(parsed.review_id, reference))


def mark_of(review_id: int, reference: int) -> str:
    """What a visit keeps of the code that it was begun with: another code of the review has another mark."""
    return hmac.digest(_key(), f"visit:{review_id}:{reference}".encode(), "sha256")[:_SEAL_BYTES].hex()


def _seal(review_id: int, reference: int) -> bytes:
    return hmac.digest(_key(), f"link:{review_id}:{reference}".encode(), "sha256")[:_SEAL_BYTES]


@lru_cache(maxsize=1)
def _key() -> bytes:
    return keyring.current().derive("review-link")
