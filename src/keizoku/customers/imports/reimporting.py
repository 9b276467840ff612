"""A re-import: what changed becomes a new version; what was confirmed later than the file's day stays and is listed.

Set by set: customers without a difference cost one comparison of digests; those with one are locked, opened under one
grant a batch, and written anew.
"""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import F
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.customers import sealing
from keizoku.customers.contact.rules import ADDRESS_CHANGED
from keizoku.customers.duplicates import importing as merged_away
from keizoku.customers.duplicates.rules import known_since
from keizoku.customers.fields import ENCRYPTED_FIELDS
from keizoku.customers.imports.attributes import MergedValues
from keizoku.customers.imports.preparing import FACTS, Told
from keizoku.customers.models import (
    ContactPoint,
    ContactStop,
    Customer,
    Fact,
    ImportConflict,
    ImportRun,
    RecordVersion,
)
from keizoku.customers.search import indexing
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto import field
from keizoku.kernel.text import postal, prefectures
from keizoku.kernel.text.phone import read_phone

PROPOSED = "customers_importconflict.proposed"
# Field → the fact that follows from it.
DERIVED = {
    "address": "prefecture",
    "postal_code": "prefecture",
    "phone": "has_mobile",
    "email": "has_email",
}


@dataclass(slots=True)
class Merged:
    """Counts of one batch: customers with a new version or fact, without any change, and fields left to a person."""

    updated: int = 0
    unchanged: int = 0
    conflicts: int = 0
    changed: set[int] = dataclasses.field(default_factory=set)

    def add(self, values: MergedValues, told: Sequence[Told]) -> None:
        """Count the customers whose attributes alone changed, and what is left to a person of those."""
        more = len({row.customer_id for row in told} & values.changed - self.changed) if values.changed else 0
        self.updated += more
        self.unchanged -= more
        self.conflicts += values.conflicts


@dataclass(frozen=True, slots=True)
class _Difference:
    """What of a customer's row is taken, and what a person must look at."""

    told: Told
    fields: frozenset[str]
    facts: frozenset[str]
    # Facts whose source the record names, and that need a version to name the new one.
    marked_facts: frozenset[str]
    conflicts: tuple[str, ...]

    @property
    def is_taken(self) -> bool:
        return bool(self.fields or self.facts)


def compare_known(told: Sequence[Told], run: ImportRun) -> Merged:
    """What ``merge_known`` would do, doing nothing."""
    differing = _differences(told, run) if told else []
    changed = {difference.told.customer_id for difference in differing if difference.is_taken}
    conflicts = sum(len(each.conflicts) for each in differing)
    return Merged(len(changed), len(told) - len(changed), conflicts, changed)


def merge_known(told: Sequence[Told], run: ImportRun) -> Merged:
    """Merge one batch of rows about customers who exist."""
    if not told:
        return Merged()
    survivors = merged_away.survivors_of([row.customer_id for row in told])
    _stop(told, survivors)
    differing = _differences(told, run)
    if differing:
        # A decision at the desk may change a record meanwhile: what is merged is compared again under the lock.
        ids = sorted(difference.told.customer_id for difference in differing)
        list(Customer.objects.select_for_update().filter(id__in=ids).order_by("id").values_list("id"))
        differing = _differences([difference.told for difference in differing], run)
    taken = [difference for difference in differing if difference.is_taken]
    conflicts = [
        _conflict(run, difference.told, name) for difference in differing for name in difference.conflicts
    ]
    conflicts += _conflicts_of_merged(
        [each for each in taken if each.told.customer_id in survivors], survivors, run
    )
    ImportConflict.objects.bulk_create(conflicts)
    versioned = [difference for difference in taken if difference.fields or difference.marked_facts]
    _write_versions(versioned, run, Actor.system("import"))
    _write_facts([difference for difference in taken if difference.facts])
    changed = {difference.told.customer_id for difference in taken}
    return Merged(len(taken), len(told) - len(taken), len(conflicts), changed)


def _conflicts_of_merged(
    taken: Sequence[_Difference], survivors: Mapping[int, int], run: ImportRun
) -> list[ImportConflict]:
    """What the row of a number merged away newly says, against whoever stays."""
    told = {each.told.customer_id: each for each in taken}
    changed = {customer_id: (each.fields, each.told.digests) for customer_id, each in told.items()}
    return [
        _conflict(run, replace(told[customer_id].told, customer_id=survivor), name)
        for customer_id, survivor, name in merged_away.news(changed, survivors)
    ]


def _differences(told: Sequence[Told], run: ImportRun) -> list[_Difference]:
    """Of those whose row says anything else than the record does."""
    ids = [row.customer_id for row in told]
    current = {
        customer_id: (digests, exceptions)
        for customer_id, digests, exceptions in RecordVersion.objects.filter(
            customer_id__in=ids, version=F("customer__version")
        ).values_list("customer_id", "digests", "exceptions")
    }
    facts = {row["customer_id"]: row for row in Fact.objects.filter(pk__in=ids).values("customer_id", *FACTS)}
    found = (_difference(row, *current[row.customer_id], facts[row.customer_id], run) for row in told)
    return [difference for difference in found if difference.is_taken or difference.conflicts]


def _difference(
    told: Told,
    digests: Mapping[str, str],
    exceptions: Mapping[str, Mapping[str, str]],
    fact: Mapping[str, Any],
    run: ImportRun,
) -> _Difference:
    fields = {name for name in ENCRYPTED_FIELDS if told.digests.get(name) != digests.get(name)}
    facts = {name for name in FACTS if told.facts[name] != fact[name]}
    if _is_older(fact["confirmed_on"], told.facts["confirmed_on"]):
        # A confirmation that we know of is never set back by a file that does not know of it yet.
        facts.discard("confirmed_on")
    later = {
        name for name in fields | facts if name in exceptions and known_since(exceptions[name]) > run.as_of
    }
    facts -= later | _derived_from(later)
    return _Difference(
        told,
        frozenset(fields - later),
        frozenset(facts),
        frozenset(facts & set(exceptions)),
        tuple(sorted(later - {"confirmed_on"})),
    )


def _derived_from(kept: set[str]) -> set[str]:
    """Facts that follow from a field stay with it."""
    return {DERIVED[name] for name in kept if name in DERIVED}


def _is_older(known: date | None, told: date | None) -> bool:
    return known is not None and (told is None or told < known)


def _stop(told: Sequence[Told], survivors: Mapping[int, int]) -> None:
    """Whoever stays for a number merged away is stopped too."""
    stopped = [row.customer_id for row in told if row.contact_stopped]
    ContactStop.objects.bulk_create(
        (
            ContactStop(customer_id=customer_id, campaign_id=None, reason=ContactStop.Reason.OPTED_OUT)
            for customer_id in [*stopped, *(survivors[each] for each in stopped if each in survivors)]
        ),
        ignore_conflicts=True,
    )


def _conflict(run: ImportRun, told: Told, name: str) -> ImportConflict:
    value = told.values[name] if name in ENCRYPTED_FIELDS else as_text(told.facts[name])
    proposed = (
        None
        if value is None
        else field.encrypt(value, where=PROPOSED, record=f"{told.customer_id}.{name}.{run.id}")
    )
    return ImportConflict(run=run, customer_id=told.customer_id, field=name, proposed=proposed)


def as_text(value: Any) -> str | None:
    """A fact's value as text (JSON where it is neither text nor a day)."""
    if value is None or isinstance(value, str):
        return value
    return value.isoformat() if isinstance(value, date) else json.dumps(value)


def take(run: ImportRun, customer_id: int, name: str, value: Any, actor: Actor) -> None:
    """Write the file's value of one field or fact, which a person has chosen over ours, as a new version."""
    is_field = name in ENCRYPTED_FIELDS
    told = Told(customer_id, {name: value} if is_field else {}, {}, {}, contact_stopped=False)
    fields, facts = ({name}, set()) if is_field else (set(), {name})
    difference = _Difference(told, frozenset(fields), frozenset(facts), frozenset(facts), ())
    _write_versions([difference], run, actor)
    if changed := _derived(name, value) if is_field else {name: value}:
        Fact.objects.filter(customer_id=customer_id).update(**changed)


def _derived(name: str, value: str | None) -> dict[str, Any]:
    """The facts that follow from a field."""
    if name == "phone":
        phone = read_phone(value) if value else None
        return {"has_mobile": phone is not None and phone.is_sms_capable}
    if name == "email":
        return {"has_email": bool(value)}
    if name == "birth_date" and value:
        born = date.fromisoformat(value)
        return {"birth_year": born.year, "birth_month": born.month}
    if name == "account" and value:
        return {"branch": value.partition("-")[0]}
    if name in {"postal_code", "address"} and value:
        place = postal.lookup(value) if name == "postal_code" else None
        code = place.prefecture_code if place else prefectures.of_address(value)
        return {"prefecture": int(code)} if code else {}
    return {}


def _write_versions(differences: Sequence[_Difference], run: ImportRun, actor: Actor) -> None:
    if not differences:
        return
    by_customer = {difference.told.customer_id: difference for difference in differences}
    survivors = merged_away.survivors_of(by_customer)
    grant = audit.grant_read(actor=actor, purpose="record.new_version", subjects=list(by_customer))
    mark = {
        "source": run.source,
        "as_of": run.as_of.isoformat(),
        "by": f"import:{run.id}",
    }
    now = timezone.now()
    versions, renewed = [], []
    for current in RecordVersion.objects.filter(
        customer_id__in=by_customer, version=F("customer__version")
    ).order_by("customer_id"):
        difference = by_customer[current.customer_id]
        changed = {name: difference.told.values[name] for name in difference.fields}
        before = {name: sealing.unseal(current, name, grant) for name in ENCRYPTED_FIELDS}
        values = before | changed
        version = current.version + 1
        versions.append(
            RecordVersion(
                customer_id=current.customer_id,
                version=version,
                source=current.source,
                as_of=current.as_of,
                written_at=now,
                written_by=f"import:{run.id}",
                exceptions=current.exceptions | dict.fromkeys({*changed, *difference.marked_facts}, mark),
                digests=sealing.digests(values),
                **sealing.seal(values, current.customer_id, version),
            )
        )
        is_merged = current.customer_id in survivors
        renewed.append(indexing.Renewed(current.customer_id, before, None if is_merged else values))
    RecordVersion.objects.bulk_create(versions)
    Customer.objects.filter(id__in=by_customer).update(version=F("version") + 1)
    indexing.renew(renewed)
    _renew_contact_points(differences)


def _renew_contact_points(differences: Sequence[_Difference]) -> None:
    """A new address is unverified, whatever was known of the old one."""
    ContactPoint.objects.bulk_create(
        (
            ContactPoint(
                customer_id=difference.told.customer_id,
                channel=channel,
                state=ContactPoint.State.UNVERIFIED,
                evidence=ADDRESS_CHANGED,
                changed_at=timezone.now(),
            )
            for difference in differences
            for channel in ("phone", "email", "address")
            if channel in difference.fields
        ),
        update_conflicts=True,
        unique_fields=["customer", "channel"],
        update_fields=["state", "evidence", "changed_at"],
    )


def _write_facts(differences: Sequence[_Difference]) -> None:
    # A loop, since each customer's own columns differ; a file changes few facts of few customers.
    for difference in differences:
        changed = {name: difference.told.facts[name] for name in difference.facts}
        Fact.objects.filter(customer_id=difference.told.customer_id).update(**changed)
