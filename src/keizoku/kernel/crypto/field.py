"""Encrypted fields: AES-256-GCM, a data key per epoch.

Layout of a blob: key id (2 bytes, big-endian) | nonce (12 bytes) | ciphertext and tag.
The additional authenticated data is "table.column:record", so that a value moved to another row or column
does not decrypt.
"""

import os
from collections.abc import Iterable, Iterator, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keizoku.kernel.crypto.errors import KeyDestroyed, Undecryptable
from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.kernel.crypto.keyring import NONCE_BYTES, Keyring, current, look_again, writable

__all__ = [
    "KEY_ID_BYTES",
    "NotGranted",
    "Undecryptable",
    "decrypt",
    "decrypt_each",
    "decrypt_system_value",
    "encrypt",
    "encrypt_each",
]

KEY_ID_BYTES = 2
_HEAD = KEY_ID_BYTES + NONCE_BYTES


class NotGranted(PermissionError):
    """A read of a subject that the grant does not name: a fault in the calling code, never an answer to a person."""


def encrypt(value: str, *, where: str, record: str, epoch: int | None = None) -> bytes:
    """Encrypt one value for one place: ``where`` is "table.column", ``record`` the row's own key.

    Only a re-encryption names the ``epoch``; everybody else writes under the newest key.
    """
    keyring = writable()
    epoch = epoch or keyring.newest
    nonce = os.urandom(NONCE_BYTES)
    sealed = keyring.epochs[epoch].encrypt(nonce, value.encode(), _place(where, record))
    return epoch.to_bytes(KEY_ID_BYTES) + nonce + sealed


def encrypt_each(values: Sequence[tuple[str, str]], *, record: str) -> list[bytes]:
    """Several values of one record, each for its own "table.column": (where, value). As ``encrypt``, at less cost."""
    keyring = writable()
    epoch = keyring.newest
    head = epoch.to_bytes(KEY_ID_BYTES)
    seal = keyring.epochs[epoch].encrypt
    random = os.urandom(NONCE_BYTES * len(values))
    nonces = [random[at : at + NONCE_BYTES] for at in range(0, len(random), NONCE_BYTES)]
    return [
        head + nonce + seal(nonce, value.encode(), _place(where, record))
        for nonce, (where, value) in zip(nonces, values, strict=True)
    ]


def decrypt(blob: bytes, *, where: str, record: str, subject: int, grant: ReadGrant) -> str:
    """Decrypt one value of one subject.

    Raises:
        NotGranted: the grant does not cover the subject.
        Undecryptable: the blob is not what was written at this place.
    """
    _refuse_ungranted(subject, grant)
    return _open(blob, where, record)


def decrypt_each(
    rows: Iterable[tuple[int, str, bytes]], *, where: str, grant: ReadGrant
) -> Iterator[tuple[int, str]]:
    """Values of one "table.column", (subject, record, blob) each: (subject, value). As ``decrypt``, at less cost.

    Raises:
        NotGranted: the grant does not cover a subject.
        Undecryptable: a blob is not what was written at its place.
    """
    keys: dict[bytes, AESGCM] = {}
    for subject, record, blob in rows:
        _refuse_ungranted(subject, grant)
        head = blob[:KEY_ID_BYTES]
        key = keys.get(head) or keys.setdefault(head, _key(int.from_bytes(head), where))
        yield subject, _with(key, blob, where, record)


def decrypt_system_value(blob: bytes, *, where: str, record: str) -> str:
    """Decrypt a value that is nobody's personal data (a shared secret of ours); needs no grant."""
    return _open(blob, where, record)


def _refuse_ungranted(subject: int, grant: ReadGrant) -> None:
    if not grant.covers(subject):
        raise NotGranted(f"the grant for {grant.purpose!r} does not name this subject")


def _open(blob: bytes, where: str, record: str) -> str:
    raw = bytes(blob)
    return _with(_key(int.from_bytes(raw[:KEY_ID_BYTES]), where), raw, where, record)


def _with(key: AESGCM, raw: bytes, where: str, record: str) -> str:
    try:
        return key.decrypt(raw[KEY_ID_BYTES:_HEAD], raw[_HEAD:], _place(where, record)).decode()
    except InvalidTag:
        raise Undecryptable(f"{where}: the value was altered or belongs to another row") from None


def _key(epoch: int, where: str) -> AESGCM:
    """The epoch's key; looked for again in the file when another process has begun an epoch this moment."""
    keyring = current()
    if epoch not in keyring.epochs:
        keyring = look_again()
    return keyring.epochs[epoch] if epoch in keyring.epochs else _refuse(keyring, epoch, where)


def _refuse(keyring: Keyring, epoch: int, where: str) -> AESGCM:
    if epoch in keyring.destroyed:
        raise KeyDestroyed(
            f"この値の鍵（世代 {epoch}）は破棄されました。",
            remedy="値は、もうだれにも読めません。破棄の証明書は「鍵とバックアップ」にあります。",
        )
    raise Undecryptable(f"{where}: this keyring lacks the key of the value")


def _place(where: str, record: str) -> bytes:
    return f"{where}:{record}".encode()
