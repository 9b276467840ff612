"""The colours of a drawn head: skin, eyes with their lids, brows, lips and hair, painted on the grid of its surface.

I own colours, in linear light, blue-green-red. Everything is painted by soft-edged formulas of millimetres, so that a
face has the same marks at any size.
"""

from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from keizoku.sample.heads.person import Colour, Person, person
from keizoku.sample.heads.surface import angles, heights, places, shape

Floats = NDArray[np.floating[Any]]
SIDE = 640


def _soft(distance: Floats, edge: float) -> Floats:
    """1 inside (distance below 0), 0 outside, over an edge of this many millimetres."""
    return np.asarray(np.clip(0.5 - distance / edge, 0, 1), np.float32)


def _laid(base: Floats, colour: Colour | Floats, cover: Floats) -> Floats:
    return np.asarray(base + (np.asarray(colour, np.float32) - base) * cover[..., None], np.float32)


def _darker(colour: Colour, by: float) -> Colour:
    return colour[0] * by, colour[1] * by, colour[2] * by


def _bump(x: Floats, y: Floats, at: tuple[float, float], spread: tuple[float, float]) -> Floats:
    return np.exp(-0.5 * (((x - at[0]) / spread[0]) ** 2 + ((y - at[1]) / spread[1]) ** 2)).astype(np.float32)


def noise(chance: np.random.Generator, side: int, octaves: tuple[tuple[int, float], ...]) -> Floats:
    """Cloudy noise: a sum of random grids of these sides and strengths."""
    total = np.zeros((side, side), np.float32)
    for cells, strength in octaves:
        grid = chance.normal(0, 1, (cells, cells)).astype(np.float32)
        total += strength * cv2.resize(grid, (side, side), interpolation=cv2.INTER_CUBIC)
    return total


@lru_cache(maxsize=32)
def _places(seed: int) -> tuple[Floats, Floats, Floats]:
    """X and y (mm) of each point of the texture, and its angle."""
    u, v = places(SIDE, SIDE)
    theta = angles(u)
    points = shape(person(seed), theta, heights(v))
    return points[..., 0], points[..., 1], theta


@lru_cache(maxsize=48)
def skin(seed: int, lids: float, wearing: str) -> Floats:
    """The painted skin: `lids` 1 open … 0 closed; `wearing` one of "", "sunglasses", "mask"."""
    who = person(seed)
    x, y, theta = _places(seed)
    canvas = _bare(seed).copy()
    front = np.cos(theta) > 0
    for side in (-1, 1):
        canvas = _eye(canvas, who, (side * x, y), lids, lit=float(side))
    if wearing == "sunglasses":
        for side in (-1, 1):
            lens = ((side * x - 32) / 25) ** 4 + ((y + 2) / 20) ** 4
            canvas = _laid(canvas, (0.012, 0.010, 0.010), _soft((lens - 1) * 9, 1.2) * front)
        bar = _soft(np.abs(y - 6) - 2.2, 1) * (np.abs(x) < 74)  # noqa: PLR2004 - to the temples
        canvas = _laid(canvas, (0.01, 0.01, 0.01), bar.astype(np.float32))
    if wearing == "mask":
        edge = np.interp(np.abs(x), [0, 22, 50, 78], [-17, -24, -36, -30])
        cloth = _soft((y - edge).astype(np.float32), 1.5) * (np.cos(theta) > -0.1)  # noqa: PLR2004 - to the ears
        folds = 0.66 + 0.035 * np.sin(y * 0.55)
        canvas = _laid(canvas, np.stack([folds, folds, folds], axis=-1).astype(np.float32), cloth)
    return canvas


@lru_cache(maxsize=32)
def _bare(seed: int) -> Floats:
    """Skin, lips, brows, nostrils and marks, without eyes."""
    who = person(seed)
    chance = np.random.default_rng([104729, seed])
    x, y, theta = _places(seed)
    front = np.clip((np.cos(theta) - 0.02) / 0.2, 0, 1).astype(np.float32)
    canvas = np.broadcast_to(np.asarray(who.skin, np.float32), (SIDE, SIDE, 3)).copy()
    cloud = noise(chance, SIDE, ((6, 0.035), (24, 0.025), (110, 0.022), (340, 0.03), (800, 0.022)))
    canvas *= (1 + cloud)[..., None]
    side = np.abs(x)
    red = 0.10 * _bump(side, y, (40, -32), (15, 13)) + 0.10 * _bump(x, y, (0, -44), (12, 9))
    canvas *= 1 - (red * front)[..., None] * np.array([1, 1, -0.15], np.float32)
    canvas *= (1 - front * _hollows(who, x, y))[..., None]
    stubble = front * who.beard
    grain = np.clip(noise(chance, SIDE, ((500, 0.4), (900, 0.5))) + 0.6, 0, 1.3)
    canvas *= (1 - 0.38 * _soft(y + 55 + 0.18 * (60 - side), 16) * stubble.clip(0, 1) * grain)[..., None]
    canvas = _lips(canvas, who, x, y, front)
    canvas = _brows(canvas, who, x, y, chance)
    tip = -44.0 * who.nose_length
    for place in (-1, 1):
        hole = ((place * x - 7.0 * who.nose_width) / 4.4) ** 2 + ((y - tip + 7.0) / 2.1) ** 2
        canvas = _laid(canvas, _darker(who.skin, 0.10), _soft((hole - 1) * 2.2, 2.6) * front * 0.7)
    for _ in range(who.moles):
        spot = np.hypot(x - chance.uniform(-48, 48), y - chance.uniform(-95, 60))
        dark = _darker(who.skin, 0.25)
        canvas = _laid(canvas, dark, _soft(spot - float(chance.uniform(0.8, 1.8)), 0.9) * front * 0.8)
    return np.clip(canvas, 0.002, 1).astype(np.float32)


def _hollows(who: Person, x: Floats, y: Floats) -> Floats:
    """Where little light comes: eye corners, beside and under the nose, under the lip, folds of age."""
    side = np.abs(x)
    tip = -44.0 * who.nose_length
    mouth = -68.0 + who.mouth_height
    dark: Floats = 0.34 * _bump(side, y, (17, 3), (5, 9)) + 0.16 * _bump(side, y, (31, 9), (16, 5))
    dark += 0.30 * _bump(x, y, (0, tip - 11), (13, 4)) + 0.22 * _bump(
        side, y, (19 * who.nose_width, tip), (2.2, 7)
    )
    dark += 0.24 * _bump(x, y, (0, mouth - 15), (15, 3.6)) + 0.20 * _bump(x, y, (0, -121), (60, 9))
    dark += (0.05 + 0.24 * who.age) * _bump(side - 24 - (-y - 50) * 0.36, y, (0, -57), (1.7, 12))
    dark += (0.04 + 0.16 * who.age) * _bump(side, y - 0.0004 * side**2, (30, -11), (12, 1.8))
    lines = np.clip(np.sin((y - 40 + 0.004 * x**2) * 0.75) - 0.6, 0, 1)
    dark += max(0.0, who.age - 0.45) * 0.30 * lines * _bump(x, y, (0, 46), (30, 12))
    return np.clip(dark, 0, 0.75).astype(np.float32)


def _lips(canvas: Floats, who: Person, x: Floats, y: Floats, front: Floats) -> Floats:
    mouth = -68.0 + who.mouth_height
    wide = 24.5 * who.mouth_width
    across = np.clip(1 - (x / wide) ** 2, 0, None)
    line = mouth - 1.4 * (x / wide) ** 2 * np.sign(x * x) + 0.5 * np.cos(x / 4.2)
    bow = 1 - 0.30 * np.exp(-((x / 3.0) ** 2))
    upper = line + 7.4 * who.lip_full * bow * across**0.62
    lower = line - 9.0 * who.lip_full * across**0.60
    inside = np.minimum(_soft(y - upper, 1.8), _soft(lower - y, 2.4)) * (across > 0)
    strands = 1 + 0.07 * np.sin(x * 2.6 + np.sin(y))
    canvas = _laid(canvas, np.asarray(who.lips, np.float32) * strands[..., None], inside * front * 0.9)
    gap = _soft(np.abs(y - line) - (0.55 + 0.4 * across), 0.9) * (np.abs(x) < wide * 1.04)
    return _laid(canvas, _darker(who.lips, 0.14), (gap * front * 0.92).astype(np.float32))


def _brows(canvas: Floats, who: Person, x: Floats, y: Floats, chance: np.random.Generator) -> Floats:
    strands = noise(chance, SIDE, ((180, 0.30), (420, 0.35)))
    for side in (-1, 1):
        along = (side * x - 13) / (38 * who.brow_length)  # 0 at the nose, 1 at the temple
        arch = who.brow_height + 3.4 * np.sin(np.clip(along, 0, 1) * 2.3) + who.brow_slant * (along - 0.5)
        thick = who.brow_thick * np.interp(along, [0, 0.12, 0.55, 1], [0.75, 1, 0.9, 0.15])
        cover = _soft(np.abs(y - arch) - thick, 1.7) * ((along > 0) & (along < 1))
        cover = cover * np.clip(0.82 + strands, 0.25, 1) * np.clip(along * 9, 0, 1)
        canvas = _laid(canvas, _darker(who.hair, 0.9), (cover * 0.88).astype(np.float32))
    return canvas


def _eye(canvas: Floats, who: Person, at: tuple[Floats, Floats], lids: float, lit: float) -> Floats:
    """One eye; x grows towards the temple, `lit` says on which side the window glints."""
    wide = 14.6 * who.eye_width
    turn = np.deg2rad(3.0 + 1.8 * who.eye_slant)
    x0, y0 = at[0] - 31.5 * who.eyes_apart, at[1]
    x = x0 * np.cos(turn) + y0 * np.sin(turn)
    y = -x0 * np.sin(turn) + y0 * np.cos(turn)
    within = np.clip(1 - (x / wide) ** 2, 0, None)
    lower = -3.7 * who.eye_open * within**0.75
    upper = lower + lids * (5.6 * who.eye_open * within**0.62 * (1 + 0.10 * x / wide) - lower)
    opening = np.minimum(_soft(y - upper, 0.5), _soft(lower - y, 0.6)) * (within > 0)
    near = (np.abs(x) < wide * 1.5) & (np.abs(y) < 22)  # noqa: PLR2004 - mm round the eye
    shade = np.clip(1.05 - 0.34 * np.clip((y - upper + 4) / 4, 0, 1), 0, 1) * (0.74 + 0.26 * within)
    white = np.stack([0.50 * shade, 0.50 * shade, 0.56 * shade], axis=-1)
    canvas = _laid(canvas, white, opening)
    far = np.hypot(x, y - 0.5)
    spokes = 1 + 0.25 * np.sin(np.arctan2(y - 0.5, x) * 27) * _soft(far - 5.5, 2)
    ring = np.asarray(who.iris, np.float32) * spokes[..., None]
    canvas = _laid(canvas, ring, _soft(far - 6.1, 0.8) * opening)
    canvas = _laid(canvas, (0.006, 0.006, 0.007), _soft(np.abs(far - 5.9) - 0.35, 0.7) * opening * 0.7)
    canvas = _laid(canvas, (0.004, 0.004, 0.004), _soft(far - 2.3, 0.5) * opening)
    canvas = _laid(canvas, (0.9, 0.9, 0.9), _soft(np.hypot(x - 1.7 * lit, y - 2.4) - 0.8, 0.5) * opening)
    tear = _soft(np.hypot(x + wide * 0.93, y + 0.7) - 1.5, 1.2) * near
    canvas = _laid(canvas, (who.skin[0] * 0.7, who.skin[1] * 0.55, who.skin[2] * 0.85), tear * 0.7)
    lash = _soft(np.abs(y - upper - 0.3) - (0.45 + 0.55 * np.sqrt(within)), 0.6) * (np.abs(x) < wide * 1.05)
    canvas = _laid(canvas, (0.012, 0.012, 0.014), (lash * near * 0.92).astype(np.float32))
    under = _soft(np.abs(y - lower + 0.3) - 0.25, 0.7) * (np.abs(x) < wide) * near
    canvas = _laid(canvas, _darker(who.skin, 0.3), (under * 0.5).astype(np.float32))
    crease = upper + 2.0 + 1.8 * who.double_lid
    fold = (
        _soft(np.abs(y - crease) - 0.35, 1.0) * (np.abs(x) < wide * 1.02) * near * who.double_lid * 0.6 * lids
    )
    return _laid(canvas, _darker(who.skin, 0.35), fold.astype(np.float32))


@lru_cache(maxsize=32)
def hair(seed: int) -> tuple[Floats, Floats]:
    """The hair's colours and where it grows (0–1), on the grid of `surface.hair`."""
    who = person(seed)
    chance = np.random.default_rng([15485863, seed])
    side = 512
    u, v = places(side, side)
    theta = np.abs(angles(u))
    low = {"long": -190.0, "bob": -112.0}.get(who.hair_style, -95.0)
    y = TOP_OF_HEAD + (low - TOP_OF_HEAD) * v
    strands = cv2.resize(
        chance.normal(0, 1, (10, side)).astype(np.float32), (side, side), interpolation=cv2.INTER_CUBIC
    )
    fine = (
        strands + 0.6 * cv2.GaussianBlur(chance.normal(0, 1, (side, side)).astype(np.float32), (1, 31), 0) * 3
    )
    ragged = 2.2 * strands
    line = _hairline(who, theta) + ragged
    grown = _soft((line - y).astype(np.float32), 7.0)
    light = np.exp(0.28 * fine) * (0.75 + 0.5 * np.exp(-(((y - 78 - 3 * strands) / 20) ** 2)))
    colours = np.asarray(who.hair, np.float32) * light[..., None]
    return np.clip(colours, 0.003, 0.7).astype(np.float32), grown


TOP_OF_HEAD = 122.0


def _hairline(who: Person, theta: Floats) -> Floats:
    """Down to which height (mm) hair grows at an angle from the front."""
    d = np.degrees(theta)
    forehead = 66.0 * (0.9 + 0.1 * who.forehead)
    drawn: dict[str, tuple[list[float], list[float]]] = {
        "short": ([0, 35, 52, 62, 80, 96, 110, 180], [forehead, forehead - 4, 48, 20, 2, 12, -40, -62]),
        "parted": ([0, 30, 50, 60, 82, 98, 110, 180], [forehead - 6, 44, 34, 16, -6, 8, -46, -70]),
        "receding": ([0, 25, 48, 60, 80, 98, 112, 180], [84, 96, 70, 36, 10, 18, -35, -60]),
        "fringe": ([0, 30, 52, 62, 82, 98, 112, 180], [31, 29, 26, 8, -14, 4, -60, -80]),
        "tied": ([0, 35, 55, 66, 84, 100, 115, 180], [forehead, forehead - 3, 50, 26, 8, 14, -30, -50]),
        "bob": ([0, 30, 46, 56, 66, 180], [30, 30, 24, -40, -106, -108]),
        "long": ([0, 22, 40, 52, 62, 72, 180], [64, 58, 40, 0, -90, -184, -186]),
    }
    where, height = drawn[who.hair_style]
    return np.asarray(np.interp(d, where, height), np.float32)
