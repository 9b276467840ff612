"""An ownership as it was typed, row by row: who holds how much of which corporation; its owners, and its tree. Pure.

A row says a holder's name, what the holder is, whose votes these are (``US``, or the number of a row that names a
corporation) and the percentage. Rows of one name and kind are one holder.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from keizoku.forms.rules.listing import rows
from keizoku.forms.rules.owners import (
    HALF,
    OURS,
    QUARTER,
    Holding,
    Owner,
    beneficial_owners,
    share,
)

US: Final = "0"
FIELDS: Final = ("name", "holder", "company", "percent")


class HolderKind(StrEnum):
    PERSON = "person"
    CORPORATION = "corporation"
    # 国等 (犯収法施行規則11条4項): counts as a natural person, and nobody stands behind it.
    PUBLIC = "public"


HOLDER_WORDS: Final = {
    HolderKind.PERSON: "個人",
    HolderKind.CORPORATION: "法人",
    HolderKind.PUBLIC: "国・自治体・上場会社とその子会社",
}


@dataclass(frozen=True, slots=True)
class Node:
    """One holder in the tree: what of the corporation above is held, and who stands behind.

    Attributes:
        total: of a beneficial owner, all that is held of us.
        is_unexplained: a corporation whose own holders nobody has named.
    """

    name: str
    kind: HolderKind
    percent: Decimal
    is_owner: bool
    total: Decimal | None
    is_unexplained: bool
    children: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Ownership:
    """``owners``: by voting rights, with the names that were typed."""

    owners: tuple[Owner, ...]
    tree: tuple[Node, ...]


def read_ownership(answer: str) -> Ownership:
    """The ownership of a stored answer."""
    return of_rows(rows(answer))


def of_rows(found: Sequence[Mapping[str, str]]) -> Ownership:
    """Rows that were judged; raises ``owners.OwnershipImpossible`` for what cannot be."""
    names = {_key(row): row["name"] for row in found}
    kinds = {_key(row): HolderKind(row["holder"]) for row in found}
    holdings = holdings_of(found)
    persons = [key for key, kind in kinds.items() if kind is not HolderKind.CORPORATION]
    owners = beneficial_owners(persons, holdings)
    keys = {owner.person for owner in owners}
    tree = _Tree(names, kinds, holdings, frozenset(keys)).below(OURS)
    return Ownership(tuple(Owner(names[owner.person], owner.percent) for owner in owners), tree)


def holdings_of(found: Sequence[Mapping[str, str]]) -> tuple[Holding, ...]:
    """One holding a row, in the rows' order."""
    return tuple(Holding(_key(row), _company(row, found), Decimal(row["percent"])) for row in found)


def words(answer: str) -> str:
    """A stored ownership for people: each holding in a line, then the owners that follow from it."""
    found = rows(answer)
    lines = [
        f"{number}. {row['name']}（{HOLDER_WORDS[HolderKind(row['holder'])]}）が、"
        f"{_company_words(row, found)}の議決権の{percent_words(Decimal(row['percent']))}"
        for number, row in enumerate(found, start=1)
    ]
    owners = of_rows(found).owners
    named = "、".join(f"{owner.person}（{percent_words(owner.percent)}）" for owner in owners)
    return "\n".join([*lines, f"実質的支配者（議決権）：{named or '4分の1を超える個人はいません'}"])


def summary_words(ownership: Ownership) -> str:
    """How many hold more than a quarter; more than a half, where one does (施行規則11条2項1号: then only that one)."""
    bound = HALF if any(owner.percent > HALF for owner in ownership.owners) else QUARTER
    return f"議決権の{percent_words(bound)}を超える方：{len(ownership.owners)}人"


def percent_words(percent: Decimal) -> str:
    """25, 25.5 or 33.33 with its sign, no zeros behind."""
    return f"{percent.normalize():f}%"


def _key(row: Mapping[str, str]) -> str:
    name = "".join(unicodedata.normalize("NFKC", row["name"]).casefold().split())
    return f"{row['holder']}:{name}"


def _company(row: Mapping[str, str], found: Sequence[Mapping[str, str]]) -> str:
    return OURS if row["company"] == US else _key(found[int(row["company"]) - 1])


def _company_words(row: Mapping[str, str], found: Sequence[Mapping[str, str]]) -> str:
    return "この法人" if row["company"] == US else found[int(row["company"]) - 1]["name"]


@dataclass(frozen=True, slots=True)
class _Tree:
    names: Mapping[str, str]
    kinds: Mapping[str, HolderKind]
    holdings: Sequence[Holding]
    owners: frozenset[str]

    def below(self, company: str) -> tuple[Node, ...]:
        """The holders of one corporation, the largest first. Ends, since holdings have no circle."""
        found = [self._node(holding) for holding in self.holdings if holding.company == company]
        return tuple(sorted(found, key=lambda node: -node.percent))

    def _node(self, holding: Holding) -> Node:
        kind = self.kinds[holding.holder]
        children = self.below(holding.holder) if kind is HolderKind.CORPORATION else ()
        is_owner = holding.holder in self.owners
        return Node(
            name=self.names[holding.holder],
            kind=kind,
            percent=holding.percent,
            is_owner=is_owner,
            total=share(holding.holder, self.holdings) if is_owner else None,
            is_unexplained=kind is HolderKind.CORPORATION and not children,
            children=children,
        )
