"""Guards for tables whose rows are only ever added.

I own the promise that such a table refuses UPDATE, DELETE and TRUNCATE twice: the app's right is revoked,
and a trigger refuses everybody, the owner included. The trigger works by statement (row triggers cost COPY
three quarters of its speed: measured) and is ENABLE ALWAYS (`session_replication_role` silences an ordinary
one). A statement trigger does not pass to partitions, so a guarded table is unpartitioned. Migrations call
me, after `REFUSE_CHANGE_FUNCTION` has been run once.
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
