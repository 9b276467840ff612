"""Whom an answer declares as a corporation's beneficial owners, and by what (犯収法施行規則11条2項). Pure.

Read from the targets of the ready questionnaire's lists; a questionnaire that uses the same targets is read alike.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from keizoku.customers.relations.rules import Basis, DeclaredOwner
from keizoku.forms.rules.definition import Question
from keizoku.forms.rules.listing import rows
from keizoku.forms.rules.ownership import US, read_ownership
from keizoku.kernel.text import names

# What a relation of the record has; of a declared owner's nationality it has nothing (ADR 0038).
TAKEN: Final = frozenset({"name", "born", "home"})
HOLDERS: Final = "holders"
LISTS: Final = {
    "beneficial_owners": Basis.VOTING_RIGHTS,
    "profit_holders": Basis.PROFIT,
    "influential_people": Basis.INFLUENCE,
    "representative": Basis.REPRESENTATION,
}


def beyond(question: Question, value: str) -> str:
    """What a list says of each owner beyond what becomes the record, a line a person; empty where it says no more."""
    lines = []
    for row in rows(value):
        more = [part for part in question.parts if part.id not in TAKEN and row.get(part.id)]
        if more:
            said = "、".join(f"{part.title} {part.words_of(row[part.id])}" for part in more)
            lines.append(f"{row.get('name', '')}：{said}")
    return "\n".join(lines)


def declared_owners(values: Mapping[str, str | None]) -> tuple[DeclaredOwner, ...]:
    """The owners that an answer names, by target; none where it names none (then nothing is proposed)."""
    votes = _votes(values.get(HOLDERS) or "")
    found: dict[tuple[str, str], DeclaredOwner] = {}
    for target, basis in LISTS.items():
        for row in rows(values.get(target) or ""):
            key = (names.fold(row.get("name", "")), row.get("born", ""))
            if key[0] and key not in found:
                found[key] = _owner(row, basis, votes.get(key[0]) if basis is Basis.VOTING_RIGHTS else None)
    return tuple(found.values())


def _owner(row: Mapping[str, str], basis: Basis, held: tuple[int, bool] | None) -> DeclaredOwner:
    born = row.get("born", "")
    return DeclaredOwner(
        name=row["name"],
        born=date.fromisoformat(born) if born else None,
        address=row.get("home", ""),
        basis=basis,
        share=held[0] if held else None,
        is_direct=held[1] if held else True,
    )


def _votes(answer: str) -> dict[str, tuple[int, bool]]:
    """Folded name of each owner by votes → share in 1/100 %, and whether all of it is held directly."""
    return dict(_each_vote(answer)) if answer else {}


def _each_vote(answer: str) -> Iterator[tuple[str, tuple[int, bool]]]:
    found = rows(answer)
    for owner in read_ownership(answer).owners:
        name = names.fold(owner.person)
        direct = sum(
            (
                Decimal(row["percent"])
                for row in found
                if row["company"] == US and names.fold(row["name"]) == name
            ),
            Decimal(0),
        )
        hundredths = int((owner.percent * 100).to_integral_value(ROUND_HALF_UP))
        yield name, (max(hundredths, 1), direct == owner.percent)
