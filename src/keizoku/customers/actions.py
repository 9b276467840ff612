"""Writes of the record: new versions with provenance, facts, contact stops. One transaction and one audit entry each."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.customers import sealing
from keizoku.customers.attributes import writing as attribute_values
from keizoku.customers.contact.rules import ADDRESS_CHANGED
from keizoku.customers.derived import derived_facts, read_facts
from keizoku.customers.errors import ChangeRefused
from keizoku.customers.fields import ENCRYPTED_FIELDS
from keizoku.customers.imports.reimporting import as_text
from keizoku.customers.models import (
    ContactPoint,
    ContactStop,
    Customer,
    Fact,
    RecordVersion,
)
from keizoku.customers.search import indexing
from keizoku.kernel.actor import Actor
from keizoku.kernel.text import postal

CHANGEABLE_FIELDS = {"name", "kana", "postal_code", "address", "phone", "email"}


def apply_changes(
    *,
    customer_id: int,
    changes: Mapping[str, str],
    confirmed: Collection[str],
    source: str,
    as_of: date,
    actor: Actor,
    reason: str = "",
    is_confirmation: bool = True,
) -> int:
    """Write a new version of the record: changed values, and the confirmation of unchanged ones, with their source.

    Args:
        customer_id: whose record.
        changes: field, fact or attribute → new value as text (``foreign_remittance`` "yes" or "no";
            ``residence_expires_on`` a day or NO_RESIDENCE_LIMIT).
        confirmed: fields and facts that were asked and stayed as they are; their source and date become these.
        source: a ``RecordVersion.Source``.
        as_of: the day of the answer.
        actor: who decided.
        reason: a code that says why staff changed an attribute.
        is_confirmation: the record was confirmed as a whole, so that the next confirmation is counted from here.

    Returns:
        The new version's number.

    Raises:
        ChangeRefused: a field that cannot be changed this way, or a value that is not of its kind.
    """
    facts = read_facts(changes)
    fields = _normalised({name: value for name, value in changes.items() if name in CHANGEABLE_FIELDS})
    others = {name: value for name, value in changes.items() if name not in fields and name not in facts}
    attributes = attribute_values.read_changes(others)
    if unknown := set(others) - set(attributes):
        raise ChangeRefused(f"この手続きでは変更できない項目です: {', '.join(sorted(unknown))}")
    with transaction.atomic():
        customer = Customer.objects.select_for_update().get(id=customer_id)
        row = _next_version(customer, fields, actor)
        mark = {"source": source, "as_of": as_of.isoformat(), "by": str(actor)}
        row.exceptions |= dict.fromkeys({*changes, *confirmed}, mark)
        row.facts = _decided_facts(customer_id, {**facts, **attributes}, confirmed)
        row.save(force_insert=True)
        Customer.objects.filter(id=customer_id).update(version=row.version)
        changed = {**facts, **derived_facts(fields), **({"confirmed_on": as_of} if is_confirmation else {})}
        if changed:
            Fact.objects.filter(customer_id=customer_id).update(**changed)
        attribute_values.write(
            customer_id, attributes, confirmed, attribute_values.Mark(source, as_of, mark["by"], reason)
        )
        audit.record(
            actor=actor,
            action="customers.record.changed",
            subject=("customer", customer_id),
            purpose="review.decision" if is_confirmation else "record.change",
            details={
                "version": row.version,
                "changed": ",".join(sorted(changes)),
                "source": source,
                **({"reason": reason} if reason else {}),
            },
        )
    return row.version


def _next_version(customer: Customer, fields: Mapping[str, str], actor: Actor) -> RecordVersion:
    """The current values with the changed ones, encrypted for the new version; tokens follow; not saved yet."""
    current = RecordVersion.objects.get(customer_id=customer.id, version=customer.version)
    grant = audit.grant_read(actor=actor, purpose="record.new_version", subjects=[customer.id])
    before = {name: sealing.unseal(current, name, grant) for name in ENCRYPTED_FIELDS}
    values = before | dict(fields)
    version = customer.version + 1
    indexing.renew([indexing.Renewed(customer.id, before, values)])
    _renew_contact_points(customer.id, fields)
    return RecordVersion(
        customer_id=customer.id,
        version=version,
        source=current.source,
        as_of=current.as_of,
        written_at=timezone.now(),
        written_by=str(actor),
        exceptions=dict(current.exceptions),
        digests=sealing.digests(values),
        **sealing.seal(values, customer.id, version),
    )


def _renew_contact_points(customer_id: int, fields: Mapping[str, str]) -> None:
    """A new address is unverified, whatever was known of the old one."""
    for channel in {"phone", "email"} & set(fields):
        ContactPoint.objects.update_or_create(
            customer_id=customer_id,
            channel=channel,
            defaults={
                "state": ContactPoint.State.UNVERIFIED,
                "evidence": ADDRESS_CHANGED,
                "changed_at": timezone.now(),
            },
        )


def _decided_facts(
    customer_id: int, changed: Mapping[str, Any], confirmed: Collection[str]
) -> dict[str, dict[str, Any]] | None:
    """Facts and attributes as this version decides them, since the facts themselves tell today's alone."""
    fact: dict[str, Any] = dict(Fact.objects.values().get(customer_id=customer_id))
    held = fact.pop("attributes") | fact
    kept = {name: held[name] for name in confirmed if name in held and name not in changed}
    decided = [(kept, False), (changed, True)]
    return {
        name: {"value": as_text(value), "changed": is_changed}
        for values, is_changed in decided
        for name, value in values.items()
    } or None


def _normalised(fields: dict[str, str]) -> dict[str, str]:
    """A postal code as seven digits, as the import writes it."""
    if "postal_code" not in fields:
        return fields
    code = postal.read_postal_code(fields["postal_code"])
    if code is None:
        raise ChangeRefused(
            "郵便番号が7桁の数字ではありません。", remedy="「150-0002」のように入力してください。"
        )
    return fields | {"postal_code": code}


# One statement where asking, a savepoint and an insert were four: each answer that is handed in waits for it.
_STOP: Final = """
    INSERT INTO customers_contactstop (customer_id, campaign_id, reason, created_at) VALUES (%s, %s, %s, %s)
    ON CONFLICT (customer_id, campaign_id) DO NOTHING
"""


def stop_contact(*, customer_id: int, campaign_id: int | None, reason: str, actor: Actor) -> None:
    """From the commit of the caller's transaction on, no window claims this customer. Repeating it changes nothing.

    The stop of a paper form that waits to be keyed gives way to any other: an answer by another way is one.
    """
    if reason != ContactStop.Reason.PAPER.value:
        release_stop(
            customer_id=customer_id,
            campaign_id=campaign_id,
            reason=ContactStop.Reason.PAPER.value,
            actor=actor,
        )
    with connection.cursor() as cursor:
        cursor.execute(_STOP, [customer_id, campaign_id, reason, timezone.now()])
        is_new = cursor.rowcount == 1
    if is_new:
        audit.record(
            actor=actor,
            action="customers.contact.stopped",
            subject=("customer", customer_id),
            details={"campaign": campaign_id, "reason": reason},
        )


def release_stop(*, customer_id: int, campaign_id: int | None, reason: str, actor: Actor) -> None:
    """Lift the stop of that reason (an answered question is asked again); others stay."""
    count, _ = ContactStop.objects.filter(
        customer_id=customer_id, campaign_id=campaign_id, reason=reason
    ).delete()
    if count:
        audit.record(
            actor=actor,
            action="customers.contact.released",
            subject=("customer", customer_id),
            details={"campaign": campaign_id, "reason": reason},
        )
