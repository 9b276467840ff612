"""Keeps what names are found by equal to the records: written anew with each version, rebuilt where it is missing.

Whoever writes a new version calls ``renew`` in the same transaction, with the values before and after.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import F

from keizoku.audit import actions as audit
from keizoku.customers import sealing
from keizoku.customers.fields import ENCRYPTED_FIELDS
from keizoku.customers.models import Customer, Lookup, NameToken, RecordVersion
from keizoku.kernel.actor import Actor

NEEDED = ("name", "kana", "birth_date", "phone", "email", "account")
# Tokens of an earlier folding can only be taken away by a pass over their whole table: few passes.
CUSTOMERS_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True, repr=False)
class Renewed:
    """One customer's values before and after a change; None where there were or are none to be found by."""

    customer_id: int
    before: sealing.Values | None
    after: sealing.Values | None


def renew(changes: Sequence[Renewed]) -> None:
    """Take away what the customers were found by and write what they are found by now."""
    gone = [
        (token, each.customer_id)
        for each in changes
        if each.before
        for token in sealing.name_tokens(each.before)
    ]
    come = [
        (token, each.customer_id)
        for each in changes
        if each.after
        for token in sealing.name_tokens(each.after)
    ]
    _delete_names(set(gone) - set(come))
    NameToken.objects.bulk_create(
        (
            NameToken(token=token, customer_id=customer_id)
            for token, customer_id in sorted(set(come) - set(gone))
        ),
        ignore_conflicts=True,
    )
    Lookup.objects.filter(customer_id__in=[each.customer_id for each in changes]).delete()
    Lookup.objects.bulk_create(
        Lookup(customer_id=each.customer_id, kind=kind, token=token)
        for each in changes
        if each.after
        for kind, token in sealing.lookups(each.customer_id, each.after)
    )


def _delete_names(rows: Collection[tuple[int, int]]) -> None:
    if not rows:
        return
    ordered = sorted(rows)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM customers_nametoken t USING unnest(%s::bigint[], %s::bigint[]) AS gone (token, customer_id) "
            "WHERE t.token = gone.token AND t.customer_id = gone.customer_id",
            [[token for token, _ in ordered], [customer_id for _, customer_id in ordered]],
        )


def rebuild(*, actor: Actor, only_missing: bool = False) -> int:
    """Make what customers are found by anew from their records, a batch a transaction. Returns of how many.

    For a database that was filled by an earlier way of folding names, or after the root of the keys has changed; it
    may stop anywhere and run again. ``only_missing`` takes those who cannot be found at all, which the nightly job does.
    """
    done = after = 0
    while ids := _next(after, only_missing=only_missing):
        with transaction.atomic():
            _rebuild(ids, actor)
        done, after = done + len(ids), ids[-1]
    return done


# "person" is written for everybody who can be found, so its absence names those who cannot.
_MISSING = """
    SELECT c.id FROM customers_customer c
    WHERE c.id > %s AND c.state IN ('active', 'closed')
      AND EXISTS (SELECT FROM customers_recordversion v WHERE v.customer_id = c.id AND v.version = c.version)
      AND (%s OR NOT EXISTS (SELECT FROM customers_lookup l WHERE l.customer_id = c.id AND l.kind = 'person'))
    ORDER BY c.id LIMIT %s
"""


def _next(after: int, *, only_missing: bool) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_MISSING, [after, not only_missing, CUSTOMERS_AT_ONCE])
        return [customer_id for (customer_id,) in cursor.fetchall()]


def _rebuild(ids: Iterable[int], actor: Actor) -> None:
    """Under the customers' locks, so that no version is written meanwhile."""
    locked = list(
        Customer.objects.select_for_update(no_key=True)
        .filter(id__in=ids)
        .order_by("id")
        .values_list("id", flat=True)
    )
    grant = audit.grant_read(actor=actor, purpose="search.rebuild", subjects=locked)
    with connection.cursor() as cursor:
        # Tokens of an earlier folding are not known any more: one pass over the table for the batch.
        cursor.execute("DELETE FROM customers_nametoken WHERE customer_id = ANY(%s)", [locked])
    rows = RecordVersion.objects.filter(customer_id__in=locked, version=F("customer__version")).order_by(
        "customer_id"
    )
    renew(
        [
            Renewed(
                row.customer_id,
                None,
                {
                    name: sealing.unseal(row, name, grant) if name in NEEDED else None
                    for name in ENCRYPTED_FIELDS
                },
            )
            for row in rows
        ]
    )
