"""The mesh of a face: 468 points in three dimensions (Face Mesh; Kartynnik et al., 2019)."""

from typing import Final

import cv2
import numpy as np

from keizoku.vision.faces.networks import network
from keizoku.vision.faces.results import Floats
from keizoku.vision.pictures import Picture

_SIDE: Final = 192
_WIDER: Final = 1.5  # the model was trained on boxes widened so
_SURE: Final = 0.5


def mesh(picture: Picture, box: tuple[float, float, float, float], eyes: Floats) -> Floats | None:
    """The 468 points (column, row, depth in pixels) of the face in this box; None where the model sees none.

    Args:
        picture: any size.
        box: left, top, width, height.
        eyes: (2, 2): both eyes, the picture's left first; the crop is turned until they are level.
    """
    angle = float(np.arctan2(eyes[1, 1] - eyes[0, 1], eyes[1, 0] - eyes[0, 0]))
    size = max(box[2], box[3]) * _WIDER
    middle = np.array([box[0] + box[2] / 2, box[1] + box[3] / 2])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    back = np.concatenate([turn * size / _SIDE, (middle - turn @ [size / 2, size / 2])[:, None]], axis=1)
    crop = cv2.warpAffine(
        picture,
        back,
        (_SIDE, _SIDE),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    points, flag = network("face-mesh")((crop[..., ::-1].astype(np.float32) / 255)[None])
    if 1 / (1 + np.exp(-float(flag.ravel()[0]))) < _SURE:
        return None
    points = points.reshape(468, 3)
    flat = points[:, :2] @ back[:, :2].T + back[:, 2]
    return np.concatenate([flat, points[:, 2:] * size / _SIDE], axis=1).astype(np.float32)
