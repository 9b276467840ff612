"""What the audit needs from places outside the database: that they take the chain's heads and never forget one.

A place answers by type. ``NotReached`` leaves open whether the heads arrived: since a place takes the same head twice
without harm, asking again is safe.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Head:
    """A sealed block's digest and the one before it, as hexadecimal digits."""

    installation: str
    number: int
    previous: str
    digest: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The place holds all heads it was given; ``signature`` is its word for the last, where it has a key of its own."""

    kept_at: datetime
    place_key: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The place says no: it holds another head for this number, or the chain does not go on from its own."""

    code: str


@dataclass(frozen=True, slots=True)
class NotReached:
    """No answer, or none that can be believed; to be tried again."""

    code: str


class AnchorPlace(Protocol):
    """Somewhere that the database's owner cannot rewrite."""

    name: str

    def keep(self, heads: Sequence[Head]) -> Kept | Refused | NotReached:
        """Take heads of one installation in ascending, gapless order; those it has already do no harm."""
        ...
