"""Blind indexes: keyed HMACs that find an exact value without showing it.

Each kind of value has a key of its own, so that equal strings of different kinds do not match. The keys have an epoch;
one epoch is in force at a time, for all tokens of the database together (``safekeeping.keys.tokens`` changes it).
What this leaks (equality within a kind) is written down in SECURITY.md.
"""

import hmac
from functools import lru_cache

from keizoku.kernel.crypto.keyring import current

TOKEN_BYTES = 16


def token(kind: str, normalised: str) -> bytes:
    """16 bytes of HMAC-SHA-256 over the value as the caller has normalised it."""
    return hmac.digest(_key(kind, current().index_epoch), normalised.encode(), "sha256")[:TOKEN_BYTES]


@lru_cache(maxsize=64)
def _key(kind: str, epoch: int) -> bytes:
    return current().index_key(kind, epoch)
