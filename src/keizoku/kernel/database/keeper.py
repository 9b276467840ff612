"""The keeper: the process that is PostgreSQL's parent for as long as anybody needs the database.

    python -m keizoku.kernel.database.keeper <state folder>

Whoever needs the database (a holder, see `embedded`) keeps a connection to my socket open; one that is
killed closes it by dying. I write one line to each: `ready`, or `failed` and the reason. I restart the
server when it dies, and stop it and leave when the last holder has been gone for a moment, or at SIGTERM;
my process number is in `keeper.lock`. Invariants: one keeper per home, by a lock; the command above returns
0 only when a keeper is listening; it detaches, so that Ctrl-C in a terminal does not reach me.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import selectors
import signal
import socket
import sys
import time
from pathlib import Path

from keizoku.kernel.database import roles
from keizoku.kernel.database.addresses import addresses_in, read_or_make_passwords
from keizoku.kernel.database.cluster import Cluster, rotate
from keizoku.kernel.database.errors import DatabaseUnavailable
from keizoku.kernel.database.executables import executables
from keizoku.kernel.database.layout import Layout, close_sockets, layout_for, open_sockets

FIRST_HOLDER_WITHIN_SECONDS = 10.0
GRACE_SECONDS = 2.0
PREDECESSOR_LEAVES_WITHIN_SECONDS = 90.0
BEAT_SECONDS = 0.2


class Keeper:
    """Serves holders on one listening socket until none is left."""

    def __init__(self, layout: Layout, listener: socket.socket) -> None:
        self._layout = layout
        self._listener = listener
        self._holders = selectors.DefaultSelector()
        self._holders.register(listener, selectors.EVENT_READ)
        self._needed_until = 0.0

    def serve(self) -> None:
        """Run the server until it is no longer needed; tell every holder when it cannot be run."""
        cluster: Cluster | None = None
        try:
            passwords = read_or_make_passwords(self._layout)
            cluster = Cluster(self._layout, executables(self._layout.user))
            cluster.create(passwords["superuser"])
            cluster.start()
            roles.prepare(addresses_in(self._layout).url("superuser", "postgres"), passwords)
            self._needed_until = time.monotonic() + FIRST_HOLDER_WITHIN_SECONDS
            while self._is_needed():
                if not cluster.is_running:
                    cluster.start()
                self._attend()
        except Exception as error:  # the edge of this process: whoever waits for the server must hear of it
            self._refuse_all(str(error))
            raise
        finally:
            self._layout.keeper_socket.unlink(missing_ok=True)
            self._listener.close()
            if cluster:
                cluster.stop()
            close_sockets(self._layout)

    def _is_needed(self) -> bool:
        now = time.monotonic()
        if len(self._holders.get_map()) > 1:
            self._needed_until = now + GRACE_SECONDS
        return now < self._needed_until

    def _attend(self) -> None:
        for key, _ in self._holders.select(BEAT_SECONDS):
            if key.fileobj is self._listener:
                self._welcome()
            else:
                self._let_go(key.fileobj)

    def _welcome(self) -> None:
        holder, _ = self._listener.accept()
        holder.setblocking(False)
        with contextlib.suppress(OSError):
            holder.send(b"ready\n")
        self._holders.register(holder, selectors.EVENT_READ)

    def _let_go(self, holder: object) -> None:
        assert isinstance(holder, socket.socket)
        with contextlib.suppress(BlockingIOError):
            with contextlib.suppress(ConnectionError):
                if holder.recv(64):
                    return
            self._holders.unregister(holder)
            holder.close()

    def _refuse_all(self, reason: str) -> None:
        self._listener.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                holder, _ = self._listener.accept()
                with contextlib.suppress(OSError):
                    holder.sendall(b"failed " + json.dumps(reason).encode() + b"\n")


def main(arguments: list[str]) -> int:
    """Become the keeper of a state folder, or find that there is one already."""
    os.umask(0o077)
    try:
        layout = layout_for(Path(arguments[0]))
        lock = _lock(layout)
    except (DatabaseUnavailable, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if lock is None:
        return 0
    open_sockets(layout)
    listener = _listen(layout)
    if os.fork():
        os._exit(0)  # without closing what the child goes on to use
    _detach(layout)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    Keeper(layout, listener).serve()
    return 0


def _lock(layout: Layout) -> int | None:
    """The held lock's descriptor, kept until this process ends; None when another keeper is at work."""
    descriptor = os.open(layout.lock, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + PREDECESSOR_LEAVES_WITHIN_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.truncate(descriptor, 0)  # our predecessor's number may be another process's by now
            return descriptor
        with socket.socket(socket.AF_UNIX) as other, contextlib.suppress(OSError):
            other.connect(str(layout.keeper_socket))
            return None
        time.sleep(0.02)
    raise DatabaseUnavailable(
        f"{layout.lock} is held by a keeper that neither serves nor leaves; see {layout.keeper_log}."
    )


def _listen(layout: Layout) -> socket.socket:
    layout.keeper_socket.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(layout.keeper_socket))
    listener.listen(128)
    return listener


def _detach(layout: Layout) -> None:
    """Leave the terminal and the caller's pipes; what I say from now on goes to the keeper's log."""
    os.setsid()
    os.chdir("/")
    for log in (layout.keeper_log, layout.server_log):
        rotate(log)
    log_descriptor = os.open(layout.keeper_log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for descriptor, standard in ((nothing, 0), (log_descriptor, 1), (log_descriptor, 2)):
        os.dup2(descriptor, standard)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
