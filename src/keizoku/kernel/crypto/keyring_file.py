"""The file ``keys/keyring.json``: wrapped keys by name, which service wrapped them, whose they are.

Names are epochs of data keys ("1", "2", …), "root" (what other keys are derived from) and epochs of blind-index keys
("index:2", …; the first one is derived from the root). Invariants: the file appears whole or not at all; a name never
gets another key; changes happen one at a time, under a lock.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from keizoku.kernel.crypto.errors import KeyringDamaged, KeyringMissing
from keizoku.kernel.crypto.file_key import KIND as FILE

NAME = "keyring.json"
ROOT = "root"
FORMAT = 2


@dataclass(frozen=True, slots=True)
class Wrapped:
    """One key as it lies in the file; ``created_at`` is empty for keys older than this format."""

    blob: bytes = field(repr=False)
    created_at: str = ""


@dataclass(frozen=True, slots=True)
class KeyringFile:
    """Attributes: the service's kind, whose keyring it is (empty in the first format), keys by name, and destroyed
    epochs with the digest of their certificate.
    """

    service: str
    fingerprint: str
    keys: dict[str, Wrapped]
    index_epoch: int = 1
    destroyed: dict[str, str] = field(default_factory=dict)

    @property
    def epochs(self) -> dict[int, Wrapped]:
        return {int(name): key for name, key in self.keys.items() if name.isdigit()}

    def with_key(self, name: str, blob: bytes) -> "KeyringFile":
        if name in self.keys or name in self.destroyed:
            raise ValueError(f"the key {name} exists already; a name is never used again")
        return replace(self, keys=self.keys | {name: Wrapped(blob, now())})


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def read(folder: Path) -> KeyringFile:
    """The file's content. ``KeyringMissing`` and ``KeyringDamaged`` say what to do."""
    path = folder / NAME
    try:
        return _parsed(json.loads(path.read_bytes()))
    except FileNotFoundError:
        raise KeyringMissing(
            f"鍵束 {path} がありません。",
            remedy="バックアップから keys/ フォルダーを戻してください。新しい鍵は作っていません。",
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeyringDamaged(
            f"鍵束 {path} が壊れていて読めません。",
            remedy="バックアップから keys/ フォルダーを戻してください。ファイルには触れていません。",
        ) from None


def write(folder: Path, content: KeyringFile) -> None:
    """Put the file in place whole, readable by this user only."""
    document = {
        "format": FORMAT,
        "service": content.service,
        "fingerprint": content.fingerprint,
        "index_epoch": content.index_epoch,
        "keys": {
            name: {"wrapped": key.blob.hex(), "created_at": key.created_at}
            for name, key in content.keys.items()
        },
        "destroyed": content.destroyed,
    }
    write_secret(folder / NAME, json.dumps(document, indent=1).encode())


def write_secret(path: Path, content: bytes) -> None:
    """Write whole or not at all, on the disk when this returns."""
    draft = path.with_suffix(".draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """A rename is on the disk once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def changing(folder: Path) -> Iterator[None]:
    """One change of the keyring at a time, whichever process makes it."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _parsed(document: dict[str, Any]) -> KeyringFile:
    if "format" not in document:  # as the first version wrote it: names and blobs, wrapped by the file's key
        keys = {name: Wrapped(bytes.fromhex(blob)) for name, blob in document.items()}
        content = KeyringFile(FILE, "", keys)
    elif document["format"] == FORMAT:
        content = KeyringFile(
            document["service"],
            document["fingerprint"],
            {
                name: Wrapped(bytes.fromhex(key["wrapped"]), key["created_at"])
                for name, key in document["keys"].items()
            },
            document["index_epoch"],
            document["destroyed"],
        )
    else:
        raise KeyringDamaged(
            f"鍵束の書式 {document['format']} は、この版では読めません。",
            remedy="鍵束を書いた版以降の Keizoku を使ってください。",
        )
    if ROOT not in content.keys or not content.epochs:
        raise KeyError(ROOT)
    return content
