"""Faces on drawn heads: found, followed when they turn, told apart, and refused for what is wrong with the picture."""

import numpy as np
import pytest

from keizoku.sample.heads import Scene, draw, photographed
from keizoku.vision import faces
from keizoku.vision.checks import Outcome
from keizoku.vision.faces import Reason

SMALL = (300, 400)


@pytest.fixture(scope="module")
def plain():
    picture = draw(1, size=SMALL)
    [face] = faces.find(picture)
    return picture, face


def test_a_turned_head_is_read_as_turned_to_that_side(plain):
    [left] = faces.find(draw(1, yaw=25, size=SMALL))
    [up] = faces.find(draw(1, pitch=18, size=SMALL))
    assert faces.pose(left, plain[1]).yaw == pytest.approx(25, abs=7)
    assert faces.pose(up, plain[1]).pitch == pytest.approx(18, abs=7)
    assert faces.pose(plain[1], plain[1]).yaw == pytest.approx(0, abs=0.01)


def test_the_same_person_in_other_light_is_nearer_than_another(plain):
    one = faces.template(*plain)
    same = draw(1, yaw=4, light=5, size=SMALL)
    other = draw(3, size=SMALL)
    near = faces.match(one, faces.template(same, faces.find(same)[0]))
    far = faces.match(one, faces.template(other, faces.find(other)[0]))
    assert near.result is Outcome.PASSED
    assert near.distance < far.distance


def test_templates_of_two_models_are_not_compared(plain):
    one = faces.Template(np.zeros(128), "one")
    with pytest.raises(ValueError):
        faces.match(one, faces.Template(np.zeros(128), "other"))


def test_what_is_wrong_is_named(plain):
    picture, face = plain
    assert faces.quality(picture, face) == ()
    assert faces.quality(picture, None) == (Reason.NO_FACE,)
    assert Reason.TWO_FACES in faces.quality(picture, face, [face])
    assert Reason.DARK in faces.quality((picture * 0.12).astype(np.uint8), face)
    for worn, reason in (("sunglasses", Reason.SUNGLASSES), ("mask", Reason.MASK)):
        covered = photographed(1, Scene(width=SMALL[0], height=SMALL[1], wearing=worn))
        assert reason in faces.quality(covered, faces.find(covered)[0])


def test_shut_eyes_are_told_by_the_persons_own_open_ones(plain):
    [shut] = faces.find(draw(1, lids=0.0, size=SMALL))
    assert faces.openness(shut) < faces.openness(plain[1])


def test_a_wall_has_no_face():
    assert faces.find(np.full((200, 300, 3), 128, np.uint8)) == ()
