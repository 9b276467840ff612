"""Photograph a specimen: lay it down, light it, and look at it through a phone's camera. Same seed, same bytes."""

from dataclasses import dataclass, replace
from random import Random
from typing import Final

import cv2
import numpy as np

from keizoku.sample.documents import backgrounds, hands, spoiling
from keizoku.sample.documents.backgrounds import Canvas
from keizoku.sample.documents.chance import chance
from keizoku.sample.documents.foreign import foreign_card
from keizoku.sample.documents.lens import Pose, corners, draw_pose, framed, mapping, seen
from keizoku.sample.documents.scenes import Conditions, Fault, Points, Scene
from keizoku.sample.documents.specimens import Picture, Side, Specimen

# A card's corners have a radius of 3.18 mm (ISO/IEC 7810) and it is 0.76 mm thick; a passport's page is paper.
_CORNER: Final = 3.18
_THICKNESS: Final = 0.76
_EDGE: Final = (196.0, 204.0, 206.0)
_FLAT_FAULTS: Final = frozenset({Fault.SCREEN, Fault.COPY, Fault.PRINT})
_SHARPEST, _SOFTEST = 0.35, 1.35
_GOOD_HANDS: Final = 12
# The share in which the camera held the card below white, as cameras mostly do.
_WELL_EXPOSED: Final = 0.9


@dataclass
class _Shot:
    """A photograph in the making."""

    rng: Random
    grains: np.random.Generator
    specimen: Specimen
    side: Side
    conditions: Conditions
    pose: Pose
    canvas: Canvas
    quad: Points
    margin: float

    @property
    def fault(self) -> Fault | None:
        return self.conditions.fault

    @property
    def pixels_a_millimetre(self) -> float:
        return float(np.linalg.norm(self.quad[1] - self.quad[0])) / self.specimen.size[0]

    def on_canvas(self, x: float, y: float) -> Points:
        """A point of the side in thousandths, as a pixel of the photograph."""
        to = mapping((1000, 1000), self.quad)
        return np.asarray(cv2.perspectiveTransform(np.array([[[x, y]]], np.float64), to)[0, 0], np.float64)


def photograph(specimen: Specimen, seed: int, conditions: Conditions, side: str = "front") -> Scene:
    """A photograph of one side."""
    return _taken(specimen, seed, conditions, side, 0.0)


def tilted(specimen: Specimen, seed: int, conditions: Conditions, side: str = "front") -> Scene:
    """The card tipped away by 30 to 48 degrees, so that its near edge shows how thick it is."""
    return _taken(specimen, seed, conditions, side, chance("tilt", seed).uniform(30, 48))


def _taken(specimen: Specimen, seed: int, conditions: Conditions, side: str, tilt: float) -> Scene:
    pose = _posed(chance("pose", seed), conditions.fault, tilt, specimen.size)
    if conditions.fault not in (Fault.CUT_OFF, Fault.TWO_DOCUMENTS):
        pose = framed(pose, specimen.size, conditions.size)
    shot = _seen(specimen, seed, conditions, side, pose)
    kept_out = specimen.kept_out + (("background",) if conditions.background in backgrounds.KEPT_OUT else ())
    shown = None if conditions.fault in (Fault.NO_DOCUMENT, Fault.FOREIGN_CARD) else shot.quad
    is_thick = specimen.is_card and conditions.fault not in _FLAT_FAULTS
    return Scene(_encoded(shot), specimen, side, seed, conditions, shown, kept_out, tilt, is_thick)


def frame(specimen: Specimen, seed: int, conditions: Conditions, side: str, pose: Pose) -> Picture:
    """What the camera sees of a card that lies so; with one seed the place and its light stay the same."""
    return _exposed(_seen(specimen, seed, conditions, side, pose))


def _seen(specimen: Specimen, seed: int, conditions: Conditions, side: str, pose: Pose) -> _Shot:
    """Everything in front of the lens."""
    rng = chance("scene", seed, conditions.fault, side)
    number = rng.randrange(2**32)
    canvas = backgrounds.background(conditions.background, conditions.size, number)
    quad = seen(corners(specimen.size), specimen.size, conditions.size, pose)
    printed = next(found for found in specimen.sides if found.name == side)
    shot = _Shot(
        rng,
        np.random.default_rng(number),
        specimen,
        printed,
        conditions,
        pose,
        canvas,
        quad,
        rng.uniform(1.2, 1.34),
    )
    if conditions.has_clutter:
        shot.canvas = hands.scatter(rng, shot.canvas, quad)
    if conditions.fault is not Fault.NO_DOCUMENT:
        _lay(shot)
        _touch(shot)
    _light(shot)
    return shot


def _posed(rng: Random, fault: Fault | None, tilt: float, size: tuple[float, float]) -> Pose:
    pose = draw_pose(rng)
    pose = replace(pose, share=pose.share * min(1.0, 1.26 * size[0] / size[1] / 1.585))
    if tilt:
        pose = replace(pose, pitch=-tilt, share=min(pose.share, 0.68))
    if fault is Fault.UPSIDE_DOWN:
        return replace(pose, roll=pose.roll + 180)
    if fault is Fault.TOO_SMALL:
        return replace(pose, share=rng.uniform(0.2, 0.3))
    if fault is Fault.TWO_DOCUMENTS:
        return replace(pose, share=rng.uniform(0.42, 0.5), middle=(0.27, 0.5))
    if fault is Fault.CUT_OFF:
        gone = rng.choice(((rng.uniform(-0.12, 0.12), 0.5), (rng.uniform(0.88, 1.12), 0.5)))
        return replace(pose, middle=gone)
    return pose


def _lay(shot: _Shot) -> None:
    """Put the document on its ground: sheet or screen about it first, then its shadow, its edge, its face."""
    picture = _printed(shot)
    if shot.fault in _FLAT_FAULTS:
        _sheet(shot)
    elif shot.specimen.is_card:
        _edge(shot)
    _face(shot, picture, shot.quad)
    if shot.fault is Fault.TWO_DOCUMENTS:
        other = seen(
            corners(shot.specimen.size), shot.specimen.size, shot.conditions.size,
            replace(shot.pose, middle=(0.74, 0.5), roll=shot.rng.gauss(0, 6)),
        )  # fmt: skip
        _face(shot, picture[:, ::-1].copy() if shot.rng.random() < 0.2 else picture, other)  # noqa: PLR2004 - some face down
    if shot.fault is Fault.SCREEN:
        mask = _filled(shot, _grown(shot.quad, shot.margin))
        shot.canvas = spoiling.on_screen(shot.rng, shot.canvas, mask, shot.rng.uniform(2.2, 4.2))


def _printed(shot: _Shot) -> Picture:
    if shot.fault is Fault.FOREIGN_CARD:
        return foreign_card(shot.rng)
    if shot.fault is Fault.COPY:
        return spoiling.copied(shot.side.picture)
    if shot.fault is Fault.PRINT:
        return spoiling.halftoned(shot.side.picture)
    return shot.side.picture


def _face(shot: _Shot, picture: Picture, quad: Points) -> None:
    """Warp a side onto a quad; made about as small as it will be seen first, so that no print is skipped."""
    width = picture.shape[1]
    wanted = max(200, round(1.15 * float(np.linalg.norm(quad[1] - quad[0]))))
    if wanted < width:
        height = round(picture.shape[0] * wanted / width)
        picture = cv2.resize(picture, (wanted, height), interpolation=cv2.INTER_AREA).astype(np.uint8)
    high, wide = picture.shape[:2]
    mask = np.zeros((high, wide), np.uint8)
    radius = 0 if shot.fault in _FLAT_FAULTS else round(_CORNER / shot.specimen.size[0] * wide)
    _rounded(mask, radius)
    to = mapping((wide, high), quad)
    warped = cv2.warpPerspective(picture, to, shot.conditions.size, flags=cv2.INTER_LINEAR)
    share = (
        cv2.warpPerspective(mask, to, shot.conditions.size, flags=cv2.INTER_LINEAR).astype(np.float32)[
            ..., None
        ]
        / 255
    )
    shot.canvas = np.asarray(shot.canvas * (1 - share) + warped.astype(np.float32) * share, np.float32)


def _rounded(mask: Picture, radius: int) -> None:
    high, wide = mask.shape
    if not radius:
        mask[:] = 255
        return
    mask[radius : high - radius], mask[:, radius : wide - radius] = 255, 255
    for x in (radius, wide - radius - 1):
        for y in (radius, high - radius - 1):
            cv2.circle(mask, (x, y), radius, 255, -1, cv2.LINE_AA)


def _edge(shot: _Shot) -> None:
    """The shadow, and the sides of the card where the eye sees them."""
    size = shot.specimen.size
    behind = seen(corners(size, _THICKNESS), size, shot.conditions.size, shot.pose)
    offset = np.array([shot.rng.uniform(-5, 5), shot.rng.uniform(2, 9)])
    shadow = np.asarray(cv2.GaussianBlur(_filled(shot, behind + offset), (0, 0), 7), np.float32)
    shot.canvas = np.asarray(shot.canvas * (1 - 0.45 * shadow[..., None]), np.float32)
    body = _card_mask(shot, behind)
    shot.canvas = np.asarray(
        shot.canvas * (1 - body[..., None]) + np.array(_EDGE, np.float32) * body[..., None], np.float32
    )


def _card_mask(shot: _Shot, quad: Points) -> Canvas:
    """A card's outline with its round corners on a quad."""
    outline = np.zeros((540, 856), np.uint8)
    _rounded(outline, round(_CORNER * 10))
    share = cv2.warpPerspective(
        outline, mapping((856, 540), quad), shot.conditions.size, flags=cv2.INTER_LINEAR
    )
    return np.asarray(share / 255, np.float32)


def _sheet(shot: _Shot) -> None:
    """What a copy or print is printed on, or the display that shows the card."""
    around = _filled(shot, _grown(shot.quad, shot.margin))
    colour = (30.0, 28.0, 28.0) if shot.fault is Fault.SCREEN else (228.0, 232.0, 234.0)
    shot.canvas = np.asarray(
        shot.canvas * (1 - around[..., None]) + np.array(colour, np.float32) * around[..., None], np.float32
    )


def _grown(quad: Points, share: float) -> Points:
    middle = quad.mean(axis=0)
    return np.asarray(middle + (quad - middle) * share, np.float64)


def _filled(shot: _Shot, quad: Points) -> Canvas:
    mask = np.zeros((shot.conditions.size[1], shot.conditions.size[0]), np.uint8)
    cv2.fillConvexPoly(mask, (quad * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
    return np.asarray(mask / 255, np.float32)


def _touch(shot: _Shot) -> None:
    """Thumbs: at an edge, beside everything printed; or over a field, where that is the fault."""
    width = shot.pixels_a_millimetre * shot.rng.uniform(15, 19)
    if shot.fault is Fault.COVERED:
        over = shot.side.fields[shot.rng.choice(sorted(_important(shot.side)))].box
        tip = shot.on_canvas(over[0] + over[2] * shot.rng.uniform(0.2, 0.8), over[1] + over[3] / 2)
        nearer = 1.0 if over[1] > 400 else -1.0  # noqa: PLR2004 - the thumb comes from the nearer edge
        away = np.array([shot.rng.uniform(-0.3, 0.3), nearer]) * max(shot.conditions.size)
        mask = hands.thumb_mask(shot.conditions.size, tip, tip + away, width)
        shot.canvas = hands.lay_thumb(shot.rng, shot.canvas, mask, tip, width)
    elif shot.conditions.has_hand:
        _hold(shot, width)


def _hold(shot: _Shot, width: float) -> None:
    printed = _print_mask(shot)
    for _ in range(_GOOD_HANDS):
        along = shot.rng.uniform(0, 1000)
        edge, inward = shot.rng.choice(
            (
                ((along, 1000), (0, -1)),
                ((0, along), (1, 0)),
                ((1000, along), (-1, 0)),
                ((along, 0), (0, 1)),
            )
        )
        start = shot.on_canvas(*edge)
        into = shot.on_canvas(edge[0] + 50 * inward[0], edge[1] + 50 * inward[1]) - start
        direction = into / max(1e-6, float(np.linalg.norm(into)))
        tip = start - direction * width * shot.rng.uniform(0.28, 0.45)
        mask = hands.thumb_mask(shot.conditions.size, tip, tip - direction * max(shot.conditions.size), width)
        if not bool(np.any((mask > 0.02) & printed)):  # noqa: PLR2004 - not even the soft edge
            shot.canvas = hands.lay_thumb(shot.rng, shot.canvas, mask, tip, width)
            return


def _print_mask(shot: _Shot) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Where fields and the portrait are, with a little room around."""
    mask = np.zeros((shot.conditions.size[1], shot.conditions.size[0]), np.uint8)
    boxes = [field.box for field in shot.side.fields.values()]
    for left, top, width, height in [*boxes, *([shot.side.portrait] if shot.side.portrait else [])]:
        ends = ((left, top), (left + width, top), (left + width, top + height), (left, top + height))
        cv2.fillConvexPoly(mask, np.array([shot.on_canvas(*end) for end in ends]).astype(np.int32), 255)
    return np.asarray(cv2.dilate(mask, np.ones((9, 9), np.uint8))) > 0


def _important(side: Side) -> set[str]:
    """Fields whose loss ruins a photograph: those that every reader has to give."""
    wanted = {"name", "birth_date", "expiry_date", "number", "address", "mrz", "note"} & set(side.fields)
    return wanted or set(side.fields)


def _light(shot: _Shot) -> None:
    """Uneven light of some colour, a soft sheen; glare over a field where that is the fault."""
    rng, size = shot.rng, shot.conditions.size
    across = np.linspace(-0.5, 0.5, size[0], dtype=np.float32)[None, :]
    down = np.linspace(-0.5, 0.5, size[1], dtype=np.float32)[:, None]
    level = rng.uniform(0.72, 1.0) + rng.uniform(-0.2, 0.2) * across + rng.uniform(-0.2, 0.2) * down
    if rng.random() < _WELL_EXPOSED:
        level = level - max(0.0, _brightest(level, shot.quad) - 1.0)
    warmth = rng.uniform(-0.06, 0.08)
    colour = np.array([1 - warmth, 1.0, 1 + warmth], np.float32)
    shot.canvas = np.asarray(shot.canvas * level[..., None] * colour, np.float32)
    if rng.random() < 0.3:  # noqa: PLR2004 - a window's sheen in three of ten
        middle = np.array([rng.uniform(0, size[0]), rng.uniform(0, size[1])])
        shot.canvas = spoiling.glare(shot.canvas, middle, (size[0] * 0.4, size[1] * 0.25), rng.uniform(4, 14))
    if shot.fault is Fault.GLARE:
        box = shot.side.fields[rng.choice(sorted(_important(shot.side)))].box
        middle = shot.on_canvas(box[0] + box[2] * rng.uniform(0.3, 0.7), box[1] + box[3] / 2)
        wide = shot.pixels_a_millimetre * rng.uniform(9, 15)
        shot.canvas = spoiling.glare(
            shot.canvas, middle, (wide, wide * rng.uniform(0.5, 0.9)), rng.uniform(280, 420)
        )
    if shot.fault is Fault.DARK:
        shot.canvas = shot.canvas * np.float32(rng.uniform(0.05, 0.1))


def _brightest(level: Canvas, quad: Points) -> float:
    """The light on the corners of the document that lie in the picture."""
    height, width = level.shape
    columns, rows = np.clip(quad[:, 0], 0, width - 1), np.clip(quad[:, 1], 0, height - 1)
    return float(level[rows.astype(int), columns.astype(int)].max())


def _exposed(shot: _Shot) -> Picture:
    """Focus and the sensor's noise."""
    rng = shot.rng
    scale = shot.pixels_a_millimetre / 12
    sigma = rng.uniform(_SHARPEST, _SOFTEST) * max(0.7, scale)
    if shot.fault is Fault.BLUR:
        sigma = rng.uniform(4.2, 7.5) * max(0.7, scale)
    picture = np.asarray(cv2.GaussianBlur(shot.canvas, (0, 0), sigma), np.float32)
    if shot.fault is Fault.BLUR and rng.random() < 0.4:  # noqa: PLR2004 - the hand's shaking in four of ten
        picture = _shaken(picture, rng)
    noise = rng.uniform(2, 7)
    picture = picture + shot.grains.standard_normal(picture.shape, dtype=np.float32) * np.float32(noise)
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


def _encoded(shot: _Shot) -> bytes:
    """As the phone's JPEG."""
    picture = _exposed(shot)
    done, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, shot.rng.randint(62, 93)])
    assert done
    return bytes(encoded)


def _shaken(picture: Canvas, rng: Random) -> Canvas:
    length = rng.randint(15, 31)
    kernel = np.zeros((length, length), np.float32)
    angle = np.radians(rng.uniform(0, 180))
    half = length // 2
    reach = np.array([np.cos(angle), np.sin(angle)]) * half
    cv2.line(
        kernel,
        (round(half - reach[0]), round(half - reach[1])),
        (round(half + reach[0]), round(half + reach[1])),
        1.0,
    )
    return np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()), np.float32)
