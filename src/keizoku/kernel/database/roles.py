"""The roles of the database and what each may do.

I own four roles and the database they share:

    keizoku_owner    owns the schema and runs migrations
    keizoku_app      the web and the workers: rows only, never the schema
    keizoku_auditor  reads what a migration grants it, changes nothing
    keizoku_analyst  reads the declared facts and ratings (``analyst``); nobody signs in as it: it is granted to others

Nothing is granted to PUBLIC. All of it may be run again at any time, on the embedded server or on another:

    KEIZOKU_SUPERUSER_DATABASE_URL=postgresql://… python -m keizoku.kernel.database.roles

with the roles' passwords and the database's name taken from DATABASE_URL, KEIZOKU_OWNER_DATABASE_URL and
KEIZOKU_AUDITOR_DATABASE_URL. The SQL is valid for PostgreSQL 15 to 18.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any, LiteralString
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

OWNER, APP, AUDITOR = "keizoku_owner", "keizoku_app", "keizoku_auditor"
ANALYST = "keizoku_analyst"
ROLES = {"owner": OWNER, "app": APP, "auditor": AUDITOR}
VARIABLES = {
    "owner": "KEIZOKU_OWNER_DATABASE_URL",
    "app": "DATABASE_URL",
    "auditor": "KEIZOKU_AUDITOR_DATABASE_URL",
}
# A web request or a worker's step that takes longer is a fault; what may take longer says so with SET LOCAL.
LIMITS = {
    APP: {"lock_timeout": "5s", "statement_timeout": "30s", "idle_in_transaction_session_timeout": "60s"},
    AUDITOR: {"default_transaction_read_only": "on", "statement_timeout": "5min"},
}
_ONE_AT_A_TIME = 0x6B_65_69_7A  # the advisory lock that keeps two preparations apart

Connection = psycopg.Connection[tuple[Any, ...]]


def prepare(superuser_url: str, passwords: Mapping[Any, str], database: str = "keizoku") -> None:
    """Make the roles and `database`, or bring them to what this version wants; safe to repeat.

    `passwords` by "owner", "app", "auditor". `superuser_url` names any database of the server; its role
    needs to be allowed to create roles and databases, no more.
    """
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_ONE_AT_A_TIME])
        for name, role in ROLES.items():
            _make_role(connection, role, passwords[name])
        _make_group(connection, ANALYST)
        _make_database(connection, database)
    with psycopg.connect(superuser_url, dbname=database, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_ONE_AT_A_TIME])
        grant_defaults(connection, database)


def grant_defaults(connection: Connection, database: str) -> None:
    """Say what each role may do in `database`, now and with tables yet to be made.

    A clone of a template needs it again: PostgreSQL copies the contents, not the rights on the database
    itself.
    """
    names = {
        "database": sql.Identifier(database),
        "owner": sql.Identifier(OWNER),
        "app": sql.Identifier(APP),
        "auditor": sql.Identifier(AUDITOR),
        "analyst": sql.Identifier(ANALYST),
    }
    for statement in _GRANTS:
        connection.execute(sql.SQL(statement).format(**names))


_TO_COME: LiteralString = "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public "
_GRANTS: tuple[LiteralString, ...] = (
    "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
    "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {app}",
    "GRANT CONNECT ON DATABASE {database} TO {auditor}, {analyst}",
    "ALTER SCHEMA public OWNER TO {owner}",
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    "GRANT USAGE ON SCHEMA public TO {app}, {auditor}, {analyst}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
    _TO_COME + "GRANT EXECUTE ON FUNCTIONS TO {app}",
    _TO_COME + "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
    _TO_COME + "GRANT USAGE ON SEQUENCES TO {app}",
)


def _make_role(connection: Connection, role: str, password: str) -> None:
    """The password travels as its SCRAM verifier, so that it cannot appear in a server's log."""
    name = sql.Identifier(role)
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(name))
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    connection.execute(sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(name, sql.Literal(verifier)))
    for setting, value in LIMITS.get(role, {}).items():
        statement = sql.SQL("ALTER ROLE {} SET {} = {}")
        connection.execute(statement.format(name, sql.Identifier(setting), sql.Literal(value)))


def _make_group(connection: Connection, role: str) -> None:
    """A role that nobody signs in as: an administrator grants it to people's own roles."""
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
        connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))


def _make_database(connection: Connection, database: str) -> None:
    is_superuser = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    if is_superuser != (True,):  # a hosted server's administrator gives away only what it is a member of
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(OWNER)))
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
        statement = sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0")
        connection.execute(statement.format(sql.Identifier(database), sql.Identifier(OWNER)))


def main() -> int:
    """Prepare the server that the environment names."""
    needed = ("KEIZOKU_SUPERUSER_DATABASE_URL", *VARIABLES.values())
    missing = [name for name in needed if not os.environ.get(name)]
    if missing:
        sys.stderr.write(f"Not set: {', '.join(missing)}\n")
        return 2
    addresses = {role: urlsplit(os.environ[variable]) for role, variable in VARIABLES.items()}
    for role, address in addresses.items():
        if address.username != ROLES[role]:
            sys.stderr.write(f"{VARIABLES[role]} must name the role {ROLES[role]}\n")
            return 2
    passwords = {role: unquote(address.password or "") for role, address in addresses.items()}
    database = unquote(addresses["app"].path.removeprefix("/"))
    prepare(os.environ["KEIZOKU_SUPERUSER_DATABASE_URL"], passwords, database)
    return 0


if __name__ == "__main__":
    sys.exit(main())
