"""Each role can do what it is for, and no more."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from keizoku.kernel.database import embedded, roles
from keizoku.kernel.database.guards import (
    DROP_REFUSE_CHANGE_FUNCTION,
    REFUSE_CHANGE_FUNCTION,
    append_only,
)


@pytest.fixture(scope="module")
def server(state: Path) -> Iterator[embedded.Hold]:
    with embedded.hold(state) as server:
        yield server


@pytest.fixture
def owner(server: embedded.Hold) -> Iterator[psycopg.Connection]:
    with psycopg.connect(server.url("owner"), autocommit=True) as connection:
        connection.execute("CREATE TABLE entry (id bigserial PRIMARY KEY, word text)")
        yield connection
        connection.execute("DROP TABLE entry")


@pytest.fixture
def app(server: embedded.Hold, owner: psycopg.Connection) -> Iterator[psycopg.Connection]:
    with psycopg.connect(server.url("app"), autocommit=True) as connection:
        connection.execute("INSERT INTO entry (word) VALUES ('first')")
        yield connection


def test_app_changes_rows_but_not_the_schema(app: psycopg.Connection) -> None:
    app.execute("UPDATE entry SET word = 'changed'")
    app.execute("CREATE TEMP TABLE draft (word text)")
    app.execute("DELETE FROM entry")
    for statement in ("CREATE TABLE other (id int)", "ALTER TABLE entry ADD other int", "TRUNCATE entry"):
        with pytest.raises(errors.InsufficientPrivilege):
            app.execute(statement)


def test_app_waits_neither_for_ever_for_a_lock_nor_for_an_answer(app: psycopg.Connection) -> None:
    assert app.execute("SHOW lock_timeout").fetchone() == ("5s",)
    assert app.execute("SHOW statement_timeout").fetchone() == ("30s",)
    assert app.execute("SHOW idle_in_transaction_session_timeout").fetchone() == ("1min",)


def test_auditor_reads_only_what_was_granted(
    app: psycopg.Connection, owner: psycopg.Connection, server: embedded.Hold
) -> None:
    with psycopg.connect(server.url("auditor"), autocommit=True) as auditor:
        with pytest.raises(errors.InsufficientPrivilege):
            auditor.execute("SELECT * FROM entry")
        owner.execute("GRANT SELECT ON entry TO keizoku_auditor")
        assert auditor.execute("SELECT word FROM entry").fetchall() == [("first",)]


def test_new_functions_are_nobody_s_but_the_app_s(owner: psycopg.Connection, server: embedded.Hold) -> None:
    owner.execute("CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'")
    try:
        with psycopg.connect(server.url("app")) as app:
            assert app.execute("SELECT one()").fetchone() == (1,)
        with (
            psycopg.connect(server.url("auditor")) as auditor,
            pytest.raises(errors.InsufficientPrivilege),
        ):
            auditor.execute("SELECT one()")
    finally:
        owner.execute("DROP FUNCTION one()")


def test_preparing_again_changes_passwords_and_nothing_else(server: embedded.Hold) -> None:
    superuser = server.url("superuser", "postgres")
    stored = dict(server.addresses.passwords)
    try:
        roles.prepare(superuser, stored | {"app": "another"})
        with psycopg.connect(server.url("app"), password="another") as connection:
            assert connection.execute("SELECT current_user::text").fetchone() == ("keizoku_app",)
    finally:
        roles.prepare(superuser, stored)


def test_an_administrator_that_is_no_superuser_can_prepare_a_server(server: embedded.Hold) -> None:
    superuser = server.url("superuser", "postgres")
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("CREATE ROLE hosted LOGIN CREATEROLE CREATEDB PASSWORD 'x'")
        connection.execute("GRANT keizoku_owner, keizoku_app, keizoku_auditor TO hosted WITH ADMIN OPTION")
    hosted = f"postgresql://hosted:x@/postgres?host={server.addresses.socket_folder}"
    roles.prepare(hosted, server.addresses.passwords, "second")
    with psycopg.connect(server.url("app", "second")) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == ("second",)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET word = 'x'",
        "UPDATE entry SET word = 'x' WHERE false",
        "DELETE FROM entry",
        "TRUNCATE entry",
    ],
)
def test_guarded_table_refuses_change_to_app_and_owner(
    app: psycopg.Connection, owner: psycopg.Connection, statement: str
) -> None:
    operation = append_only("entry")
    owner.execute(REFUSE_CHANGE_FUNCTION)
    owner.execute(str(operation.sql).encode())
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(statement)
    with pytest.raises(errors.RestrictViolation, match="on entry is refused: its rows are only ever added"):
        owner.execute(statement)
    app.execute("INSERT INTO entry (word) VALUES ('second')")
    assert app.execute("SELECT word FROM entry ORDER BY id").fetchall() == [("first",), ("second",)]
    owner.execute(str(operation.reverse_sql).encode())
    owner.execute(DROP_REFUSE_CHANGE_FUNCTION)
    app.execute("DELETE FROM entry")


def test_guard_refuses_a_name_that_is_not_one() -> None:
    with pytest.raises(ValueError, match="not a plain table name"):
        append_only("entry; DROP TABLE x")
