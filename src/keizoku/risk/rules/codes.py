"""Reasons as they are stored: whole numbers that count within the scorecard which gave them. Pure.

Factor 3 with its rule 2 is 302, with its facts missing 300; −302 where that rule only lifts the level, beside a heavier
one. A rating of a million customers writes four bytes a reason, and the words stay in the scorecard, which never changes.
"""

from collections.abc import Iterable

from keizoku.risk.rules.rating import Reason, floor_reason, points_reason
from keizoku.risk.rules.scorecard import UNKNOWN, Scorecard

RULES_A_FACTOR = 100  # numbers that a factor has, 0 for its missing facts included


def code(factor_place: int, rule: int) -> int:
    """``factor_place`` counts from 0, as in ``Scorecard.factors``; ``rule`` from 1, 0 where the facts are missing."""
    return (factor_place + 1) * RULES_A_FACTOR + rule


def encode(scorecard: Scorecard, reasons: Iterable[Reason]) -> list[int]:
    places = _places(scorecard)
    return [_code(places, reason) for reason in reasons]


def encode_missing(scorecard: Scorecard, missing: Iterable[str]) -> list[int]:
    """Factors whose facts are missing, counted from 1."""
    places = _places(scorecard)
    return [places[factor_id] + 1 for factor_id in missing]


def decode(scorecard: Scorecard, codes: Iterable[int]) -> tuple[Reason, ...]:
    return tuple(_reason(scorecard, one) for one in codes)


def decode_missing(scorecard: Scorecard, numbers: Iterable[int]) -> tuple[str, ...]:
    return tuple(scorecard.factors[number - 1].id for number in numbers)


def _code(places: dict[str, int], reason: Reason) -> int:
    number = code(places[reason.factor], UNKNOWN if reason.rule is None else reason.rule)
    return number if reason.points else -number


def _reason(scorecard: Scorecard, number: int) -> Reason:
    place, rule = divmod(abs(number), RULES_A_FACTOR)
    factor = scorecard.factors[place - 1]
    return points_reason(factor, rule) if number > 0 else floor_reason(factor, rule)


def _places(scorecard: Scorecard) -> dict[str, int]:
    return {factor.id: place for place, factor in enumerate(scorecard.factors)}
