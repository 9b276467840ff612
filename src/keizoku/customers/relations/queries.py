"""Reads of relations: both directions on one page, histories, and ways on which an owner owns itself."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import connection
from django.db.models import Q

from keizoku.customers.imports.rules import cells
from keizoku.customers.models import (
    Customer,
    Relation,
    RelationFact,
    RelationImport,
    RelationRejection,
)
from keizoku.customers.relations import rules, sealing
from keizoku.customers.relations.known import Known, newest
from keizoku.customers.relations.rules import Basis, Change, Kind, Source
from keizoku.customers.sealing import number_token
from keizoku.kernel.crypto.grant import ReadGrant

MOST_EDGES: Final = 1000
# Everybody from whom the customer is owned, over open relations between customers; UNION ends at what was seen.
_OWNERS: Final = """
WITH RECURSIVE edge (owned, owner) AS (
    SELECT customer_id, other_id FROM customers_relation
    WHERE customer_id = %(start)s AND kind = 'beneficial_owner' AND is_open AND other_id IS NOT NULL
  UNION
    SELECT r.customer_id, r.other_id FROM edge e JOIN customers_relation r ON r.customer_id = e.owner
    WHERE r.kind = 'beneficial_owner' AND r.is_open AND r.other_id IS NOT NULL
)
SELECT owned, owner FROM edge LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class RelationRow:
    """One relation as one of its sides sees it. ``other_id`` is None where the other side is no customer."""

    id: int
    customer_id: int
    kind: Kind
    label: str
    is_reverse: bool
    other_id: int | None
    terms: str
    valid_from: date | None
    valid_until: date | None
    source: str
    as_of: date
    confirmed_by: str
    confirmed_at: datetime | None
    is_open: bool
    holds: bool


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact in the course of a customer's relations; no name."""

    id: int
    at: datetime
    by: str
    words: str
    kind_words: str
    other_id: int | None
    source: str
    as_of: date


@dataclass(frozen=True, slots=True)
class ImportRow:
    id: int
    file_name: str
    as_of: date
    started_by: str
    finished_at: datetime
    rows_read: int
    created: int
    changed: int
    unchanged: int
    rejected: int


def relations_of(customer_id: int, today: date) -> list[RelationRow]:
    """All relations of this customer on either side; those that hold first, then by kind."""
    found = newest(Relation.objects.filter(Q(customer_id=customer_id) | Q(other_id=customer_id)))
    rows = [_row(known, customer_id, today) for known in found]
    order = list(Kind)
    return sorted(rows, key=lambda row: (not row.holds, row.is_reverse, order.index(row.kind), row.id))


def count_open(customer_id: int) -> int:
    return Relation.objects.filter(Q(customer_id=customer_id) | Q(other_id=customer_id), is_open=True).count()


def subject_of(relation_id: int) -> int:
    """The customer whose relation it is: the subject of a grant."""
    return Relation.objects.values_list("customer_id", flat=True).get(id=relation_id)


def concerns(relation_id: int, customer_id: int) -> bool:
    """Whether the customer stands on either side of it."""
    sides = Q(customer_id=customer_id) | Q(other_id=customer_id)
    return Relation.objects.filter(sides, id=relation_id).exists()


def customer_with(number: str) -> int | None:
    """The customer who has this ten-digit number, in any width."""
    digits = cells.digits(number.strip(), cells.NUMBER_DIGITS)
    if digits is None:
        return None
    return Customer.objects.filter(number_token=number_token(digits)).values_list("id", flat=True).first()


def person(
    relation_id: int, grant: ReadGrant, fields: tuple[str, ...] = sealing.FIELDS
) -> dict[str, str | None]:
    """The other side that is no customer, decrypted."""
    (known,) = newest(Relation.objects.filter(id=relation_id, other__isnull=True))
    relation = known.relation
    return {
        name: sealing.unseal(known.fact, relation.key, name, relation.customer_id, grant) for name in fields
    }


def facts_of(customer_id: int) -> list[FactRow]:
    """Everything that was said of this customer's relations, on either side, newest first."""
    facts = (
        RelationFact.objects.filter(Q(relation__customer_id=customer_id) | Q(relation__other_id=customer_id))
        .select_related("relation")
        .defer("name", "kana", "birth_date", "address")
        .order_by("-id")
    )
    return [
        FactRow(
            id=fact.id,
            at=fact.written_at,
            by=fact.written_by,
            words=rules.CHANGE_LABELS[Change(fact.change)],
            kind_words=_label(fact.relation, customer_id),
            other_id=_other(fact.relation, customer_id),
            source=rules.SOURCE_LABELS[Source(fact.source)],
            as_of=fact.as_of,
        )
        for fact in facts
    ]


def ownership_cycles(customer_id: int) -> list[tuple[int, ...]]:
    """Each way on which the customer owns itself through others, as ids from it back to it."""
    with connection.cursor() as cursor:
        cursor.execute(_OWNERS, {"start": customer_id, "most": MOST_EDGES})
        owned_by: dict[int, list[int]] = defaultdict(list)
        for owned, owner in cursor.fetchall():
            owned_by[owned].append(owner)
    return rules.cycles(owned_by, customer_id)


def imports(limit: int = 50) -> list[ImportRow]:
    return [_import_row(run) for run in RelationImport.objects.order_by("-id")[:limit]]


def import_run(run_id: int) -> ImportRow:
    return _import_row(RelationImport.objects.get(id=run_id))


def rejections(run_id: int, *, after_id: int = 0, limit: int = 50) -> list[tuple[int, int, str, str, str]]:
    """(id, line, column, code, reason) of rows that were not taken."""
    rows = RelationRejection.objects.filter(run_id=run_id, id__gt=after_id).order_by("id")
    return list(rows.values_list("id", "line", "column", "code", "reason")[:limit])


def _row(known: Known, viewed_from: int, today: date) -> RelationRow:
    relation, fact = known.relation, known.fact
    return RelationRow(
        id=relation.id,
        customer_id=relation.customer_id,
        kind=Kind(relation.kind),
        label=_label(relation, viewed_from),
        is_reverse=_is_reverse(relation, viewed_from),
        other_id=_other(relation, viewed_from),
        terms=rules.terms_words(
            fact.share, Basis(fact.basis) if fact.basis else None, is_direct=fact.is_direct
        ),
        valid_from=fact.valid_from,
        valid_until=fact.valid_until,
        source=rules.SOURCE_LABELS[Source(fact.source)],
        as_of=fact.as_of,
        confirmed_by=fact.confirmed_by,
        confirmed_at=fact.confirmed_at,
        is_open=relation.is_open,
        holds=known.holds(today),
    )


def _is_reverse(relation: Relation, viewed_from: int) -> bool:
    return relation.customer_id != viewed_from


def _label(relation: Relation, viewed_from: int) -> str:
    labels = rules.REVERSE_LABELS if _is_reverse(relation, viewed_from) else rules.KIND_LABELS
    return labels[Kind(relation.kind)]


def _other(relation: Relation, viewed_from: int) -> int | None:
    return relation.customer_id if _is_reverse(relation, viewed_from) else relation.other_id


def _import_row(run: RelationImport) -> ImportRow:
    return ImportRow(
        id=run.id,
        file_name=run.file_name,
        as_of=run.as_of,
        started_by=run.started_by,
        finished_at=run.finished_at,
        rows_read=run.rows_read,
        created=run.created_count,
        changed=run.changed_count,
        unchanged=run.unchanged_count,
        rejected=run.rejected_count,
    )
