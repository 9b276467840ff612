"""The way back to the core system: what was decided here, as a counted and hashed file, and what became of each value.

Invariant: a decided value is waiting until it has its one ``ReturnRow``; that is returned until the core system's
acknowledgement names it accepted or refused. Nothing leaves the list otherwise, so nothing is forgotten.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.customers import sealing
from keizoku.customers.errors import ReturnRefused
from keizoku.customers.fields import ENCRYPTED_FIELDS
from keizoku.customers.imports.reimporting import as_text
from keizoku.customers.models import Fact, RecordVersion, ReturnFile, ReturnRow
from keizoku.customers.queries import FIELD_LABELS
from keizoku.customers.written_csv import lines
from keizoku.kernel import files
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.kernel.text.phone import read_phone

HEADER: Final = ("通番", "顧客番号", "項目", "項目コード", "値", "区分", "確認日", "出所", "決定日時")
ANSWER_HEADER: Final = ("通番", "結果", "理由")
ACCEPTED: Final = "受理"
REFUSED: Final = "拒否"
CORE_SYSTEM: Final = "core_system"
REASON_LIMIT: Final = 100
# "keizoku return" as the number of an advisory lock: one file is produced at a time.
LOCK: Final = 0x4B5A_0002
_DECIDED = Q(version__gt=1) & ~Q(written_by__startswith="import:")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One value that the core system has not been told: of whom, which version brought it, since when."""

    customer_id: int
    version: int
    field: str
    is_change: bool
    source: str
    as_of: str
    decided_at: datetime


def waiting() -> Iterator[Waiting]:
    """Everything decided here and not returned yet, the oldest first."""
    # A file takes all values of a version, so one row of it tells that the version has gone.
    gone = ReturnRow.objects.filter(customer_id=OuterRef("customer_id"), version=OuterRef("version"))
    decided = RecordVersion.objects.filter(_DECIDED).exclude(Exists(gone))
    # A loop over what people decided, not over customers: each version is compared with the one before.
    for row in (
        decided.only("customer_id", "version", "written_at", "digests", "exceptions")
        .order_by("written_at", "customer_id", "version")
        .iterator()
    ):
        yield from _brought(row)


def produce(*, actor: Actor) -> ReturnFile:
    """Put everything that waits into one file, encrypted at rest.

    Raises:
        ReturnRefused: nothing waits.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        values = list(waiting())
        if not values:
            raise ReturnRefused("勘定系へ返す値はありません。")
        grant = audit.grant_read(
            actor=actor, purpose="return.produce", subjects={value.customer_id for value in values}
        )
        stored = files.store(lines(HEADER, _rows(values, grant), "utf-8"))
        try:
            return _record(values, stored, actor)
        except BaseException:
            files.delete(stored.id)
            raise


def file_of(file_id: int) -> ReturnFile:
    """One file. Raises ``ReturnFile.DoesNotExist``."""
    return ReturnFile.objects.get(id=file_id)


def manifest(file: ReturnFile) -> bytes:
    """What goes with the file, so that the receiver can tell that it came whole."""
    content = {
        "return": file.id,
        "rows": file.rows,
        "sha256": file.sha256,
        "from": file.changed_from.isoformat(),
        "to": file.changed_to.isoformat(),
        "produced_at": file.produced_at.isoformat(),
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def download(file_id: int, *, actor: Actor) -> bytes:
    """The file's content, once.

    Raises:
        ReturnRefused: somebody has it already.
    """
    with transaction.atomic():
        taken = ReturnFile.objects.filter(id=file_id, downloaded_at=None).update(
            downloaded_at=timezone.now(), downloaded_by=f"{actor.kind}:{actor.id}"
        )
        file = ReturnFile.objects.get(id=file_id)
        if not taken:
            raise ReturnRefused(
                "この返却ファイルは、もう受け取られています。", remedy="受け取った人に確かめてください。"
            )
        with files.open_stored(file.file) as stream:
            content = stream.read()
        audit.record(
            actor=actor,
            action="customers.return.downloaded",
            subject=("return", file_id),
            details={"rows": file.rows, "sha256": file.sha256},
        )
        transaction.on_commit(lambda: files.delete(file.file))
    return content


def acknowledge(file_id: int, content: bytes, *, actor: Actor) -> tuple[int, int]:
    """Take in the core system's answer to a file: CSV of 通番, 結果 (受理 or 拒否), 理由. The whole answer or nothing.

    Returns:
        How many values it accepted and how many it refused.

    Raises:
        ReturnRefused: a line that is no answer to this file, or one that contradicts an earlier answer.
    """
    answers = _read_answers(content)
    with transaction.atomic():
        file = ReturnFile.objects.select_for_update().get(id=file_id)
        rows = {row.line: row for row in ReturnRow.objects.filter(file=file)}
        if unknown := sorted(set(answers) - set(rows)):
            raise ReturnRefused(
                f"この返却にない通番があります: {unknown[0]} など{len(unknown)}件",
                remedy="どの返却ファイルへの回答かを確かめてください。",
            )
        changed = []
        for line, (state, reason) in answers.items():
            row = rows[line]
            if row.state not in (ReturnRow.State.RETURNED, state):
                raise ReturnRefused(
                    f"通番 {line} には、もう別の回答があります。", remedy="勘定系に確かめてください。"
                )
            row.state, row.refusal = state, reason
            changed.append(row)
        ReturnRow.objects.bulk_update(changed, ["state", "refusal"], batch_size=1000)
        if not ReturnRow.objects.filter(file=file, state=ReturnRow.State.RETURNED).exists():
            ReturnFile.objects.filter(id=file_id).update(acknowledged_at=timezone.now())
        refused = sum(row.state == ReturnRow.State.REFUSED for row in changed)
        audit.record(
            actor=actor,
            action="customers.return.acknowledged",
            subject=("return", file_id),
            details={"accepted": len(changed) - refused, "refused": refused},
        )
    return len(changed) - refused, refused


def _record(values: list[Waiting], stored: files.Stored, actor: Actor) -> ReturnFile:
    file = ReturnFile.objects.create(
        file=stored.id,
        rows=len(values),
        sha256=stored.sha256,
        changed_from=min(value.decided_at for value in values),
        changed_to=max(value.decided_at for value in values),
        produced_by=f"{actor.kind}:{actor.id}",
        produced_at=timezone.now(),
    )
    ReturnRow.objects.bulk_create(
        (
            ReturnRow(
                file=file,
                line=line,
                customer_id=value.customer_id,
                version=value.version,
                field=value.field,
                decided_at=value.decided_at,
            )
            for line, value in enumerate(values, start=1)
        ),
        batch_size=1000,
    )
    audit.record(
        actor=actor,
        action="customers.return.produced",
        subject=("return", file.id),
        details={"rows": file.rows, "sha256": file.sha256},
    )
    return file


def _brought(row: RecordVersion) -> Iterator[Waiting]:
    """The values that a version brought or confirmed, but those that the core system itself told."""
    before = RecordVersion.objects.only("digests", "exceptions").get(
        customer_id=row.customer_id, version=row.version - 1
    )
    for name, mark in sorted(row.exceptions.items()):
        if mark == before.exceptions.get(name) or mark["source"] == CORE_SYSTEM:
            continue
        is_change = name not in ENCRYPTED_FIELDS or row.digests.get(name) != before.digests.get(name)
        yield Waiting(
            row.customer_id, row.version, name, is_change, mark["source"], mark["as_of"], row.written_at
        )


def _rows(values: Iterable[Waiting], grant: ReadGrant) -> Iterator[tuple[object, ...]]:
    for line, value in enumerate(values, start=1):
        version = RecordVersion.objects.get(customer_id=value.customer_id, version=value.version)
        yield (
            line,
            sealing.unseal(version, "number", grant),
            FIELD_LABELS.get(value.field, value.field),
            value.field,
            _value(version, value.field, grant),
            "変更" if value.is_change else "確認",
            value.as_of,
            value.source,
            timezone.localtime(value.decided_at).isoformat(timespec="seconds"),
        )


def _value(version: RecordVersion, name: str, grant: ReadGrant) -> str:
    if name not in ENCRYPTED_FIELDS:
        return as_text(getattr(Fact.objects.get(customer_id=version.customer_id), name)) or ""
    value = sealing.unseal(version, name, grant) or ""
    phone = read_phone(value) if name == "phone" and value else None
    # Domestic digits, as the bank's own file has them; a plus sign would look like a formula.
    return phone.national if phone else value


def _read_answers(content: bytes) -> dict[int, tuple[str, str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp932", errors="replace")
    rows = csv.DictReader(io.StringIO(text))
    if not set(ANSWER_HEADER[:2]) <= set(rows.fieldnames or ()):
        raise ReturnRefused(
            "受領結果のファイルではありません。", remedy="見出しを「通番,結果,理由」にしてください。"
        )
    answers: dict[int, tuple[str, str]] = {}
    states = {ACCEPTED: ReturnRow.State.ACKNOWLEDGED, REFUSED: ReturnRow.State.REFUSED}
    for place, row in enumerate(rows, start=2):
        line, outcome = (row.get("通番") or "").strip(), (row.get("結果") or "").strip()
        if not (line.isascii() and line.isdigit()) or outcome not in states or int(line) in answers:
            raise ReturnRefused(
                f"{place}行目が読めません。",
                remedy="通番は1つずつの数字、結果は「受理」か「拒否」にしてください。",
            )
        answers[int(line)] = (states[outcome], (row.get("理由") or "").strip()[:REASON_LIMIT])
    return answers
