"""Specimens are the same for the same seed, and what they say of themselves holds together."""

from datetime import date

import numpy as np
import pytest

from keizoku.sample.documents import Conditions, Fault, Kind, draw, photograph, variants
from keizoku.sample.documents.chance import chance
from keizoku.sample.documents.kinds import driving_licence, passport

FONT = "biz-ud-gothic"


@pytest.fixture(scope="module")
def licence():
    return draw(Kind.DRIVING_LICENCE, 11, "2019", FONT, 1)


def test_same_seed_draws_the_same_pixels_and_another_seed_others(licence):
    again, other = (draw(Kind.DRIVING_LICENCE, seed, "2019", FONT, 1) for seed in (11, 8))
    assert np.array_equal(licence.front.picture, again.front.picture)
    assert licence.front.fields == again.front.fields
    assert licence.front.fields["number"].value != other.front.fields["number"].value


def test_same_seed_takes_the_same_photograph(licence):
    conditions = Conditions("wood", size=(640, 480), has_hand=True, has_clutter=True)
    first, again, other = (photograph(licence, seed, conditions) for seed in (3, 3, 4))
    assert first.jpeg == again.jpeg
    assert first.jpeg != other.jpeg
    assert first.picture.shape == (480, 640, 3)


def test_fields_are_printed_inside_their_boxes_and_nowhere_under_the_mark(licence):
    picture, red = licence.front.picture, _red(licence.front.picture)
    for name, field in licence.front.fields.items():
        left, top, width, height = field.box
        assert min(left, top) >= 0, name
        assert max(left + width, top + height) <= 1000, name
        rows, columns = picture.shape[0], picture.shape[1]
        part = np.s_[
            top * rows // 1000 : (top + height) * rows // 1000,
            left * columns // 1000 : (left + width) * columns // 1000,
        ]
        assert picture[part].min() < 90, name
        assert not red[part].any(), name
    assert red.any()


def test_numbers_of_licences_carry_their_check_digit_and_days_belong_together():
    for seed in range(60):
        licence = driving_licence.invent(chance(seed), "2019")
        digits = [int(digit) for digit in licence.number]
        weighed = sum(
            digit * weight for digit, weight in zip(digits, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=False)
        )
        assert digits[10] == (11 - weighed % 11) % 10
        got = licence.first_got[1]
        assert licence.number[2:4] == f"{got.year % 100:02}"
        assert licence.holder.born < got <= licence.issued < licence.expires
        assert licence.issued >= date(2019, 3, 1)


def test_zone_of_a_passport_carries_its_check_digits():
    fields = draw(Kind.PASSPORT, 5, "2020", FONT, 1).front.fields
    first, second = fields["mrz"].value.split("\n")
    assert (len(first), len(second)) == (44, 44)
    assert first.startswith("P<JPN" + fields["name_latin"].value.replace(" ", "<<"))
    assert second[:9] == fields["number"].value
    parts = ((second[:9], 9), (second[13:19], 19), (second[21:27], 27))
    assert [int(second[at]) for _, at in parts] == [passport.check_digit(part) for part, _ in parts]
    assert int(second[43]) == passport.check_digit(second[:10] + second[13:20] + second[21:43])
    # The worked example of a Japanese passport.
    assert passport.check_digit("TK1234567") == 1


def test_my_number_card_has_no_back():
    card = draw(Kind.MY_NUMBER_CARD, 5, "2016", FONT, 1)
    assert card.back is None
    assert set(card.front.fields) == {"name", "address", "birth_date", "sex", "expiry_date"}


def test_one_layout_is_kept_out():
    specimen = draw(Kind.DRIVING_LICENCE, 1, "2025", FONT, 1)
    assert specimen.kept_out == ("variant",)
    assert "2025" in variants(Kind.DRIVING_LICENCE)


def test_truth_names_what_is_wrong_with_a_photograph(licence):
    covered = photograph(licence, 1, Conditions("tatami", Fault.COVERED, size=(480, 360))).as_json()
    assert (covered["good"], covered["why"], covered["ruined"]) == (False, "covered", True)
    assert covered["kept_out"] == ["background"]
    empty = photograph(licence, 1, Conditions("desk", Fault.NO_DOCUMENT, size=(480, 360))).as_json()
    assert (empty["kind"], empty["fields"], empty["quad"]) == (None, {}, None)


def _red(picture):
    blue, green, red = (picture[..., channel].astype(int) for channel in range(3))
    return (red > 150) & (green < 90) & (blue < 90)
