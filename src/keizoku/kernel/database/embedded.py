"""The embedded PostgreSQL, for whoever needs a database and was given none.

    with embedded.hold() as server:
        connect(server.url("app"))

I own the promise that the server runs while anybody holds it. Several processes may hold it at once; it stops
soon after the last one lets go or dies. Anybody may call me; nobody needs me when `DATABASE_URL` is set.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Self

import keizoku
from keizoku.kernel.database.addresses import DATABASE, Addresses, Role, addresses_in
from keizoku.kernel.database.errors import DatabaseUnavailable
from keizoku.kernel.database.layout import Layout, layout_for
from keizoku.kernel.state import state_folder

READY_WITHIN_SECONDS = 300.0


class Hold:
    """A running server, kept so until `close()` or the end of this process and of those forked from it."""

    def __init__(self, addresses: Addresses, connection: socket.socket) -> None:
        self.addresses = addresses
        self._connection = connection

    def url(self, role: Role, database: str = DATABASE) -> str:
        return self.addresses.url(role, database)

    @property
    def is_lost(self) -> bool:
        """True once the keeper is gone (killed) or `close()` was called; then `hold()` again."""
        if self._connection.fileno() < 0:
            return True
        readable, _, _ = select.select([self._connection], [], [], 0)
        return bool(readable)

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def hold(state: Path | None = None) -> Hold:
    """Return when the server of `state` (by default this installation's) accepts connections.

    `DatabaseUnavailable` says why it does not. The first hold makes the cluster, the roles and the database.
    """
    layout = layout_for(state or state_folder())
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline:
        connection = _connect(layout)
        if connection is None:
            _start_keeper(state or state_folder())
            continue
        answer = _answer(connection, deadline)
        if answer == "ready\n":
            return Hold(addresses_in(layout), connection)
        connection.close()
        if answer.startswith("failed "):
            raise DatabaseUnavailable(json.loads(answer.removeprefix("failed ")))
        time.sleep(0.02)  # the keeper left while we were at the door: a new one follows
    raise DatabaseUnavailable(f"The embedded PostgreSQL was not ready in time; see {layout.keeper_log}.")


_hold_of_process: Hold | None = None


def hold_for_process() -> Hold:
    """This process's one hold, made at the first call and again when lost; closed by the process's end."""
    global _hold_of_process  # noqa: PLW0603 - one per process is the promise
    if _hold_of_process is None or _hold_of_process.is_lost:
        _hold_of_process = hold()
    return _hold_of_process


def stop(state: Path | None = None) -> None:
    """Stop the server now, whoever holds it, and return when it and its keeper are gone."""
    layout = layout_for(state or state_folder())
    asked = ""
    with layout.lock.open("a+") as lock:
        while not _is_free(lock):
            lock.seek(0)
            keeper = lock.read()
            if keeper != asked:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(keeper), signal.SIGTERM)
                asked = keeper
            time.sleep(0.02)


def urls(state: Path | None = None) -> Addresses:
    """The server's addresses without starting it: `.app`, `.owner`, `.auditor`, `.url(role, database)`."""
    return addresses_in(layout_for(state or state_folder()))


def _is_free(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _connect(layout: Layout) -> socket.socket | None:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(str(layout.keeper_socket))
    except (FileNotFoundError, ConnectionRefusedError):
        connection.close()
        return None
    return connection


def _answer(connection: socket.socket, deadline: float) -> str:
    """The keeper's line; empty when it closed the connection instead."""
    connection.settimeout(max(0.1, deadline - time.monotonic()))
    received = b""
    try:
        while not received.endswith(b"\n"):
            piece = connection.recv(4096)
            if not piece:
                return ""
            received += piece
    except (TimeoutError, ConnectionError):
        return ""
    return received.decode()


def _start_keeper(state: Path) -> None:
    """Run the keeper's command, which returns once a keeper is listening."""
    source = str(Path(keizoku.__file__).resolve().parents[1])
    inherited = os.environ.get("PYTHONPATH")
    environment = os.environ | {"PYTHONPATH": f"{source}{os.pathsep}{inherited}" if inherited else source}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "keizoku.kernel.database.keeper", str(state.absolute())],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=environment,
        start_new_session=True,
        check=False,
    )
    if done.returncode:
        raise DatabaseUnavailable(
            done.stderr.strip() or f"The keeper of {state} ended with {done.returncode}."
        )
