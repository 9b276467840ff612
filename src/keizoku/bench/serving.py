"""Web applications on a server of their own, as ``keizoku serve`` starts it, for benches that ask them over HTTP."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Final

THREADS: Final = 8  # as `keizoku serve` without options


@contextmanager
def served(
    application: str, *, interface: str, workers: int = 1, environment: Mapping[str, str] | None = None
) -> Iterator[str]:
    """The application under granian; its address. ``BARE_DATABASE`` in its environment is the app's own."""
    from keizoku.kernel.database import embedded

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "keizoku.bench.serving", application, interface, str(port), str(workers)],
        env=os.environ | {"BARE_DATABASE": embedded.urls().app} | dict(environment or {}),
        stdout=sys.stderr,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url, server)
        yield url
    finally:
        server.terminate()
        server.wait()


def _wait_for(url: str, server: "subprocess.Popen[bytes]") -> None:
    while server.poll() is None:
        try:
            with suppress(urllib.error.HTTPError):  # an answer, whatever it says
                urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 - our own loopback address
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server did not start")


def _serve(application: str, interface: str, port: str, workers: str) -> None:
    """Until told to stop."""
    from granian.constants import Interfaces
    from granian.server import Server

    Server(
        application,
        address="127.0.0.1",
        port=int(port),
        interface=Interfaces(interface),
        workers=int(workers),
        blocking_threads=THREADS if interface == "wsgi" else None,
        backlog=1024,
        websockets=False,
        log_level="warning",  # type: ignore[arg-type]  # granian takes the name
    ).serve()


if __name__ == "__main__":
    _serve(*sys.argv[1:])
