"""What is said of faces: plain frozen values, with stable codes for reasons."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keizoku.vision.checks import Outcome

Floats = NDArray[np.floating[Any]]


class Reason(StrEnum):
    """Why a picture of a face does not do."""

    NO_FACE = "no_face"
    TWO_FACES = "two_faces"
    SMALL = "small"
    DARK = "dark"
    BLUR = "blur"
    SUNGLASSES = "sunglasses"
    MASK = "mask"
    TURNED = "turned"


@dataclass(frozen=True)
class Face:
    """A face in a picture.

    Attributes:
        box: left, top, width, height in pixels.
        points5: (5, 2): corners of the eyes (the picture's right outer, inner; left outer, inner) and the nose's base.
        mesh468: (468, 3): pixels; depth grows away from the camera, in the same unit.
        score: 0–1, of whoever found it.
        width: of the face from cheek to cheek in pixels.
        finder: the model that found it.
    """

    box: tuple[float, float, float, float]
    points5: Floats = field(repr=False)
    mesh468: Floats = field(repr=False)
    score: float
    width: float
    finder: str


@dataclass(frozen=True)
class Template:
    """128 numbers of a face: a personal identifier by law (個人識別符号); never printed."""

    values: Floats = field(repr=False)
    model: str

    def as_bytes(self) -> bytes:
        """The numbers as little-endian 32-bit floats."""
        return np.asarray(self.values, "<f4").tobytes()


@dataclass(frozen=True)
class Match:
    """Whether two templates are of one person; `score` is 0.5 at the threshold and 1 for the same picture."""

    distance: float
    score: float
    result: Outcome
    model: str
    threshold: float


@dataclass(frozen=True)
class Pose:
    """Degrees: yaw to the person's own left (the picture's right), pitch upwards, roll clockwise in the picture."""

    yaw: float
    pitch: float
    roll: float
