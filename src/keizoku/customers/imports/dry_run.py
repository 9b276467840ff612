"""A file read as an import would read it, and nothing written: how many rows would do what, and what is wrong with which."""

from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from keizoku.customers.imports import attributes, reimporting
from keizoku.customers.imports.importing import Progress, batches, header_of
from keizoku.customers.imports.numbering import Numbering
from keizoku.customers.imports.preparers import ready_batches
from keizoku.customers.imports.preparing import FileFacts
from keizoku.customers.imports.rules.columns import Names
from keizoku.customers.imports.rules.sheets import with_zeros
from keizoku.customers.imports.rules.table import Table
from keizoku.customers.models import ImportRun

SHOWN: Final = 50


@dataclass(slots=True)
class DryRun:
    """Counts as the import's, and the first ``SHOWN`` rejections (line, column, code, reason)."""

    encoding: str
    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    conflicts: int = 0
    rejected: int = 0
    warnings: int = 0
    rejections: list[dict[str, Any]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def dry_run(
    table: Table, *, as_of: date, names: Names | None = None, progress: Progress = lambda _: None
) -> DryRun:
    """Judge the whole file. Raises ``FileRefused`` as the import would."""
    found = DryRun(str(table.encoding), remarks=list(table.remarks))
    run = ImportRun(as_of=as_of)
    file = FileFacts(
        header_of(table, names),
        as_of,
        timezone.now(),
        "dry-run",
        is_dry=True,
        attributes=attributes.columns_of(table.header, names),
    )
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SET LOCAL statement_timeout = '15min'; SET LOCAL idle_in_transaction_session_timeout = '15min'"
            )
        numbering = Numbering(file.header, reserves_ids=False)
        numbered = (numbering.assign(records) for records in batches(with_zeros(table, file.header)))
        with closing(ready_batches(numbered, file)) as answers:
            for rows, ready in answers:
                merged = reimporting.compare_known(ready.told, run)
                merged.add(attributes.compare(ready.attributes, run), ready.told)
                found.read += len(rows)
                found.created += ready.created
                found.updated += merged.updated
                found.unchanged += merged.unchanged
                found.conflicts += merged.conflicts
                found.rejected += len(ready.rejections)
                found.warnings += ready.warnings
                found.rejections += [
                    {"line": each.line, "column": each.column, "code": each.code, "reason": each.reason}
                    for each in ready.rejections[: SHOWN - len(found.rejections)]
                ]
                progress(found.read)
    return found
