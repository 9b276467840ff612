"""Encrypted fields: AES-256-GCM, a data key per epoch.

Layout of a blob: key id (2 bytes, big-endian) | nonce (12 bytes) | ciphertext and tag.
The additional authenticated data is "table.column:record", so that a value moved to another row or column
does not decrypt.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.kernel.crypto.keyring import NONCE_BYTES, current

_KEY_ID_BYTES = 2
_HEAD = _KEY_ID_BYTES + NONCE_BYTES


class NotGranted(PermissionError):
    """A read of a subject that the grant does not name: a fault in the calling code, never an answer to a person."""


class Undecryptable(ValueError):
    """The blob was altered, moved, or written under a key that this keyring lacks."""


def encrypt(value: str, *, where: str, record: str) -> bytes:
    """Encrypt one value for one place: ``where`` is "table.column", ``record`` the row's own key."""
    keyring = current()
    epoch = keyring.newest
    nonce = os.urandom(NONCE_BYTES)
    sealed = keyring.epochs[epoch].encrypt(nonce, value.encode(), _place(where, record))
    return epoch.to_bytes(_KEY_ID_BYTES) + nonce + sealed


def decrypt(blob: bytes, *, where: str, record: str, subject: int, grant: ReadGrant) -> str:
    """Decrypt one value of one subject.

    Raises:
        NotGranted: the grant does not cover the subject.
        Undecryptable: the blob is not what was written at this place.
    """
    if not grant.covers(subject):
        raise NotGranted(f"the grant for {grant.purpose!r} does not name this subject")
    return _open(blob, where, record)


def decrypt_system_value(blob: bytes, *, where: str, record: str) -> str:
    """Decrypt a value that is nobody's personal data (a shared secret of ours); needs no grant."""
    return _open(blob, where, record)


def _open(blob: bytes, where: str, record: str) -> str:
    raw = bytes(blob)
    key = _key(int.from_bytes(raw[:_KEY_ID_BYTES]))
    if key is None:
        raise Undecryptable(f"{where}: this keyring lacks the key of the value")
    try:
        return key.decrypt(raw[_KEY_ID_BYTES:_HEAD], raw[_HEAD:], _place(where, record)).decode()
    except InvalidTag:
        raise Undecryptable(f"{where}: the value was altered or belongs to another row") from None


def _key(epoch: int) -> AESGCM | None:
    """The epoch's key; read anew from the keyring when another process has begun an epoch since."""
    if epoch not in current().epochs:
        current.cache_clear()
    return current().epochs.get(epoch)


def _place(where: str, record: str) -> bytes:
    return f"{where}:{record}".encode()
