"""Simulated attacks on a check of a living face, from drawn heads, so that each kind can be measured.

I own how an attack looks before a camera, not whether it is seen through. A simulation is kinder or harsher than reality in
ways that nobody has measured: its figures compare tells, they do not promise a rate.
"""

from typing import Final

import cv2
import numpy as np

from keizoku.sample.heads.picture import (
    DISTANCE,
    PIVOT,
    Layer,
    Picture,
    Scene,
    Stance,
    composed,
    developed,
    photographed,
    turned,
)
from keizoku.sample.heads.surface import Grid, normals

# A held-up sheet of 190 × 253 mm shows a head of nearly its true size.
_SHEET: Final = (190.0, 253.0)
_ROUND: Final = 92.0  # mm: the radius of a sheet bent round a face


def printed(victim: int, scene: Scene, chance: np.random.Generator) -> Picture:
    """A print of the victim's plain picture, tilted by hand as the scene's stance asks."""
    room = photographed(
        victim + 500_000, Scene(light=scene.light, width=scene.width, height=scene.height, zoom=0.35)
    )
    plain = photographed(victim, Scene(light=int(chance.integers(1, 9)), width=480, height=640))
    return _developed(_flat(_paper(plain, chance), room, scene), chance)


def replayed(frame: Picture, chance: np.random.Generator) -> Picture:
    """A frame of somebody's performance on a screen, filmed anew: its pixels beat against the camera's."""
    height, width = frame.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    turn, pitch = float(chance.uniform(0.02, 0.10)), float(chance.uniform(2.1, 3.4))
    beat = np.sin(2 * np.pi * (columns + turn * rows) / pitch) + np.sin(
        2 * np.pi * (rows - turn * columns) / pitch
    )
    deep = float(chance.uniform(0.015, 0.07))
    shown = frame.astype(np.float32) * (1 + deep * beat[..., None]) * float(chance.uniform(0.85, 1.05)) + 8
    tilt = Scene(
        Stance(float(chance.uniform(-6, 6)), float(chance.uniform(-5, 5))), width=width, height=height
    )
    dark = np.full_like(frame, 18)
    return _developed(_flat(np.clip(shown, 0, 255).astype(np.uint8), dark, tilt), chance)


def masked(victim: int, attacker: int, scene: Scene, chance: np.random.Generator) -> Picture:
    """Another person who wears the victim's printed face, bent round the own one, and does what is asked."""
    plain = photographed(victim, Scene(width=480, height=640, light=int(chance.integers(1, 9))))
    paper = (_paper(plain, chance).astype(np.float32) / 255) ** 2.2
    canvas = composed(attacker, scene)
    v, u = np.meshgrid(np.linspace(0, 1, 60), np.linspace(0, 1, 60), indexing="ij")
    x, y = (u - 0.5) * 140, 75 - v * 200
    z = 118 - _ROUND + np.sqrt(_ROUND**2 - x**2)
    # The print shows a head in perspective; a millimetre at the eyes is this many of its pixels.
    scale = 640 / 390 * DISTANCE / (DISTANCE - 80)
    column, row = 240 + x * scale, 320 - (y + 8) * scale
    left, top, right, low = (
        round(float(edge)) for edge in (column.min(), row.min(), column.max(), row.max())
    )
    texture = np.asarray(paper[max(0, top) : low, max(0, left) : right], np.float32)
    points = np.stack([x, y, z], axis=-1).astype(np.float32)
    canvas.lay(Layer(Grid(points, normals(points)), texture, None, turned(scene.stance), 0.06))
    return developed(canvas, attacker)


def _paper(picture: Picture, chance: np.random.Generator) -> Picture:
    """What a printer makes of a picture: less depth, a cast, a screen of dots."""
    rows, columns = np.mgrid[0 : picture.shape[0], 0 : picture.shape[1]]
    dots = 5 * np.sin(rows * 1.9) * np.sin(columns * 1.9)
    cast = chance.uniform(0.92, 1.05, 3)
    ink = 22 + picture.astype(np.float32) * cast * 0.84 + dots[..., None]
    return np.asarray(np.clip(cv2.GaussianBlur(ink, (0, 0), 0.7), 0, 255), np.uint8)


def _flat(sheet: Picture, room: Picture, scene: Scene) -> Picture:
    """A flat picture held where a head would be, in the scene's stance."""
    wide, tall = _SHEET
    corners = np.array(
        [[-wide / 2, 118, 80], [wide / 2, 118, 80], [wide / 2, 118 - tall, 80], [-wide / 2, 118 - tall, 80]]
    )
    moved = (corners - PIVOT) @ turned(scene.stance).T + PIVOT
    focus = DISTANCE * scene.height / 390.0 * 1.25
    away = DISTANCE - moved[:, 2]
    seen = np.stack(
        [scene.width / 2 + focus * moved[:, 0] / away, scene.height / 2 - focus * (moved[:, 1] + 8) / away],
        axis=1,
    )
    height, width = sheet.shape[:2]
    whole = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    into = cv2.getPerspectiveTransform(whole, seen.astype(np.float32))
    return np.asarray(
        cv2.warpPerspective(
            sheet, into, (scene.width, scene.height), dst=room.copy(), borderMode=cv2.BORDER_TRANSPARENT
        ),
        np.uint8,
    )


def _developed(picture: Picture, chance: np.random.Generator) -> Picture:
    grained = picture.astype(np.float32) + chance.normal(0, 1.8, picture.shape)
    return np.clip(grained, 0, 255).astype(np.uint8)
