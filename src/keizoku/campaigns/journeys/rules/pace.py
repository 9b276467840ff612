"""How many may still go: at most so many an hour and a day, evenly, whatever the planner did before."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from keizoku.campaigns.journeys.rules.calendar import TOKYO
from keizoku.kernel.text.sentences import Composed, Listed

# An hour's number is opened in sixths, so that a telephone desk does not meet all of them at once.
SLICE: Final = timedelta(minutes=10)
HOUR: Final = timedelta(hours=1)
_SLICES: Final = 6


@dataclass(frozen=True, slots=True)
class Pace:
    """At most ``per_hour`` in any sixty minutes and ``per_day`` on any day in Tokyo; None is without limit."""

    per_hour: int | None = None
    per_day: int | None = None

    @property
    def is_limited(self) -> bool:
        return self.per_hour is not None or self.per_day is not None


UNLIMITED: Final = Pace()


@dataclass(frozen=True, slots=True)
class Opened:
    """How many deliveries were opened in the last slice, the last hour and today.

    What was opened before and could not be sent yet (a pause, a slow carrier, the day's end) goes first, and counts:
    ``left_before_hour`` and ``left_before_today``.
    """

    last_slice: int = 0
    last_hour: int = 0
    today: int = 0
    left_before_hour: int = 0
    left_before_today: int = 0


def problems(pace: Pace) -> list[str]:
    """What keeps a pace from being used, in Japanese."""
    found = []
    if pace.per_hour is not None and pace.per_hour < 1:
        found.append("1時間に送る数は、1以上にするか、空けてください。")
    if pace.per_day is not None and pace.per_day < 1:
        found.append("1日に送る数は、1以上にするか、空けてください。")
    return found


def may_go(pace: Pace, opened: Opened) -> int | None:
    """How many more may be opened now; None without limit, never below 0."""
    rooms = []
    if pace.per_hour is not None:
        rooms.append(-(-pace.per_hour // _SLICES) - opened.last_slice)
        rooms.append(pace.per_hour - opened.last_hour - opened.left_before_hour)
    if pace.per_day is not None:
        rooms.append(pace.per_day - opened.today - opened.left_before_today)
    return max(min(rooms), 0) if rooms else None


def least(*rooms: int | None) -> int | None:
    """The narrowest of several limits."""
    limits = [room for room in rooms if room is not None]
    return min(limits) if limits else None


def day_start(now: datetime) -> datetime:
    """The first moment of the day in Tokyo."""
    return now.astimezone(TOKYO).replace(hour=0, minute=0, second=0, microsecond=0)


def in_words(pace: Pace) -> str:
    """As people read it; empty without limit."""
    told = []
    if pace.per_hour is not None:
        told.append(Composed("1時間に{0:,}人まで", pace.per_hour))
    if pace.per_day is not None:
        told.append(Composed("1日に{0:,}人まで", pace.per_day))
    return Listed("、", told)
