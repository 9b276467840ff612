"""The one place where an entry is written."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from keizoku.audit import rules
from keizoku.kernel.actor import Actor

# The app may insert these columns and no others: id, transaction and instants are the database's own.
_INSERT = """
    INSERT INTO audit_entry (actor_kind, actor_id, action, subject_kind, subject_id, purpose, details)
    SELECT %(actor_kind)s, %(actor_id)s, %(action)s, %(subject_kind)s, subject_id, %(purpose)s, %(details)s
      FROM unnest(%(subject_ids)s::bigint[]) AS subject_id
    RETURNING id
"""


def write(
    actor: Actor, action: str, subject: tuple[str, int] | None, *, purpose: str, details: rules.Details
) -> int:
    """Write one entry in the caller's transaction and return its id; ``rules.check_entry`` says what it refuses."""
    kind, subject_id = subject or ("", None)
    return write_each(actor, action, kind, [subject_id], purpose=purpose, details=details)[0]


def write_each(
    actor: Actor, action: str, kind: str, ids: Sequence[int | None], *, purpose: str, details: rules.Details
) -> list[int]:
    """Write one entry for each subject in one statement and return their ids, ascending."""
    rules.check_entry(action, kind, purpose, details)
    values: dict[str, Any] = {
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "action": action,
        "subject_kind": kind,
        "subject_ids": list(ids),
        "purpose": purpose,
        "details": Jsonb(dict(details)),
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)
        return [entry_id for (entry_id,) in cursor.fetchall()]
