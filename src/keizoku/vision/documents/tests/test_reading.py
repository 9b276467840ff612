"""Whole photographs, read: what is printed comes out, and what does not agree is doubtful."""

import numpy as np
import pytest

from keizoku.vision import documents
from keizoku.vision.checks import Outcome
from keizoku.vision.documents import Kind, Reason, Side, Why
from keizoku.vision.documents.tests.cards import QUAD, drawn, licence, passport, photographed


@pytest.fixture(scope="module")
def reading():
    upside_down = QUAD[2:] + QUAD[:2]
    return documents.read(photographed(licence(), upside_down))


def test_a_licence_that_lies_upside_down_is_read_whole_without_being_told_what_it_is(reading):
    assert (reading.kind, reading.side, reading.reasons) == (Kind.DRIVING_LICENCE, Side.FRONT, ())
    assert {name: field.value for name, field in reading.fields.items()} == {
        "name": "山田　花子",
        "birth_date": "1985-04-08",
        "address": "東京都千代田区丸の内1-2-3",
        "issue_date": "2023-05-01",
        "expiry_date": "2028-05-08",
        "number": "300512345680",
        "conditions": "眼鏡等",
        "kinds_dates": "- 2005-06-01 -",
        "kinds_of_vehicle": "普通",
        "colour_of_validity": "gold",
    }
    assert reading.doubtful == ()
    assert {check.outcome for check in reading.checks} == {Outcome.PASSED}


def test_the_card_is_straightened_and_its_portrait_cut_out(reading):
    assert reading.card.shape == (638, 1012, 3)
    assert reading.portrait.shape[0] > reading.portrait.shape[1] > 250
    x, y, width, height = reading.fields["name"].box
    assert (x < 130, y < 80, width > 150, 40 < height < 100) == (True, True, True, True)


def test_what_its_checks_contradict_is_doubtful_and_a_name_that_may_be_a_variant_too():
    card = licence(name="吉田　髙子", number="300612345680", ends="2028年(令和09年)05月18日まで有効")
    read = documents.read(photographed(card, QUAD), Kind.MY_NUMBER_CARD)
    assert (read.kind, read.reasons) == (Kind.DRIVING_LICENCE, (Reason.OTHER_KIND,))
    failed = {check.name: check.reason for check in read.checks if check.outcome is not Outcome.PASSED}
    assert failed == {
        "licence_number": "check_digit",
        "year_of_first_licence": "other_year",
        "expiry_after_birthday": "other_day",
        "two_calendars": "disagree",
    }
    whys = {name: {doubt.why for doubt in read.fields[name].doubts} for name in read.doubtful}
    assert whys == {
        "name": {Why.VARIANT_POSSIBLE},
        "number": {Why.CHECK_FAILED},
        "birth_date": {Why.CHECK_FAILED},
        "expiry_date": {Why.CHECK_FAILED},
        "kinds_dates": {Why.CHECK_FAILED},
    }
    variants = {doubt.character: doubt.alternatives for doubt in read.fields["name"].doubts}
    assert "𠮷" in variants["吉"]


def test_a_passport_is_read_by_its_zone_and_held_against_its_print():
    quad = ((200, 150), (1200, 150), (1200, 854), (200, 854))
    good = documents.read(photographed(passport(), quad), Kind.PASSPORT)
    said = {
        name: good.fields[name].value
        for name in ("number", "name_latin", "birth_date", "sex", "expiry_date", "issue_date")
    }
    assert said == {
        "number": "TK1234567",
        "name_latin": "YAMADA HANAKO",
        "birth_date": "1985-04-08",
        "sex": "女",
        "expiry_date": "2030-05-01",
        "issue_date": "2020-05-01",
    }
    assert "address" not in good.fields
    assert {check.outcome for check in good.checks} == {Outcome.PASSED}


def test_a_number_that_nobody_may_ask_for_is_not_read():
    assert Side.BACK not in documents.kinds.document(Kind.MY_NUMBER_CARD).sides
    back = documents.read(photographed(licence(), QUAD), Kind.MY_NUMBER_CARD, Side.BACK)
    assert (back.reasons, back.fields, back.card.min()) == ((Reason.FORBIDDEN,), {}, 255)
    image, _ = drawn(
        [(300, 200, 44, "個人番号"), (300, 280, 60, "9832 0567 3214"), (300, 400, 40, "氏名 山田花子")]
    )
    picture = photographed(np.asarray(image)[:, :, ::-1], QUAD)
    shown = documents.read(picture)
    assert (shown.reasons, shown.fields, shown.card.min()) == ((Reason.FORBIDDEN,), {}, 255)
    assert documents.forbidden(picture).number == "individual_number"


def test_a_card_of_no_known_kind_says_so():
    image, _ = drawn([(100, 100, 60, "LIBRARY CARD"), (100, 300, 40, "JANE DOE 2024")])
    read = documents.read(photographed(np.asarray(image)[:, :, ::-1], QUAD))
    assert (read.kind, read.reasons, read.fields) == (None, (Reason.UNKNOWN_KIND,), {})
