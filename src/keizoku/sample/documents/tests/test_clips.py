"""Clips are YUV4MPEG2 as a browser's fake camera reads it."""

import numpy as np
import pytest

from keizoku.sample.documents import clips

WIDTH, HEIGHT = 64, 48


def test_frames_are_written_as_planes_that_give_the_picture_back(tmp_path):
    red = np.full((HEIGHT, WIDTH, 3), (40, 60, 200), np.uint8)
    assert clips.write(tmp_path / "red.y4m", [red, red], rate=5) == 2
    heading, _, rest = (tmp_path / "red.y4m").read_bytes().partition(b"\n")
    assert heading == b"YUV4MPEG2 W64 H48 F5:1 Ip A1:1 C420jpeg"
    frame = len(b"FRAME\n") + WIDTH * HEIGHT * 3 // 2
    assert len(rest) == 2 * frame
    assert rest.startswith(b"FRAME\n")
    planes = np.frombuffer(rest[6:frame], np.uint8)
    light, blue, red_difference = (
        float(planes[start:end].mean()) for start, end in ((0, 3072), (3072, 3840), (3840, 4608))
    )
    back = np.array([light + (blue - 128) / 0.564, 0, light + (red_difference - 128) / 0.713])
    assert back[0] == pytest.approx(40, abs=2)
    assert back[2] == pytest.approx(200, abs=2)


def test_clips_of_one_size_are_joined_and_others_refused(tmp_path):
    small, large = (np.zeros((side, side, 3), np.uint8) for side in (16, 32))
    for name, picture in (("one", small), ("two", small), ("other", large)):
        clips.write(tmp_path / f"{name}.y4m", [picture])
    clips.joined([tmp_path / "one.y4m", tmp_path / "two.y4m"], tmp_path / "both.y4m")
    assert (tmp_path / "both.y4m").read_bytes().count(b"FRAME\n") == 2
    assert (tmp_path / "both.y4m").read_bytes().count(b"YUV4MPEG2") == 1
    with pytest.raises(ValueError, match="another size"):
        clips.joined([tmp_path / "one.y4m", tmp_path / "other.y4m"], tmp_path / "none.y4m")
