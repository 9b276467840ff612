"""A corporation's beneficial owners as its representative declared them, beside those that the record holds.

``compare`` only reads; ``take_declared`` writes what a person has decided: new and changed owners as declared on that day,
the others ended with that day, nothing deleted. What was stated later than the declaration stays as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from keizoku.accounts.access import authorise
from keizoku.audit import actions as audit
from keizoku.customers import queries as customers
from keizoku.customers.errors import RelationRefused
from keizoku.customers.models import Relation
from keizoku.customers.relations import rules, sealing
from keizoku.customers.relations.actions import append, note
from keizoku.customers.relations.known import Known, newest
from keizoku.customers.relations.rules import Basis, Change, DeclaredOwner, Kind, Source, Terms
from keizoku.customers.relations.sealing import Person
from keizoku.customers.relations.writing import Refused, Statement, write
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.kernel.text import names

PURPOSE: Final = "relation.declared"
_TOLD: Final = frozenset({"share", "is_direct", "basis"})
# What the record knows better, as the comparison has said before.
_LEFT: Final = frozenset({"newer", "ended"})


class Verdict(StrEnum):
    """What becomes of one owner, old or new."""

    STAYS = "stays"
    CHANGES = "changes"
    NEW = "new"
    ENDS = "ends"
    NEWER_KNOWN = "newer_known"


VERDICT_WORDS: Final = {
    Verdict.STAYS: "変わらない",
    Verdict.CHANGES: "内容が変わる",
    Verdict.NEW: "新しい",
    Verdict.ENDS: "この日で終わる",
    Verdict.NEWER_KNOWN: "記録のほうが新しいので変えない",
}


@dataclass(frozen=True, slots=True)
class OwnerShown:
    """One owner as the record or the declaration has it."""

    name: str = field(repr=False)
    born: str = field(repr=False)
    address: str = field(repr=False)
    terms: str
    source: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One person on both sides, or on one of them."""

    old: OwnerShown | None
    new: OwnerShown | None
    verdict: Verdict

    @property
    def words(self) -> str:
        return VERDICT_WORDS[self.verdict]


@dataclass(frozen=True, slots=True)
class _Held:
    """An open relation to an owner, with the person's values; a customer's are those of the customer's record."""

    known: Known
    values: dict[str, str] = field(repr=False)

    def is_of(self, owner: DeclaredOwner) -> bool:
        born = owner.born.isoformat() if owner.born else ""
        return (names.fold(self.values["name"]), self.values["birth_date"]) == (names.fold(owner.name), born)


def subjects(customer_id: int) -> list[int]:
    """Whose data a comparison reads: the corporation's, and that of owners who are customers themselves."""
    others = _open(customer_id).exclude(other=None).values_list("other_id", flat=True)
    return [customer_id, *(other for other in others if other is not None)]


def compare(
    customer_id: int, declared: Sequence[DeclaredOwner], *, as_of: date, grant: ReadGrant
) -> list[Compared]:
    """Old and new owners side by side, in the declaration's order, then those it no longer names."""
    held = _held(customer_id, grant)
    found = [_compared(customer_id, owner, _holder(owner, held), as_of) for owner in declared]
    gone = [each for each in held if not any(each.is_of(owner) for owner in declared)]
    return found + [
        Compared(_old(each), None, Verdict.ENDS if _is_not_newer(each, as_of) else Verdict.NEWER_KNOWN)
        for each in gone
    ]


@transaction.atomic
def take_declared(
    customer_id: int, declared: Sequence[DeclaredOwner], *, as_of: date, actor: Actor, today: date
) -> list[int]:
    """Make the declaration the record, as a person decided; returns the relations that it touched.

    Former owners end with ``as_of``. An owner of whom something newer is known stays as known.

    Raises:
        NotPermitted: the actor may not decide reviews.
        RelationRefused: the declaration cannot be the record (shares above the whole); nothing is changed.
    """
    authorise(actor, "reviews.decide")
    grant = audit.grant_read(actor=actor, purpose=PURPOSE, subjects=subjects(customer_id))
    held = _held(customer_id, grant)
    touched = []
    for each in held:  # a corporation has three or four owners
        if not any(each.is_of(owner) for owner in declared) and _is_not_newer(each, as_of):
            append(each.known, Change.ENDED, Source.DECLARED, as_of, actor, ended_on=as_of)
            touched.append(each.known.relation.id)
    statements = [_statement(customer_id, owner, _holder(owner, held), as_of) for owner in declared]
    for outcome in write(statements, written_by=str(actor), confirms=True, today=today):
        if isinstance(outcome, Refused):
            if outcome.code not in _LEFT:
                raise RelationRefused(
                    outcome.message, remedy="申告された実質的支配者を確かめ、もう一度おたずねください。"
                )
        elif outcome.change is not None:
            note(customer_id, outcome.relation_id, Kind.BENEFICIAL_OWNER, outcome.change, actor)
            touched.append(outcome.relation_id)
    return touched


def _open(customer_id: int) -> QuerySet[Relation]:
    return Relation.objects.filter(customer_id=customer_id, kind=Kind.BENEFICIAL_OWNER, is_open=True)


def _held(customer_id: int, grant: ReadGrant) -> list[_Held]:
    return [_Held(known, _values(known, grant)) for known in newest(_open(customer_id))]


def _values(known: Known, grant: ReadGrant) -> dict[str, str]:
    relation = known.relation
    if relation.other_id is not None:
        values = customers.record(relation.other_id, grant, fields=sealing.FIELDS).values
    else:
        values = {
            name: sealing.unseal(known.fact, relation.key, name, relation.customer_id, grant)
            for name in sealing.FIELDS
        }
    return {name: values[name] or "" for name in sealing.FIELDS}


def _holder(owner: DeclaredOwner, held: Sequence[_Held]) -> _Held | None:
    return next((each for each in held if each.is_of(owner)), None)


def _is_not_newer(each: _Held, as_of: date) -> bool:
    begins = each.known.fact.valid_from
    return each.known.fact.as_of <= as_of and (begins is None or begins <= as_of)


def _compared(customer_id: int, owner: DeclaredOwner, held: _Held | None, as_of: date) -> Compared:
    born = owner.born.isoformat() if owner.born else ""
    new = OwnerShown(owner.name, born, owner.address, owner.terms, f"お客さまの申告（{as_of}時点）")
    if held is None:
        return Compared(
            None, new, Verdict.NEWER_KNOWN if _ended_later(customer_id, owner, as_of) else Verdict.NEW
        )
    if _says_the_same(owner, held):
        return Compared(_old(held), new, Verdict.STAYS)
    return Compared(_old(held), new, Verdict.CHANGES if _is_not_newer(held, as_of) else Verdict.NEWER_KNOWN)


def _ended_later(customer_id: int, owner: DeclaredOwner, as_of: date) -> bool:
    """Somebody has written since that this person is no owner any more."""
    ended = Relation.objects.filter(
        customer_id=customer_id,
        kind=Kind.BENEFICIAL_OWNER,
        is_open=False,
        person_token=sealing.token(customer_id, _person(owner)),
    )
    return any(known.fact.as_of >= as_of for known in newest(ended))


def _says_the_same(owner: DeclaredOwner, held: _Held) -> bool:
    fact, merged = held.known.fact, _merged(owner, held)
    is_customer = held.known.relation.other_id is not None
    same_person = is_customer or (
        (held.values["name"], held.values["address"]) == (owner.name, owner.address or held.values["address"])
    )
    return same_person and (fact.basis, fact.share, fact.is_direct) == (
        owner.basis,
        merged.share,
        merged.is_direct,
    )


def _old(held: _Held) -> OwnerShown:
    fact = held.known.fact
    return OwnerShown(
        held.values["name"],
        held.values["birth_date"],
        held.values["address"],
        rules.terms_words(fact.share, Basis(fact.basis) if fact.basis else None, is_direct=fact.is_direct),
        f"{rules.SOURCE_LABELS[Source(fact.source)]}（{fact.as_of}時点）",
    )


def _merged(owner: DeclaredOwner, held: _Held | None) -> DeclaredOwner:
    """A share that was not told stays as it is known of the same person."""
    if owner.share is not None or held is None:
        return owner
    return replace(owner, share=held.known.fact.share, is_direct=held.known.fact.is_direct)


def _person(owner: DeclaredOwner, held: _Held | None = None) -> Person:
    """The reading, which nobody is asked for, and an address that was not told are carried on."""
    kana, address = (held.values["kana"], held.values["address"]) if held else ("", "")
    return Person.of(owner.name, kana, owner.born, owner.address or address)


def _statement(customer_id: int, owner: DeclaredOwner, held: _Held | None, as_of: date) -> Statement:
    merged = _merged(owner, held)
    other = held.known.relation.other_id if held else None
    terms = Terms(Source.DECLARED, as_of, share=merged.share, is_direct=merged.is_direct, basis=merged.basis)
    return Statement(customer_id, Kind.BENEFICIAL_OWNER, other or _person(owner, held), terms, _TOLD)
