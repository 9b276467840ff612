"""Databases for tests: one cluster is migrated, others are copies of its files; databases are cloned from its template.

A migration costs a worker 15 seconds, a copy of the cluster's files a tenth of one.
"""

import fcntl
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg

from keizoku.kernel.database import embedded, roles
from keizoku.kernel.database.layout import layout_for
from keizoku.kernel.state import state_folder

TEMPLATE = "keizoku"
ALIASES = {"default": "app", "owner": "owner", "auditor": "auditor"}
# A cluster of tests ends with its run: nothing has to outlive the machine, and it may lie in memory.
OF_TESTS = {"fsync": "off", "full_page_writes": "off", "min_wal_size": "32MB"}


@dataclass(frozen=True)
class Database:
    """A clone's name, and its URLs by role for processes that a test starts."""

    name: str
    server: embedded.Hold

    def url(self, role: Any) -> str:
        return self.server.url(role, database=self.name)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.url("app"),
            "KEIZOKU_OWNER_DATABASE_URL": self.url("owner"),
            "KEIZOKU_AUDITOR_DATABASE_URL": self.url("auditor"),
        }


def lay_ready(state: Path) -> None:
    """Give a state folder, on which no server runs yet, a cluster with the migrated template.

    Whoever of several workers comes first makes the cluster that all are copied from.
    """
    run = state_folder()
    with (run / "clusters.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        original = run / "original"
        if not (run / "original.ready").exists():
            _make(original, like=run)
            (run / "original.ready").touch()
        if not layout_for(state).data.exists():
            _copy(original, state)


def _make(original: Path, like: Path) -> None:
    """Migrate a cluster and stop it. Its passwords are those that Django's settings have read for the run."""
    from django.db import connections

    from keizoku.kernel.database.schema import migrate

    original.mkdir(mode=0o711)
    shutil.copy2(layout_for(like).passwords, layout_for(original).passwords)
    with embedded.hold(original) as server:
        with psycopg.connect(server.url("superuser", database="postgres"), autocommit=True) as connection:
            for name, value in OF_TESTS.items():
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")
            connection.execute("SELECT pg_reload_conf()")
        point_django_at(Database(TEMPLATE, server))
        migrate()
        connections.close_all()
    embedded.stop(original)


def _copy(original: Path, state: Path) -> None:
    """By ``cp``, which keeps the files' owner: PostgreSQL may run as another user."""
    source, target = layout_for(original), layout_for(state)
    shutil.copy2(source.passwords, target.passwords)
    subprocess.run(["cp", "-a", str(source.data), str(target.data)], check=True)


def write_for_good(server: embedded.Hold) -> None:
    """From now on the cluster writes as an installation's does: for what proves that nothing is lost."""
    with psycopg.connect(server.url("superuser", database="postgres"), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM RESET ALL")
        connection.execute("SELECT pg_reload_conf()")


@contextmanager
def clone(server: embedded.Hold) -> Iterator[Database]:
    """A fresh copy of the template, dropped at the end."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(server.url("superuser", database="postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(7301)")
        # By copying its files: half the work of the default, which writes every block into the log first.
        connection.execute(
            f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} OWNER keizoku_owner STRATEGY FILE_COPY"
        )
    with psycopg.connect(server.url("superuser", database=name), autocommit=True) as connection:
        roles.grant_defaults(connection, name)
    try:
        yield Database(name, server)
    finally:
        with psycopg.connect(server.url("superuser", database="postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def used_by_django(server: embedded.Hold, *, afterwards: Database) -> Iterator[Database]:
    """A clone that Django works on; afterwards it works on the other one again."""
    from django.db import connections

    with clone(server) as database:
        point_django_at(database)
        try:
            yield database
        finally:
            connections.close_all()
            point_django_at(afterwards)


def point_django_at(database: Database) -> None:
    """Every alias of this process now means this database."""
    from django.db import connections

    for alias, role in ALIASES.items():
        parts = urlsplit(database.url(role))
        connections[alias].close()
        connections[alias].settings_dict |= {
            "NAME": database.name,
            "HOST": parse_qs(parts.query)["host"][0],
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
        }
