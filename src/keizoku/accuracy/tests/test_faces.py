"""Faces and performances are counted as their definitions say."""

import click
import numpy as np
import pytest

from keizoku.accuracy import faces, liveness
from keizoku.accuracy.faces import Sample, Shown
from keizoku.vision.faces import Template
from keizoku.vision.liveness import Species


def shown(person, at, group=""):
    return Shown(person, group, Template(np.array([at, 0.0]), "m"))


def test_pairs_are_counted_once_and_groups_within_themselves():
    pictures = (
        shown("a", 0.0, "old"),
        shown("a", 0.7, "old"),
        shown("b", 0.2, "old"),
        shown("c", 5.0, "young"),
    )
    found = faces.measure(Sample(pictures, ((0, Template(np.array([0.1, 0.0]), "m")),), 1, 0, 0.0))
    assert (found["n_genuine"], found["n_impostor"], found["no_face_found"]) == (1, 5, 1)
    assert (found["fnmr"]["hits"], found["fmr"]["hits"]) == (1, 2)
    assert found["by_group"]["old"]["n_impostor"] == 2
    portraits = found["rows"]["portraits_of_140_pixels"]
    assert (portraits["n_genuine"], portraits["n_impostor"]) == (1, 2)


def test_a_folder_without_two_people_is_refused(tmp_path):
    (tmp_path / "somebody").mkdir()
    (tmp_path / "somebody" / "1.png").write_bytes(b"no picture")
    with pytest.raises(click.ClickException):
        faces.gathered(tmp_path)


def test_performances_are_counted_by_what_became_of_them():
    found = liveness.measure(1, 1, 0)
    assert (found["n"], found["right_pass"]["hits"]) == (1, 1)
    assert found["recorded_for_another_challenge_pass"]["hits"] == 0
    assert set(found["species"]) == {species.value for species in Species}
