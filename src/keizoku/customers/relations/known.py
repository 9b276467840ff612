"""A relation with the fact that holds: read for pages and for writing alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import F

from keizoku.customers.models import Relation, RelationFact
from keizoku.customers.relations.rules import Change

TERMS: Final = ("share", "is_direct", "basis", "valid_from", "valid_until")


@dataclass(slots=True)
class Known:
    relation: Relation
    fact: RelationFact

    def holds(self, today: date) -> bool:
        """Neither ended nor past its last day."""
        until = self.fact.valid_until
        return self.relation.is_open and (until is None or until >= today)


def newest(relations: Iterable[Relation]) -> list[Known]:
    """Each relation with its newest fact, in one statement more; by id."""
    by_id = {relation.id: relation for relation in relations}
    facts = RelationFact.objects.filter(relation_id__in=by_id, number=F("relation__facts_count"))
    return [Known(by_id[fact.relation_id], fact) for fact in facts.order_by("relation_id")]


def following(known: Known, change: Change, written_by: str) -> RelationFact:
    """The next fact with what the newest said of terms, source and day; the caller seals a person anew."""
    latest = known.fact
    return RelationFact(
        relation=known.relation,
        number=latest.number + 1,
        change=change.value,
        source=latest.source,
        as_of=latest.as_of,
        written_by=written_by,
        **{name: getattr(latest, name) for name in TERMS},
    )
