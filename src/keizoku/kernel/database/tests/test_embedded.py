"""The embedded server outlives what kills processes, and leaves when nobody needs it."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest

from keizoku.kernel.database import embedded
from keizoku.kernel.database.errors import DatabaseUnavailable
from keizoku.kernel.database.layout import layout_for
from keizoku.kernel.database.tests.conftest import eventually, is_alive, keeper_of, remove, server_of

HOLDER = """
import sys
from pathlib import Path
from keizoku.kernel.database import embedded
server = embedded.hold(Path(sys.argv[1]))
print(server.url("app"), flush=True)
sys.stdin.read()
"""


@contextmanager
def holder_process(state: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(state)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:
        yield process
        process.kill()


def first_line(holder: subprocess.Popen[str]) -> str:
    assert holder.stdout is not None
    return holder.stdout.readline()


def who_am_i(url: str) -> str:
    with psycopg.connect(url) as connection:
        (name,) = connection.execute("SELECT current_user::text").fetchone() or ("nobody",)
        return str(name)


def test_each_role_signs_in_with_its_own_password(state: Path) -> None:
    with embedded.hold(state) as server:
        assert who_am_i(server.url("app")) == "keizoku_app"
        assert who_am_i(server.url("owner")) == "keizoku_owner"
        assert who_am_i(server.url("auditor")) == "keizoku_auditor"
        assert who_am_i(server.url("superuser", "postgres")) == "postgres"
        assert embedded.urls(state).app == server.url("app")


def test_a_role_without_its_password_is_refused(state: Path) -> None:
    with (
        embedded.hold(state) as server,
        pytest.raises(psycopg.OperationalError, match="password authentication failed"),
    ):
        psycopg.connect(server.url("app"), password="guess")


def test_killed_server_loses_nothing_that_was_committed(state: Path) -> None:
    with embedded.hold(state) as server:
        url = server.url("owner")
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept (number int PRIMARY KEY, padding text)")
        acknowledged = [0]
        enough = threading.Event()

        def write_until_cut_off() -> None:
            with psycopg.connect(url, autocommit=True) as connection:
                for number in range(1, 1_000_000):
                    try:
                        connection.execute("INSERT INTO kept VALUES (%s, repeat('x', 500))", [number])
                    except psycopg.OperationalError:
                        return
                    acknowledged[0] = number
                    if number == 200:
                        enough.set()

        writers = threading.Thread(target=write_until_cut_off)
        writers.start()
        assert enough.wait(60)
        killed = server_of(state)
        os.kill(killed, signal.SIGKILL)
        writers.join()
        eventually(lambda: _answers(url))
        with psycopg.connect(url) as connection:
            counted = connection.execute("SELECT count(*), max(number) FROM kept").fetchone()
        assert counted is not None
        count, highest = counted
        assert count == highest
        assert highest - acknowledged[0] in {0, 1}  # the one in flight may have been committed unacknowledged
        assert server_of(state) != killed
        assert not server.is_lost


def test_killed_holder_lets_go(state: Path) -> None:
    with holder_process(state) as holder:
        assert "keizoku_app" in first_line(holder)
        keeper, server = keeper_of(state), server_of(state)
        holder.kill()
        eventually(lambda: not is_alive(keeper))
        assert not is_alive(server)


def test_stop_ends_a_server_that_is_held(state: Path) -> None:
    with embedded.hold(state) as server:
        process = server_of(state)
        embedded.stop(state)
        assert server.is_lost
        assert not is_alive(process)
    embedded.stop(state)


def test_killed_keeper_takes_its_server_along_and_a_new_hold_serves(state: Path) -> None:
    with embedded.hold(state) as lost:
        keeper, server = keeper_of(state), server_of(state)
        os.kill(keeper, signal.SIGKILL)
        eventually(lambda: lost.is_lost)
        with embedded.hold(state) as again:
            assert who_am_i(again.url("app")) == "keizoku_app"
            assert keeper_of(state) != keeper
            assert not is_alive(server)


def test_killed_keeper_and_server_are_followed_by_new_ones(state: Path) -> None:
    with embedded.hold(state):
        keeper, server = keeper_of(state), server_of(state)
        os.kill(keeper, signal.SIGKILL)
        os.kill(server, signal.SIGKILL)
        with embedded.hold(state) as again:
            assert who_am_i(again.url("app")) == "keizoku_app"


def test_three_processes_at_once_share_one_keeper_which_stops_after_the_last(empty_state: Path) -> None:
    with ExitStack() as stack:
        holders = [stack.enter_context(holder_process(empty_state)) for _ in range(3)]
        urls = {first_line(holder) for holder in holders}
        assert urls == {embedded.urls(empty_state).app + "\n"}
        keeper, server = keeper_of(empty_state), server_of(empty_state)
        for holder in holders[:2]:
            holder.communicate()
        assert who_am_i(embedded.urls(empty_state).app) == "keizoku_app"
        holders[2].communicate()
        eventually(lambda: not is_alive(keeper))
        assert not is_alive(server)
        assert not layout_for(empty_state).sockets.exists()


def test_two_state_folders_have_two_servers(state: Path, empty_state: Path) -> None:
    with embedded.hold(state) as one, embedded.hold(empty_state) as other:
        assert server_of(state) != server_of(empty_state)
        assert who_am_i(one.url("app")) == who_am_i(other.url("app")) == "keizoku_app"
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(one.url("app"), host=str(other.addresses.socket_folder))


def test_lock_left_by_a_vanished_server_with_a_living_stranger_s_number_is_no_obstacle(state: Path) -> None:
    with embedded.hold(state):
        left = layout_for(state).data / "postmaster.pid"
        contents = left.read_text().splitlines()
        embedded.stop(state)
    left.write_text("\n".join([str(os.getppid()), *contents[1:]]) + "\n")
    with embedded.hold(state) as again:
        assert who_am_i(again.url("app")) == "keizoku_app"


def test_state_in_a_closed_folder_serves_too() -> None:
    with tempfile.TemporaryDirectory() as closed:  # 0700
        state = Path(closed) / "state"
        try:
            with embedded.hold(state) as server:
                assert who_am_i(server.url("app")) == "keizoku_app"
            home = (state / "postgres").resolve()
            # Root's server runs as another user, who cannot get into the closed folder.
            assert home.parent == (Path("/var/lib/keizoku") if os.geteuid() == 0 else state)
            assert home.stat().st_uid == os.geteuid()
        finally:
            remove(state)


def test_reason_why_the_server_does_not_start_reaches_the_holder(empty_state: Path) -> None:
    layout = layout_for(empty_state)
    layout.data.mkdir()
    with pytest.raises(DatabaseUnavailable, match="PostgreSQL does not start"):
        embedded.hold(empty_state)


def _answers(url: str) -> bool:
    try:
        return bool(who_am_i(url))
    except psycopg.OperationalError:
        return False
