"""The rows of values. Only this room's actions and its imports call me, within their transaction and under their lock."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from keizoku.customers.attributes import queries
from keizoku.customers.attributes.rules.definition import Definition, Stored
from keizoku.customers.attributes.rules.values import FAULT_WORDS, Fault, read
from keizoku.customers.errors import ChangeRefused
from keizoku.customers.models import AttributeValue, Fact


@dataclass(frozen=True, slots=True)
class Mark:
    """From whom a value is, as of when, who wrote it and why (a code, or nothing)."""

    source: str
    as_of: date
    by: str
    reason: str = ""


def read_changes(changes: Mapping[str, str]) -> dict[str, Stored | None]:
    """Those of ``changes`` that name an attribute, as they are stored; an empty text takes the value away.

    What an answer said before an attribute or a choice ended is still taken.

    Raises:
        ChangeRefused: a value that is not of the attribute's type.
    """
    known = _by_name(changes)
    return {name: _stored(known[name], text) for name, text in changes.items() if name in known}


def write(
    customer_id: int, changes: Mapping[str, Stored | None], confirmed: Collection[str], mark: Mark
) -> None:
    """Write changed values, and the new source of confirmed ones, beside each other; the customer is locked."""
    if not changes and not confirmed:
        return
    held: dict[str, Stored] = Fact.objects.values_list("attributes", flat=True).get(customer_id=customer_id)
    kept = {name: held[name] for name in confirmed if name in held and name not in changes}
    now = timezone.now()
    AttributeValue.objects.bulk_create(
        AttributeValue(
            customer_id=customer_id,
            name=name,
            value=value,
            source=mark.source,
            as_of=mark.as_of,
            written_by=mark.by,
            written_at=now,
            reason=mark.reason,
        )
        for name, value in sorted({**kept, **changes}.items())
    )
    if changes:
        after = {name: value for name, value in {**held, **changes}.items() if value is not None}
        Fact.objects.filter(customer_id=customer_id).update(attributes=after)


def _by_name(names: Collection[str]) -> dict[str, Definition]:
    return {one.name: one for one in queries.readable() if one.name in names} if names else {}


def _stored(definition: Definition, text: str) -> Stored | None:
    if not text.strip():
        return None
    stored = read(definition, text, takes_closed=True)
    if isinstance(stored, Fault):
        raise ChangeRefused(f"{definition.label}：{FAULT_WORDS[stored]}")
    return stored
