"""The keyring: data keys by epoch, wrapped by a key-encryption key.

I own two files of the state folder, mode 0600: ``keys/kek`` (the key-encryption key, 32 bytes; in production a
file from a secret store or a key service behind the same two functions) and ``keys/keyring.json`` (the data keys, wrapped).
Invariant: a key id is never reused; old epochs stay readable; only the newest epoch encrypts.
"""

import json
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from keizoku.kernel.state import state_folder

NONCE_BYTES = 12
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Keyring:
    """Data keys by epoch (1, 2, …) and the secret that other keys are derived from."""

    epochs: dict[int, AESGCM]
    root: bytes

    @property
    def newest(self) -> int:
        return max(self.epochs)

    def derive(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose, the same as long as the keyring lives (HKDF-SHA-256, RFC 5869)."""
        return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=purpose.encode()).derive(self.root)


def create(folder: Path) -> None:
    """Make a new key-encryption key and a keyring of one epoch; refuses to overwrite one that exists."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if (folder / "keyring.json").exists():
        raise FileExistsError(f"{folder / 'keyring.json'} exists; losing it would lose every encrypted value")
    kek = os.urandom(KEY_BYTES)
    _write_secret(folder / "kek", kek)
    wrapped = {"1": _wrap(kek, "1", os.urandom(KEY_BYTES)), "root": _wrap(kek, "root", os.urandom(KEY_BYTES))}
    _write_secret(folder / "keyring.json", json.dumps(wrapped).encode())


def add_epoch(folder: Path) -> int:
    """Start a new data key; what is written from now on uses it. Returns the new epoch's number."""
    kek, wrapped = _read(folder)
    epoch = 1 + max(int(name) for name in wrapped if name != "root")
    wrapped[str(epoch)] = _wrap(kek, str(epoch), os.urandom(KEY_BYTES))
    _write_secret(folder / "keyring.json", json.dumps(wrapped).encode())
    current.cache_clear()
    return epoch


def load(folder: Path) -> Keyring:
    kek, wrapped = _read(folder)
    keys = {name: _unwrap(kek, name, blob) for name, blob in wrapped.items()}
    root = keys.pop("root")
    return Keyring({int(name): AESGCM(key) for name, key in keys.items()}, root)


@lru_cache(maxsize=1)
def current() -> Keyring:
    """This process's keyring, out of the state folder."""
    return load(state_folder() / "keys")


def _wrap(kek: bytes, name: str, key: bytes) -> str:
    nonce = os.urandom(NONCE_BYTES)
    return (nonce + AESGCM(kek).encrypt(nonce, key, name.encode())).hex()


def _unwrap(kek: bytes, name: str, wrapped: str) -> bytes:
    blob = bytes.fromhex(wrapped)
    return AESGCM(kek).decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], name.encode())


def _read(folder: Path) -> tuple[bytes, dict[str, str]]:
    return (folder / "kek").read_bytes(), json.loads((folder / "keyring.json").read_text())


def _write_secret(path: Path, content: bytes) -> None:
    """Write whole or not at all, readable by this user only."""
    draft = path.with_suffix(".draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
