"""Rows that another system tells by a call: judged, refused and written exactly as the rows of a file.

One call is one import of its own (``ImportRun``), taken whole with its named rejections or not at all. Its values carry
the source "api". Called by the API.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from django.db import transaction

from keizoku.accounts.access import authorise
from keizoku.customers.errors import VersionDiffers
from keizoku.customers.imports.importing import import_table
from keizoku.customers.imports.rules.columns import ATTRIBUTE, COLUMNS, OPTIONAL, Column
from keizoku.customers.imports.rules.rejections import RejectionCode
from keizoku.customers.imports.rules.table import Record, Table
from keizoku.customers.models import Customer, ImportRejection, RecordVersion
from keizoku.customers.sealing import number_token
from keizoku.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class CallRow:
    """One customer as a call tells it: cells as a file would hold them, and the version that the caller knows."""

    cells: Mapping[Column, str] = field(repr=False)
    attributes: Mapping[str, str] = field(default_factory=dict, repr=False)
    if_version: int | None = None


@dataclass(frozen=True, slots=True)
class CallMark:
    """Of which call: who, whose state of which day, and what names it among the imports."""

    actor: Actor
    as_of: date
    name: str
    digest: str


Outcome = Literal["created", "updated", "unchanged", "rejected"]


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of one row. ``customer_id`` and ``version`` are None where the row was refused."""

    outcome: Outcome
    customer_id: int | None = None
    version: int | None = None
    code: RejectionCode | None = None
    column: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """``conflicts``: values that the call wants to change though they were confirmed after its day; a person decides."""

    run_id: int
    rows: tuple[RowOutcome, ...]
    conflicts: int


def take_rows(rows: Sequence[CallRow], mark: CallMark) -> CallOutcome:
    """Create and update customers.

    Raises:
        NotPermitted: the actor may not import.
        VersionDiffers: a customer is no longer at the version that the caller knows; nothing is taken.
        FileRefused: a file is being imported at this moment.
    """
    authorise(mark.actor, "imports.run")
    tokens = [number_token(row.cells.get(Column.NUMBER, "").strip()) for row in rows]
    with transaction.atomic():
        before = _locked(tokens)
        for at, (row, token) in enumerate(zip(rows, tokens, strict=True)):
            if row.if_version is not None and before.get(token, (0, 0))[1] != row.if_version:
                raise VersionDiffers(at)
        table, names = _table(rows)
        run = import_table(
            table,
            mark.name,
            mark.digest,
            as_of=mark.as_of,
            actor=mark.actor,
            names=names,
            source=RecordVersion.Source.API,
        )
        after = _locked(tokens)
        refused = {one.line: one for one in ImportRejection.objects.filter(run=run)}
        outcomes = tuple(
            _outcome(refused.get(at + 1), before.get(token), after.get(token))
            for at, token in enumerate(tokens)
        )
    return CallOutcome(run.id, outcomes, run.conflict_count)


def _locked(tokens: Sequence[bytes]) -> dict[bytes, tuple[int, int]]:
    """Number's token → (customer, version), of those who exist, locked in the order of their ids."""
    rows = Customer.objects.select_for_update().filter(number_token__in=tokens).order_by("id")
    return {
        bytes(token): (pk, version)
        for token, pk, version in rows.values_list("number_token", "id", "version")
    }


def _table(rows: Sequence[CallRow]) -> tuple[Table, dict[str, str]]:
    """The rows as an opened file with the layout's header, and the columns of the attributes that any row names."""
    attributes = sorted({name for row in rows for name in row.attributes})
    optional = [column for column in OPTIONAL if any(column in row.cells for row in rows)]
    columns = [*COLUMNS, *optional]
    header = (*columns, *(f"{ATTRIBUTE}{name}" for name in attributes))
    records = (
        Record(
            at,
            (
                *(row.cells.get(column, "") for column in columns),
                *(row.attributes.get(name, "") for name in attributes),
            ),
        )
        for at, row in enumerate(rows, start=1)
    )
    names = {f"{ATTRIBUTE}{name}": f"{ATTRIBUTE}{name}" for name in attributes}
    return Table("api", header, records), names


def _outcome(
    refused: ImportRejection | None, before: tuple[int, int] | None, after: tuple[int, int] | None
) -> RowOutcome:
    if refused is not None or after is None:
        assert refused is not None
        code = RejectionCode(refused.code)
        return RowOutcome("rejected", code=code, column=refused.column, reason=refused.reason)
    outcome: Outcome = "created" if before is None else "updated" if before[1] != after[1] else "unchanged"
    return RowOutcome(outcome, *after)
