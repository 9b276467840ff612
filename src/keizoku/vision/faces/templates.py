"""Templates and whether two are of one person: dlib's ResNet of 128 numbers.

Threshold 0.60 (L2): on 141 genuine and 3,180 impostor pairs of public photographs it refused 2.8 % of genuine ones at
140-pixel portraits and accepted 0.09 % of impostors; docs/accuracy.md says what that sample is worth. dlib's 68-point file,
whose data forbid commercial use, is never loaded: five points align a face.
"""

from functools import lru_cache
from typing import Any, Final

import _dlib_pybind11 as dlib  # dlib-bin names its own module so
import numpy as np

from keizoku.vision import models
from keizoku.vision.checks import Outcome
from keizoku.vision.faces.networks import said_by
from keizoku.vision.faces.results import Face, Match, Template
from keizoku.vision.pictures import Picture

THRESHOLD: Final = 0.60
# Just over the threshold lie old photographs of the right person more often than strangers: a person looks.
SURELY_OTHER: Final = 0.70
# Of the mesh's longer side. 0.85, 0.92 and 1.0 were tried on the public pairs of docs/accuracy.md; 1.0 refused the fewest.
_TALLEST: Final = 1.0


@lru_cache(maxsize=1)
def _aligner() -> Any:
    return dlib.shape_predictor(str(models.checked("face-points")))


@lru_cache(maxsize=1)
def _network() -> Any:
    return dlib.face_recognition_model_v1(str(models.checked("face-template")))


def template(picture: Picture, face: Face) -> Template:
    """The numbers of a face."""
    colours = np.ascontiguousarray(picture[..., ::-1])
    points = _aligner()(colours, _square(face))
    values = np.array(_network().compute_face_descriptor(colours, points))
    return Template(values, said_by("face-template"))


def _square(face: Face) -> Any:
    """The face as dlib's own finder would frame it: from the brows to the chin."""
    low, high = face.mesh468[:, :2].min(axis=0), face.mesh468[:, :2].max(axis=0)
    side = float(max(high - low)) * _TALLEST
    middle = (float(low[0] + high[0]) / 2, float(high[1]) - side * 0.5)
    edges = (middle[0] - side / 2, middle[1] - side / 2, middle[0] + side / 2, middle[1] + side / 2)
    return dlib.rectangle(*(round(edge) for edge in edges))


def match(one: Template, other: Template, threshold: float = THRESHOLD) -> Match:
    """Compare two templates of one model.

    Raises:
        ValueError: they are of different models.
    """
    if one.model != other.model:
        raise ValueError("templates of two models cannot be compared")
    distance = float(np.linalg.norm(one.values - other.values))
    if distance < threshold:
        result = Outcome.PASSED
    else:
        result = Outcome.FAILED if distance >= threshold + SURELY_OTHER - THRESHOLD else Outcome.UNSURE
    score = 1 / (1 + (distance / threshold) ** 4)
    return Match(distance, score, result, one.model, threshold)
