"""A value sealed under a key of its own: whoever destroys the key has destroyed the value, wherever a copy of it lies.

The key is handed out as text for an encrypted field (``kernel.crypto.field``), so that it lies under an epoch's key itself.
"""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keizoku.kernel.crypto.errors import Undecryptable
from keizoku.kernel.crypto.keyring import NONCE_BYTES

_KEY_BITS = 256


def seal(value: bytes, *, where: str) -> tuple[str, bytes]:
    """A fresh key, as text, and the value sealed under it; ``where`` binds the value to its place."""
    key = AESGCM.generate_key(_KEY_BITS)
    nonce = os.urandom(NONCE_BYTES)
    return base64.b64encode(key).decode(), nonce + AESGCM(key).encrypt(nonce, value, where.encode())


def open_sealed(sealed: bytes, key: str, *, where: str) -> bytes:
    """The value.

    Raises:
        Undecryptable: it was altered, or belongs elsewhere.
    """
    try:
        return AESGCM(base64.b64decode(key)).decrypt(
            sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], where.encode()
        )
    except InvalidTag:
        raise Undecryptable(f"{where}: the value was altered or belongs to another row") from None
