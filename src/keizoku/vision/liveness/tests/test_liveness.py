"""A performance by a drawn head passes; what a print, a recording or a still do is told; what cannot be told is unsure."""

import random
from dataclasses import replace
from itertools import pairwise

import pytest

from keizoku.sample.heads import Scene, Stance, draw, photographed
from keizoku.vision.checks import Outcome
from keizoku.vision.liveness import Reason, Shot, judge, judged, poses, seen

ASKED = ("front", "left", "up")
TIMES = (900, 2_300, 4_050)
STANCES = (Stance(), Stance(yaw=27), Stance(pitch=21))


@pytest.fixture(scope="module")
def pictures():
    return [photographed(2, Scene(stance, 4, 240, 320, is_fine=False)) for stance in STANCES]


@pytest.fixture(scope="module")
def done(pictures):
    shots = [Shot(*each) for each in zip(pictures, ASKED, TIMES, strict=True)]
    return seen(shots, draw(2, size=(180, 240)))


def reasons(result):
    return set(result.reasons)


def test_poses_begin_plain_and_never_repeat_a_neighbour():
    drawn = {poses(random.Random(seed)) for seed in range(400)}
    assert len(drawn) == 36
    assert {asked[0] for asked in drawn} == {"front"}
    assert all(one != other for asked in drawn for one, other in pairwise(asked))


def test_who_does_what_was_asked_passes(done):
    result = judged(done, ASKED)
    assert (result.result, result.reasons) == (Outcome.PASSED, ())
    assert result.template is not None


def test_a_recording_made_for_another_challenge_fails(done):
    assert judged(done, ("front", "up", "left")).result is Outcome.FAILED
    assert reasons(judged(done, ("front", "right", "up"))) >= {Reason.POSE_WRONG}


def test_a_still_fed_in_again_and_again_fails(pictures):
    shots = [Shot(pictures[0], pose, at) for pose, at in zip(ASKED, TIMES, strict=True)]
    result = judge(shots, None)
    assert result.result is Outcome.FAILED
    assert reasons(result) >= {Reason.FRAME_REPEATED, Reason.FLAT, Reason.NO_PORTRAIT}


def test_moments_out_of_order_fail_and_a_machines_rhythm_goes_to_a_person(done):
    assert reasons(judged(replace(done, at_ms=(900, 800, 4_050)), ASKED)) == {Reason.ORDER_WRONG}
    four = replace(
        done,
        faces=(*done.faces, done.faces[0]),
        templates=(*done.templates, done.templates[0]),
        beats=(*done.beats, 0.0),
        at_ms=(1_000, 2_000, 3_000, 4_000),
    )
    result = judged(four, (*ASKED, "front"))
    assert (result.result, reasons(result)) == (Outcome.UNSURE, {Reason.TOO_EVEN})


def test_without_the_documents_portrait_or_a_face_a_person_decides(done):
    assert reasons(judged(replace(done, portrait=None), ASKED)) == {Reason.NO_PORTRAIT}
    result = judged(replace(done, faces=((), *done.faces[1:])), ASKED)
    assert (result.result, reasons(result)) == (Outcome.UNSURE, {Reason.NO_FACE, Reason.NO_PLAIN_FACE})
    assert judged(done, ()).result is Outcome.FAILED


def test_two_faces_fail_and_another_face_breaks_the_thread(done):
    two = replace(done, faces=((done.faces[0][0], done.faces[0][0]), *done.faces[1:]))
    assert reasons(judged(two, ASKED)) == {Reason.TWO_FACES}
    stranger = replace(done.templates[1], values=done.templates[1].values + 0.1)
    other = replace(done, templates=(done.templates[0], stranger, done.templates[2]))
    assert reasons(judged(other, ASKED)) == {Reason.OTHER_FACE}


def test_a_plain_picture_alone_is_for_a_person(pictures):
    result = judge([Shot(pictures[0], "front", 900)], draw(2, size=(180, 240)))
    assert (result.result, reasons(result)) == (Outcome.UNSURE, {Reason.NO_POSES})
