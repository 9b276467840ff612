"""Writes of the audit: entries, and the grants that open personal data.

Everybody may call these. Entries are written in the caller's transaction, so a change and its entry stand or
fall together. Details hold ids, codes and counts; anything else is refused as a fault in the calling code.
"""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from keizoku.audit import rules
from keizoku.audit.errors import PurposeRefused
from keizoku.audit.models import BulkRead
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto.grant import ReadGrant

# The app may insert these columns and no others: id, transaction and instants are the database's own.
_INSERT = """
    INSERT INTO audit_entry (actor_kind, actor_id, action, subject_kind, subject_id, purpose, details)
    SELECT %(actor_kind)s, %(actor_id)s, %(action)s, %(subject_kind)s, subject_id, %(purpose)s, %(details)s
      FROM unnest(%(subject_ids)s::bigint[]) AS subject_id
    RETURNING id
"""


def record(
    *,
    actor: Actor,
    action: str,
    subject: tuple[str, int] | None = None,
    purpose: str = "",
    details: rules.Details | None = None,
) -> None:
    """Write one entry: ``action`` is "room.object.verb_past", ``subject`` is (kind, id)."""
    _refuse_reserved(details or {})
    _insert_one(actor, action, subject, purpose=purpose, details=details or {})


def record_many(
    *,
    actor: Actor,
    action: str,
    count: int,
    ids_digest: str,
    subject: tuple[str, int] | None = None,
    purpose: str = "",
    details: rules.Details | None = None,
) -> None:
    """Write one entry for set-based work on ``count`` rows.

    ``ids_digest`` is ``rules.ids_digest`` of their ids, or its twin in SQL; ``subject`` is what the rows
    belong to (a campaign, an import).
    """
    _refuse_reserved(details or {})
    sealed = _list_details(count, ids_digest)
    _insert_one(actor, action, subject, purpose=purpose, details={**(details or {}), **sealed})


def grant_read(*, actor: Actor, purpose: str, subjects: Collection[int]) -> ReadGrant:
    """Write down who reads which customers and why, and give the right to decrypt just these.

    Up to ``MOST_SUBJECTS_BY_ENTRY`` customers have an entry each; more have one together, with their count
    and digest, and their ids beside it. The grant names the first entry.

    Raises:
        PurposeRefused: no purpose, or one that is too long.
        ValueError: no subjects; there is nothing to read and nothing to grant.
    """
    if not purpose.strip():
        raise PurposeRefused("閲覧の目的が入力されていません。", remedy="目的を入力してください。")
    if len(purpose) > rules.LONGEST_TEXT:
        raise PurposeRefused(
            f"閲覧の目的が{rules.LONGEST_TEXT}文字を超えています。", remedy="目的を短くしてください。"
        )
    ids = sorted(set(subjects))
    if not ids:
        raise ValueError("a grant names at least one customer")
    if len(ids) <= rules.MOST_SUBJECTS_BY_ENTRY:
        entry_id = _insert_each(actor, rules.READ, "customer", ids, purpose=purpose, details={})[0]
    else:
        entry_id = _insert_bulk_read(actor, purpose, ids)
    return ReadGrant(actor=actor, purpose=purpose, subjects=frozenset(ids), entry_id=entry_id)


def _insert_bulk_read(actor: Actor, purpose: str, ids: list[int]) -> int:
    digest = rules.ids_digest(ids)
    with transaction.atomic():
        entry_id = _insert_one(
            actor, rules.READ, None, purpose=purpose, details=_list_details(len(ids), digest)
        )
        BulkRead.objects.create(entry_id=entry_id, ids=ids, digest=digest)
    return entry_id


def _list_details(count: int, ids_digest: str) -> dict[str, str | int | None]:
    return {rules.COUNT: count, rules.IDS_DIGEST: ids_digest}


def _insert_one(
    actor: Actor, action: str, subject: tuple[str, int] | None, *, purpose: str, details: rules.Details
) -> int:
    kind, subject_id = subject or ("", None)
    return _insert_each(actor, action, kind, [subject_id], purpose=purpose, details=details)[0]


def _insert_each(
    actor: Actor, action: str, kind: str, ids: Sequence[int | None], *, purpose: str, details: rules.Details
) -> list[int]:
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


def _refuse_reserved(details: rules.Details) -> None:
    if rules.IDS_DIGEST in details:
        raise ValueError(f"the detail {rules.IDS_DIGEST} is written by record_many and grant_read alone")
