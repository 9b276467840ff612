"""Identifiers: time-ordered UUIDs (RFC 9562 version 7) and URL-safe secrets."""

import os
import secrets
import time
import uuid


def uuid7() -> uuid.UUID:
    """A UUID whose first 48 bits are the Unix time in milliseconds, so that rows lie in the order of their birth."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10))
    value = (
        (milliseconds & (1 << 48) - 1) << 80
        | 0x7 << 76
        | (random >> 68) << 64
        | 0b10 << 62
        | random & (1 << 62) - 1
    )
    return uuid.UUID(int=value)


def secret(bits: int = 128) -> str:
    return secrets.token_urlsafe(bits // 8)
