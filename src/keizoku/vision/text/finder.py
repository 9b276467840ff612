"""Finding lines of text: a map of what looks like text, and the boxes around it (DB, PP-OCRv6 small)."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from keizoku.vision.pictures import Picture
from keizoku.vision.text.runtime import Values, network

_MULTIPLE: Final = 32
_MAP_THRESHOLD: Final = 0.25
_BOX_THRESHOLD: Final = 0.5
_SMALLEST: Final = 5
_GROWN: Final = 0.75  # of the shrunken box's height, as the model was trained to be unshrunk
_MEAN: Final = np.array((0.485, 0.456, 0.406), np.float32)
_SPREAD: Final = np.array((0.229, 0.224, 0.225), np.float32)


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """An upright rectangle in pixels."""

    y: float
    x: float
    height: float
    width: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


def find(picture: Picture, longest: int = 960) -> list[Box]:
    """Boxes of the lines in an upright picture, from the top."""
    height, width = picture.shape[:2]
    scale = longest / max(height, width)
    wide = max(_MULTIPLE, round(width * scale / _MULTIPLE) * _MULTIPLE)
    high = max(_MULTIPLE, round(height * scale / _MULTIPLE) * _MULTIPLE)
    scaled = cv2.resize(picture, (wide, high), interpolation=cv2.INTER_AREA)
    values = (np.asarray(scaled, np.float32) / 255.0 - _MEAN) / _SPREAD
    found = network("text-lines")(values.transpose(2, 0, 1)[None])[0, 0]
    return sorted(_boxes(found, width / wide, height / high, (height, width)))


def _boxes(found: Values, across: float, down: float, size: tuple[int, int]) -> list[Box]:
    marked = (found > _MAP_THRESHOLD).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(marked, connectivity=8)
    boxes = []
    for x, y, width, height, _ in stats[1:count]:
        if min(width, height) < 3 or found[y : y + height, x : x + width].max() < _BOX_THRESHOLD:  # noqa: PLR2004
            continue
        grown = height * _GROWN / 2 + 1
        left, top = max(0.0, (x - grown) * across), max(0.0, (y - grown) * down)
        right = min(float(size[1]), (x + width + grown) * across)
        bottom = min(float(size[0]), (y + height + grown) * down)
        if min(right - left, bottom - top) >= _SMALLEST:
            boxes.append(Box(top, left, bottom - top, right - left))
    return boxes
