"""What other rooms bring along when two customers become one: a registry, so that this room knows none of them.

A room registers its part once, in its ``AppConfig.ready``. All parts run in the merge's own transaction, in the order of
their ``place``, after the record, facts, contact points and stops of the survivor are written.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from keizoku.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Merge:
    """One merge as its parts see it: ``other_id`` goes into ``survivor_id``; ``actor`` approved it."""

    survivor_id: int
    other_id: int
    actor: Actor
    today: date


@dataclass(frozen=True, slots=True)
class Part:
    """``check`` raises a refusal where the merge must wait; ``carry`` writes. Both may find nothing to do."""

    name: str
    place: int
    carry: Callable[[Merge], None]
    check: Callable[[Merge], None] = lambda _: None


_PARTS: dict[str, Part] = {}


def register(part: Part) -> None:
    """Known by its name: registering it again replaces it."""
    _PARTS[part.name] = part


def parts() -> list[Part]:
    return sorted(_PARTS.values(), key=lambda part: (part.place, part.name))
