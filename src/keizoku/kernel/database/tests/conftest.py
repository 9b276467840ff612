"""A server of the tests' own, and the means to watch processes come and go."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from keizoku.kernel.database import embedded
from keizoku.kernel.database.layout import layout_for


def eventually(condition: Callable[[], object], within_seconds: float = 60.0) -> None:
    """Wait for what another process is about to do; a failure names the condition."""
    deadline = time.monotonic() + within_seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def is_alive(process: int) -> bool:
    """Zombies do not count: whoever reaps them is not ours to wait for."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def keeper_of(state: Path) -> int:
    return int(layout_for(state).lock.read_text())


def server_of(state: Path) -> int:
    return int((layout_for(state).data / "postmaster.pid").read_text().splitlines()[0])


def remove(state: Path) -> None:
    """Stop what runs on a state folder, then remove every trace of it."""
    embedded.stop(state)
    layout = layout_for(state)
    for folder in (layout.home, layout.sockets, state):
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def empty_state() -> Iterator[Path]:
    """A state folder that PostgreSQL's user can reach (pytest's own are closed to others)."""
    outer = Path(tempfile.mkdtemp(prefix="keizoku-test-"))
    outer.chmod(0o711)
    yield outer / "state"
    remove(outer / "state")
    outer.rmdir()


@pytest.fixture(scope="module")
def state() -> Iterator[Path]:
    """One cluster for the tests of a module, under an awkward path."""
    outer = Path(tempfile.mkdtemp(prefix="keizoku-test-"))
    outer.chmod(0o711)
    place = outer / ("a folder with 継続 and 'quotes' " + "x" * 120)
    place.mkdir(mode=0o711)
    yield place / "state"
    remove(place / "state")
    shutil.rmtree(outer)
