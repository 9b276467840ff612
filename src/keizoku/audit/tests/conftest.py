"""Each test has a key and anchors of its own: they belong to a chain, and each test's database begins a new one."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from keizoku.kernel.database import embedded
from keizoku.kernel.database.tests import clones
from keizoku.kernel.database.tests.clones import Database
from keizoku.kernel.state import state_folder


class Owner:
    """Somebody with the owner's password, who lifts the guard before each statement."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def tamper(self, table: str, statement: str) -> None:
        self._connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER append_only")
        changed = self._connection.execute(statement).rowcount
        self._connection.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only")
        assert changed > 0


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("keizoku.audit.signing.state_folder", lambda: tmp_path)
    monkeypatch.setattr("keizoku.audit.anchors.state_folder", lambda: tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def quiet_server(django_db_blocker: Any) -> Iterator[embedded.Hold]:
    """A cluster of these tests' own: what is settled depends on every transaction of a cluster, in any database."""
    state = state_folder() / f"audit-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    state.mkdir(mode=0o711, exist_ok=True)
    with embedded.hold(state) as server:
        with django_db_blocker.unblock():
            clones.prepare(server, state)
        yield server
    embedded.stop(state)


@pytest.fixture
def committed_db(
    quiet_server: embedded.Hold, worker_database: Database, django_db_blocker: Any
) -> Iterator[Database]:
    """As everywhere, but on the quiet cluster."""
    with (
        django_db_blocker.unblock(),
        clones.used_by_django(quiet_server, afterwards=worker_database) as database,
    ):
        yield database


@pytest.fixture
def owner(committed_db: Any) -> Iterator[Owner]:
    with psycopg.connect(committed_db.url("owner"), autocommit=True) as connection:
        yield Owner(connection)
