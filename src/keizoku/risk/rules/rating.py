"""The verdict on one customer's facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from keizoku.kernel.conditions import holds
from keizoku.risk.rules.scale import Level
from keizoku.risk.rules.scorecard import UNKNOWN, Factor, Scorecard


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that counted: the factor, its rule's number (none: its facts are missing), points and floor.

    The points of all reasons add up to the rating's.
    """

    factor: str
    rule: int | None
    points: int
    floor: Level | None


@dataclass(frozen=True, slots=True)
class Rating:
    """``missing`` names the factors whose facts are missing; with any, the rating is provisional."""

    points: int
    level: Level
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]

    @property
    def is_provisional(self) -> bool:
        return bool(self.missing)


def points_reason(factor: Factor, number: int) -> Reason:
    """The reason that gives points; it carries its own rule's floor too."""
    rule = None if number == UNKNOWN else number
    return Reason(factor.id, rule, factor.points_of(number), factor.floor_of(number))


def floor_reason(factor: Factor, number: int) -> Reason:
    """The reason that only lifts the level, beside a heavier rule of its factor."""
    return Reason(factor.id, number, 0, factor.floor_of(number))


def rate(scorecard: Scorecard, facts: Mapping[str, object], today: date) -> Rating:
    """Rate one row of facts, which has every field of ``FACT_FIELDS`` that the scorecard reads."""
    reasons: list[Reason] = []
    missing: list[str] = []
    for factor in scorecard.factors:
        matching = {number for number in factor.numbers if holds(factor.rule(number).when, facts, today)}
        if factor.missing_when is not None and holds(factor.missing_when, facts, today):
            matching.add(UNKNOWN)
            missing.append(factor.id)
        heaviest = next((number for number in factor.by_points if number in matching), None)
        highest = next((number for number in factor.by_floor if number in matching), None)
        if heaviest is not None:
            reasons.append(points_reason(factor, heaviest))
        if highest is not None and highest != heaviest:
            reasons.append(floor_reason(factor, highest))
    points = sum(reason.points for reason in reasons)
    floors = tuple(reason.floor for reason in reasons if reason.floor)
    return Rating(points, scorecard.level_of(points, floors), tuple(reasons), tuple(missing))
