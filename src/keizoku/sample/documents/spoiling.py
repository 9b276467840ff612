"""What spoils a photograph, or gives a false document away: glare, copies, prints, screens."""

from random import Random

import cv2
import numpy as np

from keizoku.sample.documents.backgrounds import Canvas, grain
from keizoku.sample.documents.scenes import Points
from keizoku.sample.documents.specimens import Picture


def glare(canvas: Canvas, middle: Points, radii: tuple[float, float], strength: float) -> Canvas:
    """A lamp's reflection: additive, clipped by the sensor."""
    height, width = canvas.shape[:2]
    across, down = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    far = ((across - middle[0]) / radii[0]) ** 2 + ((down - middle[1]) / radii[1]) ** 2
    return np.asarray(canvas + strength * np.exp(-(far**2))[..., None], np.float32)


def copied(side: Picture) -> Picture:
    """A black-and-white copy: no colour, hard toner, a grey edge."""
    grey = cv2.cvtColor(side, cv2.COLOR_BGR2GRAY).astype(np.float32)
    toner = 255 / (1 + np.exp(-(grey - 150) / 22))
    toner = toner * 0.88 + 14
    toner[:3], toner[-3:], toner[:, :3], toner[:, -3:] = 90, 90, 90, 90
    return np.repeat(toner[..., None], 3, axis=2).astype(np.uint8)


def halftoned(side: Picture) -> Picture:
    """A colour print: rows of dots at a different angle for each ink, flatter colours."""
    height, width = side.shape[:2]
    across, down = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    flat = side.astype(np.float32) * 0.84 + 26
    for ink, degrees in enumerate((15, 75, 45)):
        angle = np.radians(degrees)
        along, over = (
            across * np.cos(angle) + down * np.sin(angle),
            down * np.cos(angle) - across * np.sin(angle),
        )
        dots = np.cos(along * 1.5) * np.cos(over * 1.5)
        share = flat[..., ink] / 255
        flat[..., ink] += 46 * dots * np.sqrt(np.clip(share * (1 - share), 0, 1))
    return np.asarray(np.clip(flat, 0, 255), np.uint8)


def on_screen(rng: Random, canvas: Canvas, mask: Canvas, pixels_a_period: float) -> Canvas:
    """Light from a display's grid of red, green and blue, beating with the sensor's (moiré), colder and brighter."""
    height, width = canvas.shape[:2]
    across, down = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    angle = np.radians(rng.uniform(-5, 5))
    along = across * np.cos(angle) + down * np.sin(angle)
    over = down * np.cos(angle) - across * np.sin(angle)
    seed = rng.randrange(2**32)
    bent = along + 3 * grain(np.random.default_rng(seed), (width, height), (3, 2))
    lit = canvas * np.array([1.12, 1.04, 0.96], np.float32) + 10
    waves = [np.cos(6.2832 * (bent / pixels_a_period + third / 3)) for third in range(3)]
    grid = (
        1
        + 0.16 * np.stack(waves, axis=-1)
        + 0.07 * np.cos(6.2832 * over / (pixels_a_period * 1.04))[..., None]
    )
    return np.asarray(canvas * (1 - mask[..., None]) + lit * grid * mask[..., None], np.float32)
