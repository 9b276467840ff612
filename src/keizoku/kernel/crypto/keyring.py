"""The keyring of this process: data keys by epoch, unwrapped in memory only.

Invariants: a key id is never reused; old epochs stay readable until they are destroyed; only the newest epoch encrypts. A
process notices a changed file by its inode and time, looked at every ``LOOK_EVERY_S`` at most, so that what is written a
moment after a rotation is written under the new key in every process, without a restart. Keys that are known stay as they
are: a change unwraps only what is new. A file that turned into another installation's is refused, not taken.
"""

import os
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from keizoku.kernel.crypto import file_key, keyring_file, services
from keizoku.kernel.crypto.errors import (
    KeyEncryptionKeyWrong,
    KeyringMissing,
    KeyringOfAnother,
    KeyringRefused,
    KeyServiceUnreachable,
)
from keizoku.kernel.crypto.keyring_file import ROOT, KeyringFile
from keizoku.kernel.crypto.ports import Context, KeyEncryption
from keizoku.kernel.logs import get_logger
from keizoku.kernel.state import state_folder

log = get_logger(__name__)

NONCE_BYTES = 12
KEY_BYTES = 32
FINGERPRINT_BYTES = 16
LOOK_EVERY_S = 0.02
RETRY_PAUSE_S = 2.0


@dataclass(frozen=True, slots=True, repr=False)
class Keyring:
    """Data keys by epoch (1, 2, …), the secrets of blind indexes by theirs, and what other keys are derived from."""

    epochs: dict[int, AESGCM]
    root: bytes
    indexes: dict[int, bytes] = field(default_factory=dict)
    index_epoch: int = 1
    destroyed: frozenset[int] = frozenset()

    @property
    def newest(self) -> int:
        return max(self.epochs)

    @property
    def fingerprint(self) -> str:
        return fingerprint_of(self.root)

    def derive(self, purpose: str) -> bytes:
        """A 32-byte key for one purpose, the same as long as the keyring lives (HKDF-SHA-256, RFC 5869)."""
        return _derived(self.root, purpose, KEY_BYTES)

    def index_key(self, kind: str, epoch: int | None = None) -> bytes:
        """The key of one kind of blind index, of the epoch in force unless another is named."""
        epoch = epoch or self.index_epoch
        secret = self.root if epoch == 1 else self.indexes[epoch]
        return _derived(secret, f"blind-index:{kind}", KEY_BYTES)


def fingerprint_of(root: bytes) -> str:
    """Tells one installation's keyring from another's; no secret, kept in the database too."""
    return _derived(root, "fingerprint", FINGERPRINT_BYTES).hex()


def create(folder: Path, service: KeyEncryption | None = None) -> None:
    """Make a keyring of one epoch (and the file's key where that is the service); refuses to overwrite anything."""
    for name in (keyring_file.NAME, services.KEK):
        if (folder / name).exists():
            raise FileExistsError(f"{folder / name} exists; losing it would lose every encrypted value")
    folder.parent.mkdir(parents=True, exist_ok=True)
    workshop = Path(tempfile.mkdtemp(prefix="keys-new-", dir=folder.parent))  # mode 0700
    try:
        if service is None or service.kind == file_key.KIND:
            keyring_file.write_secret(workshop / services.KEK, file_key.new_key())
            service = services.service(file_key.KIND, workshop)
        root = os.urandom(KEY_BYTES)
        content = KeyringFile(service.kind, fingerprint_of(root), {})
        for name, key in ((ROOT, root), ("1", os.urandom(KEY_BYTES))):
            content = content.with_key(name, service.wrap(key, context(content, name)))
        keyring_file.write(workshop, content)
        if folder.exists():  # made beforehand, holding at most a lock
            for made in sorted(workshop.iterdir()):  # the key-encryption key before what it wraps
                made.rename(folder / made.name)
            keyring_file.sync_folder(folder)
        else:
            workshop.rename(folder)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def load(folder: Path, *, known: Keyring | None = None) -> Keyring:
    """Unwrap what the file holds; keys that ``known`` has already are taken from there."""
    content = keyring_file.read(folder)
    service = services.service(content.service, folder)
    if known is not None and content.fingerprint not in {"", known.fingerprint}:
        raise _of_another(folder)
    root = known.root if known else unwrap(service, content, ROOT)
    if content.fingerprint not in {"", fingerprint_of(root)}:
        raise KeyEncryptionKeyWrong(
            f"鍵束 {folder / keyring_file.NAME} の指紋が、中の鍵と合いません。",
            remedy="バックアップから keys/ フォルダーを戻してください。何も上書きしていません。",
        )
    epochs = {
        epoch: known.epochs[epoch]
        if known and epoch in known.epochs
        else AESGCM(unwrap(service, content, str(epoch)))
        for epoch in content.epochs
    }
    indexes = {
        epoch: known.indexes[epoch]
        if known and epoch in known.indexes
        else unwrap(service, content, f"index:{epoch}")
        for epoch in _index_epochs(content)
    }
    destroyed = frozenset(int(name) for name in content.destroyed)
    return Keyring(epochs, root, indexes, content.index_epoch, destroyed)


def unwrap(service: KeyEncryption, content: KeyringFile, name: str) -> bytes:
    return service.unwrap(content.keys[name].blob, context(content, name))


def context(content: KeyringFile, name: str) -> Context:
    """What a wrapped key is bound to. The first format had no fingerprint."""
    return {"installation": content.fingerprint, "key": name} if content.fingerprint else {"key": name}


@dataclass(slots=True)
class _Held:
    folder: Path
    file: str
    mark: tuple[int, int, int]
    looked_at: float
    ring: Keyring


_held: _Held | None = None


def current() -> Keyring:
    """This process's keyring, out of the state folder, no older than ``LOOK_EVERY_S``.

    A file that has vanished or is damaged does not take what is in memory away (reads go on), but see ``writable``.
    """
    held = _held
    if held is None:
        return _open()
    if time.monotonic() - held.looked_at >= LOOK_EVERY_S:
        try:
            _look(held)
        except KeyringRefused as refusal:
            log.warning("keyring.not_readable", code=refusal.code)
    return held.ring


def writable() -> Keyring:
    """The keyring for encrypting: refuses when its file is gone or is another's, since what is written now would be lost."""
    held = _held
    if held is None:
        return _open()
    if time.monotonic() - held.looked_at >= LOOK_EVERY_S:
        _look(held)
    return held.ring


def forget() -> None:
    """Read the file anew at the next use."""
    global _held  # noqa: PLW0603 - one keyring a process
    _held = None


def look_again() -> Keyring:
    """The keyring as the file says now, whenever it was last looked at."""
    if _held is None:
        return _open()
    _look(_held)
    return _held.ring


def _open() -> Keyring:
    global _held  # noqa: PLW0603 - one keyring a process
    folder = state_folder() / "keys"
    path = str(folder / keyring_file.NAME)
    mark = _mark_of(path)
    services.check_chosen(keyring_file.read(folder).service)
    ring = _patiently(folder)
    _held = _Held(folder, path, mark, time.monotonic(), ring)
    return ring


def _look(held: _Held) -> None:
    mark = _mark_of(held.file)
    if mark != held.mark:
        held.ring = load(held.folder, known=held.ring)
        held.mark = mark
    held.looked_at = time.monotonic()


def _mark_of(path: str) -> tuple[int, int, int]:
    try:
        found = os.stat(path)  # noqa: PTH116 - at every turn of the clock
    except FileNotFoundError:
        raise KeyringMissing(
            f"鍵束 {path} がありません。",
            remedy="バックアップから keys/ フォルダーを戻してください。新しい鍵は作っていません。",
        ) from None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _patiently(folder: Path) -> Keyring:
    """A key service that does not answer at the start is asked again for a while; nothing is served meanwhile."""
    deadline = time.monotonic() + services.wait_seconds()
    while True:
        try:
            return load(folder)
        except KeyServiceUnreachable as refusal:
            if time.monotonic() + RETRY_PAUSE_S > deadline:
                raise
            log.warning("key_service.unreachable", code=refusal.code, again_in_s=RETRY_PAUSE_S)
            time.sleep(RETRY_PAUSE_S)


def _of_another(folder: Path) -> KeyringOfAnother:
    return KeyringOfAnother(
        f"鍵束 {folder / keyring_file.NAME} が、動いている間に別の環境のものに置き換わりました。",
        remedy="元の keys/ フォルダーを戻してください。置き換わった鍵では何も書いていません。",
    )


def _index_epochs(content: KeyringFile) -> list[int]:
    return [int(name.removeprefix("index:")) for name in content.keys if name.startswith("index:")]


def _derived(secret: bytes, purpose: str, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt=None, info=purpose.encode()).derive(secret)
