"""Each test has a key and anchors of its own: they belong to a chain, and each test's database begins a new one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from keizoku.kernel.database.tests.clones import Database


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


@pytest.fixture
def committed_db(quiet_db: Database) -> Database:
    """As everywhere, but on the quiet cluster."""
    return quiet_db


@pytest.fixture
def owner(committed_db: Any) -> Iterator[Owner]:
    with psycopg.connect(committed_db.url("owner"), autocommit=True) as connection:
        yield Owner(connection)
