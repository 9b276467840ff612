"""Fields that a file would set back: a person sees both values and keeps ours or takes the file's."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.customers import sealing
from keizoku.customers.attributes import queries as attributes
from keizoku.customers.attributes import writing
from keizoku.customers.errors import ConflictRefused
from keizoku.customers.fields import ENCRYPTED_FIELDS
from keizoku.customers.imports import reimporting
from keizoku.customers.models import Customer, Fact, ImportConflict, RecordVersion
from keizoku.customers.queries import FIELD_LABELS, SOURCE_LABELS
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto import field
from keizoku.kernel.crypto.grant import ReadGrant

State = ImportConflict.State


@dataclass(frozen=True, slots=True, repr=False)
class ConflictRow:
    """One field with both values."""

    id: int
    customer_id: int
    label: str
    ours: str
    ours_from: str
    proposed: str
    file_day: date


@dataclass(frozen=True, slots=True, repr=False)
class FiledValue:
    """A file's value that waits beside the record's, as it is stored; None where the file has none."""

    field: str
    value: str | None
    file_day: date


def waiting_count(run_id: int | None = None) -> int:
    """How many nobody has decided: of one file, or of all."""
    found = ImportConflict.objects.filter(state=State.WAITING)
    return (found if run_id is None else found.filter(run_id=run_id)).count()


def waiting(*, actor: Actor, limit: int = 20) -> list[ConflictRow]:
    """The first that nobody has decided, opened under one audited grant."""
    found = list(
        ImportConflict.objects.filter(state=State.WAITING).select_related("run").order_by("id")[:limit]
    )
    if not found:
        return []
    subjects = {conflict.customer_id for conflict in found}
    grant = audit.grant_read(actor=actor, purpose="import.conflict", subjects=subjects)
    versions = {
        row.customer_id: row
        for row in RecordVersion.objects.filter(customer_id__in=subjects, version=F("customer__version"))
    }
    facts = Fact.objects.in_bulk(list(subjects))
    return [
        _row(conflict, versions[conflict.customer_id], facts[conflict.customer_id], grant)
        for conflict in found
    ]


def waiting_of(customer_id: int, grant: ReadGrant) -> list[FiledValue]:
    """What files say otherwise of one customer and nobody has decided."""
    found = ImportConflict.objects.filter(customer_id=customer_id, state=State.WAITING)
    return [
        FiledValue(one.field, _proposed(one, grant), one.run.as_of)
        for one in found.select_related("run").order_by("id")
    ]


def decide(conflict_id: int, *, takes_file: bool, actor: Actor) -> None:
    """Keep our value, or write the file's as a new version with the file's day as its source's."""
    with transaction.atomic():
        conflict = ImportConflict.objects.select_related("run").get(id=conflict_id)
        Customer.objects.select_for_update().get(id=conflict.customer_id)
        decided = ImportConflict.objects.filter(id=conflict_id, state=State.WAITING).update(
            state=State.TAKEN if takes_file else State.KEPT,
            decided_by=str(actor),
            decided_at=timezone.now(),
        )
        if not decided:
            raise ConflictRefused("この項目は、もう決まっています。", remedy="一覧を開き直してください。")
        if takes_file:
            _take(conflict, actor)
        audit.record(
            actor=actor,
            action="customers.conflict.decided",
            subject=("customer", conflict.customer_id),
            purpose="import.conflict",
            details={
                "field": conflict.field,
                "import": conflict.run_id,
                "outcome": "taken" if takes_file else "kept",
            },
        )


def _take(conflict: ImportConflict, actor: Actor) -> None:
    grant = audit.grant_read(actor=actor, purpose="import.conflict", subjects=[conflict.customer_id])
    value = _proposed(conflict, grant)
    if told := writing.read_changes({conflict.field: value or ""}):
        run = conflict.run
        mark = writing.Mark(run.source, run.as_of, f"import:{run.id}")
        writing.write(conflict.customer_id, told, (), mark)
        return
    wanted = value if conflict.field in ENCRYPTED_FIELDS else _fact_value(conflict.field, value)
    reimporting.take(conflict.run, conflict.customer_id, conflict.field, wanted, actor)


def _row(conflict: ImportConflict, version: RecordVersion, fact: Fact, grant: ReadGrant) -> ConflictRow:
    name = conflict.field
    if (held := attributes.held(conflict.customer_id, name)) is not None:
        return _attribute_row(conflict, held, grant)
    ours = (
        sealing.unseal(version, name, grant)
        if name in ENCRYPTED_FIELDS
        else reimporting.as_text(getattr(fact, name))
    )
    mark = version.exceptions.get(name, {"source": version.source, "as_of": version.as_of.isoformat()})
    return ConflictRow(
        conflict.id,
        conflict.customer_id,
        FIELD_LABELS.get(name, name),
        ours or "（なし）",
        f"{SOURCE_LABELS[mark['source']]} {mark['as_of']}",
        _proposed(conflict, grant) or "（なし）",
        conflict.run.as_of,
    )


def _attribute_row(conflict: ImportConflict, held: attributes.HeldValue, grant: ReadGrant) -> ConflictRow:
    return ConflictRow(
        conflict.id,
        conflict.customer_id,
        held.definition.label,
        held.words or "（なし）",
        attributes.source_words(held),
        attributes.words_of(held.definition, _proposed(conflict, grant) or "") or "（なし）",
        conflict.run.as_of,
    )


def _proposed(conflict: ImportConflict, grant: ReadGrant) -> str | None:
    if conflict.proposed is None:
        return None
    return field.decrypt(
        bytes(conflict.proposed),
        where=reimporting.PROPOSED,
        record=f"{conflict.customer_id}.{conflict.field}.{conflict.run_id}",
        subject=conflict.customer_id,
        grant=grant,
    )


def _fact_value(name: str, value: str | None) -> Any:
    column = Fact._meta.get_field(name)  # noqa: SLF001 - Django's own door
    assert isinstance(column, models.Field)
    return column.to_python(value) if value is not None else None
