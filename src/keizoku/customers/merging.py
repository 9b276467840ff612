"""A re-import: what changed becomes a new version; what was confirmed later than the file's day stays and is listed.

Set by set: customers without a difference cost one comparison of digests; those with one are locked, opened under one
grant a batch, and written anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.customers import sealing
from keizoku.customers.fields import ENCRYPTED_FIELDS
from keizoku.customers.models import (
    ContactPoint,
    ContactStop,
    Customer,
    Fact,
    ImportConflict,
    ImportRun,
    Lookup,
    RecordVersion,
)
from keizoku.customers.preparing import FACTS, Told
from keizoku.kernel.actor import Actor

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


@dataclass(frozen=True, slots=True)
class _Difference:
    """What of a customer's row is taken, and what a person must look at."""

    told: Told
    fields: frozenset[str]
    facts: frozenset[str]
    conflicts: tuple[str, ...]

    @property
    def is_taken(self) -> bool:
        return bool(self.fields or self.facts)


def merge_known(told: Sequence[Told], run: ImportRun) -> Merged:
    """Merge one batch of rows about customers who exist."""
    if not told:
        return Merged()
    _stop(told)
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
    ImportConflict.objects.bulk_create(conflicts)
    _write_versions([difference for difference in taken if difference.fields], run)
    _write_facts([difference for difference in taken if difference.facts])
    return Merged(updated=len(taken), unchanged=len(told) - len(taken), conflicts=len(conflicts))


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
        name
        for name in fields | facts
        if name in exceptions and date.fromisoformat(exceptions[name]["as_of"]) > run.as_of
    }
    facts -= later | _derived_from(later)
    return _Difference(
        told, frozenset(fields - later), frozenset(facts), tuple(sorted(later - {"confirmed_on"}))
    )


def _derived_from(kept: set[str]) -> set[str]:
    """Facts that follow from a field stay with it."""
    return {DERIVED[name] for name in kept if name in DERIVED}


def _is_older(known: date | None, told: date | None) -> bool:
    return known is not None and (told is None or told < known)


def _stop(told: Sequence[Told]) -> None:
    ContactStop.objects.bulk_create(
        (
            ContactStop(customer_id=row.customer_id, campaign_id=None, reason=ContactStop.Reason.OPTED_OUT)
            for row in told
            if row.contact_stopped
        ),
        ignore_conflicts=True,
    )


def _conflict(run: ImportRun, told: Told, name: str) -> ImportConflict:
    return ImportConflict(run=run, customer_id=told.customer_id, field=name)


def _write_versions(differences: Sequence[_Difference], run: ImportRun) -> None:
    if not differences:
        return
    by_customer = {difference.told.customer_id: difference for difference in differences}
    grant = audit.grant_read(
        actor=Actor.system("import"), purpose="record.new_version", subjects=list(by_customer)
    )
    mark = {
        "source": RecordVersion.Source.CORE_SYSTEM,
        "as_of": run.as_of.isoformat(),
        "by": f"import:{run.id}",
    }
    now = timezone.now()
    versions, lookups = [], []
    for current in RecordVersion.objects.filter(
        customer_id__in=by_customer, version=F("customer__version")
    ).order_by("customer_id"):
        difference = by_customer[current.customer_id]
        changed = {name: difference.told.values[name] for name in difference.fields}
        values = {
            name: changed[name] if name in changed else sealing.unseal(current, name, grant)
            for name in ENCRYPTED_FIELDS
        }
        version = current.version + 1
        versions.append(
            RecordVersion(
                customer_id=current.customer_id,
                version=version,
                source=current.source,
                as_of=current.as_of,
                written_at=now,
                written_by=f"import:{run.id}",
                exceptions=current.exceptions | dict.fromkeys(changed, mark),
                digests=sealing.digests(values),
                **sealing.seal(values, current.customer_id, version),
            )
        )
        lookups += [
            Lookup(customer_id=current.customer_id, kind=kind, token=token)
            for kind, token in sealing.lookups(current.customer_id, values)
        ]
    RecordVersion.objects.bulk_create(versions)
    Customer.objects.filter(id__in=by_customer).update(version=F("version") + 1)
    Lookup.objects.filter(customer_id__in=by_customer).delete()
    Lookup.objects.bulk_create(lookups)
    _renew_contact_points(differences)


def _renew_contact_points(differences: Sequence[_Difference]) -> None:
    """A new address is unverified, whatever was known of the old one."""
    ContactPoint.objects.bulk_create(
        (
            ContactPoint(
                customer_id=difference.told.customer_id,
                channel=channel,
                state=ContactPoint.State.UNVERIFIED,
                evidence="",
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
