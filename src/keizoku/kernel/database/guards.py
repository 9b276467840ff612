"""Guards for tables whose rows are only ever added.

I own the promise that such a table refuses UPDATE, DELETE and TRUNCATE twice: the app's right is revoked,
and a trigger refuses everybody, the owner included. The trigger works by statement (row triggers cost COPY
three quarters of its speed: measured) and is ENABLE ALWAYS (`session_replication_role` silences an ordinary
one). A statement trigger does not pass to partitions, so a guarded table is unpartitioned. Migrations call
me, after `REFUSE_CHANGE_FUNCTION` has been run once.

Law and keys ask for two exceptions: destruction after the retention period, and encryption under a new key. Such
work lies in a `SECURITY DEFINER` function of its room, which checks row by row what it may touch and alone can lift
the guard: it inserts (`pg_current_xact_id()`, operation, table) into `keizoku_lift`, works, and deletes that row. The
app's role has no right on that table and none to change a guarded one, so nothing that it says or sets lifts anything;
the owner is refused as before outside of such a function; and the audit's tables are never lifted (a constraint).
"""

from __future__ import annotations

import re

from django.db.migrations import RunSQL

from keizoku.kernel.database.roles import APP

# 23001 restrict_violation: Django raises IntegrityError. The message holds the table's name and nothing of
# its rows.
REFUSE_CHANGE_FUNCTION = """
CREATE OR REPLACE FUNCTION keizoku_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: its rows are only ever added', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
"""
# Nested, so that nobody but the table's owner ever reads `keizoku_lift`.
LIFT = """
CREATE TABLE keizoku_lift (
    xid xid8 NOT NULL,
    operation text NOT NULL CHECK (operation IN ('UPDATE', 'DELETE')),
    table_name text NOT NULL CHECK (table_name NOT LIKE 'audit\\_%'),
    PRIMARY KEY (xid, operation, table_name)
);
REVOKE ALL ON keizoku_lift FROM keizoku_app;
CREATE OR REPLACE FUNCTION keizoku_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = (SELECT relowner::regrole::text FROM pg_class WHERE oid = TG_RELID) THEN
        IF EXISTS (SELECT FROM public.keizoku_lift
                   WHERE xid = pg_current_xact_id() AND operation = TG_OP AND table_name = TG_TABLE_NAME) THEN
            RETURN NULL;
        END IF;
    END IF;
    RAISE EXCEPTION '% on % is refused: its rows are only ever added', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
"""
UNDO_LIFT = f"{REFUSE_CHANGE_FUNCTION} DROP TABLE keizoku_lift;"
DROP_REFUSE_CHANGE_FUNCTION = "DROP FUNCTION keizoku_refuse_change();"


def append_only(table: str) -> RunSQL:
    """The migration operation that guards `table`, and lifts the guard when reversed."""
    if not re.fullmatch(r"[a-z_][a-z0-9_]*", table):
        raise ValueError(f"not a plain table name: {table!r}")
    return RunSQL(
        sql=f"""
            CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION keizoku_refuse_change();
            ALTER TABLE {table} ENABLE ALWAYS TRIGGER append_only;
            REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {APP};
        """,
        reverse_sql=f"""
            GRANT UPDATE, DELETE ON {table} TO {APP};
            DROP TRIGGER append_only ON {table};
        """,
    )
