"""Looking: a quick judgement of one shot, for the moment when it arrives. No model is asked."""

from typing import Final

import cv2
import numpy as np

from keizoku.vision.documents import gates, quads
from keizoku.vision.documents.gates import Limits
from keizoku.vision.documents.results import Look, Quad, Reason
from keizoku.vision.documents.straightening import ID_1, laid
from keizoku.vision.pictures import Picture

_LIMITS: Final = Limits()
_LEAST: Final = 0.75  # of a shape's score: what is less has no four sides
_SECOND: Final = 0.75  # of the first document's score
_LIKE_IN_SIZE: Final = 0.45
_AT_THE_EDGE: Final = 0.0015


def look(picture: Picture, limits: Limits = _LIMITS) -> Look:
    """Whether a shot shows one whole document well enough to be read, and if not, why."""
    candidates = quads.find(picture)
    if not candidates or candidates[0].score < _LEAST:
        return Look(
            found=False, quad=None, reasons=(_why_none(picture),), scores={"shape": _best(candidates)}
        )
    best = candidates[0]
    measures = gates.measured(laid(picture, best.quad, ID_1))
    found = list(gates.reasons(measures, limits))
    if Reason.TOO_SMALL in found and quads.is_cut_off(picture):
        found = [Reason.CUT_OFF]  # what was found is a part of what runs out of the picture, as its portrait
    if _touches(best.quad, picture):
        found.insert(0, Reason.CUT_OFF)
    if len(candidates) > 1 and _is_another(best, candidates[1]):
        found.insert(0, Reason.TWO_DOCUMENTS)
    scores = {
        "shape": best.score,
        "sides": best.support,
        "weakest_side": best.weakest,
        **measures.as_scores(),
    }
    return Look(found=True, quad=best.quad, reasons=tuple(found), scores=scores)


def _why_none(picture: Picture) -> Reason:
    if float(np.percentile(picture[::8, ::8], 95)) < _LIMITS.darkness:
        return Reason.DARK
    return Reason.CUT_OFF if quads.is_cut_off(picture) else Reason.NO_DOCUMENT


def _best(candidates: list[quads.Candidate]) -> float:
    return candidates[0].score if candidates else 0.0


def _touches(quad: Quad, picture: Picture) -> bool:
    height, width = picture.shape[:2]
    margin = _AT_THE_EDGE * max(height, width)
    return bool((quad < margin).any() or (quad > np.array((width, height)) - 1 - margin).any())


def _is_another(best: quads.Candidate, other: quads.Candidate) -> bool:
    sizes = [cv2.contourArea(one.quad.astype(np.float32)) for one in (best, other)]
    return other.score > _SECOND * best.score and sizes[1] > _LIKE_IN_SIZE * sizes[0]
