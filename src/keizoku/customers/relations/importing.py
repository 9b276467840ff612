"""Import of a file of relations (docs/relations-layout.md): each good row a statement, each bad row its reason.

One transaction: a file is taken whole, with its named rejections, or not at all; one file at a time. Repeating a file
changes nothing. What somebody vouched for on the file's day or later stays, and the row says so.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import IO, Final

from django.db import connection, transaction
from django.db.models.functions import Coalesce

from keizoku.accounts.access import authorise
from keizoku.audit import actions as audit
from keizoku.customers import sealing as record_sealing
from keizoku.customers.errors import FileRefused
from keizoku.customers.imports.rules.table import Record
from keizoku.customers.imports.sources import open_stream
from keizoku.customers.models import Customer, RelationImport, RelationRejection
from keizoku.customers.relations import layout, sealing
from keizoku.customers.relations.layout import Column, Fault, Header, Row, read_header, read_row
from keizoku.customers.relations.rules import Change, Kind
from keizoku.customers.relations.writing import Refused, Statement, write
from keizoku.kernel.actor import Actor

BATCH: Final = 2000
CHUNK: Final = 1 << 20
# "keizoku relations" as the number of an advisory lock: one file of relations at a time.
LOCK: Final = 0x4B5A_0007
# Which column a refusal of the rules belongs to.
COLUMNS: Final = {
    "unknown_customer": Column.NUMBER,
    "unknown_other": Column.OTHER,
    "oneself": Column.OTHER,
    "sides": Column.KIND,
    "share_sum": Column.SHARE,
    "newer": Column.AS_OF,
    "ended": Column.AS_OF,
}
_Key = tuple[str, str, str]


def import_relations(path: Path, *, as_of: date, actor: Actor, today: date) -> RelationImport:
    """Take in one CSV file, UTF-8 or CP932. ``as_of``: the day whose state it shows, where a row names none.

    Raises:
        NotPermitted: the actor may not.
        FileRefused: no such file of relations, or another one is under way; nothing was taken.
    """
    with path.open("rb") as stream:
        return import_stream(stream, path.name, as_of=as_of, actor=actor, today=today)


@transaction.atomic
def import_stream(
    stream: IO[bytes], file_name: str, *, as_of: date, actor: Actor, today: date
) -> RelationImport:
    """As ``import_relations``, of an opened, buffered binary file."""
    authorise(actor, "imports.run")
    _begin_alone()
    sha256 = _sha256(stream)
    table = open_stream(stream)
    header = read_header(table.header)
    if isinstance(header, Fault):
        raise FileRefused(header.reason, remedy="見出し行を関係の取込レイアウトに合わせてください。")
    run = RelationImport.objects.create(
        file_name=file_name[-200:],
        sha256=sha256,
        encoding=str(table.encoding),
        as_of=as_of,
        started_by=str(actor),
    )
    counts: Counter[str] = Counter()
    seen: set[_Key] = set()
    for records in _batches(table.records):
        _take(run, records, header, seen, counts, today)
    _close(run, counts, actor)
    return run


def _sha256(stream: IO[bytes]) -> str:
    whole = hashlib.sha256()
    while piece := stream.read(CHUNK):
        whole.update(piece)
    stream.seek(0)
    return whole.hexdigest()


def _begin_alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise FileRefused(
                "ほかの関係のファイルを取り込んでいます。",
                remedy="終わってから、もう一度取り込んでください。",
            )


def _batches(records: Iterator[Record]) -> Iterator[list[Record]]:
    while batch := list(islice(records, BATCH)):
        yield batch


def _take(  # noqa: PLR0917 - the parts of one pass
    run: RelationImport,
    records: list[Record],
    header: Header,
    seen: set[_Key],
    counts: Counter[str],
    today: date,
) -> None:
    rows: list[Row] = []
    faults: list[Fault] = []
    for record in records:
        read = read_row(record, header, as_of=run.as_of)
        if isinstance(read, Fault):
            faults.append(read)
        elif (key := _key(read)) in seen:
            faults.append(layout.fault(read.line, Column.NUMBER, "duplicate"))
        else:
            seen.add(key)
            rows.append(read)
    faults += _write(run, rows, header, counts, today)
    RelationRejection.objects.bulk_create(
        RelationRejection(run=run, line=f.line, column=f.column[:20], code=f.code, reason=f.reason[:300])
        for f in sorted(faults, key=lambda fault: fault.line)
    )
    counts["read"] += len(records)
    counts["rejected"] += len(faults)


def _write(
    run: RelationImport, rows: list[Row], header: Header, counts: Counter[str], today: date
) -> list[Fault]:
    """The rows' statements in one go; the faults are those that the rules found."""
    ids = _ids(rows)
    statements = [_statement(row, ids, header.told) for row in rows]
    outcomes = write(statements, written_by=f"import:relations-{run.id}", confirms=False, today=today)
    faults = []
    for row, outcome in zip(rows, outcomes, strict=True):
        if isinstance(outcome, Refused):
            column = COLUMNS.get(outcome.code, layout.WHOLE_ROW)
            faults.append(Fault(row.line, column, outcome.code, outcome.message))
        else:
            counts[outcome.change or "unchanged"] += 1
    return faults


def _ids(rows: list[Row]) -> dict[str, int]:
    """Customer number → id, of all that the rows name, in one statement; a number merged away names who stays."""
    numbers = {row.number for row in rows} | {row.other for row in rows if isinstance(row.other, str)}
    tokens = {record_sealing.number_token(number): number for number in numbers}
    found = Customer.objects.filter(number_token__in=tokens).values_list(
        "number_token", Coalesce("merged_into_id", "id")
    )
    return {tokens[bytes(token)]: customer_id for token, customer_id in found}


def _statement(row: Row, ids: dict[str, int], told: frozenset[str]) -> Statement:
    """A number that nobody has becomes the id 0, which the rules refuse in words."""
    other = ids.get(row.other, 0) if isinstance(row.other, str) else row.other
    return Statement(ids.get(row.number, 0), row.kind, other, row.terms, told)


def _key(row: Row) -> _Key:
    """世帯 has no direction, so both of its rows are one."""
    other = row.other if isinstance(row.other, str) else sealing.token(0, row.other).hex()
    if row.kind is Kind.HOUSEHOLD and isinstance(row.other, str):
        first, second = sorted((row.number, row.other))
        return (row.kind, first, second)
    return (row.kind, row.number, other)


def _close(run: RelationImport, counts: Counter[str], actor: Actor) -> None:
    run.rows_read = counts["read"]
    run.created_count = counts[Change.STATED]
    run.changed_count = counts[Change.CHANGED]
    run.unchanged_count = counts["unchanged"]
    run.rejected_count = counts["rejected"]
    run.save()
    audit.record(
        actor=actor,
        action="customers.related_parties.imported",
        subject=("relation_import", run.id),
        purpose="import",
        details={
            "sha256": run.sha256,
            "read": run.rows_read,
            "created": run.created_count,
            "changed": run.changed_count,
            "unchanged": run.unchanged_count,
            "rejected": run.rejected_count,
        },
    )
