"""A re-import: what changed becomes a new version; what was confirmed later than the file's day stays and is listed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.customers import sealing
from keizoku.customers.copying import facts_of, values_of
from keizoku.customers.import_rules.parsed import ParsedRow
from keizoku.customers.models import (
    ENCRYPTED_FIELDS,
    ContactStop,
    Customer,
    Fact,
    ImportConflict,
    ImportRun,
    Lookup,
    RecordVersion,
)
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto.grant import ReadGrant


@dataclass(slots=True)
class Merged:
    """Counts of one batch: customers with a new version or fact, without any change, and fields left to a person."""

    updated: int = 0
    unchanged: int = 0
    conflicts: int = 0


def merge_known(rows: Mapping[int, ParsedRow], run: ImportRun) -> Merged:
    """Merge rows of customers that exist, by customer id. A loop, since each changed row is encrypted anew."""
    merged = Merged()
    versions = {
        row.customer_id: row
        for row in RecordVersion.objects.filter(customer_id__in=rows).order_by("customer_id", "version")
    }
    facts = Fact.objects.in_bulk(list(rows))
    for customer_id, row in rows.items():
        _merge_one(versions[customer_id], facts[customer_id], row, run, merged)
    return merged


def _merge_one(current: RecordVersion, fact: Fact, row: ParsedRow, run: ImportRun, merged: Merged) -> None:
    values, facts = values_of(row), facts_of(row)
    new = sealing.digests(values)
    differing = {name for name in ENCRYPTED_FIELDS if new.get(name) != current.digests.get(name)}
    differing |= {name for name, value in facts.items() if getattr(fact, name) != value}
    later = {name for name in differing if _confirmed_after(current, name, run.as_of)} | _older(
        fact, facts, differing
    )
    taken = differing - later
    ImportConflict.objects.bulk_create(
        ImportConflict(run=run, customer_id=current.customer_id, field=name)
        for name in sorted(later - {"confirmed_on"})
    )
    merged.conflicts += len(later - {"confirmed_on"})
    if row.contact_stopped:
        ContactStop.objects.get_or_create(
            customer_id=current.customer_id,
            campaign_id=None,
            defaults={"reason": ContactStop.Reason.OPTED_OUT},
        )
    if not taken:
        merged.unchanged += 1
        return
    merged.updated += 1
    if taken & set(ENCRYPTED_FIELDS):
        _write_version(current, {name: values[name] for name in taken & set(ENCRYPTED_FIELDS)}, run)
    if changed := {name: facts[name] for name in taken & set(facts)}:
        Fact.objects.filter(customer_id=current.customer_id).update(**changed)


def _confirmed_after(current: RecordVersion, name: str, file_day: date) -> bool:
    entry = current.exceptions.get(name)
    return entry is not None and date.fromisoformat(entry["as_of"]) > file_day


def _older(fact: Fact, facts: Mapping[str, Any], differing: set[str]) -> set[str]:
    """A confirmation that we know of is never set back by a file that does not know of it yet."""
    known, told = fact.confirmed_on, facts["confirmed_on"]
    return {"confirmed_on"} if "confirmed_on" in differing and known and (not told or told < known) else set()


def _write_version(current: RecordVersion, changed: Mapping[str, str | None], run: ImportRun) -> None:
    grant: ReadGrant = audit.grant_read(
        actor=Actor.system("import"), purpose="record.new_version", subjects=[current.customer_id]
    )
    values = {name: sealing.unseal(current, name, grant) for name in ENCRYPTED_FIELDS} | dict(changed)
    version = current.version + 1
    mark = {
        "source": RecordVersion.Source.CORE_SYSTEM,
        "as_of": run.as_of.isoformat(),
        "by": f"import:{run.id}",
    }
    RecordVersion.objects.create(
        customer_id=current.customer_id,
        version=version,
        source=current.source,
        as_of=current.as_of,
        written_at=timezone.now(),
        written_by=f"import:{run.id}",
        exceptions=current.exceptions | dict.fromkeys(changed, mark),
        digests=sealing.digests(values),
        **sealing.seal(values, current.customer_id, version),
    )
    Customer.objects.filter(id=current.customer_id).update(version=version)
    Lookup.objects.filter(customer_id=current.customer_id).delete()
    Lookup.objects.bulk_create(
        Lookup(customer_id=current.customer_id, kind=kind, token=token)
        for kind, token in sealing.lookups(current.customer_id, values)
    )
