"""Files that still name a customer merged away: their news is listed for a person, at the one who stays.

The bank's core system goes on sending a row for the old number, with values of its own. They are written to the record
merged away, which goes on mirroring that row, and nothing of them overwrites the survivor: each field that is new in the
row and differs from the survivor's becomes a conflict there. An opt-out stops the survivor too.
"""

from collections.abc import Collection, Mapping

from keizoku.customers.duplicates.comparing import current_versions
from keizoku.customers.duplicates.rules import CHOSEN_FIELDS, fields_of
from keizoku.customers.models import Customer, RecordVersion

# What every customer of the core system has of its own.
OWN_OF_A_NUMBER = {"number", "account"}


def survivors_of(ids: Collection[int]) -> dict[int, int]:
    """Customer merged away → the one who stays, for those of ``ids`` who are merged."""
    found = Customer.objects.filter(id__in=ids, state=Customer.State.MERGED)
    return {
        customer_id: survivor for customer_id, survivor in found.values_list("id", "merged_into") if survivor
    }


def numbers_of_survivors(ids: Collection[int]) -> dict[int, RecordVersion]:
    """Customer merged away → the current version of the one who stays, whose number the core system is told."""
    survivors = survivors_of(ids)
    rows = {row.customer_id: row for row in current_versions(set(survivors.values()))}
    return {customer_id: rows[survivor] for customer_id, survivor in survivors.items()}


def news(
    told: Mapping[int, tuple[Collection[str], Mapping[str, str]]], survivors: Mapping[int, int]
) -> list[tuple[int, int, str]]:
    """(customer merged away, survivor, field) for each field that the file changed and the survivor has otherwise.

    Args:
        told: customer merged away → (fields that the file changed, digests of what it says).
        survivors: as ``survivors_of`` tells.
    """
    if not told:
        return []
    digests = {row.customer_id: row.digests for row in current_versions(set(survivors.values()))}
    choosable = {part for name in CHOSEN_FIELDS for part in fields_of(name)} - OWN_OF_A_NUMBER
    return [
        (customer_id, survivors[customer_id], name)
        for customer_id, (fields, says) in sorted(told.items())
        for name in sorted(set(fields) & choosable)
        if says.get(name) != digests[survivors[customer_id]].get(name)
    ]
