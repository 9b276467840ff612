"""The shape of a drawn head: skin, ears, hair, neck and shoulders as grids of points in millimetres.

I own shapes, not colours. A grid's rows run from top to bottom and its columns around the head from behind, by the
picture's left, to the front and back again; u and v are a point's place in the grid (0–1), which the painter uses too.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from keizoku.sample.heads.person import Person, person

Floats = NDArray[np.floating[Any]]

TOP, BOTTOM = 122.0, -121.0
_NAPE = -30.0  # below it hair hangs free
# Heights (mm over the eyes) with half width, depth to the front and to the back of a bare head without its nose.
_OUTLINE = np.array(
    [
        (122, 0.5, 0.5, 0.5), (119, 24, 27, 30), (112, 41, 47, 52), (100, 56, 65, 74), (84, 67, 78, 90),
        (64, 74, 87, 99), (42, 76.5, 91, 103), (22, 76, 91.5, 102), (6, 74, 87.5, 99), (-8, 72.5, 86, 94),
        (-26, 70.5, 87, 86), (-46, 66.5, 88.5, 74), (-64, 61.5, 90, 62), (-80, 56, 88.5, 52), (-95, 48.5, 88, 42),
        (-106, 40.5, 86, 33), (-114, 31, 79, 24), (-119, 19, 66, 14), (-121, 0.5, 40, 0.5),
    ],
    np.float32,
)  # fmt: skip


@dataclass(frozen=True)
class Grid:
    """A surface: points (rows, columns, 3) and their normals."""

    points: Floats
    normals: Floats


def angles(u: Floats) -> Floats:
    """Where around the head (radians, 0 in front) a column lies; the front half gets two thirds of the columns."""
    t = 2 * u - 1
    return (np.pi * (0.5 * t + 0.5 * t**3)).astype(np.float32)


def heights(v: Floats) -> Floats:
    """How high (mm) a row lies."""
    return (TOP + (BOTTOM - TOP) * v).astype(np.float32)


def _bump(x: Floats, y: Floats, at: tuple[float, float], spread: tuple[float, float]) -> Floats:
    away = ((x - at[0]) / spread[0]) ** 2 + ((y - at[1]) / spread[1]) ** 2
    return np.asarray(np.exp(-0.5 * away), np.float32)


def _stretched(who: Person, y: Floats) -> Floats:
    """Heights of this person for heights of the model: long and short faces, high foreheads."""
    return np.where(y < 0, y * who.length, y * (1 + (who.forehead - 1) * 0.6)).astype(np.float32)


def shape(who: Person, theta: Floats, y: Floats) -> Floats:
    """The points of the skin at these angles and heights of the model."""
    table = _OUTLINE[::-1]
    measures: list[Floats] = [np.interp(y, table[:, 0], table[:, i]).astype(np.float32) for i in (1, 2, 3)]
    half, front, back = measures
    half = half * who.width * (1 + (who.jaw - 1) * np.clip((-y - 20) / 70, 0, 1))
    x = half * np.sin(theta)
    z = np.where(np.cos(theta) > 0, front, back) * np.cos(theta)
    ahead = np.clip((np.cos(theta) - 0.05) / 0.35, 0, 1)
    z = z + ahead * _features(who, x, y)
    return np.stack([x, _stretched(who, y), z], axis=-1).astype(np.float32)


def _features(who: Person, x: Floats, y: Floats) -> Floats:
    """How far brows, eyes, nose, cheeks, lips and chin stand out (mm)."""
    apart = 31.5 * who.eyes_apart
    side = np.abs(x)
    relief = 2.4 * _bump(side, y, (17, 15), (17, 6)) - 6.5 * _bump(side, y, (apart - 2, 3), (14, 9))
    relief += 4.6 * _bump(side, y, (apart, -0.5), (12.0, 8.0))
    relief += (2.6 + 1.5 * who.cheeks) * _bump(side, y, (41, -27), (15, 15))
    relief -= 2.2 * _bump(side, y, (46, -58), (12, 17)) * (2 - who.jaw)
    relief += _nose(who, x, side, y)
    mouth = -68.0 + who.mouth_height
    wide = 15.5 * who.mouth_width
    relief += 3.6 * _bump(x, y, (0, mouth), (wide * 1.3, 12))
    relief += 2.6 * who.lip_full * _bump(side, y, (4, mouth + 4.4), (wide * 0.75, 3.2))
    relief += 3.2 * who.lip_full * _bump(x, y, (0, mouth - 5.2), (wide * 0.72, 3.6))
    relief -= 2.2 * _bump(x, y, (0, mouth - 0.3), (wide, 1.5))
    relief -= 3.2 * _bump(x, y, (0, mouth - 15), (15, 4.5))
    relief += (3.5 + 2.2 * who.chin) * _bump(x, y, (0, -103), (16, 9))
    relief -= (0.8 + 1.6 * who.age) * _bump(side - 26 - (-y - 52) * 0.32, y, (0, -58), (2.8, 13))
    return np.asarray(relief, np.float32)


def _nose(who: Person, x: Floats, side: Floats, y: Floats) -> Floats:
    tip = -44.0 * who.nose_length
    along = np.array([tip - 13, tip - 8, tip - 4, tip, tip + 6, tip * 0.55, tip * 0.25, 2, 14])
    out = np.array([0, 4.5, 15, 20.5, 20.0, 14.0, 8.0, 3.0, 0.0]) * who.nose_height
    wide = np.array([11, 10, 9, 8.4, 7.6, 6.4, 5.8, 6.5, 9]) * (0.5 + 0.5 * who.nose_width)
    ridge = np.interp(y, along, out) * np.exp(-0.5 * (x / np.interp(y, along, wide)) ** 2)
    wings = 8.5 * _bump(side, y, (12.5 * who.nose_width, tip - 2.0), (5.4, 5.0))
    return np.asarray(ridge + wings, np.float32)


def normals(points: Floats) -> Floats:
    """The outward direction at each point of a grid."""
    down = np.gradient(points, axis=0)
    along = np.gradient(points, axis=1)
    across = np.cross(down, along)
    length = np.linalg.norm(across, axis=-1, keepdims=True)
    return np.asarray(across / np.maximum(length, 1e-6), np.float32)


def places(rows: int, columns: int) -> tuple[Floats, Floats]:
    """U and v of a grid's points."""
    v, u = np.meshgrid(
        np.linspace(0, 1, rows, dtype=np.float32), np.linspace(0, 1, columns, dtype=np.float32), indexing="ij"
    )
    return u, v


@lru_cache(maxsize=64)
def skin(seed: int) -> Grid:
    """The bare head."""
    u, v = places(170, 170)
    points = shape(person(seed), angles(u), heights(v))
    return Grid(points, normals(points))


@lru_cache(maxsize=64)
def hair(seed: int) -> Grid:
    """The shell that hair is painted on: the skin, moved outwards and drawn down behind and at the sides."""
    who = person(seed)
    u, v = places(120, 120)
    theta = angles(u)
    low = {"long": -190.0, "bob": -112.0}.get(who.hair_style, -95.0)
    y = (TOP + (low - TOP) * v).astype(np.float32)
    points = shape(who, theta, np.maximum(y, _NAPE))
    hanging = np.clip((-y - 10) / 60, 0, 1) * (1 if who.hair_style in {"long", "bob"} else 0)
    thick = {"long": 11.0, "bob": 15.0, "fringe": 12.0, "tied": 7.0, "short": 8.0, "parted": 12.0}.get(
        who.hair_style, 5.0
    )
    grown = 3 + thick * np.clip((y + 10) / 70, 0.35, 1) + 5 * hanging
    grown = grown + 1.2 * np.sin(theta * 23 + 3 * np.sin(y / 17)) * np.clip(v * 4, 0, 1)
    middle = np.array([0, 10, -6], np.float32)
    away = points - middle
    away[..., 1] = np.clip(away[..., 1], 0, None)
    away /= np.maximum(np.linalg.norm(away, axis=-1, keepdims=True), 1)
    points = points + away * grown[..., None]
    points[..., 1] = np.where(y < _NAPE, y * who.length, points[..., 1])
    return Grid(points.astype(np.float32), normals(points))


@lru_cache(maxsize=64)
def ears(seed: int) -> tuple[Grid, Grid]:
    """Two shells beside the head."""
    who = person(seed)
    u, v = places(24, 32)
    around, along = (u - 0.5) * 2 * np.pi, (v - 0.5) * np.pi
    found = []
    for side in (-1, 1):
        x = side * 73.5 * who.width + 8.5 * np.cos(along) * np.sin(around) + side * 2.5
        y = -9 - 30.0 * np.sin(along) * (1 + 0.12 * np.cos(around))
        z = -9 + 16.5 * np.cos(along) * np.cos(around) + 5.0 * np.sin(-along)
        points = np.stack([x, y, z], axis=-1).astype(np.float32)
        found.append(Grid(points, normals(points)))
    return found[0], found[1]


@lru_cache(maxsize=64)
def neck(seed: int) -> Grid:
    """Neck and shoulders; they stay while the head turns."""
    who = person(seed)
    u, v = places(90, 90)
    theta = angles(u)
    y = (-60 - 330 * v).astype(np.float32)
    along = np.array([-390, -300, -240, -215, -196, -180, -166, -150, -120, -60])
    half = np.interp(y, along, [225, 212, 182, 152, 112, 80, 62, 54 * who.jaw, 51 * who.jaw, 52 * who.jaw])
    deep = np.interp(y, along, [112, 102, 88, 76, 66, 59, 54, 51, 50, 52])
    points = np.stack([half * np.sin(theta), y, -22 + deep * np.cos(theta)], axis=-1).astype(np.float32)
    return Grid(points, normals(points))
