"""The app's role can add entries and nothing else; the auditor's role reads these tables and nothing else."""

from typing import Any

import psycopg
import pytest

from keizoku.audit import actions
from keizoku.audit.tests.trail import REVIEWER

Connection = psycopg.Connection[tuple[Any, ...]]

TABLES = {"audit_entry", "audit_bulkread", "audit_block", "audit_anchorreceipt", "audit_anchorattempt"}
REFUSED = (
    "UPDATE audit_entry SET purpose = ''",
    "UPDATE audit_entry SET id = 99 WHERE false",
    "DELETE FROM audit_entry",
    "DELETE FROM audit_entry WHERE false",
    "TRUNCATE audit_entry CASCADE",
    "UPDATE audit_bulkread SET ids = '{}'",
    "DELETE FROM audit_bulkread",
    "TRUNCATE audit_bulkread",
    "UPDATE audit_block SET entries = 0",
    "DELETE FROM audit_block",
    "TRUNCATE audit_block",
    # by way of other statements
    "SELECT * FROM audit_entry FOR UPDATE",
    (
        "INSERT INTO audit_entry (actor_kind, actor_id, action, subject_kind, purpose, details)"
        " SELECT 'staff', '1', 'a.b.c', '', '', '{}' ON CONFLICT (id) DO UPDATE SET purpose = ''"
    ),
    "MERGE INTO audit_entry USING (VALUES (1)) AS row (id) ON audit_entry.id = row.id WHEN MATCHED THEN DELETE",
    "WITH gone AS (DELETE FROM audit_entry RETURNING 1) SELECT * FROM gone",
    # an id, a transaction or an instant of one's own
    (
        "INSERT INTO audit_entry (id, actor_kind, actor_id, action, subject_kind, purpose, details)"
        " OVERRIDING SYSTEM VALUE VALUES (99, 'staff', '1', 'a.b.c', '', '', '{}')"
    ),
    (
        "INSERT INTO audit_entry (xid, actor_kind, actor_id, action, subject_kind, purpose, details)"
        " VALUES ('3', 'staff', '1', 'a.b.c', '', '', '{}')"
    ),
    (
        "INSERT INTO audit_entry (at, actor_kind, actor_id, action, subject_kind, purpose, details)"
        " VALUES ('2020-01-01', 'staff', '1', 'a.b.c', '', '', '{}')"
    ),
    # lifting the guard
    "ALTER TABLE audit_entry DISABLE TRIGGER append_only",
    "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
    "DROP TRIGGER append_only ON audit_entry",
    "DROP TABLE audit_entry CASCADE",
    "CREATE RULE silence AS ON INSERT TO audit_entry DO INSTEAD NOTHING",
    "CREATE OR REPLACE FUNCTION keizoku_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "SET session_replication_role = replica",
    "SET ROLE keizoku_owner",
    "GRANT UPDATE ON audit_entry TO keizoku_app; UPDATE audit_entry SET purpose = ''",
    "CREATE TABLE shadow () INHERITS (audit_entry)",
    "SELECT setval('audit_entry_id_seq', 1)",
)


@pytest.fixture
def app(committed_db):
    actions.grant_read(actor=REVIEWER, purpose="一覧", subjects=range(1, 31))
    with psycopg.connect(committed_db.url("app"), autocommit=True) as connection:
        yield connection


def contents(connection: Connection) -> list[tuple[Any, ...]]:
    return connection.execute("SELECT * FROM audit_entry").fetchall()


def test_the_app_can_neither_change_nor_remove_nor_forge_an_entry(app):
    before = contents(app)
    passed = [statement for statement in REFUSED if not is_refused(app, statement)]
    assert passed == []
    assert contents(app) == before
    assert len(before) == 1


def is_refused(connection: Connection, statement: str) -> bool:
    try:
        connection.execute(statement)
    except psycopg.errors.InsufficientPrivilege:
        return True
    return False


def test_the_app_cannot_copy_over_an_entry(app):
    whole = "COPY audit_entry FROM STDIN"
    own_id = "COPY audit_entry (id, actor_kind, actor_id, action, subject_kind, purpose, details) FROM STDIN"
    for statement in (whole, own_id):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), app.cursor().copy(statement) as copy:
            copy.write_row((1, "staff", "1", "a.b.c", "", "", "{}"))
    assert len(contents(app)) == 1


def test_copy_can_only_add_with_the_databases_own_id_and_transaction(app):
    statement = "COPY audit_entry (actor_kind, actor_id, action, subject_kind, purpose, details) FROM STDIN"
    with app.cursor().copy(statement) as copy:
        copy.write_row(("staff", "1", "a.b.c", "", "", "{}"))
    rows = app.execute("SELECT id, xid::text::bigint FROM audit_entry ORDER BY id").fetchall()
    assert rows[1][0] > rows[0][0]
    assert rows[1][1] > rows[0][1]


def test_the_owner_is_refused_too_while_the_guard_stands(app, committed_db):
    with psycopg.connect(committed_db.url("owner"), autocommit=True) as owner:
        for statement in (
            "UPDATE audit_entry SET purpose = ''",
            "DELETE FROM audit_block",
            "TRUNCATE audit_bulkread",
        ):
            with pytest.raises(psycopg.errors.RestrictViolation):
                owner.execute(statement)
    assert len(contents(app)) == 1


def test_the_auditor_reads_the_audit_and_nothing_else(app, committed_db):
    with psycopg.connect(committed_db.url("auditor"), autocommit=True) as auditor:
        readable = auditor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')"
            " AND has_table_privilege(oid, 'SELECT')"
        ).fetchall()
        assert {name for (name,) in readable} == TABLES
        assert len(contents(auditor)) == 1
        auditor.execute("SET default_transaction_read_only = off")
        for table in TABLES:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                auditor.execute(f"DELETE FROM {table}")
