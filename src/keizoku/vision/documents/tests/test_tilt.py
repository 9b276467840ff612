"""A card tipped away shows its edge; a sheet of paper does not."""

import cv2
import numpy as np

from keizoku.vision.checks import Outcome
from keizoku.vision.documents import tilted
from keizoku.vision.documents.tests.cards import QUAD, drawn, licence, photographed
from keizoku.vision.documents.tilt import TiltReason

# Tipped by some 35°: 1000 × 516 instead of 1000 × 630.
TIPPED = ((200, 300), (1200, 300), (1200, 816), (200, 816))


def test_a_tipped_card_shows_its_edge_and_a_sheet_of_paper_does_not():
    flat, sheet = photographed(licence(), QUAD), photographed(licence(), TIPPED)
    card = sheet.copy()
    # 0.76 mm times the sine of 35° at 11.7 pixels a millimetre.
    cv2.rectangle(card, (200, 817), (1200, 822), (205, 212, 214), -1)
    found = tilted(flat, cv2.GaussianBlur(card, (0, 0), 0.7))
    assert (found.result, found.reasons) == (Outcome.PASSED, ())
    assert 30 < found.angle < 40
    assert 0.4 < found.thickness_seen < 1.2
    assert tilted(flat, sheet).result is not Outcome.PASSED
    assert tilted(flat, flat).reasons == (TiltReason.NOT_TILTED,)
    assert tilted(flat, np.full_like(flat, 90)).reasons == (TiltReason.NO_DOCUMENT,)
    image, _ = drawn([(500, 100, 90, "別のカード"), (80, 420, 60, "まったくの別物")], paper=(200, 220, 240))
    other = photographed(np.asarray(image)[:, :, ::-1], QUAD)
    assert tilted(other, card).reasons == (TiltReason.OTHER_DOCUMENT,)
