"""The scorecard as it is held in memory.

Of each factor the heaviest matching rule counts, and its points add up over the factors; a floor of any
matching rule lifts the level, so that one severe fact is never diluted. A factor whose facts are missing counts
as unknown: it has points of its own, never none, and makes the rating provisional. Points are never negative:
one more matching rule cannot lower a level.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from keizoku.customers.attributes.rules.definition import Definition
from keizoku.customers.attributes.rules.fields import with_attributes
from keizoku.kernel.conditions import Condition, Fields
from keizoku.risk.fields import FACT_FIELDS
from keizoku.risk.rules.scale import DEFAULT_EVENT_DAYS, Category, EventKind, Level

DEFAULT_DORMANT_AFTER_DAYS = 730
UNKNOWN = 0  # stands for "the facts are missing" among the numbers of a factor's rules, which begin at 1


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a factor: where ``when`` holds, its points count, and the level is ``floor`` at least."""

    label: str
    when: Condition
    points: int
    floor: Level | None = None


@dataclass(frozen=True, slots=True)
class Factor:
    """One thing that is weighed; its rules are numbered from 1 in the order written."""

    id: str
    label: str
    category: Category
    rules: tuple[Rule, ...]
    missing_when: Condition | None
    points_when_missing: int
    # the one value with which it never falls, or never rises
    rises_with: str | None = None
    falls_with: str | None = None

    @property
    def numbers(self) -> range:
        return range(1, len(self.rules) + 1)

    def rule(self, number: int) -> Rule:
        return self.rules[number - 1]

    def points_of(self, number: int) -> int:
        return self.points_when_missing if number == UNKNOWN else self.rule(number).points

    def floor_of(self, number: int) -> Level | None:
        return None if number == UNKNOWN else self.rule(number).floor

    @property
    def by_points(self) -> tuple[int, ...]:
        """Numbers of the rules with points, heaviest first; ``UNKNOWN`` stands behind its equals."""
        numbers = (*self.numbers, *(() if self.missing_when is None else (UNKNOWN,)))
        with_points = (number for number in numbers if self.points_of(number))
        return tuple(sorted(with_points, key=lambda number: -self.points_of(number)))

    @property
    def by_floor(self) -> tuple[int, ...]:
        """Numbers of the rules with a floor, highest first, and of equals the one with more points."""
        floors = {number: rule.floor for number, rule in enumerate(self.rules, start=1) if rule.floor}
        return tuple(sorted(floors, key=lambda number: (-floors[number].rank, -self.points_of(number))))


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One version of the institution's scorecard.

    Attributes:
        thresholds: level → the total of points from which it is reached.
        interval_months: level → months between two confirmations.
        cool_down_days: how long the points must stay lower before the level follows them down.
        most_due_a_day: how many customers are planned for one day at most; None for any number.
        monitoring_assured_on: when the institution last assured itself that its monitoring works.
        event_days: kind of event → days from it to the due date.
        attributes: those beside the facts that it names.
        document_dates: fields that hold the last day of a document; activity_date: the field of the last transaction.
        dormant_after_days: without a transaction or confirmation for so long, a customer is dormant.
    """

    version: int
    title: str
    thresholds: Mapping[Level, int]
    interval_months: Mapping[Level, int]
    factors: tuple[Factor, ...]
    cool_down_days: int = 0
    most_due_a_day: int | None = None
    monitoring_assured_on: date | None = None
    event_days: Mapping[EventKind, int] = field(default_factory=lambda: dict(DEFAULT_EVENT_DAYS))
    attributes: tuple[Definition, ...] = ()
    document_dates: tuple[str, ...] = ()
    activity_date: str | None = None
    dormant_after_days: int = DEFAULT_DORMANT_AFTER_DAYS

    @property
    def fields(self) -> Fields:
        """All that its conditions may name."""
        return with_attributes(FACT_FIELDS, self.attributes)

    def factor(self, factor_id: str) -> Factor:
        return next(factor for factor in self.factors if factor.id == factor_id)

    def level_of(self, points: int, floors: tuple[Level, ...] = ()) -> Level:
        reached = (level for level, least in self.thresholds.items() if points >= least)
        return max((Level.LOW, *reached, *floors), key=lambda level: level.rank)
