"""One house for all races, over a cluster of its own, so that its PostgreSQL can be killed beside other tests."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from journeys.house import Ground, House, house
from keizoku.kernel.database import embedded
from keizoku.kernel.database.layout import layout_for
from keizoku.kernel.database.tests import clones
from keizoku.kernel.database.tests.clones import TEMPLATE, Database
from races import people


@pytest.fixture(scope="package")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cluster's state folder."""
    return tmp_path_factory.mktemp("cluster")


@pytest.fixture(scope="package")
def home(
    state: Path, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """The house of all races; its keys are the run's own. Its server writes as an installation's does."""
    clones.lay_ready(state)
    with embedded.hold(state) as server:
        clones.write_for_good(server)
        ground = Ground(tmp_path_factory.mktemp("house"), Database(TEMPLATE, server), django_db_blocker)
        with house(ground, people.register) as made:
            yield made
    embedded.stop(state)


@pytest.fixture
def kill_database(state: Path) -> Callable[[], None]:
    """SIGKILL to the server itself; its keeper starts it again."""

    def kill() -> None:
        pid = (layout_for(state).data / "postmaster.pid").read_text().split("\n", 1)[0]
        os.kill(int(pid), signal.SIGKILL)

    return kill


@pytest.fixture(autouse=True)
def no_faults_left(home: House) -> Iterator[None]:
    yield
    home.no_more_faults()
