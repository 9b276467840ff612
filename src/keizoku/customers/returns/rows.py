"""Which decided values wait for the core system, and the lines of a file, read as they were decided.

All by statements over sets: a version is compared with the one before it where both lie. A value is what its version
says, never today's; for facts that is ``RecordVersion.facts`` (versions of an earlier release lack it and tell today's).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.customers import sealing
from keizoku.customers.duplicates import importing as merged_away
from keizoku.customers.duplicates.rules import MERGED_INTO
from keizoku.customers.fields import ENCRYPTED_FIELDS
from keizoku.customers.models import RecordVersion
from keizoku.customers.queries import FIELD_LABELS
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto import field
from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.kernel.text.phone import read_phone

HEADER: Final = ("通番", "顧客番号", "項目", "項目コード", "値", "区分", "確認日", "出所", "決定日時")
CHANGED: Final = "変更"
CONFIRMED: Final = "確認"
# Rows opened under one grant.
AT_ONCE: Final = 2000

# Told anew are: another source, day or person; another value; a fact that this version decided. What the core system
# itself told does not go back, nor what another system wrote by the API, but what a merge took over from another of its
# numbers. A file takes all values of a version, so one row of it tells that the version has gone.
_WAITING: Final = """
    SELECT v.customer_id, v.version, e.key AS field, 1 AS attempt, v.written_at AS decided_at
    FROM customers_recordversion v
    JOIN customers_recordversion b ON b.customer_id = v.customer_id AND b.version = v.version - 1
    CROSS JOIN LATERAL jsonb_each(v.exceptions) e
    WHERE v.version > 1 AND NOT (v.written_by LIKE 'import:%%')
      AND (e.value ->> 'source' NOT IN ('core_system', 'api') OR jsonb_exists(e.value, 'merge'))
      AND (e.value IS DISTINCT FROM b.exceptions -> e.key
           OR v.digests -> e.key IS DISTINCT FROM b.digests -> e.key
           OR (v.facts -> e.key ->> 'changed')::boolean IS TRUE)
      AND NOT EXISTS (
          SELECT FROM customers_returnrow r WHERE r.customer_id = v.customer_id AND r.version = v.version)
"""
_COUNT: Final = "SELECT count(*), min(decided_at) FROM (" + _WAITING + ") AS waiting"  # noqa: S608 - constants
# What is to go again leaves its old row in the very statement that gives it the new one.
_TAKE: Final = f"""
    WITH moved AS (
        UPDATE customers_returnrow SET state = 'moved' WHERE state = 'again'
        RETURNING customer_id, version, field, attempt + 1 AS attempt, decided_at
    ), taken AS ({_WAITING} UNION ALL SELECT * FROM moved)
    INSERT INTO customers_returnrow
        (file_id, line, customer_id, version, field, attempt, state, refusal, decided_at, remedy, handled_by)
    SELECT %s, row_number() OVER (ORDER BY decided_at, customer_id, version, field),
           customer_id, version, field, attempt, 'returned', '', decided_at, '', ''
    FROM taken
"""  # noqa: S608 - constants
_LINES: Final = f"""
    SELECT r.line, r.customer_id, r.version, r.field, r.decided_at, v.number,
           CASE r.field {" ".join(f"WHEN '{name}' THEN v.{name}" for name in ENCRYPTED_FIELDS)} END,
           v.exceptions -> r.field, v.digests -> r.field IS DISTINCT FROM b.digests -> r.field,
           v.facts -> r.field,
           CASE WHEN v.facts -> r.field IS NULL AND NOT r.field = ANY(%s)
                THEN coalesce(to_jsonb(f) -> r.field, f.attributes -> r.field) END
    FROM customers_returnrow r
    JOIN customers_recordversion v ON v.customer_id = r.customer_id AND v.version = r.version
    JOIN customers_recordversion b ON b.customer_id = r.customer_id AND b.version = r.version - 1
    LEFT JOIN customers_fact f ON f.customer_id = r.customer_id
    WHERE r.file_id = %s
    ORDER BY r.line
"""  # noqa: S608 - names of columns, all of them ours


@dataclass(frozen=True, slots=True, repr=False)
class _Line:
    """One row of a file before it is opened."""

    line: int
    customer_id: int
    version: int
    field: str
    decided_at: datetime
    number: bytes
    blob: bytes | None
    mark: dict[str, str]
    is_other_digest: bool
    fact: dict[str, Any] | None
    fact_today: Any


def waiting() -> tuple[int, datetime | None]:
    """How many values no file holds yet, and since when the oldest waits."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [])
        count, oldest = cursor.fetchone()
    return count, oldest


def take(file_id: int) -> int:
    """Give every waiting value, and every refused one that is to go again, its row in the file. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [file_id])
        taken: int = cursor.rowcount
    return taken


def lines(file_id: int, actor: Actor) -> Iterator[tuple[object, ...]]:
    """The file's rows by ``HEADER``, opened a part at a time, each part under an audited grant of its own."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_LINES, [list(ENCRYPTED_FIELDS), file_id])
        while found := cursor.fetchmany(AT_ONCE):
            rows = [_line(row) for row in found]
            stays = merged_away.numbers_of_survivors(
                [row.customer_id for row in rows if row.field == MERGED_INTO]
            )
            subjects = {row.customer_id for row in rows} | {each.customer_id for each in stays.values()}
            grant = audit.grant_read(actor=actor, purpose="return.produce", subjects=subjects)
            yield from (_opened(row, grant, stays) for row in rows)


def _line(row: tuple[Any, ...]) -> _Line:
    line, customer_id, version, name, decided_at, number, blob, mark, is_other_digest, fact, fact_today = row
    return _Line(
        line=line,
        customer_id=customer_id,
        version=version,
        field=name,
        decided_at=decided_at,
        number=number,
        blob=blob,
        mark=_loaded(mark),
        is_other_digest=is_other_digest,
        fact=_loaded(fact),
        fact_today=_loaded(fact_today),
    )


def _opened(row: _Line, grant: ReadGrant, stays: Mapping[int, RecordVersion]) -> tuple[object, ...]:
    return (
        row.line,
        _unsealed(row, "number", row.number, grant),
        _label(row.field),
        row.field,
        sealing.unseal(stays[row.customer_id], "number", grant)
        if row.field == MERGED_INTO
        else _value(row, grant),
        CHANGED if _is_change(row) else CONFIRMED,
        row.mark["as_of"],
        row.mark["source"],
        timezone.localtime(row.decided_at).isoformat(timespec="seconds"),
    )


def _is_change(row: _Line) -> bool:
    if row.field in ENCRYPTED_FIELDS:
        return row.is_other_digest
    return bool(row.fact["changed"]) if row.fact else True


def _value(row: _Line, grant: ReadGrant) -> str:
    if row.field not in ENCRYPTED_FIELDS:
        return as_written(row.fact["value"] if row.fact else row.fact_today)
    value = _unsealed(row, row.field, row.blob, grant) if row.blob is not None else ""
    phone = read_phone(value) if row.field == "phone" and value else None
    # Domestic digits, as the bank's own file has them; a plus sign would look like a formula.
    return phone.national if phone else value


def _unsealed(row: _Line, name: str, blob: bytes, grant: ReadGrant) -> str:
    return field.decrypt(
        bytes(blob),
        where=f"{sealing.TABLE}.{name}",
        record=f"{row.customer_id}.{row.version}",
        subject=row.customer_id,
        grant=grant,
    )


def as_written(value: Any) -> str:
    """A fact's value as the file writes it: text as it is, nothing as nothing, anything else as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _label(name: str) -> str:
    return "統合先の顧客番号" if name == MERGED_INTO else FIELD_LABELS.get(name, name)


def _loaded(value: Any) -> Any:
    """Django hands JSON over as text."""
    return json.loads(value) if isinstance(value, str) else value
