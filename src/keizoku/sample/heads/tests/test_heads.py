"""Drawn heads: the same seed is the same picture, another is another; they turn, and move from pose to pose."""

import numpy as np

from keizoku.sample.heads import clip, cycle, draw
from keizoku.sample.heads.picture import Stance, turned

TINY = (120, 160)


def test_a_seed_is_a_person():
    one = draw(1, size=TINY)
    assert one.shape == (160, 120, 3)
    assert (one == draw(1, size=TINY)).all()
    assert np.abs(one.astype(int) - draw(3, size=TINY)).mean() > 3


def test_a_head_turns_to_its_own_left_and_up():
    nose = np.array([0.0, 0.0, 1.0])
    assert (turned(Stance(yaw=30)) @ nose).round(3).tolist() == [0.5, 0.0, 0.866]
    assert (turned(Stance(pitch=30)) @ nose).round(3).tolist() == [0.0, 0.5, 0.866]


def test_clips_hold_a_pose_and_a_cycle_does_all():
    assert len(list(clip(1, "left", count=2, size=TINY))) == 2
    turns = cycle(1, hold=1, turn=1, size=TINY)
    assert [next(turns).shape for _ in range(2)] == [(160, 120, 3)] * 2
