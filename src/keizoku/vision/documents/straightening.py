"""Straightening: a document in a photograph as if scanned, and any part of it at the photograph's own resolution."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from keizoku.vision.documents.quads import sides
from keizoku.vision.documents.results import Quad
from keizoku.vision.pictures import Picture
from keizoku.vision.text import Box

ID_1: Final = (1012, 638)
PASSPORT_PAGE: Final = (1250, 880)
_LINE: Final = 48
_FINEST: Final = 3


@dataclass(frozen=True)
class Sheet:
    """A document that lies in a photograph. `quad` begins at the document's own upper left corner."""

    picture: Picture
    quad: Quad
    size: tuple[int, int]

    @property
    def straight(self) -> Picture:
        """The whole document, `size` pixels."""
        width, height = self.size
        return self.part(Box(0, 0, height, width), height)

    def part(self, box: Box, height: int = _LINE) -> Picture:
        """A rectangle given in pixels of the straightened document, scaled to `height` pixels."""
        finer = self._finer(box, height)
        scale = height * finer / max(box.height, 1.0)
        wide = max(1, round(box.width * scale))
        shift = np.array(((scale, 0, -box.x * scale), (0, scale, -box.y * scale), (0, 0, 1)))
        to = shift @ self._matrix()
        found = cv2.warpPerspective(
            self.picture, to, (wide, height * finer), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        if finer > 1:
            found = cv2.resize(found, (max(1, wide // finer), height), interpolation=cv2.INTER_AREA)
        return np.asarray(found, np.uint8)

    def turned(self, quarters: int) -> "Sheet":
        """The same, with the quad beginning at another corner; an odd count swaps width and height."""
        size = self.size if quarters % 2 == 0 else (self.size[1], self.size[0])
        return Sheet(self.picture, np.roll(self.quad, -quarters, axis=0), size)

    def corners(self, box: Box) -> npt.NDArray[np.float64]:
        """Where a rectangle of the straightened document lies in the photograph."""
        ends = ((box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom))
        points = np.array([ends], np.float64)
        return np.asarray(cv2.perspectiveTransform(points, np.linalg.inv(self._matrix()))[0], np.float64)

    def _matrix(self) -> npt.NDArray[np.float64]:
        width, height = self.size
        corners = np.array(((0, 0), (width, 0), (width, height), (0, height)), np.float32)
        return np.asarray(cv2.getPerspectiveTransform(self.quad.astype(np.float32), corners), np.float64)

    def _finer(self, box: Box, height: int) -> int:
        """How many pixels of the photograph fall into one of the result, so that none is skipped."""
        across, down = sides(self.corners(box))
        return int(
            np.clip(round(max(down / height, across / max(box.width * height / box.height, 1))), 1, _FINEST)
        )


def laid(picture: Picture, quad: Quad, size: tuple[int, int]) -> Sheet:
    """The sheet, its long side lying as `size` has it; which way up is not known yet."""
    across, down = sides(quad)
    sheet = Sheet(picture, quad, size)
    return (
        sheet if (across >= down) == (size[0] >= size[1]) else Sheet(picture, np.roll(quad, -1, axis=0), size)
    )


def whole(picture: Picture, size: tuple[int, int]) -> Sheet:
    """A picture that shows nothing but the document."""
    height, width = picture.shape[:2]
    corners = np.array(((0, 0), (width - 1, 0), (width - 1, height - 1), (0, height - 1)), np.float64)
    return laid(picture, corners, size)
