"""What a folder shows follows from its seed and number alone, and a part is kept out."""

from dataclasses import replace

import pytest

from keizoku.sample.documents import backgrounds, folders
from keizoku.sample.documents.folders import Order, Share, Shot
from keizoku.sample.documents.specimens import FieldTruth, Side, Specimen

FONTS = ("biz-ud-gothic", "noto-sans-jp", "shippori-mincho")
ORDER = Order(count=40, seed=3, fonts=FONTS, shots=(Shot.FRONT, Shot.BACK))


@pytest.fixture(autouse=True)
def undrawn(monkeypatch):
    """Specimens and photographs that remember what was asked for, with nothing painted."""

    def draw(kind, seed, variant, font, identity):
        side = Side("front", None, {"name": FieldTruth("見本", "見本", (0, 0, 1, 1))})
        return Specimen(kind, seed, variant, font, (85.6, 54.0), (side,), identity, ())

    monkeypatch.setattr(folders, "draw", draw)
    monkeypatch.setattr(folders, "_shot", lambda *asked: asked)


def shown(order):
    return list(folders.scenes(order))


def test_longer_folder_begins_with_the_shorter_and_has_no_back_where_there_is_none():
    short = shown(replace(ORDER, count=5))
    assert short == shown(ORDER)[:5]
    assert [name[-5:] for name, _ in short] == ["front"] * 5
    assert short != shown(replace(ORDER, seed=4, count=5))


def test_tuning_never_shows_what_is_kept_out_and_its_opposite_nothing_else():
    for share, is_out in ((Share.TUNING, False), (Share.KEPT_OUT, True)):
        for _, (specimen, _, conditions, _) in shown(replace(ORDER, share=share)):
            assert (specimen.font == "shippori-mincho") is is_out
            assert (specimen.variant == folders.kept_out_variant(specimen.kind)) is is_out
            assert (conditions.background in backgrounds.KEPT_OUT) is is_out


def test_share_of_spoilt_photographs_is_the_one_asked_for():
    assert not any(conditions.fault for _, (_, _, conditions, _) in shown(replace(ORDER, faults=0.0)))
    assert all(conditions.fault for _, (_, _, conditions, _) in shown(replace(ORDER, faults=1.0)))
