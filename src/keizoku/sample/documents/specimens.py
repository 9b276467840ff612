"""What a drawn document is: its sides with the truth of each.

Pure; pictures are BGR, 8 bits. Kinds and fields have the names that `keizoku.vision.documents` gives them.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
# Left, top, width, height in thousandths of the side.
Box = tuple[int, int, int, int]


class Kind(StrEnum):
    """The kinds of document, by the names that truth files and readers share."""

    DRIVING_LICENCE = "driving_licence"
    DRIVING_HISTORY = "driving_history"
    MY_NUMBER_CARD = "my_number_card"
    PASSPORT = "passport"
    RESIDENCE_CARD = "residence_card"
    SPECIAL_PERMANENT_RESIDENT = "special_permanent_resident"


@dataclass(frozen=True)
class FieldTruth:
    """A field: the value that a reader has to give, the very letters, and the box of its ink in thousandths."""

    value: str
    printed: str
    box: Box

    def as_json(self) -> dict[str, Any]:
        """As it stands in a truth file."""
        return {"value": self.value, "printed": self.printed, "box": list(self.box)}


@dataclass(frozen=True)
class Side:
    """One printed side."""

    name: str
    picture: Picture
    fields: dict[str, FieldTruth]
    portrait: Box | None = None


@dataclass(frozen=True)
class Specimen:
    """A drawn document. `identity` is the seed of the head on its portrait, None where there is no portrait."""

    kind: Kind
    seed: int
    variant: str
    font: str
    size: tuple[float, float]
    sides: tuple[Side, ...]
    identity: int
    kept_out: tuple[str, ...]

    @property
    def is_card(self) -> bool:
        """Whether it is a plastic card, and not a page of a booklet."""
        return self.kind is not Kind.PASSPORT

    @property
    def front(self) -> Side:
        return self.sides[0]

    @property
    def back(self) -> Side | None:
        return self.sides[1] if len(self.sides) > 1 else None
