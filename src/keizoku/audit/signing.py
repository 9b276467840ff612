"""The keys that sign blocks: Ed25519, kept outside the database so that whoever owns the rows cannot sign them.

I own ``keys/audit-signing.pem``, ``keys/audit-signing-2.pem``, … of the state folder, mode 0600, numbered as they were
made. Invariants: a key's file appears whole and once, and is never overwritten; a key is made only when I am told to.
They belong into the backup of ``keys/``. Which of them is due is the chain's word (``key_chain``).
"""

import os
import re
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from keizoku.audit.errors import SigningKeyLost
from keizoku.kernel.state import state_folder

KEY_FILE = "audit-signing.pem"
_FILE = re.compile(r"audit-signing(?:-([1-9][0-9]*))?\.pem")


@dataclass(frozen=True, slots=True)
class HeldKey:
    """A key of this host: ``number`` 1, 2, … in the order of their making."""

    number: int
    path: Path
    public_key: str


def held() -> list[HeldKey]:
    """The keys whose private half lies here, oldest first."""
    named = [(path, _FILE.fullmatch(path.name)) for path in folder().glob("audit-signing*.pem")]
    found = [HeldKey(int(match[1] or 1), path, _public(path)) for path, match in named if match]
    return sorted(found, key=lambda key: key.number)


def make() -> HeldKey:
    """Make the next key. Two processes that make the first one together get the same."""
    keys = held()
    number = keys[-1].number + 1 if keys else 1
    path = folder() / (KEY_FILE if number == 1 else f"audit-signing-{number}.pem")
    _write(path)
    return HeldKey(number, path, _public(path))


def sign(digest: bytes, public_key: str) -> bytes:
    """The 64-byte signature over a 32-byte digest by the key named.

    Raises:
        SigningKeyLost: its private half is not here.
    """
    path = check_held(public_key).path
    return _key(path, path.stat().st_mtime_ns).sign(digest)


def check_held(public_key: str) -> HeldKey:
    """The key named, if its private half is here; else ``SigningKeyLost``."""
    for key in held():
        if key.public_key == public_key:
            return key
    raise SigningKeyLost(
        f"証跡の署名鍵(公開鍵 {public_key})が {folder()} にありません。",
        remedy="バックアップから keys/ の audit-signing*.pem を戻してください。いまある鍵は上書きされません。",
    )


def is_signed_by(public_key: str, digest: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(signature, digest)
    except (InvalidSignature, ValueError):
        return False
    return True


def folder() -> Path:
    return state_folder() / "keys"


def _public(path: Path) -> str:
    return _key(path, path.stat().st_mtime_ns).public_key().public_bytes_raw().hex()


@lru_cache(maxsize=64)
def _key(path: Path, _changed_at: int) -> Ed25519PrivateKey:
    """The file's key; read anew when a file was put back in its place."""
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} holds no Ed25519 key")
    return key


def _write(path: Path) -> None:
    """A fresh key into a file that appears whole, unless somebody else's is there already."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".audit-signing-")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(handle)
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()
