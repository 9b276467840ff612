"""The checks of a restored state, made inside it: schema, rows, audit, and a sample of values opened under a grant.

Changes nothing but the copy's own audit, and seals nothing: a copy's chain must never be continued beside the original's.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from keizoku.audit.actions import grant_read, record, verify_database
from keizoku.kernel import files
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto import keyring
from keizoku.kernel.crypto.columns import EncryptedTable, tables
from keizoku.kernel.crypto.errors import KeyDestroyed, Undecryptable
from keizoku.safekeeping.backups import manifest, taking
from keizoku.safekeeping.keys.reencrypting import opened

PURPOSE: Final = "backup.drill"
SAMPLE: Final = 20  # newest rows of each table
ALL_BLOCKS: Final = 10**9
# What the copy itself adds to: its own migrations and its audit.
_OWN: Final = {"audit_entry", "audit_bulkread", "django_migrations", "kernel_encryptedcolumn"}
CHECKER: Final = Actor.system("restore_check")


def sample() -> dict[str, list[int]]:
    """Keys of the newest rows of each encrypted table, and the customers that they are about."""
    found: dict[str, list[int]] = {}
    for table in tables():
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT t.{table.key}, {table.subject or 'NULL'} FROM {table.table} AS t"  # noqa: S608 - the rooms' own SQL
                f" ORDER BY t.{table.key} DESC LIMIT {SAMPLE}"
            )
            rows = cursor.fetchall()
        found[table.table] = [key for key, _ in rows]
        found.setdefault("subjects", []).extend(subject for _, subject in rows if subject is not None)
    found["subjects"] = sorted(set(found.get("subjects", [])))
    return found


def inspect(source: Path, keys: Mapping[str, list[int]] | None = None) -> dict[str, Any]:
    """Everything a drill wants to know; ``is_sound`` sums it up."""
    told = manifest.read(source)
    rows = _rows(told.content["tables"])
    audit = verify_database(actor=CHECKER, limit=ALL_BLOCKS)
    values = _values(keys or sample())
    stored = _stored()
    waiting = len(_waiting_migrations())
    result = {
        "tables": len(told.content["tables"]),
        "rows": sum(told.content["tables"].values()),
        "rows_differ": rows,
        "migrations_waiting": waiting,
        "audit_blocks": audit.blocks,
        "audit_entries": audit.entries,
        "audit_findings": len(audit.findings),
        "values_opened": values["opened"],
        "values_failed": values["failed"],
        "values_of_destroyed_keys": values["destroyed"],
        "files_opened": stored["opened"],
        "files_failed": stored["failed"],
        "epochs_missing": sorted(set(told.content["epochs"]) - set(keyring.current().epochs)),
    }
    result["is_sound"] = not (rows or waiting or audit.findings or values["failed"] or stored["failed"])
    record(
        actor=CHECKER,
        action="safekeeping.restore.inspected",
        details={"digest": told.digest, "sound": int(result["is_sound"])},
    )
    return result


def _rows(told: Mapping[str, int]) -> dict[str, list[int]]:
    """Tables whose rows differ: [in the backup, here]."""
    with connections[taking.OWNER].cursor() as cursor:
        here = taking.count_tables(cursor)
    return {
        name: [count, here.get(name, -1)]
        for name, count in told.items()
        if here.get(name, -1) < count or (here[name] > count and name not in _OWN)
    }


def _waiting_migrations() -> list[Any]:
    executor = MigrationExecutor(connections[taking.OWNER])
    return executor.migration_plan(executor.loader.graph.leaf_nodes())


def _values(keys: Mapping[str, list[int]]) -> dict[str, int]:
    """Open every value of the sample's rows, under one grant."""
    counted = {"opened": 0, "failed": 0, "destroyed": 0}
    subjects = keys.get("subjects", [])
    grant = grant_read(actor=CHECKER, purpose=PURPOSE, subjects=subjects) if subjects else None
    for table in tables():
        for record_of, subject, blobs in _sampled(table, keys.get(table.table, [])):
            for column, blob in zip(table.columns, blobs, strict=True):
                if blob is None:
                    continue
                try:
                    opened(table, column, record_of, subject, bytes(blob), grant)
                    counted["opened"] += 1
                except KeyDestroyed:
                    counted["destroyed"] += 1
                except Undecryptable:
                    counted["failed"] += 1
    return counted


def _sampled(table: EncryptedTable, keys: list[int]) -> list[tuple[str, int | None, list[Any]]]:
    columns = ", ".join(f"t.{column}" for column in table.columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {table.record}, {table.subject or 'NULL'}, {columns}"  # noqa: S608 - the rooms' own SQL
            f" FROM {table.table} AS t WHERE t.{table.key} = ANY (%s)",
            [keys],
        )
        return [(text, subject, blobs) for text, subject, *blobs in cursor.fetchall()]


def _stored() -> dict[str, int]:
    """Read every stored file to its end; one that was still being written when the backup was taken does not count."""
    counted = {"opened": 0, "failed": 0}
    named = _named_files()
    for file_id, _ in files.epochs():
        try:
            with files.open_stored(file_id) as stream:
                while stream.read(files.CHUNK):
                    pass
            counted["opened"] += 1
        except files.Damaged:
            counted["failed"] += file_id in named
    return counted


def _named_files() -> set[str]:
    """Files that a row names."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name = 'file' AND data_type LIKE 'character%'"
        )
        places = cursor.fetchall()
        found: set[str] = set()
        for table, column in places:
            cursor.execute(f'SELECT "{column}" FROM "{table}"')  # noqa: S608 - the catalogue's own names
            found.update(row[0] for row in cursor.fetchall())
    return found


def as_line(result: Mapping[str, Any]) -> str:
    return json.dumps(result, ensure_ascii=False)
