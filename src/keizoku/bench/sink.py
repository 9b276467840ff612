"""A loopback HTTP server that reads each request whole and answers 200: what a carrier's own work would add is left out."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_ANSWER = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
    b"x-line-request-id: 00000000-0000-0000-0000-000000000000\r\n\r\n{}"
)
_LENGTH = b"content-length:"


class _Connection(asyncio.Protocol):
    """Requests of one connection, one after another."""

    def __init__(self) -> None:
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := _end_of_request(self._buffer)) is not None:
            self._buffer = self._buffer[end:]
            assert self._transport is not None
            self._transport.write(_ANSWER)


def _end_of_request(buffer: bytes) -> int | None:
    head = buffer.find(b"\r\n\r\n")
    if head < 0:
        return None
    lower = buffer[:head].lower()
    at = lower.find(_LENGTH)
    length = int(lower[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
    end = head + 4 + length
    return end if len(buffer) >= end else None


@contextmanager
def sink() -> Iterator[str]:
    """The address of a sink in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "keizoku.bench.sink"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.terminate()
        process.wait()


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(_Connection, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
