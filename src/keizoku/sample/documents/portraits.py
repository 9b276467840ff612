"""The portrait on a document: a drawn head before a plain ground. No photograph of a person is in the project."""

import cv2
import numpy as np

from keizoku.sample.documents.chance import chance
from keizoku.sample.documents.specimens import Picture


def portrait(identity: int, *, grey: bool = False) -> Picture:
    """An RGB portrait, 3 wide to 4 high, of the head that `identity` seeds."""
    rng = chance("portrait", identity)
    canvas = np.full((480, 360, 3), (216, 224, 232), np.uint8)
    skin = tuple(int(part) for part in np.array([232, 196, 170]) - rng.randint(0, 40))
    hair = tuple(rng.randint(20, 70) for _ in range(3))
    cv2.ellipse(canvas, (180, 470), (150, 120), 0, 180, 360, (50, 60, 90), -1)
    cv2.ellipse(canvas, (180, 190), (100 + rng.randint(-6, 8), 128), 0, 0, 360, hair, -1)
    cv2.rectangle(canvas, (150, 280), (210, 370), skin, -1)
    cv2.ellipse(canvas, (180, 220), (84 + rng.randint(-6, 8), 112), 0, 0, 360, skin, -1)
    for side in (-1, 1):
        cv2.ellipse(canvas, (180 + side * 36, 205), (13, 6), 0, 0, 360, (250, 250, 250), -1)
        cv2.circle(canvas, (180 + side * 36, 205), 6, (30, 25, 25), -1)
        cv2.line(canvas, (180 + side * 20, 184), (180 + side * 54, 180), hair, 5)
    cv2.ellipse(canvas, (180, 272), (26, 8), 0, 0, 180, (180, 90, 90), -1)
    canvas = cv2.GaussianBlur(canvas, (5, 5), 0).astype(np.uint8)
    if grey:
        return np.repeat(cv2.cvtColor(canvas, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2).astype(np.uint8)
    return canvas
