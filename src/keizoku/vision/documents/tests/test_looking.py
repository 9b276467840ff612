"""A shot as it arrives: the whole document found to the pixel, and each thing that is wrong named."""

import cv2
import numpy as np
import pytest

from keizoku.vision.documents import Reason, look
from keizoku.vision.documents.tests.cards import QUAD, licence, photographed


@pytest.fixture(scope="module")
def card():
    return licence()


@pytest.fixture(scope="module")
def scene(card):
    return photographed(card, QUAD)


def test_a_whole_card_will_do_and_its_corners_are_found(scene):
    found = look(scene)
    assert (found.will_do, found.reasons) == (True, ())
    assert np.abs(found.quad - np.array(QUAD)).max() < 4


def test_what_is_wrong_is_named(card, scene):
    spots = scene.copy()
    cv2.circle(spots, (700, 420), 110, (255, 255, 255), -1)
    thumb = scene.copy()
    cv2.ellipse(thumb, (700, 900), (90, 330), 0, 0, 360, (90, 120, 190), -1)
    small = photographed(card, ((500, 400), (900, 400), (900, 652), (500, 652)))
    cut = photographed(card, ((-420, 200), (700, 170), (720, 870), (-430, 900)))
    grey = cv2.cvtColor(cv2.cvtColor(scene, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    grid = scene.astype(np.float32)
    grid[:, ::3] *= 0.8
    grid[::3] *= 0.8
    wrong = {
        Reason.BLUR: cv2.GaussianBlur(scene, (0, 0), 6),
        Reason.GLARE: spots,
        Reason.COVERED: thumb,
        Reason.TOO_SMALL: small,
        Reason.CUT_OFF: cut,
        Reason.BLACK_AND_WHITE: grey,
        Reason.SCREEN_SUSPECTED: grid.astype(np.uint8),
        Reason.DARK: (scene * 0.1).astype(np.uint8),
        Reason.NO_DOCUMENT: scene[:140],
    }
    for reason, picture in wrong.items():
        found = look(picture)
        assert (reason, reason in found.reasons, found.will_do) == (reason, True, False)


def test_two_cards_are_one_too_many(card):
    first = photographed(card, ((60, 300), (640, 300), (640, 666), (60, 666)))
    second = photographed(card, ((760, 320), (1340, 320), (1340, 686), (760, 686)))
    first[:, 700:] = second[:, 700:]
    assert Reason.TWO_DOCUMENTS in look(first).reasons
