"""Simplified due diligence (簡素な顧客管理): a set of conditions, all of which must hold today. Pure.

The conditions follow the FSA's questions and answers on its guideline (six conditions, as reported before 2024-04-01).
They are computed from facts, for one customer here and for sets in ``risk.simplified``, held equal by a property test;
when a fact changes, the answer changes, and so it is withdrawn by itself. A circumstance of whatever kind counts for a
year, is never told apart, and is judged only of whom all else holds: beside another condition that fails, an answer here
would tell of a circumstance that nothing else shows.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from keizoku.risk.rules.scale import Level

YEAR = timedelta(days=365)
CIRCUMSTANCE: Final = 7
# In the order in which they are shown; they are stored by their numbers, from 1, so that new ones go to the end.
CONDITIONS: Final = (
    "個人のお客さまである",
    "事業のための取引ではない",
    "評価が「低」で、足りない情報がない",
    "本人の情報を確認している",
    "最後の確認のあとに、確認が必要な出来事がない",
    "取引モニタリングの有効性を、1年以内に確かめている",
    "この1年に、その他の事情がない",
    "取引が続いている",
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one customer; dates are those of the facts."""

    kind: str
    kind_on: date | None
    purpose: str
    purpose_on: date | None
    level: Level
    is_provisional: bool
    rated_on: date
    confirmed_on: date | None
    last_event_on: date | None
    has_circumstance: bool
    monitoring_on: date | None
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Condition:
    """``on``: the date of the fact; None where there is no fact, or none that may be told. ``holds``: None: not judged."""

    label: str
    holds: bool | None
    on: date | None


def conditions(known: Known, today: date) -> tuple[Condition, ...]:
    """All conditions, in the order of ``CONDITIONS``."""
    is_answered = known.confirmed_on is not None and (
        known.last_event_on is None or known.last_event_on <= known.confirmed_on
    )
    is_monitored = known.monitoring_on is not None and today - YEAR <= known.monitoring_on <= today
    found: tuple[tuple[bool | None, date | None], ...] = (
        (known.kind == "individual", known.kind_on),
        (known.purpose not in {"", "business_expenses"}, known.purpose_on),
        (known.level is Level.LOW and not known.is_provisional, known.rated_on),
        (known.confirmed_on is not None, known.confirmed_on),
        (is_answered, known.last_event_on),
        (is_monitored, known.monitoring_on),
        (None, None),
        (known.is_active, None),
    )
    if all(holds for place, (holds, _) in enumerate(found, start=1) if place != CIRCUMSTANCE):
        judged = (not known.has_circumstance, None)
        found = (*found[: CIRCUMSTANCE - 1], judged, *found[CIRCUMSTANCE:])
    return tuple(Condition(label, *one) for label, one in zip(CONDITIONS, found, strict=True))


def failed_words(numbers: list[int]) -> str:
    """The conditions that failed, in words."""
    return "、".join(f"「{CONDITIONS[number - 1]}」" for number in numbers)
