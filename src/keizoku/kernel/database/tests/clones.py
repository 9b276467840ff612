"""Databases for tests: a cluster whose template is migrated once, clones of it, and Django pointed at one of them."""

import fcntl
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import psycopg

from keizoku.kernel.database import embedded, roles

TEMPLATE = "keizoku"
ALIASES = {"default": "app", "owner": "owner", "auditor": "auditor"}


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


def prepare(server: embedded.Hold, state: Path) -> None:
    """Migrate the cluster's template, once, whoever of several workers comes first."""
    from django.db import connections

    from keizoku.kernel.database.schema import migrate

    with (state / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (state / "template.ready").exists():
            _write_little(server)
            point_django_at(Database(TEMPLATE, server))
            migrate()
            connections.close_all()
            (state / "template.ready").touch()


def _write_little(server: embedded.Hold) -> None:
    """The cluster may lie in memory: its log is kept small."""
    with psycopg.connect(server.url("superuser", database="postgres"), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET max_wal_size = '256MB'")
        connection.execute("SELECT pg_reload_conf()")


@contextmanager
def clone(server: embedded.Hold) -> Iterator[Database]:
    """A fresh copy of the template, dropped at the end."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(server.url("superuser", database="postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(7301)")
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} OWNER keizoku_owner")
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
