"""A card that is no identity document: a shop's point card."""

from random import Random
from typing import Final

import cv2
import numpy as np

from keizoku.sample.documents.specimens import Picture

_SHOPS: Final = ("HINATA COFFEE", "MIDORI MARKET", "SORA DRUG", "KAZE BOOKS")


def foreign_card(rng: Random) -> Picture:
    """A side of ID-1 size, BGR."""
    colour = [rng.randint(40, 230) for _ in range(3)]
    card = np.full((638, 1012, 3), colour, np.uint8)
    other = [rng.randint(60, 255) for _ in range(3)]
    cv2.circle(card, (rng.randint(100, 900), rng.randint(0, 600)), rng.randint(160, 340), other, -1)
    cv2.putText(
        card, rng.choice(_SHOPS), (70, 150), cv2.FONT_HERSHEY_DUPLEX, 2.2, (255, 255, 255), 4, cv2.LINE_AA
    )
    cv2.putText(card, "POINT CARD", (70, 230), cv2.FONT_HERSHEY_SIMPLEX, 1.4, (250, 250, 250), 3, cv2.LINE_AA)
    number = " ".join(f"{rng.randrange(10000):04}" for _ in range(4))
    cv2.putText(card, number, (70, 540), cv2.FONT_HERSHEY_SIMPLEX, 1.9, (20, 20, 20), 4, cv2.LINE_AA)
    return card
