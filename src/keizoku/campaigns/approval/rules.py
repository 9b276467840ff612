"""Pure rules of the approval: the first wave's size and who is in it, what asks for a second look, when acceptance fell."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import Final

# One in a hundred shows a wrong number, wrong words or a broken carrier; twenty are the least from which a share can be
# read at all, and five hundred keep a mistake small however large the audience is.
FIRST_WAVE_SHARE: Final = 100
FIRST_WAVE_LEAST: Final = 20
FIRST_WAVE_MOST: Final = 500


def first_wave_size(count: int) -> int:
    """How many of ``count`` people go first; 0 where everybody is no more than the smallest first wave."""
    if count <= FIRST_WAVE_LEAST:
        return 0
    return min(max(FIRST_WAVE_LEAST, -(-count // FIRST_WAVE_SHARE)), FIRST_WAVE_MOST)


def first_wave_places(count: int, size: int) -> list[int]:
    """Places (from 1) of the first wave in an audience of ``count``: the middle of each of ``size`` equal parts.

    A systematic sample through the frozen order, so that old and new customers, and every part of a bank's file, are in it.
    """
    return [(2 * part + 1) * count // (2 * size) + 1 for part in range(size)]


class Code(StrEnum):
    """What about a request asks for a second look."""

    MUCH_LARGER = "much_larger"
    WORDS_AFTER_TEST = "words_after_test"
    CONTACTED_LATELY = "contacted_lately"


@dataclass(frozen=True, slots=True)
class Found:
    """One anomaly: ``about`` tells several of a kind apart, ``figures`` is what the words are made of."""

    code: Code
    about: str
    weight: int
    figures: dict[str, int | str]


# Three times the last comparable audience: growth of the customer base does not treble a campaign, a lost condition does.
# Below the smallest first wave everybody can be looked at one by one.
MUCH_LARGER: Final = 3
# Within so many days a second message to the same customer from another campaign asks for a reason.
LATELY_DAYS: Final = 7


def much_larger(count: int, last_count: int | None, last_name: str) -> Found | None:
    """Against the last comparable campaign; None where there is none, or where it grew less."""
    if not last_count or count <= FIRST_WAVE_LEAST or count < MUCH_LARGER * last_count:
        return None
    tenths = 10 * count // last_count
    return Found(
        Code.MUCH_LARGER,
        "",
        tenths,
        {"count": count, "last_count": last_count, "last_name": last_name, "tenths": tenths},
    )


@dataclass(frozen=True, slots=True)
class StepTested:
    """One step's words and the digests of those that were sent as a test of this campaign on this channel."""

    place: str
    channel: str
    message_id: int
    digest: str
    tested: frozenset[str]


def words_after_test(steps: Sequence[StepTested]) -> list[Found]:
    """Steps whose words were changed after a test: the words that were looked at are not those that would go out."""
    return [
        Found(
            Code.WORDS_AFTER_TEST,
            step.place,
            step.message_id,
            {"channel": step.channel, "place": step.place},
        )
        for step in steps
        if step.tested and step.digest not in step.tested
    ]


def contacted_lately(people: int, count: int) -> Found | None:
    """``people`` of the ``count`` were written to by another campaign within the last days."""
    if not people:
        return None
    return Found(Code.CONTACTED_LATELY, "", people, {"people": people, "count": count, "days": LATELY_DAYS})


@dataclass(frozen=True, slots=True)
class Tally:
    """What a carrier answered to some messages; ``lost`` is refused or unknown."""

    accepted: int
    lost: int

    @property
    def total(self) -> int:
        return self.accepted + self.lost

    @property
    def share(self) -> float:
        return self.accepted / self.total if self.total else 0.0


# The last two hundred messages against at least as many before: with fewer, a fall by chance looks like a fault.
ACCEPTANCE_WINDOW: Final = 200
# A fifth of all messages lost that were not lost before is a broken carrier, list or template, not a bad hour.
ACCEPTANCE_FALL: Final = 0.20
# And not by chance: four standard errors, which happens once in thirty thousand looks at a carrier that is well.
ACCEPTANCE_ERRORS: Final = 4.0


def has_fallen(before: Tally, lately: Tally) -> bool:
    """Whether a channel's acceptance fell suddenly, by much and not by chance."""
    if min(before.total, lately.total) < ACCEPTANCE_WINDOW:
        return False
    fall = before.share - lately.share
    together = (before.accepted + lately.accepted) / (before.total + lately.total)
    error = sqrt(together * (1 - together) * (1 / before.total + 1 / lately.total))
    return fall >= ACCEPTANCE_FALL and fall >= ACCEPTANCE_ERRORS * error
