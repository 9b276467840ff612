"""Files of others, encrypted at rest: named by a random id in ``files/`` of the state folder, deleted when used.

Layout: key id (2 bytes), then chunks of length (4 bytes) | nonce (12) | AES-256-GCM ciphertext and tag. A chunk's place
and whether it is the last are authenticated, so that a chunk moved, dropped or cut off is noticed.
"""

import contextlib
import fcntl
import hashlib
import io
import os
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keizoku.kernel.crypto.keyring import NONCE_BYTES, current, look_again, writable
from keizoku.kernel.state import state_folder

CHUNK: Final = 256 * 1024
_KEY_ID_BYTES: Final = 2
_LENGTH_BYTES: Final = 4


class Damaged(OSError):
    """The file is not what was stored: altered, cut off, or written under a key that this keyring lacks."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that was stored: its id, and the size and digest of what was given."""

    id: str
    size: int
    sha256: str


def store(pieces: Iterable[bytes]) -> Stored:
    """Encrypt pieces of any size as they come."""
    writer = Writer()
    try:
        for piece in pieces:
            writer.write(piece)
        return writer.finish()
    except BaseException:
        writer.abandon()
        raise


class Writer:
    """A file on its way in; nothing of it is written in the clear. Ends by ``finish`` or ``abandon``."""

    def __init__(self) -> None:
        keyring = writable()
        self._id = str(uuid.uuid4())
        self._digest = hashlib.sha256()
        self._size = self._number = 0
        self._waiting = bytearray()
        self._key = keyring.epochs[keyring.newest]
        self._path = _path(self._id)
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(handle, "wb")
        self._file.write(keyring.newest.to_bytes(_KEY_ID_BYTES))

    def write(self, piece: bytes) -> None:
        self._digest.update(piece)
        self._size += len(piece)
        self._waiting += piece
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]

    def finish(self) -> Stored:
        self._seal(bytes(self._waiting), is_last=True)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return Stored(self._id, self._size, self._digest.hexdigest())

    def abandon(self) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)

    def _seal(self, plain: bytes, *, is_last: bool) -> None:
        self._file.write(_sealed(self._key, plain, _place(self._id, self._number, is_last=is_last)))
        self._number += 1


def open_stored(file_id: str) -> IO[bytes]:
    """The content as a binary stream, decrypted chunk by chunk. FileNotFoundError when it was deleted."""
    return io.BufferedReader(_Decrypted(file_id), CHUNK)


def delete(file_id: str) -> None:
    """Repeating it changes nothing."""
    with _locked(_path(file_id)):
        _path(file_id).unlink(missing_ok=True)


def epochs() -> list[tuple[str, int]]:
    """Every stored file's id with the epoch of its key."""
    found = []
    for path in sorted((state_folder() / "files").glob("*-*-*-*-*")):
        with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
            found.append((path.name, int.from_bytes(file.read(_KEY_ID_BYTES))))
    return found


def reencrypt(file_id: str) -> bool:
    """Write a file anew under the newest key, in its place, whole. Who reads it meanwhile reads the former one to its end.

    False when it is gone, or not whole (somebody still writes it, or died over it): then nothing changes.
    """
    path = _path(file_id)
    keyring = writable()
    key = keyring.epochs[keyring.newest]
    draft = path.with_name(f"{path.name}.anew")
    with _locked(path) as is_there:
        if not is_there:
            return False
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(keyring.newest.to_bytes(_KEY_ID_BYTES))
                for number, (plain, is_last) in enumerate(_chunks(file_id)):
                    file.write(_sealed(key, plain, _place(file_id, number, is_last=is_last)))
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except Damaged:
            return False
        finally:
            draft.unlink(missing_ok=True)
    return True


def _chunks(file_id: str) -> Iterator[tuple[bytes, bool]]:
    """A file's chunks in the clear, each with whether it is the last."""
    with _Decrypted(file_id) as source:
        while not source.is_over:
            yield source.next_chunk(), source.is_over


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[bool]:
    """Keep deleting and re-encrypting one file apart, so that a deleted file does not come back; False when it is gone."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        yield False
        return
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield os.fstat(file.fileno()).st_nlink > 0


class _Decrypted(io.RawIOBase):
    def __init__(self, file_id: str) -> None:
        super().__init__()
        self._id = file_id
        self._file = _path(file_id).open("rb")
        epoch = int.from_bytes(self._file.read(_KEY_ID_BYTES))
        key = current().epochs.get(epoch) or look_again().epochs.get(epoch)
        if key is None:
            raise Damaged(f"this keyring lacks the key of file {file_id}")
        self._key = key
        self._number = 0
        self._plain = memoryview(b"")
        self.is_over = False

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()
        super().close()

    def readinto(self, into: Any) -> int:
        if not self._plain and not self.is_over:
            self._plain = memoryview(self.next_chunk())
        target = memoryview(into).cast("B")
        count = min(len(target), len(self._plain))
        target[:count] = self._plain[:count]
        self._plain = self._plain[count:]
        return count

    def next_chunk(self) -> bytes:
        length = int.from_bytes(self._file.read(_LENGTH_BYTES))
        sealed = self._file.read(length)
        self.is_over = not self._file.peek(1)
        place = _place(self._id, self._number, is_last=self.is_over)
        try:
            plain = self._key.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], place)
        except (InvalidTag, ValueError):
            raise Damaged(f"file {self._id} was altered or cut off") from None
        self._number += 1
        return plain


def _sealed(key: AESGCM, plain: bytes, place: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    sealed = nonce + key.encrypt(nonce, plain, place)
    return len(sealed).to_bytes(_LENGTH_BYTES) + sealed


def _place(file_id: str, number: int, *, is_last: bool) -> bytes:
    return f"file:{file_id}:{number}:{'last' if is_last else 'more'}".encode()


def _path(file_id: str) -> Path:
    """Only an id of ours names a file."""
    folder = state_folder() / "files"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / str(uuid.UUID(file_id))
