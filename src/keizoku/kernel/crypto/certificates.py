"""Signed documents of this installation: a key's destruction, a backup's manifest.

Ed25519, by a key derived from the keyring's root: whoever has the keyring can sign and check, whoever has the public key
(64 hexadecimal digits, in each document) can check. The signed form is JSON with sorted keys, no spaces, UTF-8.
"""

import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from keizoku.kernel.crypto.keyring import Keyring, current

_PURPOSE = "certificates"


def canonical(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sign(document: Mapping[str, Any]) -> str:
    """The signature, 128 hexadecimal digits."""
    return _key(current()).sign(canonical(document)).hex()


def public_key(ring: Keyring | None = None) -> str:
    return _key(ring or current()).public_key().public_bytes_raw().hex()


def is_signed(document: Mapping[str, Any], signature: str, public: str) -> bool:
    """Whether the holder of that public key signed exactly this document."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), canonical(document))
    except (InvalidSignature, ValueError):
        return False
    return True


def _key(ring: Keyring) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(ring.derive(_PURPOSE))
