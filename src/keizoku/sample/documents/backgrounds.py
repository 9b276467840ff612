"""What a card lies on: surfaces made of noise and waves, as float BGR pictures. Two of them are kept out of tuning."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from keizoku.sample.documents.chance import chance

Canvas = NDArray[np.float32]
_Grains = np.random.Generator


def background(name: str, size: tuple[int, int], seed: int) -> Canvas:
    """The surface `name`, `size` pixels (width, height)."""
    return _SURFACES[name](chance(seed), np.random.default_rng(seed), size)


def grain(grains: _Grains, size: tuple[int, int], cells: tuple[int, int]) -> Canvas:
    """Smooth noise around 0 with about `cells` humps across and down."""
    small = grains.standard_normal((cells[1] + 1, cells[0] + 1)).astype(np.float32)
    return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_CUBIC), np.float32)


def _tinted(level: Canvas, colour: tuple[float, float, float]) -> Canvas:
    return np.clip(level[..., None] * np.array(colour, np.float32), 0, 255).astype(np.float32)


def _grid(size: tuple[int, int]) -> tuple[Canvas, Canvas]:
    across, down = np.meshgrid(np.arange(size[0], dtype=np.float32), np.arange(size[1], dtype=np.float32))
    return across, down


def _desk(rng: Random, grains: _Grains, size: tuple[int, int]) -> Canvas:
    colour = rng.choice(((150, 120, 96), (120, 140, 120), (168, 160, 150), (110, 96, 150), (90, 110, 140)))
    return _tinted(1 + 0.03 * grain(grains, size, (5, 4)) + 0.012 * grain(grains, size, (400, 300)), colour)


def _wood(rng: Random, grains: _Grains, size: tuple[int, int]) -> Canvas:
    across, down = _grid(size)
    bent = down + 26 * grain(grains, size, (3, 2)) + 0.03 * across
    rings = np.sin(bent / rng.uniform(5, 11)) * 0.05 + 0.05 * grain(grains, size, (6, 160))
    return _tinted(1 + rings.astype(np.float32), rng.choice(((74, 112, 158), (60, 88, 128), (110, 150, 190))))


def _cloth(rng: Random, grains: _Grains, size: tuple[int, int]) -> Canvas:
    across, down = _grid(size)
    weave = 0.05 * np.sin(across * 1.1) * np.sin(down * 1.1) + 0.05 * grain(grains, size, (4, 4))
    return _tinted(1 + weave.astype(np.float32), rng.choice(((140, 100, 70), (80, 80, 140), (96, 130, 96))))


def _paper(rng: Random, grains: _Grains, size: tuple[int, int]) -> Canvas:
    """White sheets with lines of grey print: little contrast to a card's edge."""
    level = 1 + 0.015 * grain(grains, size, (4, 3))
    step = rng.randint(26, 40)
    for top in range(rng.randint(4, 20), size[1], step):
        left = rng.randint(10, 60)
        words = grains.random(size[0]) < 0.72  # noqa: PLR2004 - about a quarter of a line is space
        ink = np.repeat(words[::6], 6)[: size[0]]
        ink[:left] = False
        level[top : top + step // 3][:, ink] *= rng.uniform(0.55, 0.7)
    return _tinted(level.astype(np.float32), (206, 210, 212))


def _dark(rng: Random, grains: _Grains, size: tuple[int, int]) -> Canvas:
    return _tinted(
        1 + 0.12 * grain(grains, size, (60, 50)), rng.choice(((48, 42, 40), (40, 50, 62), (58, 44, 36)))
    )


def _tatami(rng: Random, grains: _Grains, size: tuple[int, int]) -> Canvas:
    across, down = _grid(size)
    straw = 0.07 * np.sin(down * 1.3) + 0.03 * np.sin(across / 9) + 0.05 * grain(grains, size, (300, 12))
    surface = _tinted(1 + straw.astype(np.float32), (116, 164, 168))
    edge = rng.randint(0, size[0] // 8)
    surface[:, edge : edge + size[0] // 14] = (44, 60, 40)
    return surface


def _stone(rng: Random, grains: _Grains, size: tuple[int, int]) -> Canvas:
    spots = grain(grains, size, (200, 150))
    level = 1 + 0.16 * (spots > 1) - 0.2 * (spots < -1) + 0.05 * grain(grains, size, (8, 6))
    return _tinted(level.astype(np.float32), rng.choice(((150, 150, 154), (120, 124, 132))))


_SURFACES: Final[Mapping[str, Callable[[Random, _Grains, tuple[int, int]], Canvas]]] = {
    "desk": _desk,
    "wood": _wood,
    "cloth": _cloth,
    "paper": _paper,
    "dark": _dark,
    "tatami": _tatami,
    "stone": _stone,
}
BACKGROUNDS: Final = tuple(_SURFACES)
KEPT_OUT: Final = frozenset({"tatami", "stone"})
