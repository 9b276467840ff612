"""Gates: what can be measured of a shot without reading it, and the limits within which it will do.

Each measure is a pure function of the straightened card or of the photograph, its limit chosen on photographed specimens
(docs/vision.md says how well they part good from ruined).
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from keizoku.vision.documents import quads
from keizoku.vision.documents.results import Reason
from keizoku.vision.documents.straightening import Sheet
from keizoku.vision.pictures import Picture
from keizoku.vision.text import Box

Plane = npt.NDArray[np.float32]
_SMALL: Final = (253, 160)  # a card at a quarter of its straightened size


@dataclass(frozen=True)
class Limits:
    """Within these a shot will do."""

    shortest_side: float = 560.0  # pixels of the document's long side
    sharpness: float = 0.11
    glare: float = 0.1
    darkness: float = 45.0
    colour: float = 5.5  # drawn copies of all kinds have 1 to 5, good documents 6 (passport) to 30
    covered: float = 0.11
    screen: float = 8.0


@dataclass(frozen=True)
class Measures:
    """What was measured; the names are those of the scores."""

    long_side: float
    sharpness: float
    glare: float
    brightness: float
    colour: float
    covered: float
    screen: float
    contrast: float

    def as_scores(self) -> Mapping[str, float]:
        return {one.name: float(getattr(self, one.name)) for one in fields(self)}


def measured(sheet: Sheet) -> Measures:
    """All measures of a straightened document."""
    card = sheet.part(Box(0, 0, sheet.size[1], sheet.size[0]), 3 * _SMALL[1])
    grey = np.asarray(cv2.cvtColor(card, cv2.COLOR_BGR2GRAY), np.uint8)
    small = np.asarray(cv2.resize(card, _SMALL, interpolation=cv2.INTER_AREA), np.uint8)
    inner = grey[20:-20, 20:-20]
    low, high = (float(value) for value in np.percentile(inner, (2, 90)))
    return Measures(
        long_side=max(quads.sides(sheet.quad)),
        sharpness=_sharpness(inner, max(high - low, 1.0)),
        glare=_glare(card),
        brightness=high,
        colour=_colour(small),
        covered=_covered(small),
        screen=_screen(sheet),
        contrast=high - low,
    )


def reasons(measures: Measures, limits: Limits) -> tuple[Reason, ...]:
    """What is wrong, by the limits."""
    is_dark = measures.brightness < limits.darkness
    found = {
        Reason.TOO_SMALL: measures.long_side < limits.shortest_side,
        Reason.DARK: is_dark,
        Reason.BLUR: not is_dark and measures.sharpness < limits.sharpness,
        Reason.GLARE: measures.glare > limits.glare,
        Reason.COVERED: measures.covered > limits.covered,
        Reason.BLACK_AND_WHITE: not is_dark and measures.colour < limits.colour,
        Reason.SCREEN_SUSPECTED: measures.screen > limits.screen,
    }
    return tuple(reason for reason, is_so in found.items() if is_so)


def _sharpness(grey: Picture, contrast: float) -> float:
    """The steepest hundredth of slopes against the contrast: 1 would be an edge within one pixel."""
    quiet = cv2.medianBlur(grey, 3)
    across, down = cv2.Sobel(quiet, cv2.CV_32F, 1, 0), cv2.Sobel(quiet, cv2.CV_32F, 0, 1)
    return float(np.percentile(np.hypot(across, down), 98)) / 8 / contrast


def _glare(card: Picture) -> float:
    """The radius, in parts of the height, of the largest spot that is blown out and shows no print at all."""
    value, least = card.max(axis=2), card.min(axis=2)
    blown = ((value >= 250) & (least >= 246)).astype(np.uint8)  # noqa: PLR2004 - white that has no colour left
    blown = cv2.morphologyEx(blown, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    blown[[0, -1], :] = blown[:, [0, -1]] = 0
    return float(np.max(cv2.distanceTransform(blown, cv2.DIST_L2, 3))) / float(card.shape[0])


def _colour(small: Picture) -> float:
    """How far the most coloured twentieth lies from the card's own grey."""
    lab = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2LAB), np.float32)[8:-8, 12:-12].reshape(-1, 3)
    off = lab[:, 1:] - np.median(lab[:, 1:], axis=0)
    return float(np.percentile(np.hypot(off[:, 0], off[:, 1]), 95))


def _covered(small: Picture) -> float:
    """How deep, in parts of the height, something that is not paper reaches in from an edge."""
    lab = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2LAB), np.float32)
    light = lab[..., 0] > np.percentile(lab[..., 0], 50)
    paper = np.median(lab[light], axis=0)
    off = np.abs(lab - paper)
    unlike = ((off[..., 0] > 45) | (np.hypot(off[..., 1], off[..., 2]) > 18)).astype(np.uint8)  # noqa: PLR2004
    blobs = cv2.morphologyEx(unlike, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (11, 11)))
    _, labels = cv2.connectedComponents(blobs.astype(np.uint8))
    height, width = labels.shape
    rim = np.concatenate(
        (labels[:3].ravel(), labels[-3:].ravel(), labels[:, :3].ravel(), labels[:, -3:].ravel())
    )
    deepest = 0.0
    y, x = np.mgrid[0:height, 0:width]
    depth = np.minimum(np.minimum(y, height - 1 - y), np.minimum(x, width - 1 - x))
    for label in np.unique(rim[rim > 0]):
        deepest = max(deepest, float(np.percentile(depth[labels == label], 98)) / height)
    return deepest


def _screen(sheet: Sheet) -> float:
    """How far the strongest fine repetition stands out of the picture's own noise: the grid of a display."""
    middle = sheet.quad.mean(axis=0)
    half = 128
    height, width = sheet.picture.shape[:2]
    left = int(np.clip(middle[0] - half, 0, max(0, width - 2 * half)))
    top = int(np.clip(middle[1] - half, 0, max(0, height - 2 * half)))
    patch = cv2.cvtColor(sheet.picture[top : top + 2 * half, left : left + 2 * half], cv2.COLOR_BGR2GRAY)
    if min(patch.shape) < 2 * half:
        return 0.0
    fine = patch.astype(np.float32) - cv2.GaussianBlur(patch, (0, 0), 3).astype(np.float32)
    fine = np.clip(fine, -20, 20)  # the edges of letters are no grid
    window = np.outer(np.hanning(2 * half), np.hanning(2 * half))
    power = np.abs(np.fft.rfft2(fine * window))
    power = power[:, 2 * half // 8 :]
    ground = np.asarray(cv2.blur(power.astype(np.float32), (15, 15)), np.float32)
    return float(np.max(power / np.maximum(ground, 1e-3)))
