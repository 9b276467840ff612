"""Tells of a face that is not there: it is flat, its frames repeat, it stands on a screen."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from keizoku.vision.faces import Face
from keizoku.vision.pictures import Picture

_CHEEKS: Final = (234, 454)
_SMALL: Final = 96
_RING: Final = (0.22, 0.49)  # of the sampling rate: finer than skin, coarser than noise alone


def relief(face: Face, plain: Face) -> float:
    """How far a turned face is from any view of a flat picture of the plain one, as a share of its width.

    Two views of one plane differ by a homography. The mesh of a head that turns leaves some 5 % of its width to the
    best homography, that of a tilted print 1 %. The depth that the mesh model imagines is not used.
    """
    one, other = plain.mesh468[:, :2].astype(np.float64), face.mesh468[:, :2].astype(np.float64)
    plane, _ = cv2.findHomography(one, other, 0)
    if plane is None:
        return 0.0
    moved = cv2.perspectiveTransform(one[None], plane)[0]
    width = float(np.linalg.norm(one[_CHEEKS[0]] - one[_CHEEKS[1]]))
    return float(np.sqrt(((moved - other) ** 2).sum(axis=1).mean())) / max(1.0, width)


def nearest_frames(pictures: Sequence[Picture]) -> float:
    """The least difference (grey levels, mean) between two of the pictures: a camera's own noise is more than 0.6."""
    small = [
        cv2.resize(cv2.cvtColor(each, cv2.COLOR_BGR2GRAY), (_SMALL, _SMALL), interpolation=cv2.INTER_NEAREST)
        for each in pictures
    ]
    least = 255.0
    for place, one in enumerate(small):
        for other in small[place + 1 :]:
            least = min(least, float(np.abs(one.astype(np.float32) - other).mean()))
    return least


def beats(picture: Picture, face: Face) -> float:
    """How far the strongest fine wave in the face stands above the others of its fineness: pixels beating with pixels."""
    low = np.maximum(face.mesh468[:, :2].min(axis=0), 0).astype(int)
    high = np.minimum(face.mesh468[:, :2].max(axis=0), picture.shape[1::-1]).astype(int)
    crop = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)[low[1] : high[1], low[0] : high[0]].astype(np.float32)
    if min(crop.shape) < _SMALL // 2:
        return 0.0
    window = np.outer(np.hanning(crop.shape[0]), np.hanning(crop.shape[1]))
    power = np.abs(np.fft.fft2((crop - crop.mean()) * window))
    fineness = np.hypot(*np.meshgrid(np.fft.fftfreq(crop.shape[1]), np.fft.fftfreq(crop.shape[0])))
    ring = power[(fineness > _RING[0]) & (fineness < _RING[1])]
    return float(ring.max() / max(1e-6, float(np.median(ring))))
