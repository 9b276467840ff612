"""The printed grounds of documents: pale gradients under fine curved lines, as security printing has them."""

from random import Random
from typing import Final

import numpy as np

from keizoku.sample.documents.sheet import Colour
from keizoku.sample.documents.specimens import Picture

_SMALL: Final = (760, 480)
_LINES: Final = 0.86


def ground(rng: Random, first: Colour, second: Colour, *, strength: float = 12.0) -> Picture:
    """An RGB ground that goes from one pale colour to another, under waves of lines `strength` levels darker."""
    width, height = _SMALL
    across = np.linspace(0, 1, width)[None, :]
    down = np.linspace(0, 1, height)[:, None]
    share = np.clip(across * rng.uniform(0.6, 1.0) + down * rng.uniform(0.0, 0.4), 0, 1)[..., None]
    paper = np.array(first) * (1 - share) + np.array(second) * share
    ink = np.zeros((height, width))
    for _ in range(3):
        pitch, bend, phase = rng.uniform(70, 130), rng.uniform(0.6, 2.4), rng.uniform(0, 6)
        curve = down + 0.06 * np.sin(6.28 * bend * across + phase) + 0.02 * np.sin(31 * across + 2 * phase)
        ink = np.maximum(ink, np.sin(6.28 * pitch * curve) > _LINES)
    tinted = paper - ink[..., None] * strength * np.array([1.0, 0.8, 0.6])
    return np.asarray(np.clip(tinted, 0, 255), np.uint8)
