"""Turning, lighting and photographing a drawn head.

I own the camera and the light. The head truly turns in three dimensions about the top of its neck; the neck and the
shoulders stay. Yaw grows to the person's own left (the picture's right), pitch upwards, roll clockwise in the picture;
all in degrees.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from keizoku.sample.heads import paint, surface
from keizoku.sample.heads.person import person
from keizoku.sample.heads.raster import Covered, cover
from keizoku.sample.heads.surface import Grid

Floats = NDArray[np.floating[Any]]
Picture = NDArray[np.uint8]

PIVOT = np.array([0, -75, -25], np.float32)
DISTANCE = 620.0  # mm between the lens and the middle of the head: an arm's length


@dataclass(frozen=True)
class Light:
    """Where light comes from and how strong; colours blue-green-red around 1."""

    key: tuple[float, float, float]
    strength: float
    ambient: float
    tint: tuple[float, float, float]
    exposure: float
    grain: float


def lit(seed: int) -> Light:
    """The light of a seed: 0 is even light from the front, others are rooms by day and by lamp."""
    if seed == 0:
        return Light((0.1, 0.45, 1.0), 0.75, 0.50, (1, 1, 1), 1.0, 1.2)
    chance = np.random.default_rng([32452843, seed])
    warm = float(chance.uniform(-0.10, 0.13))
    return Light(
        (float(chance.uniform(-0.8, 0.8)), float(chance.uniform(0.1, 0.9)), 1.0),
        float(chance.uniform(0.5, 0.95)),
        float(chance.uniform(0.36, 0.60)),
        (1 - warm, 1.0, 1 + warm),
        float(chance.uniform(0.78, 1.15)),
        float(chance.uniform(1.0, 3.5)),
    )


@dataclass(frozen=True)
class Stance:
    """How the head is held, in degrees; `lids` 1 open … 0 closed; `shift` mm to the right and up."""

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    lids: float = 1.0
    shift: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Scene:
    """All that a picture is drawn from, but the person."""

    stance: Stance = Stance()
    light: int = 0
    width: int = 480
    height: int = 640
    zoom: float = 1.0
    background: tuple[int, int, int] | None = None
    wearing: str = ""
    is_fine: bool = True


def turned(stance: Stance) -> Floats:
    """The rotation (3 × 3) of a stance, on columns (x right, y up, z to the camera)."""
    yaw, pitch, roll = (np.deg2rad(a) for a in (stance.yaw, -stance.pitch, -stance.roll))
    about_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    about_z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    return np.asarray(about_z @ about_x @ about_y, np.float32)


@dataclass(frozen=True)
class Layer:
    """A surface with its colours; `growth` is where something grows at all, None for everywhere."""

    grid: Grid
    colours: Floats
    growth: Floats | None
    rotation: Floats
    gloss: float


class Canvas:
    """A picture in linear light with its depth, on which layers are laid."""

    def __init__(self, scene: Scene, light: Light, back: Floats) -> None:
        self.scene, self.light, self.colour = scene, light, back
        self.depth: Floats = np.full(back.shape[:2], np.inf, np.float32)
        key = np.asarray(light.key, np.float32)
        self.key = key / np.linalg.norm(key)
        self.focus = DISTANCE * back.shape[0] / 390.0 * scene.zoom

    def lay(self, layer: Layer) -> None:
        """Draw a layer where it is the nearest."""
        rows, columns = len(layer.grid.points), len(layer.grid.points[0])
        points = (layer.grid.points.reshape(-1, 3) - PIVOT) @ layer.rotation.T + PIVOT
        points[:, :2] += np.asarray(self.scene.stance.shift, np.float32)
        away = DISTANCE - points[:, 2]
        height, width = self.depth.shape[0], self.depth.shape[1]
        flat = np.stack(
            [
                width / 2 + self.focus * points[:, 0] / away,
                height * 0.5 - self.focus * (points[:, 1] + 8) / away,
                away,
            ],
            axis=1,
        ).astype(np.float32)
        found = cover(flat, _triangles(rows, columns), width, height)
        if len(found.rows):
            self._shade(layer, found, _triangles(rows, columns))

    def _shade(self, layer: Layer, found: Covered, triangles: NDArray[np.int64]) -> None:
        rows, columns = len(layer.grid.points), len(layer.grid.points[0])
        corners = triangles[found.triangle]
        u = ((corners % columns) * found.weights).sum(axis=1) / (columns - 1)
        v = ((corners // columns) * found.weights).sum(axis=1) / (rows - 1)
        normal = (layer.grid.normals.reshape(-1, 3)[corners] * found.weights[..., None]).sum(axis=1)
        normal = normal @ layer.rotation.T
        normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-6)
        near = found.depth < self.depth[found.rows, found.columns]
        shown = np.ones(len(u), np.float32)
        if layer.growth is not None:
            shown = _sampled(layer.growth, u, v)
            near &= shown > 0.04  # noqa: PLR2004 - thinner than this nothing is seen
        colour = self._lighted(_sampled(layer.colours, u, v), normal, layer.gloss)
        place = (found.rows[near], found.columns[near])
        cover_by = shown[near, None]
        self.colour[place] += (colour[near] - self.colour[place]) * cover_by
        solid = shown[near] > 0.5  # noqa: PLR2004 - more there than not
        self.depth[place[0][solid], place[1][solid]] = found.depth[near][solid]

    def _lighted(self, albedo: Floats, normal: Floats, gloss: float) -> Floats:
        facing = normal @ self.key
        wrap = np.array([0.16, 0.20, 0.34], np.float32)  # red light travels through skin
        soft = np.clip((facing[:, None] + wrap) / (1 + wrap), 0, None)
        sky = 0.72 + 0.28 * normal[:, 1:2]
        half = self.key + np.array([0, 0, 1], np.float32)
        half /= np.linalg.norm(half)
        shine = gloss * np.clip(normal @ half, 0, 1)[:, None] ** 22 * np.clip(facing[:, None], 0, 1)
        given = self.light.ambient * sky + self.light.strength * soft
        return np.asarray((albedo * given + shine) * np.asarray(self.light.tint, np.float32), np.float32)


def _sampled(texture: Floats, u: Floats, v: Floats) -> Floats:
    side_v, side_u = texture.shape[0], texture.shape[1]
    count = len(u)
    wide = 1024  # OpenCV refuses maps of more than 32,767 columns
    tall = -(-count // wide)
    maps = np.zeros((2, tall * wide), np.float32)
    maps[0, :count], maps[1, :count] = u * (side_u - 1), v * (side_v - 1)
    seen = cv2.remap(
        texture, maps[0].reshape(tall, wide), maps[1].reshape(tall, wide), cv2.INTER_LINEAR
    ).reshape(tall * wide, *texture.shape[2:])
    return np.asarray(seen[:count], np.float32)


def _triangles(rows: int, columns: int) -> NDArray[np.int64]:
    at = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = (part.ravel() for part in (at[:-1, :-1], at[:-1, 1:], at[1:, :-1], at[1:, 1:]))
    return np.concatenate([np.stack([a, b, c], 1), np.stack([b, d, c], 1)]).astype(np.int64)


def photographed(seed: int, scene: Scene) -> Picture:
    """The picture (blue-green-red) of a person in a scene; same arguments, same picture."""
    return developed(composed(seed, scene), seed)


def composed(seed: int, scene: Scene) -> Canvas:
    """A person before the camera, not yet photographed, so that something may be laid over."""
    light = lit(scene.light)
    over = 2 if scene.is_fine and scene.height <= 700 else 1  # noqa: PLR2004 - large pictures need no finer grid
    size = (scene.height * over, scene.width * over)
    canvas = Canvas(scene, light, _background(scene, light, size))
    still, moved = np.eye(3, dtype=np.float32), turned(scene.stance)
    who = person(seed)
    body = np.broadcast_to(np.asarray(who.skin, np.float32) * 0.82, (256, 256, 3)).copy()
    rows = np.linspace(-60, -390, 256)
    collar = (
        rows[:, None] < -176 + 14 * np.cos(surface.angles(np.linspace(0, 1, 256, dtype=np.float32)))[None, :]
    )
    body[collar] = who.cloth
    canvas.lay(Layer(surface.neck(seed), body, None, still, 0.0))
    coat, growth = paint.hair(seed)
    ear = np.broadcast_to(np.asarray(who.skin, np.float32) * np.float32(0.9), (16, 16, 3)).copy()
    for one in surface.ears(seed):
        canvas.lay(Layer(one, ear, None, moved, 0.02))
    lids = round(scene.stance.lids, 2)
    canvas.lay(Layer(surface.skin(seed), paint.skin(seed, lids, scene.wearing), None, moved, 0.05))
    canvas.lay(Layer(surface.hair(seed), coat, growth, moved, 0.02))
    return canvas


def _background(scene: Scene, light: Light, size: tuple[int, int]) -> Floats:
    if scene.background is not None:
        even = (np.asarray(scene.background, np.float32) / 255) ** 2.2 / max(light.exposure, 0.1)
        return np.broadcast_to(even, (*size, 3)).astype(np.float32).copy()
    chance = np.random.default_rng([49979687, scene.light])
    small = chance.uniform(0.10, 0.55, (3, 3, 1)) * chance.uniform(0.8, 1.1, (1, 1, 3))
    wall = cv2.resize(small.astype(np.float32), (size[1], size[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(wall, 0.02, 0.9), np.float32).copy()


def developed(canvas: Canvas, seed: int) -> Picture:
    """What the camera makes of a canvas: exposure, gamma and grain."""
    scene, light = canvas.scene, canvas.light
    linear = (
        cv2.resize(canvas.colour, (scene.width, scene.height), interpolation=cv2.INTER_AREA) * light.exposure
    )
    stance = scene.stance
    key = [seed, scene.light, int(stance.yaw * 10) & 0xFFFF, int(stance.pitch * 10) & 0xFFFF, scene.height]
    chance = np.random.default_rng(key)
    shown = 255 * np.clip(linear, 0, 1) ** (1 / 2.2)
    shown += chance.normal(0, light.grain, shown.shape)
    return np.asarray(np.clip(shown, 0, 255), np.uint8)
