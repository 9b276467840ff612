"""Statements about relations into rows: one engine for a person's single statement and for a whole file's.

Customers that a batch touches are locked in the order of their ids, so that the sum of shares holds when two write at once.
Nothing here asks for a right or writes the audit; ``actions`` and ``importing`` do.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils import timezone

from keizoku.customers.codes import Kind as CustomerKind
from keizoku.customers.models import Customer, Relation, RelationFact
from keizoku.customers.relations import rules, sealing
from keizoku.customers.relations.known import TERMS, Known, following, newest
from keizoku.customers.relations.rules import Change, Kind, Source, Terms
from keizoku.customers.relations.sealing import Person


@dataclass(frozen=True, slots=True)
class Statement:
    """One relation as somebody told it. ``other``: a customer's id, or a person. ``told``: the terms that count."""

    customer_id: int
    kind: Kind
    other: int | Person
    terms: Terms
    told: frozenset[str] = frozenset(TERMS)


@dataclass(frozen=True, slots=True)
class Refused:
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Done:
    """What a statement did; ``change`` is None where all of it was known."""

    relation_id: int
    change: Change | None


# Subject, kind, and the other side as id or token.
_Pair = tuple[int, str, int | bytes]
_Outcome = tuple[Known, Change | None] | Refused


@dataclass(slots=True)
class _Batch:
    """All that the statements touch, as it will be; stored at the end."""

    customers: dict[int, Customer]
    written_by: str
    confirms: bool
    today: date
    open: dict[_Pair, Known] = field(default_factory=dict)
    ended: dict[_Pair, Known] = field(default_factory=dict)
    owners: dict[int, list[Known]] = field(default_factory=lambda: defaultdict(list))
    made: list[Relation] = field(default_factory=list)
    changed: dict[int, Relation] = field(default_factory=dict)
    facts: list[RelationFact] = field(default_factory=list)


def write(
    statements: Sequence[Statement], *, written_by: str, confirms: bool, today: date
) -> list[Done | Refused]:
    """Write each statement or say why not, in order; inside the caller's transaction.

    ``confirms``: whether the writer vouches for it, as staff do and a file does not.
    """
    ordered = [_in_order(one) for one in statements]
    batch = _load(ordered, written_by, today, confirms=confirms)
    outcomes = [_judge(one, batch) for one in ordered]
    _store(batch)
    return [
        outcome if isinstance(outcome, Refused) else Done(outcome[0].relation.id, outcome[1])
        for outcome in outcomes
    ]


def _in_order(one: Statement) -> Statement:
    """世帯 has no direction: the smaller id is the subject."""
    if one.kind is Kind.HOUSEHOLD and isinstance(one.other, int) and one.other < one.customer_id:
        return replace(one, customer_id=one.other, other=one.customer_id)
    return one


def _load(statements: Sequence[Statement], written_by: str, today: date, *, confirms: bool) -> _Batch:
    touched = {one.customer_id for one in statements} | {
        one.other for one in statements if isinstance(one.other, int)
    }
    customers = Customer.objects.select_for_update().filter(id__in=touched).order_by("id")
    batch = _Batch({customer.id: customer for customer in customers}, written_by, confirms, today)
    subjects = {one.customer_id for one in statements}
    for known in newest(Relation.objects.filter(customer_id__in=subjects)):
        pair = _pair_of(known.relation)
        if known.relation.is_open:
            batch.open[pair] = known
            _count_owner(known, batch)
        else:
            batch.ended[pair] = known
    return batch


def _pair_of(relation: Relation) -> _Pair:
    return (relation.customer_id, relation.kind, relation.other_id or bytes(relation.person_token or b""))


def _count_owner(known: Known, batch: _Batch) -> None:
    if known.relation.kind == Kind.BENEFICIAL_OWNER:
        batch.owners[known.relation.customer_id].append(known)


def _judge(one: Statement, batch: _Batch) -> _Outcome:
    if (refused := _sides(one, batch)) is not None:
        return refused
    other = one.other if isinstance(one.other, int) else sealing.token(one.customer_id, one.other)
    pair = (one.customer_id, one.kind.value, other)
    known = batch.open.get(pair)
    terms = one.terms if known is None else _merged(one, known.fact)
    if problem := rules.terms_problem(one.kind, terms, batch.today):
        return Refused("terms", problem)
    if known is None:
        return _judge_new(one, terms, batch, pair)
    return _judge_known(one, terms, batch, known)


def _judge_new(one: Statement, terms: Terms, batch: _Batch, pair: _Pair) -> _Outcome:
    ended = batch.ended.get(pair)
    if ended is not None and ended.fact.as_of >= terms.as_of:
        return Refused("ended", f"この関係は、{ended.fact.as_of}時点の情報で終わっています。")
    return _over(one, terms, batch, None) or _create(one, terms, batch, pair)


def _judge_known(one: Statement, terms: Terms, batch: _Batch, known: Known) -> _Outcome:
    if _says_the_same(one, terms, known):
        # A file that repeats what is known makes it no younger.
        if not batch.confirms or terms.as_of < known.fact.as_of:
            return known, None
        return _append(one, terms, known, batch, Change.CONFIRMED)
    if _is_older(terms, known.fact):
        return Refused(
            "newer", f"この関係は、より新しい情報（{known.fact.as_of}時点）があります。変えていません。"
        )
    return _over(one, terms, batch, known) or _append(one, terms, known, batch, Change.CHANGED)


def _sides(one: Statement, batch: _Batch) -> Refused | None:
    subject = batch.customers.get(one.customer_id)
    other = batch.customers.get(one.other) if isinstance(one.other, int) else None
    if subject is None:
        return Refused("unknown_customer", "この番号のお客さまは登録されていません。")
    if isinstance(one.other, int):
        if other is None:
            return Refused("unknown_other", "相手の番号のお客さまは登録されていません。")
        if one.other == one.customer_id:
            return Refused("oneself", "お客さまご自身との関係は記録できません。")
    problem = rules.side_problem(
        one.kind, CustomerKind(subject.kind), CustomerKind(other.kind) if other else None
    )
    return Refused("sides", problem) if problem else None


def _merged(one: Statement, fact: RelationFact) -> Terms:
    """What was told now; what was not told stays as it is known."""
    kept = {name: getattr(fact, name) for name in TERMS if name not in one.told}
    if "basis" in kept:
        kept["basis"] = rules.Basis(kept["basis"]) if kept["basis"] else None
    return replace(one.terms, **kept)


def _says_the_same(one: Statement, terms: Terms, known: Known) -> bool:
    same_terms = all(getattr(known.fact, name) == _stored(terms, name) for name in TERMS)
    if isinstance(one.other, int) or not same_terms:
        return same_terms
    return bytes(known.relation.person_digest or b"") == sealing.digest(one.customer_id, one.other)


def _stored(terms: Terms, name: str) -> object:
    return (terms.basis or "") if name == "basis" else getattr(terms, name)


def _is_older(terms: Terms, fact: RelationFact) -> bool:
    """A value that a person vouched for on the file's very day stays, as in the customers' import."""
    if terms.as_of < fact.as_of:
        return True
    is_file = terms.source is Source.CORE_SYSTEM and fact.source != Source.CORE_SYSTEM
    return is_file and terms.as_of == fact.as_of


def _over(one: Statement, terms: Terms, batch: _Batch, known: Known | None) -> Refused | None:
    """Direct owners hold the whole at most."""
    if one.kind is not Kind.BENEFICIAL_OWNER or terms.share is None or not terms.is_direct:
        return None
    others = sum(
        each.fact.share or 0
        for each in batch.owners[one.customer_id]
        if each is not known and each.fact.is_direct and each.holds(batch.today)
    )
    if others + terms.share <= rules.WHOLE:
        return None
    return Refused(
        "share_sum",
        f"直接の持分割合の合計が100%を超えます（ほかの方の合計 {rules.share_words(others)}）。割合を確かめてください。",
    )


def _create(one: Statement, terms: Terms, batch: _Batch, pair: _Pair) -> _Outcome:
    relation = Relation(customer_id=one.customer_id, kind=one.kind.value)
    if isinstance(one.other, int):
        relation.other_id = one.other
    else:
        relation.person_token = sealing.token(one.customer_id, one.other)
    known = Known(relation, RelationFact(relation=relation, number=0, as_of=terms.as_of))
    batch.made.append(relation)
    batch.open[pair] = known
    _count_owner(known, batch)
    return _append(one, terms, known, batch, Change.STATED)


def _append(one: Statement, terms: Terms, known: Known, batch: _Batch, change: Change) -> _Outcome:
    relation = known.relation
    fact = following(known, change, batch.written_by)
    for name in TERMS:
        setattr(fact, name, _stored(terms, name))
    fact.source, fact.as_of = terms.source.value, terms.as_of
    if batch.confirms:
        fact.confirmed_by, fact.confirmed_at = batch.written_by, timezone.now()
    if not isinstance(one.other, int):
        relation.person_digest = sealing.digest(one.customer_id, one.other)
        for name, blob in sealing.seal(one.other, relation.key, fact.number).items():
            setattr(fact, name, blob)
    relation.facts_count = fact.number
    known.fact = fact
    batch.facts.append(fact)
    if relation.id is not None:
        batch.changed[relation.id] = relation
    return known, change


def _store(batch: _Batch) -> None:
    Relation.objects.bulk_create(batch.made)
    Relation.objects.bulk_update(batch.changed.values(), ["facts_count", "person_digest"], batch_size=500)
    for fact in batch.facts:
        fact.relation_id = fact.relation.id
    RelationFact.objects.bulk_create(batch.facts)
