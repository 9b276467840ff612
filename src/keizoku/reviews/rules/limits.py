"""How often somebody may be wrong, at the identification of one review and in guessing codes; how long a note may be."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

FAILURES_BEFORE_LOCK: Final = 5
LOCKED_FOR: Final = timedelta(minutes=30)

GUESS_WINDOW: Final = timedelta(minutes=10)
# A source is one client address; a household behind it mistypes a few times, a program thousands.
GUESSES_OF_A_SOURCE: Final = 10
# Of ten thousand million codes; at this rate a year of guessing finds few, and each still asks who one is.
GUESSES_OF_ALL: Final = 2_000


# Characters of a note on a decision or a check: some sentences, our own choice. More belongs into the customer's notes.
LONGEST_NOTE: Final = 500


@dataclass(frozen=True, slots=True)
class Attempts:
    """Wrong identifications of one review since the last right one or the last lock."""

    failures: int = 0
    locked_until: datetime | None = None

    def is_locked(self, now: datetime) -> bool:
        return self.locked_until is not None and now < self.locked_until

    @property
    def left(self) -> int:
        return FAILURES_BEFORE_LOCK - self.failures


def after_failure(attempts: Attempts, now: datetime) -> Attempts:
    """The fifth failure locks for half an hour, and counting begins anew after it."""
    failures = attempts.failures + 1
    if failures >= FAILURES_BEFORE_LOCK:
        return Attempts(0, now + LOCKED_FOR)
    return Attempts(failures, None)


def may_guess(of_source: int, of_all: int) -> bool:
    """Whether one more code may be looked up, given the wrong ones within ``GUESS_WINDOW``."""
    return of_source < GUESSES_OF_A_SOURCE and of_all < GUESSES_OF_ALL
