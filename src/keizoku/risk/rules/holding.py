"""From what the scorecard says to what holds: upgrades at once, downgrades after a cool-down, circumstances around it.

The settled level follows the scorecard; circumstances (an override, or something confidential) bound it from below or
above without touching it, so that it is there again on the day they end. A lower bound is stronger than an upper one.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from keizoku.risk.rules.scale import Level, LevelBasis


@dataclass(frozen=True, slots=True)
class Settled:
    """``lower_since``: the day from which the scorecard has said less than ``level``; None while it does not."""

    level: Level
    lower_since: date | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    at_least: Level = Level.LOW
    at_most: Level = Level.HIGH


@dataclass(frozen=True, slots=True)
class Held:
    """What the scorecard said, what holds, and why."""

    scored: Level
    settled: Settled
    level: Level
    basis: LevelBasis


def hold(scored: Level, earlier: Settled | None, cool_down_days: int, bounds: Bounds, today: date) -> Held:
    """``earlier``: what was settled the last time; None for a first rating."""
    settled = _settle(scored, earlier, cool_down_days, today)
    rank = max(min(settled.level.rank, bounds.at_most.rank), bounds.at_least.rank)
    level = tuple(Level)[rank]
    return Held(scored, settled, level, _basis(scored, settled.level, level))


def _settle(scored: Level, earlier: Settled | None, cool_down_days: int, today: date) -> Settled:
    if earlier is None or scored.rank >= earlier.level.rank:
        return Settled(scored)
    since = earlier.lower_since or today
    if since + timedelta(days=cool_down_days) <= today:
        return Settled(scored)
    return Settled(earlier.level, since)


def _basis(scored: Level, settled: Level, level: Level) -> LevelBasis:
    if level != settled:
        return LevelBasis.OTHER
    return LevelBasis.SCORECARD if settled == scored else LevelBasis.COOL_DOWN
