"""Who are a corporation's beneficial owners by voting rights: a pure function over who holds how much of what.

犯収法施行規則11条2項1号・3項, for corporations decided by majorities of capital (株式会社など): natural persons who hold
more than one quarter of the voting rights, directly or indirectly; where one of them holds more than one half, only that
person. Indirectly: through corporations that the person controls, which is more than one half of their voting rights, held
by the person together with corporations that the person controls already. What such a corporation holds counts whole; it
is not multiplied. The state, listed companies and their kind count as natural persons (同条4項).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

OURS: Final = ""  # the corporation whose owners are sought
QUARTER, HALF, WHOLE = Decimal(25), Decimal(50), Decimal(100)


@dataclass(frozen=True, slots=True)
class Holding:
    """``percent`` of all voting rights of ``company`` (OURS, or a holder that is a corporation)."""

    holder: str
    company: str
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Owner:
    """A beneficial owner and all that this person holds of us, direct and indirect."""

    person: str
    percent: Decimal


class OwnershipImpossible(ValueError):
    """Holdings that cannot be; ``place`` is the position of the holding at fault, ``reason`` a code."""

    def __init__(self, place: int, reason: str) -> None:
        super().__init__(f"holding {place}: {reason}")
        self.place = place
        self.reason = reason


def refuse_impossible(holdings: Sequence[Holding]) -> None:
    """Raises ``OwnershipImpossible`` where a corporation has more than all its votes, or owns itself in a circle."""
    totals: dict[str, Decimal] = {}
    for place, holding in enumerate(holdings):
        totals[holding.company] = totals.get(holding.company, Decimal(0)) + holding.percent
        if totals[holding.company] > WHOLE:
            raise OwnershipImpossible(place, "more_than_all")
    for place, holding in enumerate(holdings):
        if _reaches(holding.company, holding.holder, holdings):
            raise OwnershipImpossible(place, "circle")


def beneficial_owners(persons: Collection[str], holdings: Sequence[Holding]) -> tuple[Owner, ...]:
    """The owners by voting rights, the largest first; none where nobody holds more than a quarter.

    Raises:
        OwnershipImpossible: see ``refuse_impossible``.
    """
    refuse_impossible(holdings)
    held = {person: share(person, holdings) for person in persons}
    for person, percent in held.items():
        if percent > HALF:
            return (Owner(person, percent),)
    found = [Owner(person, percent) for person, percent in held.items() if percent > QUARTER]
    return tuple(sorted(found, key=lambda owner: (-owner.percent, owner.person)))


def share(person: str, holdings: Sequence[Holding]) -> Decimal:
    """What a person holds of us: directly, and through every corporation that the person controls."""
    through = {person} | controlled(person, holdings)
    return sum(
        (each.percent for each in holdings if each.company == OURS and each.holder in through), Decimal(0)
    )


def controlled(person: str, holdings: Sequence[Holding]) -> frozenset[str]:
    """The corporations (支配法人) of which the person, alone or with such corporations, holds more than half."""
    companies = {holding.company for holding in holdings} - {OURS}
    found: set[str] = set()
    while True:
        held = _held_by({person} | found, holdings)
        more = {company for company in companies - found if held.get(company, Decimal(0)) > HALF}
        if not more:
            return frozenset(found)
        found |= more


def _held_by(holders: Collection[str], holdings: Sequence[Holding]) -> Mapping[str, Decimal]:
    held: dict[str, Decimal] = {}
    for holding in holdings:
        if holding.holder in holders:
            held[holding.company] = held.get(holding.company, Decimal(0)) + holding.percent
    return held


def _reaches(start: str, goal: str, holdings: Sequence[Holding]) -> bool:
    """Whether ``start`` is ``goal`` or holds something that, step by step, holds ``goal``."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        here = waiting.pop()
        if here == goal:
            return True
        if here not in seen:
            seen.add(here)
            waiting += [holding.company for holding in holdings if holding.holder == here]
    return False
