"""One customer out of two: the survivor's record, facts, contact points and stops, and the parts of other rooms.

Called by ``actions.approve`` alone, within its transaction and under both customers' locks. The record merged away stays
readable with all its versions; it is found by nobody, contacted by nobody and counted by nobody; its number leads to the
survivor.
"""

from typing import Any, Final

from django.db import connection, models
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.customers import sealing
from keizoku.customers.duplicates.comparing import current_versions, mark_of
from keizoku.customers.duplicates.parts import Merge, parts
from keizoku.customers.duplicates.rules import (
    CHOSEN_FACTS,
    CHOSEN_FIELDS,
    MERGED_INTO,
    Side,
    State,
    fields_of,
)
from keizoku.customers.errors import DuplicateRefused
from keizoku.customers.fields import ENCRYPTED_FIELDS
from keizoku.customers.imports.reimporting import as_text
from keizoku.customers.models import (
    ContactPoint,
    ContactStop,
    Customer,
    Duplicate,
    Fact,
    ImportConflict,
    RecordVersion,
)
from keizoku.customers.search.indexing import Renewed, renew

# Field → facts that follow from it.
_FOLLOWING: Final = {
    "birth_date": ("birth_year", "birth_month"),
    "address": ("prefecture", "has_address"),
    "phone": ("has_mobile",),
    "email": ("has_email",),
    "account": ("branch",),
}
_BEST: Final = (ContactPoint.State.REACHABLE, ContactPoint.State.UNREACHABLE, ContactPoint.State.UNVERIFIED)


def merge(pair: Duplicate, merge: Merge) -> None:
    """Do it; a part that refuses undoes everything."""
    _refuse_undecided(merge)
    for part in parts():
        part.check(merge)
    rows = {row.customer_id: row for row in current_versions((pair.first_id, pair.second_id))}
    survivor, other = rows[merge.survivor_id], rows[merge.other_id]
    from_other = {name for name, side in pair.choices.items() if side == Side.OTHER}
    _write_records(pair, merge, survivor, other, from_other)
    _write_facts(merge, from_other)
    _carry_contact_points(merge, survivor, other, from_other)
    _carry_stops(merge)
    _leave(pair, merge)
    for part in parts():
        part.carry(merge)


def _refuse_undecided(merge: Merge) -> None:
    waiting = ImportConflict.objects.filter(customer_id=merge.other_id, state=ImportConflict.State.WAITING)
    if waiting.exists():
        raise DuplicateRefused(
            "統合されるお客さまに、取り込みの食い違いが残っています。",
            remedy="先に「取り込みの食い違い」で決めてください。",
        )


def _write_records(
    pair: Duplicate, merge: Merge, survivor: RecordVersion, other: RecordVersion, from_other: set[str]
) -> None:
    ids = [merge.survivor_id, merge.other_id]
    grant = audit.grant_read(actor=merge.actor, purpose="duplicates.merge", subjects=ids)
    before = {name: sealing.unseal(survivor, name, grant) for name in ENCRYPTED_FIELDS}
    others = {name: sealing.unseal(other, name, grant) for name in ENCRYPTED_FIELDS}
    taken = {part for name in from_other & set(CHOSEN_FIELDS) for part in fields_of(name)}
    after = before | {name: others[name] for name in taken}
    # Source and day stay those of the value; "merge" says why it stands in this record.
    marks = {
        name: {**mark_of(other, name), "merge": str(pair.id), "merged_on": merge.today.isoformat()}
        for name in taken | (from_other & set(CHOSEN_FACTS))
    }
    told = {"source": RecordVersion.Source.STAFF, "as_of": merge.today.isoformat(), "by": _name(merge)}
    new, last = _next(survivor, after, merge), _next(other, others, merge)
    new.exceptions |= marks
    new.facts = _decided(merge, from_other)
    # The record merged away names it too, and so the core system is told by the next return.
    last.exceptions[MERGED_INTO] = told
    RecordVersion.objects.bulk_create([new, last])
    renew([Renewed(merge.survivor_id, before, after), Renewed(merge.other_id, others, None)])


def _decided(merge: Merge, from_other: set[str]) -> dict[str, dict[str, Any]] | None:
    """Chosen facts as this version decides them."""
    fact = Fact.objects.get(customer_id=merge.other_id)
    chosen = sorted(from_other & set(CHOSEN_FACTS))
    return {name: {"value": as_text(getattr(fact, name)), "changed": True} for name in chosen} or None


def _next(row: RecordVersion, values: sealing.Values, merge: Merge) -> RecordVersion:
    """Encrypted anew, since each blob is bound to its version."""
    return RecordVersion(
        customer_id=row.customer_id,
        version=row.version + 1,
        source=row.source,
        as_of=row.as_of,
        written_at=timezone.now(),
        written_by=_name(merge),
        exceptions=dict(row.exceptions),
        digests=sealing.digests(values),
        **sealing.seal(values, row.customer_id, row.version + 1),
    )


def _write_facts(merge: Merge, from_other: set[str]) -> None:
    survivor = Fact.objects.select_for_update().get(customer_id=merge.survivor_id)
    other = Fact.objects.get(customer_id=merge.other_id)
    chosen = [
        *(from_other & set(CHOSEN_FACTS)),
        *(fact for name in from_other for fact in _FOLLOWING.get(name, ())),
    ]
    changed: dict[str, Any] = {name: getattr(other, name) for name in chosen}
    changed |= {
        "products": [*survivor.products, *(code for code in other.products if code not in survivor.products)],
        "opened_on": min(survivor.opened_on, other.opened_on),
        "confirmed_on": max(
            (day for day in (survivor.confirmed_on, other.confirmed_on) if day), default=None
        ),
        "foreign_remittance": survivor.foreign_remittance or other.foreign_remittance,
    }
    Fact.objects.filter(customer_id=merge.survivor_id).update(**changed)


def _carry_contact_points(
    merge: Merge, survivor: RecordVersion, other: RecordVersion, from_other: set[str]
) -> None:
    """A value that came from the other brings what is known of it; of an equal value the better evidence stays."""
    points = {
        (point.customer_id, point.channel): point
        for point in ContactPoint.objects.filter(customer_id__in=[merge.survivor_id, merge.other_id])
    }
    for channel in ("phone", "email", "address"):
        theirs, ours = points.get((merge.other_id, channel)), points.get((merge.survivor_id, channel))
        is_equal = all(survivor.digests.get(part) == other.digests.get(part) for part in fields_of(channel))
        if channel in from_other:
            if ours:
                ours.delete()
            if theirs:
                _copy_point(theirs, merge.survivor_id)
        elif is_equal and theirs and (ours is None or _rank(theirs) < _rank(ours)):
            if ours:
                ours.delete()
            _copy_point(theirs, merge.survivor_id)


def _rank(point: ContactPoint) -> int:
    return [state.value for state in _BEST].index(point.state) if point.state in set(_BEST) else len(_BEST)


def _copy_point(point: ContactPoint, customer_id: int) -> None:
    """All that is known of it, whatever columns there are."""
    known = {
        column.attname: getattr(point, column.attname)
        for column in ContactPoint._meta.concrete_fields  # noqa: SLF001 - Django's own door
        if not column.primary_key and column.name != "customer"
    }
    ContactPoint.objects.create(customer_id=customer_id, **known)


def _carry_stops(merge: Merge) -> None:
    """A stop is never lost; the one merged away is contacted by nobody any more, from this commit on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_contactstop (customer_id, campaign_id, reason, created_at) "
            "SELECT %s, campaign_id, reason, created_at FROM customers_contactstop WHERE customer_id = %s "
            "ON CONFLICT DO NOTHING",
            [merge.survivor_id, merge.other_id],
        )
    ContactStop.objects.update_or_create(
        customer_id=merge.other_id, campaign_id=None, defaults={"reason": ContactStop.Reason.MERGED}
    )


def _leave(pair: Duplicate, merge: Merge) -> None:
    """The other is merged away, whoever was merged into it goes along, and its other candidates end."""
    Customer.objects.filter(id=merge.survivor_id).update(version=models.F("version") + 1)
    Customer.objects.filter(merged_into=merge.other_id).update(merged_into=merge.survivor_id)
    Customer.objects.filter(id=merge.other_id).update(
        version=models.F("version") + 1, state=Customer.State.MERGED, merged_into=merge.survivor_id
    )
    Duplicate.objects.filter(
        models.Q(first_id=merge.other_id) | models.Q(second_id=merge.other_id),
        state__in=[State.FOUND, State.PROPOSED],
    ).exclude(id=pair.id).delete()


def _name(merge: Merge) -> str:
    return str(merge.actor)
