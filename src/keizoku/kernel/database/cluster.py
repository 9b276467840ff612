"""One PostgreSQL cluster and its server process.

I create the cluster, start `postgres` as a direct child of the calling process (so that its end is always
noticed and reaped, whatever process number 1 does), and stop it. Invariants: a cluster is complete or absent,
never half made; one server at a time on the data; should the calling process be killed, the operating system
tells the server to stop. Only the keeper calls me, from its main thread and while it holds the lock.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from keizoku.kernel.database.errors import DatabaseUnavailable
from keizoku.kernel.database.layout import Layout

MEBIBYTE = 1 << 20


def shared_buffers(memory: int) -> int:
    """MiB for the server's cache: an eighth of the machine's ``memory`` (bytes), from 128 to 1,024.

    A million customers have about 1 GB of indexes that an import writes at random places. Memory is taken as it is used.
    """
    return min(max(memory // 8 // MEBIBYTE, 128), 1024)


SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": f"{shared_buffers(os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES'))}MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Personal data must not reach a log: no statements, no details, no errors, whose text quotes values.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}
# Nothing inherited: PGPORT, PGDATA and their kin would change what the server does.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
START_ATTEMPTS = 4
READY_WITHIN_SECONDS = 300.0  # recovery after a crash replays up to max_wal_size
STOP_WITHIN_SECONDS = 60.0
STRAYS_END_WITHIN_SECONDS = 20.0
LOG_ROTATES_AT_BYTES = 10_000_000
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None, use_errno=True)


class Cluster:
    """The cluster of one layout."""

    def __init__(self, layout: Layout, executables: Path) -> None:
        user = layout.user
        self._layout = layout
        self._executables = executables
        self._uid: int | None = user.uid if user.is_other else None
        self._gid: int | None = user.gid if user.is_other else None
        self._other_groups: list[int] | None = [] if user.is_other else None
        self._process: subprocess.Popen[bytes] | None = None

    def create(self, superuser_password: str) -> None:
        """Make the cluster unless it is there. It is built aside and moved into place when whole."""
        layout = self._layout
        if layout.data.exists():
            return
        for abandoned in layout.home.glob("new-*"):
            shutil.rmtree(abandoned, ignore_errors=True)
        workshop = Path(tempfile.mkdtemp(prefix="new-", dir=layout.home))
        password_file = workshop / "password"
        try:
            password_file.write_text(superuser_password)
            if layout.user.is_other:
                os.chown(workshop, layout.user.uid, layout.user.gid)
                os.chown(password_file, layout.user.uid, layout.user.gid)
            self._initialise(workshop / "data", password_file)
            (workshop / "data").rename(layout.data)
        finally:
            shutil.rmtree(workshop)

    def start(self) -> None:
        """Start the server and return when it accepts connections; `DatabaseUnavailable` if it will not."""
        for attempt in range(START_ATTEMPTS):
            _end_strays(self._layout)
            self._process = self._spawn()
            if self._becomes_ready(self._process):
                return
            time.sleep(0.1 * 2**attempt)
        log = self._layout.server_log
        raise DatabaseUnavailable(f"PostgreSQL does not start; the end of {log}:\n{_end_of(log)}")

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Stop the server: sessions are ended, nothing committed is lost."""
        process = self._process
        if process is None:
            return
        for request in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            process.send_signal(request)
            try:
                process.wait(STOP_WITHIN_SECONDS)
            except subprocess.TimeoutExpired:
                continue
            break

    def _initialise(self, folder: Path, password_file: Path) -> None:
        command = [
            str(self._executables / "initdb"),
            f"--pgdata={folder}",
            "--username=postgres",
            "--auth=scram-sha-256",
            f"--pwfile={password_file}",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--data-checksums",
        ]
        done = subprocess.run(
            command,
            user=self._uid,
            group=self._gid,
            extra_groups=self._other_groups,
            cwd="/",
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise DatabaseUnavailable(f"PostgreSQL's initdb failed:\n{done.stderr[-2000:]}")

    def _spawn(self) -> subprocess.Popen[bytes]:
        layout, keeper = self._layout, os.getpid()
        settings = SETTINGS | {
            "unix_socket_directories": str(layout.server_sockets),
            "cluster_name": layout.cluster_name,
        }
        command = [str(self._executables / "postgres"), "-D", str(layout.data)]
        command += [argument for name, value in settings.items() for argument in ("-c", f"{name}={value}")]

        def stop_when_the_keeper_dies() -> None:
            """Runs in the child after the change of user, which would clear the request (prctl(2))."""
            if sys.platform == "linux":
                _libc.prctl(PR_SET_PDEATHSIG, signal.SIGINT)
                if os.getppid() != keeper:
                    os._exit(1)

        with layout.server_log.open("ab") as log:
            return subprocess.Popen(
                command,
                user=self._uid,
                group=self._gid,
                extra_groups=self._other_groups,
                cwd="/",
                env=ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=stop_when_the_keeper_dies,  # noqa: PLW1509 - the keeper has one thread
            )

    def _becomes_ready(self, process: subprocess.Popen[bytes]) -> bool:
        """Wait for the server's own word in postmaster.pid, as `pg_ctl` does; False once it has ended."""
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while process.poll() is None:
            lines = _lines(self._layout.data / "postmaster.pid")
            if lines[:1] == [str(process.pid)] and lines[7:8] and lines[7].strip() == "ready":
                return True
            if time.monotonic() > deadline:
                process.kill()
                process.wait()
            time.sleep(0.01)
        return False


def rotate(log: Path) -> None:
    """Keep one older log, so that two files of LOG_ROTATES_AT_BYTES are the most that is kept at a start."""
    if log.exists() and log.stat().st_size > LOG_ROTATES_AT_BYTES:
        log.replace(log.with_suffix(".log.1"))


def _end_strays(layout: Layout) -> None:
    """End what an earlier keeper or server left behind, then remove the locks it left.

    A killed keeper's server is stopping already; a killed server's sessions end by themselves unless busy.
    SIGINT asks both to hurry. PostgreSQL's own lock files name a process number only: a zombie, or an
    unrelated process that got the number after a reboot, would keep the server down for ever.
    """
    if not Path("/proc/self/cmdline").exists():
        return  # not Linux: PostgreSQL's own check decides
    for request in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        for process in _strays(layout):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, request)
        deadline = time.monotonic() + STRAYS_END_WITHIN_SECONDS
        while _strays(layout) and time.monotonic() < deadline:
            time.sleep(0.02)
    if _strays(layout):
        raise DatabaseUnavailable(f"An earlier PostgreSQL of {layout.home} does not end: {_strays(layout)}")
    (layout.data / "postmaster.pid").unlink(missing_ok=True)
    for left in layout.server_sockets.iterdir():
        left.unlink()


def _strays(layout: Layout) -> list[int]:
    """Processes of this cluster, told by their command lines, which all may read (a zombie's is empty)."""
    of_server = b"\0-D\0" + os.fsencode(layout.data) + b"\0"
    of_session = b"postgres: " + layout.cluster_name.encode() + b":"
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                command = (entry / "cmdline").read_bytes()
                if of_server in command or command.startswith(of_session):
                    found.append(int(entry.name))
    return found


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []


def _end_of(log: Path) -> str:
    return "\n".join(_lines(log)[-10:])
