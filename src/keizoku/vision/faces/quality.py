"""Why a picture of a face does not do, as codes: what the customer can mend by taking it again."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from keizoku.vision.faces.posing import held
from keizoku.vision.faces.results import Face, Floats, Reason
from keizoku.vision.pictures import Picture

SMALLEST: Final = 100.0  # pixels from cheek to cheek: below, genuine pairs are refused noticeably more often
_SECOND: Final = 0.4  # of the first face's width: smaller ones are passers-by
_DARK: Final = 48.0
_SHARP: Final = 18.0
_TURNED: Final = 30.0
_SIDE: Final = 160
# Lab: how far a mask's colour or lightness is from the forehead's, and how much redder lips are than the skin round them.
_OTHER: Final = 9.0
_PALER: Final = 60.0
_RED: Final = 1.5
# Polygons on the mesh: both eyes with their lids, cheeks beside the nose, mouth to chin, forehead.
_EYES: Final = ((226, 27, 56, 133, 23, 110), (446, 257, 286, 362, 253, 339))
_CHEEKS: Final = ((117, 101, 205, 187, 123), (346, 330, 425, 411, 352))
_MOUTH: Final = ((212, 57, 164, 287, 432, 200),)
_FOREHEAD: Final = ((104, 69, 108, 337, 299, 333, 296, 107, 66),)
_LIPS: Final = ((61, 39, 0, 269, 291, 405, 17, 181),)


def quality(picture: Picture, face: Face | None, others: Sequence[Face] = ()) -> tuple[Reason, ...]:
    """What is wrong with this face in this picture; empty when it will do.

    Args:
        picture: where the face was found.
        face: the largest, None for none.
        others: all further faces found.
    """
    if face is None:
        return (Reason.NO_FACE,)
    found = []
    if any(other.width > _SECOND * face.width for other in others):
        found.append(Reason.TWO_FACES)
    if face.width < SMALLEST:
        found.append(Reason.SMALL)
    crop, points = _crop(picture, face)
    cheeks, forehead = _mean(crop, points, _CHEEKS), _mean(crop, points, _FOREHEAD)
    light = max(float(cheeks[0]), float(forehead[0]))
    if light < _DARK:
        found.append(Reason.DARK)
    if sharpness(picture, face) < _SHARP:
        found.append(Reason.BLUR)
    if _has_sunglasses(crop, points, light):
        found.append(Reason.SUNGLASSES)
    if _has_mask(crop, points, forehead):
        found.append(Reason.MASK)
    if abs(held(face).yaw) > _TURNED or abs(held(face).pitch) > _TURNED:
        found.append(Reason.TURNED)
    return tuple(found)


def sharpness(picture: Picture, face: Face) -> float:
    """Variance of the Laplacian of the face at 160 pixels' width."""
    crop, _ = _crop(picture, face)
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY)
    return float(cv2.Laplacian(cv2.medianBlur(grey, 3), cv2.CV_64F).var())


def _crop(picture: Picture, face: Face) -> tuple[Picture, Floats]:
    """The face at a fixed width, and the mesh in it."""
    low, high = face.mesh468[:, :2].min(axis=0), face.mesh468[:, :2].max(axis=0)
    share = _SIDE / max(1.0, float(high[0] - low[0]))
    size = (_SIDE, max(8, round(float(high[1] - low[1]) * share)))
    into = np.array([[share, 0, -low[0] * share], [0, share, -low[1] * share]], np.float32)
    how = cv2.INTER_AREA if share < 1 else cv2.INTER_LINEAR
    crop = cv2.warpAffine(picture, into, size, flags=how, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(crop, np.uint8), (face.mesh468[:, :2] - low) * share


def _inside(crop: Picture, points: Floats, shapes: Sequence[Sequence[int]]) -> Floats:
    """Lab colours of the pixels inside polygons of the mesh."""
    inside = np.zeros(crop.shape[:2], np.uint8)
    for shape in shapes:
        cv2.fillPoly(inside, [np.rint(points[list(shape)]).astype(np.int32)], 1)
    lab = cv2.cvtColor(crop, cv2.COLOR_BGR2LAB)
    return lab[inside > 0].astype(np.float32)


def _mean(crop: Picture, points: Floats, shapes: Sequence[Sequence[int]]) -> Floats:
    found = _inside(crop, points, shapes)
    return np.asarray(np.median(found, axis=0) if len(found) else np.zeros(3), np.float32)


def _has_sunglasses(crop: Picture, points: Floats, light: float) -> bool:
    """Dark, even and colourless where the eyes are: an eye has white beside the iris and skin around it."""
    eyes = _inside(crop, points, _EYES)
    if not len(eyes):
        return False
    return bool(np.percentile(eyes[:, 0], 75) < 0.42 * light and np.median(eyes[:, 0]) < 0.35 * light)


def _has_mask(crop: Picture, points: Floats, forehead: Floats) -> bool:
    """Mouth and chin of one colour that is not the forehead's, without the redness of lips."""
    mouth, lips = _mean(crop, points, _MOUTH), _mean(crop, points, _LIPS)
    is_other = (
        float(np.linalg.norm((mouth - forehead)[1:])) > _OTHER or abs(float(mouth[0] - forehead[0])) > _PALER
    )
    return bool(is_other and float(lips[1] - mouth[1]) < _RED)
