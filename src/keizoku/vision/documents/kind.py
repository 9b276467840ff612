"""What a kind of document says of itself; its module in `kinds` makes one of these."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from keizoku.vision.checks import Check
from keizoku.vision.documents.page import Page
from keizoku.vision.documents.results import Field, Kind, Reason, Side


@dataclass(frozen=True)
class Found:
    """What one side says."""

    fields: tuple[Field, ...]
    checks: tuple[Check, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Document:
    """A kind: its size when straightened, how it is told from others, and how each side is read.

    `words` are patterns, each with how much it tells of this kind; `portrait` is in thousandths of the front.
    """

    kind: Kind
    size: tuple[int, int]
    words: Mapping[str, float]
    sides: Mapping[Side, Callable[[Page], Found]]
    portrait: tuple[int, int, int, int] | None
    back_words: Mapping[str, float]

    @cached_property
    def _front(self) -> list[tuple[re.Pattern[str], float]]:
        return [(re.compile(pattern), weight) for pattern, weight in self.words.items()]

    @cached_property
    def _back(self) -> list[tuple[re.Pattern[str], float]]:
        return [(re.compile(pattern), weight) for pattern, weight in self.back_words.items()]

    def likeness(self, words: str, side: Side) -> float:
        """How much a page's words speak for a side of this kind; 1 is enough."""
        patterns = self._front if side is Side.FRONT else self._back
        return sum(weight for pattern, weight in patterns if pattern.search(words))
