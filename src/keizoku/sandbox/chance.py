"""Chance that repeats itself: every draw depends on the seed and on what it is drawn for, on nothing else.

So a restart, another order of messages or another number of workers gives the same people the same habits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeVar

Option = TypeVar("Option")
_BITS = 53  # as many as a float holds exactly


@dataclass(frozen=True, slots=True)
class Chance:
    """Draws from a seed. `parts` name the question, for example ("mailbox", address)."""

    seed: int

    def fraction(self, *parts: str) -> float:
        """A number in [0, 1)."""
        digest = blake2b("\x1f".join((str(self.seed), *parts)).encode(), digest_size=8).digest()
        return (int.from_bytes(digest, "big") >> (64 - _BITS)) / (1 << _BITS)

    def happens(self, share: float, *parts: str) -> bool:
        return self.fraction(*parts) < share

    def between(self, low: float, high: float, *parts: str) -> float:
        return low + (high - low) * self.fraction(*parts)

    def pick(self, options: Sequence[Option], *parts: str) -> Option:
        """One of the options, each equally likely."""
        return options[int(self.fraction(*parts) * len(options))]

    def pick_by_share(self, options: Sequence[tuple[Option, float]], *parts: str) -> Option:
        """One of the options by its share; what the shares leave over goes to the last one."""
        drawn = self.fraction(*parts)
        for option, share in options:
            if drawn < share:
                return option
            drawn -= share
        return options[-1][0]
