"""The key-encryption key in a file: ``keys/kek`` of the state folder, 32 bytes, mode 0600.

It protects a copied keyring, not a copied folder: a bank puts the file onto a secret store's mount, or uses a key service.
"""

import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keizoku.kernel.crypto.errors import KeyEncryptionKeyMissing, KeyEncryptionKeyWrong
from keizoku.kernel.crypto.ports import Context

KIND = "file"
_NONCE_BYTES = 12
_KEY_BYTES = 32


class FileKey:
    """AES-256-GCM under the file's key; the context is authenticated."""

    kind = KIND

    def __init__(self, path: Path) -> None:
        self._path = path

    def wrap(self, key: bytes, context: Context) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher().encrypt(nonce, key, _bound(context))

    def unwrap(self, wrapped: bytes, context: Context) -> bytes:
        try:
            return self._cipher().decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], _bound(context))
        except (InvalidTag, ValueError):
            raise KeyEncryptionKeyWrong(
                f"{self._path} の鍵では、鍵束を開けません（別の鍵か、鍵束が書き換えられています）。",
                remedy="同じ時に控えた keys/ フォルダー全体を、バックアップから戻してください。何も上書きしていません。",
            ) from None

    def describe(self) -> str:
        return f"ファイル {self._path}"

    def _cipher(self) -> AESGCM:
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            raise KeyEncryptionKeyMissing(
                f"鍵暗号化鍵 {self._path} がありません。",
                remedy="バックアップから戻してください。これがないと、暗号化した値は一つも読めません。",
            ) from None
        if len(content) != _KEY_BYTES:
            raise KeyEncryptionKeyWrong(
                f"{self._path} は{len(content)}バイトで、鍵({_KEY_BYTES}バイト)ではありません。",
                remedy="バックアップから戻してください。何も上書きしていません。",
            )
        return AESGCM(content)


def new_key() -> bytes:
    return os.urandom(_KEY_BYTES)


def _bound(context: Context) -> bytes:
    return ":".join(context.values()).encode()
