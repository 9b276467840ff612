"""Decoding in a child: what strangers send is opened in a process that may die.

I own the child: its memory, processor time, files and wall clock are limited, it is kept for the next picture, and it is
replaced when it died or stopped answering. A picture that ends it is refused; nothing else is lost. Each process starts a
child of its own (a fork's copy of the pipes is never used), and a child ends when its parent does.

Between the two go frames: eight bytes of length, then bytes. An answer is height, width and BGR, or a fault's code.
"""

import os
import resource
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import IO, Final

import numpy as np

from keizoku.vision import pictures
from keizoku.vision.pictures import Fault, Picture, Refused

_LENGTH: Final = struct.Struct(">Q")
_SIZE: Final = struct.Struct(">II")
_MOST_OPEN_FILES: Final = 64


@dataclass(frozen=True)
class Limits:
    """What one picture may cost. Memory is address space; 30 megapixels of CMYK were measured to need 240 MB."""

    memory: int = 768 * 1024 * 1024
    processor_seconds: int = 10
    wall_seconds: float = 20.0


class Decoder:
    """A kept child that opens pictures one at a time; safe to call from several threads."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._parent = 0

    def opened(self, data: bytes) -> Picture:
        """As `pictures.opened`, in the child.

        Raises:
            Refused: with the code of what is wrong; TOO_COSTLY when a limit ended the child.
        """
        if not data:
            raise Refused(Fault.EMPTY)
        if len(data) > pictures.MOST_BYTES:
            raise Refused(Fault.TOO_MANY_BYTES)
        with self._lock:
            child = self._running()
            watch = threading.Timer(self.limits.wall_seconds, child.kill)
            watch.daemon = True
            watch.start()
            try:
                answer = _asked(child, data)
            except (BrokenPipeError, EOFError):
                self._end()
                raise Refused(Fault.TOO_COSTLY) from None
            finally:
                watch.cancel()
        return _understood(answer)

    def close(self) -> None:
        """End the child, if there is one; the next picture starts another."""
        with self._lock:
            self._end()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._parent != os.getpid():
            self._child = None  # a fork's: its parent uses it
        if self._child is not None and self._child.poll() is not None:
            self._end()
        if self._child is None:
            self._child = _started(self.limits)
            self._parent = os.getpid()
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue


@lru_cache(maxsize=1)
def _shared() -> Decoder:
    return Decoder()


def opened(data: bytes) -> Picture:
    """The picture of bytes that a stranger sent, by this process's kept child. Raises Refused."""
    return _shared().opened(data)


def _started(limits: Limits) -> subprocess.Popen[bytes]:
    environment: Mapping[str, str] = {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        # Each thread of a numerical library reserves address space, which is limited.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
    }
    numbers = [str(limits.memory), str(limits.processor_seconds)]
    return subprocess.Popen(
        [sys.executable, "-m", "keizoku.vision.decoding", *numbers],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )


def _asked(child: subprocess.Popen[bytes], data: bytes) -> bytes:
    if child.stdin is None or child.stdout is None:
        raise EOFError
    _send(child.stdin, data)
    return _received(child.stdout)


def _understood(answer: bytes) -> Picture:
    if answer[:1] != b"+":
        raise Refused(Fault(answer[1:].decode("ascii")))
    height, width = _SIZE.unpack_from(answer, 1)
    pixels = np.frombuffer(bytearray(answer[1 + _SIZE.size :]), np.uint8)
    return pixels.reshape(height, width, 3)


def _send(pipe: IO[bytes], *parts: bytes) -> None:
    pipe.write(_LENGTH.pack(sum(len(part) for part in parts)))
    for part in parts:
        pipe.write(part)
    pipe.flush()


def _received(pipe: IO[bytes]) -> bytes:
    """One frame. EOFError when the other side is gone."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    body = pipe.read(length)
    if len(body) < length:
        raise EOFError
    return body


def _serve(memory: int, processor_seconds: int) -> None:
    """The child: answer until the parent closes the pipe."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core would hold what the picture shows
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_MOST_OPEN_FILES, _MOST_OPEN_FILES))
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    while True:
        try:
            data = _received(sys.stdin.buffer)
        except EOFError:
            return
        used = resource.getrusage(resource.RUSAGE_SELF)
        # The limit counts a process's whole life, so that it moves on with each picture.
        soft = int(used.ru_utime + used.ru_stime) + 1 + processor_seconds
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
        try:
            picture = pictures.opened(data)
        except Refused as refused:
            _send(sys.stdout.buffer, b"-", refused.code.value.encode("ascii"))
            continue
        except MemoryError:
            _send(sys.stdout.buffer, b"-", Fault.TOO_COSTLY.value.encode("ascii"))
            continue
        height, width = picture.shape[:2]
        _send(sys.stdout.buffer, b"+", _SIZE.pack(height, width), picture.tobytes())


if __name__ == "__main__":
    _serve(*(int(number) for number in sys.argv[1:3]))
