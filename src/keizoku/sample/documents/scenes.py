"""What a photograph of a specimen is asked for, and what comes of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from keizoku.sample.documents.specimens import Box, FieldTruth, Picture, Specimen

Points = NDArray[np.float64]


class Fault(StrEnum):
    """What is wrong with a photograph. The first group leaves fields that nobody can read."""

    BLUR = "blur"
    GLARE = "glare"
    CUT_OFF = "cut_off"
    COVERED = "covered"
    TOO_SMALL = "too_small"
    DARK = "dark"
    NO_DOCUMENT = "no_document"
    TWO_DOCUMENTS = "two_documents"
    FOREIGN_CARD = "foreign_card"
    UPSIDE_DOWN = "upside_down"
    SCREEN = "screen"
    COPY = "copy"
    PRINT = "print"


RUINS_FIELDS: Final = frozenset(
    {Fault.BLUR, Fault.GLARE, Fault.CUT_OFF, Fault.COVERED, Fault.TOO_SMALL, Fault.DARK, Fault.NO_DOCUMENT}
)


@dataclass(frozen=True)
class Conditions:
    """How a photograph is taken: before which background, with which fault, how large."""

    background: str
    fault: Fault | None = None
    size: tuple[int, int] = (1600, 1200)
    has_hand: bool = False
    has_clutter: bool = False


@dataclass(frozen=True)
class Scene:
    """A photograph as its JPEG bytes. `quad` runs from the document's own upper left corner clockwise, in pixels."""

    jpeg: bytes
    specimen: Specimen
    side: str
    seed: int
    conditions: Conditions
    quad: Points | None
    kept_out: tuple[str, ...]
    tilt: float = 0.0
    is_thick: bool = True

    @property
    def picture(self) -> Picture:
        """The pixels, BGR."""
        decoded = cv2.imdecode(np.frombuffer(self.jpeg, np.uint8), cv2.IMREAD_COLOR)
        assert decoded is not None
        return decoded.astype(np.uint8)

    @property
    def fields(self) -> dict[str, FieldTruth]:
        """What stands on the side that was photographed."""
        return next(side.fields for side in self.specimen.sides if side.name == self.side)

    def as_json(self) -> dict[str, Any]:
        """The truth file, as docs/specimens.md says."""
        fault = self.conditions.fault
        shown = fault not in (Fault.NO_DOCUMENT, Fault.FOREIGN_CARD)
        portrait: Box | None = next(side.portrait for side in self.specimen.sides if side.name == self.side)
        return {
            "kind": self.specimen.kind.value if shown else None,
            "side": self.side,
            "good": fault is None,
            "why": fault.value if fault else None,
            "ruined": fault in RUINS_FIELDS,
            "fields": {name: field.as_json() for name, field in self.fields.items()} if shown else {},
            "quad": None
            if self.quad is None
            else [[round(x, 1), round(y, 1)] for x, y in self.quad.tolist()],
            "portrait": list(portrait) if portrait else None,
            "identity": self.specimen.identity,
            "variant": self.specimen.variant,
            "font": self.specimen.font,
            "background": self.conditions.background,
            "kept_out": list(self.kept_out),
            "seed": self.seed,
            "tilt": round(self.tilt, 1),
            "thick": self.is_thick,
        }
