"""Finding faces: BlazeFace first, dlib's HOG where it sees nothing, the mesh of 468 points for each.

BlazeFace short range (Bazarevsky et al., 2019): 896 anchors on grids of 16 × 16 (two each) and 8 × 8 (six each) over a
picture of 128 × 128; a box, six points and a score each.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import _dlib_pybind11 as dlib  # dlib-bin names its own module so
import cv2
import numpy as np

from keizoku.vision.faces.mesh import mesh
from keizoku.vision.faces.networks import network, said_by
from keizoku.vision.faces.results import Face, Floats
from keizoku.vision.pictures import Picture

_SIDE: Final = 128
_SURE: Final = 0.5
_OVERLAP: Final = 0.3
_LONGEST: Final = 640  # HOG needs no finer picture: it finds faces from 80 pixels on
# Mesh points at the corners of the eyes and under the nose, in the order of dlib's five.
_FIVE: Final = (263, 362, 33, 133, 2)
_CHEEKS: Final = (234, 454)


@dataclass(frozen=True)
class Spot:
    """Where a face may be: left, top, width, height; the eyes, picture's left first; how sure; who says so."""

    box: tuple[float, float, float, float]
    eyes: Floats
    score: float
    finder: str


@lru_cache(maxsize=1)
def _anchors() -> Floats:
    places = []
    for cells, times in ((16, 2), (8, 6)):
        rows, columns = np.mgrid[0:cells, 0:cells]
        middle = np.stack([(columns.ravel() + 0.5) / cells, (rows.ravel() + 0.5) / cells], axis=1)
        places.append(np.repeat(middle, times, axis=0))
    return np.concatenate(places).astype(np.float32)


def find(picture: Picture) -> tuple[Face, ...]:
    """All faces, the largest first; nothing found is an empty tuple."""
    spots = _blaze(picture) or _hog(picture)
    faces = [face for spot in spots if (face := _faced(picture, spot)) is not None]
    return tuple(sorted(faces, key=lambda face: -face.width))


def _faced(picture: Picture, spot: Spot) -> Face | None:
    points = mesh(picture, spot.box, spot.eyes)
    if points is None:
        return None
    width = float(np.linalg.norm(points[_CHEEKS[0]] - points[_CHEEKS[1]]))
    return Face(spot.box, points[list(_FIVE), :2], points, spot.score, width, spot.finder)


def _blaze(picture: Picture) -> list[Spot]:
    height, width = picture.shape[:2]
    longest = max(height, width)
    share = _SIDE / longest
    left, top = (longest - width) / 2 * share, (longest - height) / 2 * share
    into = np.array([[share, 0, left], [0, share, top]], np.float32)
    coarse = cv2.resize(
        picture, None, fx=min(1, 2 * share), fy=min(1, 2 * share), interpolation=cv2.INTER_AREA
    )
    into[:, :2] /= coarse.shape[1] / width
    small = cv2.warpAffine(coarse, into, (_SIDE, _SIDE), flags=cv2.INTER_LINEAR)
    values = small[..., ::-1].astype(np.float32) / 127.5 - 1
    boxes, scores = network("face-finder")(values[None])
    sure = 1 / (1 + np.exp(-np.clip(scores.ravel(), -80, 80)))
    kept = np.flatnonzero(sure > _SURE)
    if not len(kept):
        return []
    raw = boxes.reshape(-1, 16)[kept] / _SIDE
    anchors = _anchors()[kept]
    middle, size = raw[:, :2] + anchors, raw[:, 2:4]
    points = raw[:, 4:].reshape(-1, 6, 2) + anchors[:, None]
    rows = np.concatenate([middle - size / 2, size, points[:, :2].reshape(-1, 4)], axis=1)
    merged = _merged(rows * longest, sure[kept])
    shift = np.array([(longest - width) / 2, (longest - height) / 2])
    name = said_by("face-finder")
    return [
        Spot(
            (row[0] - shift[0], row[1] - shift[1], row[2], row[3]),
            row[4:8].reshape(2, 2) - shift,
            score,
            name,
        )
        for row, score in merged
    ]


def _merged(rows: Floats, scores: Floats) -> list[tuple[Floats, float]]:
    """Boxes that overlap as one, weighed by their scores."""
    left = list(np.argsort(-scores))
    found = []
    while left:
        first = left[0]
        near = [each for each in left if _overlap(rows[first], rows[each]) > _OVERLAP] or [first]
        weights = scores[near] / scores[near].sum()
        found.append(((rows[near] * weights[:, None]).sum(axis=0), float(scores[first])))
        left = [each for each in left if each not in near]
    return found


def _overlap(one: Floats, other: Floats) -> float:
    low = np.maximum(one[:2], other[:2])
    high = np.minimum(one[:2] + one[2:4], other[:2] + other[2:4])
    both = float(np.prod(np.clip(high - low, 0, None)))
    return both / max(1e-6, float(one[2] * one[3] + other[2] * other[3]) - both)


@lru_cache(maxsize=1)
def _detector() -> Any:
    return dlib.get_frontal_face_detector()


def _hog(picture: Picture) -> list[Spot]:
    """Dlib's own finder, for what BlazeFace overlooks."""
    share = min(1.0, _LONGEST / max(picture.shape[:2]))
    small = cv2.resize(picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    boxes, scores, _ = _detector().run(np.ascontiguousarray(small[..., ::-1]), 1, 0.0)
    spots = []
    for box, score in zip(boxes, scores, strict=True):
        place = tuple(float(side) / share for side in (box.left(), box.top(), box.width(), box.height()))
        eyes = np.array([[place[0] + place[2] * at, place[1] + place[3] * 0.3] for at in (0.3, 0.7)])
        found = (place[0], place[1], place[2], place[3])
        spots.append(Spot(found, eyes, float(min(1.0, 0.5 + score / 4)), "dlib HOG"))
    return spots
