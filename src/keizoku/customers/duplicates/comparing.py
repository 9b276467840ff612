"""Two customers side by side: every field in which they differ, opened under one audited grant."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import F

from keizoku.accounts.access import authorise
from keizoku.audit import actions as audit
from keizoku.customers import sealing
from keizoku.customers.codes import OCCUPATION_LABELS, PURPOSE_LABELS, Occupation, Purpose
from keizoku.customers.countries import NAMES
from keizoku.customers.duplicates.rules import CHOSEN_FACTS, CHOSEN_FIELDS, fields_of
from keizoku.customers.models import Duplicate, Fact, RecordVersion
from keizoku.customers.queries import FIELD_LABELS, SOURCE_LABELS
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto.grant import ReadGrant

LABELS = FIELD_LABELS | {"nationality": "国籍", "residence_expires_on": "在留期限"}


@dataclass(frozen=True, slots=True, repr=False)
class Value:
    """One side's value in words, and where it came from."""

    text: str
    source: str
    as_of: date


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One choice: a field, or fields that belong together."""

    name: str
    label: str
    first: Value
    second: Value
    is_different: bool

    @property
    def newer_is_first(self) -> bool:
        return self.first.as_of >= self.second.as_of


def compare(duplicate_id: int, *, actor: Actor) -> list[Line]:
    """All lines, also the equal ones; the reader's right is checked and the read is in the audit."""
    authorise(actor, "duplicates.read")
    duplicate = Duplicate.objects.get(id=duplicate_id)
    ids = (duplicate.first_id, duplicate.second_id)
    grant = audit.grant_read(actor=actor, purpose="duplicates.compare", subjects=ids)
    rows = {row.customer_id: row for row in current_versions(ids)}
    facts = Fact.objects.in_bulk(ids)
    first, second = ids
    return [
        *(_field_line(name, rows[first], rows[second], grant) for name in CHOSEN_FIELDS),
        *(_fact_line(name, rows[first], rows[second], facts) for name in CHOSEN_FACTS),
    ]


def differing(first: RecordVersion, second: RecordVersion, facts: Mapping[int, Fact]) -> set[str]:
    """Names of the choices in which the two differ, without opening anything."""
    fields = {
        name
        for name in CHOSEN_FIELDS
        if any(first.digests.get(part) != second.digests.get(part) for part in fields_of(name))
    }
    one, other = facts[first.customer_id], facts[second.customer_id]
    return fields | {name for name in CHOSEN_FACTS if getattr(one, name) != getattr(other, name)}


def current_versions(ids: Collection[int]) -> list[RecordVersion]:
    return list(RecordVersion.objects.filter(customer_id__in=ids, version=F("customer__version")))


def mark_of(row: RecordVersion, name: str) -> dict[str, str]:
    """Where a field's value came from: its exception, or the version's own source."""
    own = {"source": row.source, "as_of": row.as_of.isoformat(), "by": row.written_by}
    return dict(row.exceptions.get(name, own))


def _field_line(name: str, first: RecordVersion, second: RecordVersion, grant: ReadGrant) -> Line:
    parts = fields_of(name)
    is_different = any(first.digests.get(part) != second.digests.get(part) for part in parts)
    sides = [_value(row, name, _opened(row, parts, grant)) for row in (first, second)]
    return Line(name, LABELS[name], sides[0], sides[1], is_different)


def _opened(row: RecordVersion, parts: tuple[str, ...], grant: ReadGrant) -> str:
    return " ".join(value for part in parts if (value := sealing.unseal(row, part, grant)))


def _fact_line(name: str, first: RecordVersion, second: RecordVersion, facts: Mapping[int, Fact]) -> Line:
    values = [getattr(facts[row.customer_id], name) for row in (first, second)]
    sides = [
        _value(row, name, _in_words(name, value)) for row, value in zip((first, second), values, strict=True)
    ]
    return Line(name, LABELS[name], sides[0], sides[1], values[0] != values[1])


def _value(row: RecordVersion, name: str, text: str) -> Value:
    mark = mark_of(row, name)
    return Value(
        text or "（なし）",
        SOURCE_LABELS.get(mark["source"], mark["source"]),
        date.fromisoformat(mark["as_of"]),
    )


def _in_words(name: str, value: object) -> str:
    if name == "occupation":
        return OCCUPATION_LABELS[Occupation(str(value))]
    if name == "purpose":
        return PURPOSE_LABELS[Purpose(str(value))]
    if name == "nationality":
        return NAMES.get(str(value), str(value))
    return str(value) if value else ""
