"""Reads of definitions and of one customer's values. No process keeps an old definition: they are read anew for each page,
and within an action at each call.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from keizoku.customers.attributes.rules import reading
from keizoku.customers.attributes.rules import values as rules
from keizoku.customers.attributes.rules.comparing import Change, changes
from keizoku.customers.attributes.rules.definition import (
    IN_FORCE,
    STATE_WORDS,
    Definition,
    State,
    Stored,
    Type,
)
from keizoku.customers.errors import AttributeRefused
from keizoku.customers.models import AttributeValue, AttributeVersion, Fact, RecordVersion
from keizoku.kernel.moment import once

Definitions = tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class AttributeRow:
    """One version; ``made_by`` and ``approved_by`` are actors ("staff:3")."""

    id: int
    version: int
    state: State
    definition: Definition
    digest: str
    made_by: str
    made_at: datetime
    approved_by: str
    approved_at: datetime | None

    @property
    def state_words(self) -> str:
        return STATE_WORDS[self.state]

    @property
    def is_draft(self) -> bool:
        return self.state is State.DRAFT


@dataclass(frozen=True, slots=True)
class HeldValue:
    """What one customer holds of one attribute, and where it came from; ``text`` is "" and the source None for nothing."""

    definition: Definition
    text: str
    words: str
    source: str | None
    as_of: date | None
    written_by: str
    written_at: datetime | None
    reason: str


def usable() -> Definitions:
    """The attributes that conditions, files, questions and forms may be made with now, by label."""
    return _definitions([State.ACTIVE])


@once
def readable() -> Definitions:
    """The usable ones and those that ended: what was made before they ended still reads them."""
    return _definitions(IN_FORCE)


def usable_by_name(names: Collection[str]) -> dict[str, Definition]:
    """Those of ``names`` that may be used.

    Raises:
        AttributeRefused: one that was never approved, or that ended.
    """
    found = {definition.name: definition for definition in usable() if definition.name in names}
    if lacking := sorted(set(names) - set(found)):
        raise AttributeRefused(
            f"「{lacking[0]}」という有効な追加の項目はありません。",
            remedy="設定の「項目の追加」で、承認されているか、廃止されていないかを確かめてください。",
        )
    return found


def rows() -> list[AttributeRow]:
    """All versions: the names in order, of each the newest first."""
    return [_row(row) for row in AttributeVersion.objects.order_by("name", "-version")]


def row(version_id: int) -> AttributeRow:
    """One version; ``ObjectDoesNotExist`` where there is none."""
    return _row(AttributeVersion.objects.get(id=version_id))


def in_force(name: str) -> AttributeRow | None:
    """The version that says what holds now; None before the first approval."""
    found = AttributeVersion.objects.filter(name=name, state__in=IN_FORCE).first()
    return _row(found) if found else None


def count_held(name: str) -> int:
    """How many customers hold a value of it now."""
    return Fact.objects.filter(attributes__has_key=name).count()


def changes_of(version_id: int) -> tuple[Change, ...]:
    """What a version changes against the one in force; of one that was approved, against the approved one before it."""
    one = AttributeVersion.objects.get(id=version_id)
    approved = AttributeVersion.objects.filter(name=one.name, version__lt=one.version).exclude(approved_by="")
    before = approved.order_by("-version").first()
    return changes(_read(before) if before else None, _read(one))


def held_texts(held: Mapping[str, Stored]) -> dict[str, str | None]:
    """A customer's values as texts, as answers hold them; what is not held is None, or not there at all."""
    if not held:
        return {}
    return {definition.name: rules.write(held.get(definition.name)) or None for definition in readable()}


def typed(texts: Mapping[str, str]) -> dict[str, object]:
    """Those of ``texts`` that say an attribute's value, as conditions compare it; what does not fit is left out."""
    known = {definition.name: definition for definition in readable()} if texts else {}
    found: dict[str, object] = {}
    for name, text in texts.items():
        if name not in known:
            continue
        stored = rules.read(known[name], text, takes_closed=True) if text else None
        if isinstance(stored, rules.Fault):
            continue
        is_day = known[name].type is Type.DATE and isinstance(stored, str)
        found[name] = date.fromisoformat(str(stored)) if is_day else stored
    return found


def values_of(customer_id: int) -> list[HeldValue]:
    """Every usable attribute with what the customer holds, and those that ended where something is held."""
    held = Fact.objects.values_list("attributes", flat=True).get(customer_id=customer_id)
    newest = {
        value.name: value
        for value in AttributeValue.objects.filter(customer_id=customer_id)
        .order_by("name", "-id")
        .distinct("name")
    }
    return [
        _held(definition, held.get(definition.name), newest.get(definition.name))
        for definition in readable()
        if not definition.is_retired or definition.name in held
    ]


def held(customer_id: int, name: str) -> HeldValue | None:
    """What a customer holds of one attribute; None where ``name`` is none."""
    definition = next((one for one in readable() if one.name == name), None)
    if definition is None:
        return None
    fact = Fact.objects.values_list("attributes", flat=True).get(customer_id=customer_id)
    newest = AttributeValue.objects.filter(customer_id=customer_id, name=name).order_by("-id").first()
    return _held(definition, fact.get(name), newest)


def words_of(definition: Definition, text: str) -> str:
    """A value as a text, in words; a text that fits no longer stays as it is."""
    stored = rules.read(definition, text, takes_closed=True) if text else None
    return text if isinstance(stored, rules.Fault) else rules.words(definition, stored)


def history_of(customer_id: int, name: str) -> list[HeldValue]:
    """All values that a customer was given of one attribute, the newest first."""
    definition = next(one for one in readable() if one.name == name)
    found = AttributeValue.objects.filter(customer_id=customer_id, name=name).order_by("-id")
    return [_held(definition, value.value, value) for value in found]


def source_words(value: HeldValue) -> str:
    """「お客さまの申告(2026-11-21時点)」."""
    if value.source is None or value.as_of is None:
        return ""
    label = dict(RecordVersion.Source.choices).get(value.source, value.source)
    return f"{label}({value.as_of.isoformat()}時点)"


def _definitions(states: Collection[State]) -> Definitions:
    found = AttributeVersion.objects.filter(state__in=states).values_list("definition", flat=True)
    return tuple(sorted(map(reading.read, found), key=lambda definition: (definition.label, definition.name)))


def _read(version: AttributeVersion) -> Definition:
    return reading.read(version.definition)


def _row(version: AttributeVersion) -> AttributeRow:
    return AttributeRow(
        version.id,
        version.version,
        State(version.state),
        _read(version),
        version.digest,
        version.made_by,
        version.made_at,
        version.approved_by,
        version.approved_at,
    )


def _held(definition: Definition, stored: Stored | None, row: AttributeValue | None) -> HeldValue:
    return HeldValue(
        definition,
        rules.write(stored),
        rules.words(definition, stored),
        row.source if row else None,
        row.as_of if row else None,
        row.written_by if row else "",
        row.written_at if row else None,
        row.reason if row else "",
    )
