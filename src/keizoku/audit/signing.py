"""The key that signs blocks: Ed25519, kept outside the database so that whoever owns the rows cannot sign them.

I own ``keys/audit-signing.pem`` of the state folder, mode 0600, made at first use. It belongs into the backup of
``keys/``: a chain continued under another key is refused (``sealing``).
"""

import os
import tempfile
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from keizoku.kernel.state import state_folder

KEY_FILE = "audit-signing.pem"


def sign(digest: bytes) -> bytes:
    """The 64-byte signature over a 32-byte digest."""
    return _key(_path()).sign(digest)


def is_ours(digest: bytes, signature: bytes) -> bool:
    """Whether this installation's key made the signature."""
    try:
        _key(_path()).public_key().verify(signature, digest)
    except InvalidSignature:
        return False
    return True


def public_key() -> str:
    """The public key, 64 hexadecimal digits: what an auditor keeps elsewhere."""
    return _key(_path()).public_key().public_bytes_raw().hex()


def _path() -> Path:
    return state_folder() / "keys" / KEY_FILE


@lru_cache(maxsize=4)
def _key(path: Path) -> Ed25519PrivateKey:
    if not path.exists():
        _make(path)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} holds no Ed25519 key")
    return key


def _make(path: Path) -> None:
    """The file appears whole, once: two processes that start together use the same key."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix="audit-signing-")  # mode 0600
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
