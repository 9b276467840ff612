"""How many customers a scope and intervals bring up for confirmation in the twelve months to come, and at what cost."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from keizoku.risk.rules.due import months_later
from keizoku.risk.rules.scale import Level

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Scope:
    """The question: which levels are asked how often, and what it costs.

    Attributes:
        decided_percent: of a hundred customers asked, how many come before a person for a decision.
    """

    interval_months: Mapping[Level, int]
    levels: frozenset[Level]
    yen_a_contact: int
    yen_a_decision: int
    decided_percent: int


@dataclass(frozen=True, slots=True)
class Month:
    """``first``: its first day; ``by_level``: the contacts of each level that is asked."""

    first: date
    contacts: int
    decisions: int
    yen: int
    by_level: Mapping[str, int] = field(default_factory=dict)


def workload(confirmed: Iterable[tuple[Level, date, int]], scope: Scope, today: date) -> tuple[Month, ...]:
    """Month by month from today's; ``confirmed`` is (level, last confirmation, how many customers).

    Whoever is overdue counts in the first month. Whoever is asked is taken to answer in time and comes again after
    the interval.
    """
    contacts: list[dict[str, int]] = [
        {level.value: 0 for level in Level if level in scope.levels} for _ in range(MONTHS)
    ]
    for level, last, customers in confirmed:
        if level not in scope.levels:
            continue
        step = scope.interval_months[level]
        place = max(0, _months_between(today, months_later(last, step)))
        for month in range(place, MONTHS, step):
            contacts[month][level.value] += customers
    return tuple(
        _month(months_later(today.replace(day=1), place), by_level, scope)
        for place, by_level in enumerate(contacts)
    )


def _month(first: date, by_level: Mapping[str, int], scope: Scope) -> Month:
    contacts = sum(by_level.values())
    decisions = -(-contacts * scope.decided_percent // 100)
    yen = contacts * scope.yen_a_contact + decisions * scope.yen_a_decision
    return Month(first, contacts, decisions, yen, by_level)


def _months_between(today: date, day: date) -> int:
    return (day.year - today.year) * 12 + day.month - today.month
