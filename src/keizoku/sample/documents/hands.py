"""Thumbs over the edge of a card, and things that lie beside it."""

from random import Random
from typing import Final

import cv2
import numpy as np

from keizoku.sample.documents.backgrounds import Canvas
from keizoku.sample.documents.scenes import Points

_SKINS: Final = ((150, 178, 224), (130, 164, 212), (104, 140, 190), (90, 120, 170))


def thumb_mask(size: tuple[int, int], tip: Points, root: Points, width: float) -> Canvas:
    """A thumb from `root` to `tip`, 0 to 1."""
    mask = np.zeros((size[1], size[0]), np.uint8)
    start, end = (tuple(round(float(part)) for part in point) for point in (root, tip))
    cv2.line(mask, start, end, 255, round(width))
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 1.6) / 255, np.float32)


def lay_thumb(rng: Random, canvas: Canvas, mask: Canvas, tip: Points, width: float) -> Canvas:
    """Paint a thumb with light on its middle, a nail near its tip, and its shadow."""
    skin = np.array(rng.choice(_SKINS), np.float32)
    shadow = np.asarray(cv2.GaussianBlur(mask, (0, 0), width / 5), np.float32)
    shaded = canvas * (1 - 0.4 * np.roll(shadow, round(width / 8), axis=0)[..., None])
    inside = (mask > 0.5).astype(np.uint8)  # noqa: PLR2004 - the middle of a soft edge
    depth = np.asarray(cv2.distanceTransform(inside, cv2.DIST_L2, 3), np.float32) / max(1.0, width / 2)
    finger = skin * (0.62 + 0.42 * np.sqrt(np.clip(depth, 0, 1)))[..., None]
    nail = np.zeros(mask.shape, np.uint8)
    middle = (round(float(tip[0])), round(float(tip[1])))
    cv2.ellipse(nail, middle, (round(width * 0.26), round(width * 0.33)), 0, 0, 360, 255, -1)
    share = np.asarray(cv2.GaussianBlur(nail, (0, 0), 2), np.float32)[..., None] / 255 * 0.35
    finger = finger * (1 - share) + np.array([196, 206, 240], np.float32) * share
    return np.asarray(shaded * (1 - mask[..., None]) + finger * mask[..., None], np.float32)


def scatter(rng: Random, canvas: Canvas, quad: Points) -> Canvas:
    """A pen, a coin, a corner of paper: beside the card, never touching it."""
    height, width = canvas.shape[:2]
    keep = np.zeros((height, width), np.uint8)
    cv2.fillConvexPoly(keep, quad.astype(np.int32), 255)
    keep = cv2.dilate(keep, np.ones((25, 25), np.uint8)).astype(np.uint8)
    for _ in range(rng.randint(1, 3)):
        mask = np.zeros((height, width), np.uint8)
        x, y = (
            rng.randint(0, width),
            rng.choice((rng.randint(0, height // 6), rng.randint(height * 5 // 6, height))),
        )
        thing = rng.choice(("pen", "coin", "slip"))
        if thing == "pen":
            cv2.line(
                mask, (x, y), (x + rng.randint(-500, 500), y + rng.randint(-60, 60)), 255, rng.randint(14, 26)
            )
        elif thing == "coin":
            cv2.circle(mask, (x, y), rng.randint(50, 90), 255, -1)
        else:
            box = cv2.boxPoints(
                ((float(x), float(y)), (float(rng.randint(200, 420)), 160.0), rng.uniform(0, 90))
            )
            cv2.fillConvexPoly(mask, box.astype(np.int32), 255)
        mask[keep > 0] = 0
        soft = np.asarray(cv2.GaussianBlur(mask, (0, 0), 1.5), np.float32)[..., None] / 255
        colour = np.array([rng.randint(40, 230) for _ in range(3)], np.float32)
        canvas = np.asarray(canvas * (1 - soft) + colour * soft, np.float32)
    return canvas
