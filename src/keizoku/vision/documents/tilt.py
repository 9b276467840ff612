"""Tilt: whether a card that is tipped away shows its thickness, as a card does and a print or a display does not.

Two shots of one document: flat, and tipped. Tipped by 25° or more the card is foreshortened, and its near edge shows a strip
of 0.76 mm (ISO/IEC 7810) times the sine of the angle, of one light colour, between the printed face and the ground.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from keizoku.vision.checks import Outcome
from keizoku.vision.documents import quads
from keizoku.vision.documents.results import Quad
from keizoku.vision.documents.straightening import ID_1, laid
from keizoku.vision.pictures import Picture

_RATIO: Final = 85.6 / 54.0
_THICKNESS: Final = 0.76
_LEAST_ANGLE: Final = 15.0
_LEAST_LIKENESS: Final = 0.25


class TiltReason(StrEnum):
    NO_DOCUMENT = "no_document"
    NOT_TILTED = "not_tilted"
    OTHER_DOCUMENT = "other_document"
    NO_EDGE = "no_edge"
    EDGE_UNCLEAR = "edge_unclear"


@dataclass(frozen=True)
class Tilt:
    """`angle` in degrees; `thickness_seen` in millimetres, 0 where no edge is seen."""

    result: Outcome
    angle: float
    thickness_seen: float
    reasons: tuple[TiltReason, ...]
    confidence: float


def tilted(flat: Picture, tilt: Picture) -> Tilt:
    """Whether the second shot shows the same document tipped, with the edge that a card has."""
    found = [quads.find(flat, 1), quads.find(tilt, 1, quads.TIPPED)]
    if not all(found):
        return Tilt(Outcome.UNSURE, 0.0, 0.0, (TiltReason.NO_DOCUMENT,), 0.0)
    first, second = (one[0].quad for one in found)
    angle = _angle(second)
    if angle < max(_LEAST_ANGLE, _angle(first) + 8):
        return Tilt(Outcome.UNSURE, angle, 0.0, (TiltReason.NOT_TILTED,), 0.0)
    if _likeness(flat, first, tilt, second) < _LEAST_LIKENESS:
        return Tilt(Outcome.UNSURE, angle, 0.0, (TiltReason.OTHER_DOCUMENT,), 0.3)
    seen = _thickness(tilt, second, angle)
    if seen is None:
        return Tilt(Outcome.UNSURE, angle, 0.0, (TiltReason.EDGE_UNCLEAR,), 0.3)
    if 0.5 * _THICKNESS < seen < 1.7 * _THICKNESS:
        return Tilt(Outcome.PASSED, angle, seen, (), 0.7)
    reason = TiltReason.NO_EDGE if seen < _THICKNESS else TiltReason.EDGE_UNCLEAR
    return Tilt(Outcome.FAILED if seen == 0 else Outcome.UNSURE, angle, seen, (reason,), 0.5)


def _angle(quad: Quad) -> float:
    """How far the card is tipped about its long side: its height over what its width makes of it."""
    level, upright = quads.sides(quad)
    if level < upright:
        level, upright = upright, level
    return math.degrees(math.acos(min(1.0, upright * _RATIO / max(level, 1.0))))


def _likeness(flat: Picture, first: Quad, tilt: Picture, second: Quad) -> float:
    """Correlation of the two straightened faces, coarse; the better of the two ways up."""
    size = (96, 60)
    one, two = (
        _coarse(laid(picture, quad, ID_1).straight, size) for picture, quad in ((flat, first), (tilt, second))
    )
    return max(float((one * two).mean()), float((one * two[::-1, ::-1]).mean()))


def _coarse(picture: Picture, size: tuple[int, int]) -> npt.NDArray[np.float32]:
    grey = cv2.resize(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), size, interpolation=cv2.INTER_AREA).astype(
        np.float32
    )
    grey -= cv2.GaussianBlur(grey, (0, 0), 12)
    return np.asarray((grey - grey.mean()) / max(float(grey.std()), 1e-3), np.float32)


def _thickness(picture: Picture, quad: Quad, angle: float) -> float | None:
    """Millimetres of the strip beside the long sides; the nearer side of the two that has one."""
    level, _ = quads.sides(quad)
    across = level / 85.6  # pixels a millimetre
    expected = _THICKNESS * math.sin(math.radians(angle)) * across
    lab = np.asarray(cv2.cvtColor(cv2.GaussianBlur(picture, (3, 3), 0), cv2.COLOR_BGR2LAB), np.float32)
    strips = [_strip(lab, quad[at], quad[(at + 1) % 4], expected) for at in _long_sides(quad)]
    seen = [strip for strip in strips if strip is not None]
    if not seen:
        return None
    return (
        min(seen, key=lambda width: abs(width - expected)) / across / max(math.sin(math.radians(angle)), 0.1)
    )


def _long_sides(quad: Quad) -> tuple[int, int]:
    lengths = [float(np.linalg.norm(quad[(at + 1) % 4] - quad[at])) for at in range(4)]
    return (0, 2) if lengths[0] + lengths[2] >= lengths[1] + lengths[3] else (1, 3)


def _strip(
    lab: npt.NDArray[np.float32],
    start: npt.NDArray[np.float64],
    end: npt.NDArray[np.float64],
    expected: float,
) -> float | None:
    """The width in pixels of an even strip about a side, between the face and the ground; 0 for a single step."""
    direction = (end - start) / max(float(np.linalg.norm(end - start)), 1e-6)
    outward = np.array((direction[1], -direction[0]))
    reach = max(8.0, 3.0 * expected)
    offsets = np.arange(-reach, reach + 0.5, 0.5)
    along = np.linspace(0.12, 0.88, 80)
    grid = start + along[:, None, None] * (end - start) + offsets[None, :, None] * outward
    sampled = cv2.remap(
        lab, grid[..., 0].astype(np.float32), grid[..., 1].astype(np.float32), cv2.INTER_LINEAR
    )
    profile = np.median(sampled, axis=0)
    step = np.linalg.norm(np.diff(profile, axis=0), axis=1)
    step = np.convolve(step, (0.25, 0.5, 0.25), mode="same")
    peaks = [
        at
        for at in range(2, len(step) - 2)
        if step[at] >= step[at - 1] and step[at] > step[at + 1] and step[at] > max(1.2, 0.12 * step.max())
    ]
    strong = [at for at in peaks if step[at] > 0.12 * max(step[peak] for peak in peaks)]
    if not strong:
        return None
    widths = [(two - one) * 0.5 for one, two in combinations(strong, 2)]
    return min(widths, key=lambda width: abs(width - expected), default=0.0)
