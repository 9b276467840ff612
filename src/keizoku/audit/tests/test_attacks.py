"""What is only ever added to stays so: the app's role and bulk SQL are refused for every such table of the base, and
what somebody with the owner's password forges into the sealed past is named.
"""

import psycopg
import pytest
from psycopg import errors

from keizoku.audit import actions
from keizoku.audit.tests.trail import check, exported, findings, three_blocks

REFUSED = (errors.InsufficientPrivilege, errors.RestrictViolation, errors.ReadOnlySqlTransaction)
GUARDED = """
    SELECT c.relname,
           (SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped
             AND attgenerated = '' AND attidentity = '' ORDER BY attnum DESC LIMIT 1)
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
     WHERE t.tgname = 'append_only' AND c.relkind IN ('r', 'p') ORDER BY 1
"""


def attacks(table: str, column: str) -> list[str]:
    """Every way that we know to change or remove rows, or to lift what stands against it."""
    return [
        f"UPDATE {table} SET {column} = {column}",
        f"UPDATE {table} SET {column} = NULL WHERE false",
        f"UPDATE ONLY {table} SET {column} = {column}",
        f"DELETE FROM {table}",
        f"DELETE FROM {table} WHERE false",
        f"TRUNCATE {table}",
        f"TRUNCATE {table} CASCADE",
        f"WITH gone AS (DELETE FROM {table} RETURNING 1) SELECT count(*) FROM gone",
        f"MERGE INTO {table} USING (VALUES (1)) AS one (n) ON true WHEN MATCHED THEN DELETE",
        f"SELECT 1 FROM {table} FOR UPDATE",
        f"DO $$ BEGIN LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE; END $$",
        f"ALTER TABLE {table} DISABLE TRIGGER append_only",
        f"ALTER TABLE {table} DISABLE TRIGGER ALL",
        f"ALTER TABLE {table} DROP COLUMN {column}",
        f"ALTER TABLE {table} RENAME TO {table}_gone",
        f"ALTER TABLE {table} OWNER TO keizoku_app",
        f"DROP TRIGGER append_only ON {table}",
        f"DROP TABLE {table} CASCADE",
        f"CREATE RULE silent AS ON INSERT TO {table} DO INSTEAD NOTHING",
        f"CREATE TRIGGER silent BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION keizoku_refuse_change()",
        f"GRANT ALL ON {table} TO keizoku_app; DELETE FROM {table}",
        f"SET session_replication_role = replica; DELETE FROM {table}",
        f"SET ROLE keizoku_owner; DELETE FROM {table}",
        f"SET SESSION AUTHORIZATION keizoku_owner; DELETE FROM {table}",
        f"CREATE TABLE shadow () INHERITS ({table})",
        f"COPY {table} TO '/tmp/copy-of-the-table'",
        f"COPY {table} FROM '/dev/null'",
        f"DO $$ BEGIN EXECUTE 'DELETE FROM {table}'; END $$",
        f"CREATE OR REPLACE FUNCTION keizoku_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'; DELETE FROM {table}",
    ]


def connected(database, role):
    return psycopg.connect(database.url(role), autocommit=True)


@pytest.fixture
def tables(committed_db):
    """Guarded tables, and a column of each."""
    three_blocks()
    with connected(committed_db, "owner") as connection:
        found = connection.execute(GUARDED).fetchall()
    assert len(found) > 15
    return found


def whole(connection, tables):
    """Each table's rows as one digest."""
    return {
        table: connection.execute(
            f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t"
        ).fetchone()
        for table, _ in tables
    }


def passed(connection, statements):
    found = []
    for statement in statements:
        try:
            connection.execute(statement)
        except REFUSED:
            connection.execute("RESET ALL")
            continue
        found.append(statement)
    return found


def test_no_attack_of_the_apps_role_on_any_guarded_table_passes(committed_db, tables):
    with connected(committed_db, "owner") as owner, connected(committed_db, "app") as app:
        before = whole(owner, tables)
        for table, column in tables:
            assert passed(app, attacks(table, column)) == []
        assert whole(owner, tables) == before


def test_bulk_statements_of_the_owner_are_refused_while_the_guard_stands(committed_db, tables):
    with connected(committed_db, "owner") as owner:
        before = whole(owner, tables)
        for table, column in tables:
            statements = [
                f"UPDATE {table} SET {column} = {column}",
                f"DELETE FROM {table}",
                f"TRUNCATE {table} CASCADE",
                f"WITH gone AS (DELETE FROM {table} RETURNING 1) SELECT count(*) FROM gone",
                f"DO $$ BEGIN EXECUTE 'DELETE FROM {table}'; END $$",
            ]
            assert passed(owner, statements) == []
        assert whole(owner, tables) == before


def test_replication_mode_does_not_silence_the_guard_even_for_a_superuser(committed_db, tables):
    with connected(committed_db, "superuser") as superuser:
        superuser.execute("SET session_replication_role = replica")
        for table, _ in tables:
            with pytest.raises(errors.RestrictViolation):
                superuser.execute(f"DELETE FROM {table}")


def test_an_entry_forged_into_the_sealed_past_is_named(committed_db):
    """An owner who lifts the guard and inserts with an old transaction and an old instant, by INSERT and by COPY."""
    three_blocks()
    with connected(committed_db, "owner") as owner:
        owner.execute(
            "INSERT INTO audit_entry (id, xid, at, business_at, actor_kind, actor_id, action, subject_kind, purpose, details)"
            " SELECT -5, xid, at, business_at, actor_kind, actor_id, action, '', '', '{}' FROM audit_entry WHERE id = 2"
        )
        xid, at = owner.execute("SELECT xid::text, at::text FROM audit_entry WHERE id = 9").fetchone()
        columns = "id, xid, at, business_at, actor_kind, actor_id, action, subject_kind, purpose, details"
        with owner.cursor().copy(f"COPY audit_entry ({columns}) FROM STDIN") as copy:
            copy.write_row((-6, xid, at, at, "staff", "9", "a.b.c", "", "", "{}"))
    assert findings(exported()) == [("entry_inserted", 1, -5), ("entry_inserted", 3, -6)]


def test_an_entry_forged_between_sealing_and_now_is_sealed_as_what_it_is(committed_db):
    """The app itself may add entries, at any time and about anything: it cannot choose their place or their instant."""
    three_blocks()
    with connected(committed_db, "app") as app:
        app.execute(
            "INSERT INTO audit_entry (actor_kind, actor_id, action, subject_kind, purpose, details)"
            " VALUES ('staff', '1', 'a.b.c', '', '', '{}')"
        )
    actions.seal()
    report = check(exported())
    assert (report.is_sound, report.blocks, report.entries) == (True, 4, 11)
