"""The portrait on a document: a drawn head before a plain ground. No photograph of a person is in the project."""

from functools import lru_cache
from typing import Final

import numpy as np

from keizoku.sample import heads
from keizoku.sample.documents.specimens import Picture

_SIZE: Final = (360, 480)
_GROUND: Final = (226, 216, 206)


@lru_cache(maxsize=64)
def portrait(identity: int) -> Picture:
    """An RGB portrait, 3 wide to 4 high, of the head that `identity` seeds; the first of each takes a second."""
    return np.ascontiguousarray(heads.draw(identity, size=_SIZE, background=_GROUND)[:, :, ::-1])
