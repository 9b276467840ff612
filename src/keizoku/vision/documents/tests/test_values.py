"""Dates, addresses, lists, numbers that must not be kept, check digits: without a picture."""

from datetime import date

import pytest

from keizoku.vision import mrz
from keizoku.vision.checks import Check, Outcome, overall, passed
from keizoku.vision.documents import dates, driver_cards, status
from keizoku.vision.documents.addresses import Located, located
from keizoku.vision.documents.forbidden import Forbidden, Number, of_words
from keizoku.vision.documents.kinds import driving_history


def test_dates_are_read_by_either_calendar_and_a_disagreement_is_seen():
    assert dates.printed("昭和60年 4月 8日生").day == date(1985, 4, 8)
    assert dates.printed("平成元年1月8日").day == date(1989, 1, 8)
    assert dates.printed("平成33年05月08日まで有効").day == date(2021, 5, 8)
    assert dates.printed("平成00年00月00日") == dates.Printed(None, is_blank=True)
    both = dates.printed("2028年(令和10年)05月08日まで有効")
    assert (both.day, both.has_both, both.is_consistent) == (date(2028, 5, 8), True, True)
    assert not dates.printed("2028年(令和09年)05月08日まで有効").is_consistent
    assert dates.printed("令和05年13月01日").day is None


def test_an_address_is_held_against_the_postal_list_and_one_character_is_mended_openly():
    assert located("東京都千代田区丸の内1-2-3") == Located("東京都千代田区丸の内1-2-3", is_listed=True)
    mended = located("東京都千代山区丸の内1-2-3")
    assert (mended.text, mended.corrections) == ("東京都千代田区丸の内1-2-3", (("千代山区", "千代田区"),))
    assert located("東京都千代田区夢の町1-2").is_listed is False
    assert located("大字なにか1-2").is_listed is False


def test_a_licence_number_and_its_days_check_each_other():
    assert [driver_cards.licence_check_digit(ten) for ten in ("3005123456", "6212345678", "9099012345")] == [
        8,
        1,
        3,
    ]
    assert driver_cards.on_birthday(date(2000, 2, 29), date(2030, 2, 28)).outcome is Outcome.PASSED
    assert driver_cards.on_birthday(date(2000, 3, 1), date(2030, 3, 2)).reason == "other_day"
    assert driving_history._of_issue(date(2012, 3, 31)) == Check(
        "issued_since_2012", Outcome.FAILED, "too_early"
    )
    assert driving_history._of_issue(date(2012, 4, 1)) == passed("issued_since_2012")


def test_one_failed_check_fails_and_nothing_checked_passes_nothing():
    failed, unsure = Check("a", Outcome.FAILED), Check("b", Outcome.UNSURE)
    assert overall([passed("c"), failed, unsure]) is Outcome.FAILED
    assert overall([passed("c"), unsure]) is Outcome.UNSURE
    assert overall([passed("c")]) is Outcome.PASSED
    assert overall([]) is Outcome.UNSURE


def test_a_status_is_one_of_the_laws_whatever_dots_and_small_kana_were_lost():
    assert status.listed("技術人文知識・国際業務", status.STATUSES) == "技術・人文知識・国際業務"
    assert status.listed("フイリピン", status.NATIONALITIES) == "フィリピン"
    assert status.listed("べトナム", status.NATIONALITIES) == "ベトナム"
    assert status.listed("宇宙人", status.STATUSES) is None


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("個人番号\n983205673214", Forbidden(Number.INDIVIDUAL_NUMBER, "check_digit")),
        ("個人番号9832 0567 3215", Forbidden(Number.INDIVIDUAL_NUMBER, "words")),
        ("保険者番号12345678\n被保険者", Forbidden(Number.INSURANCE_NUMBER, "words")),
        ("公安委員会\n983205673214", None),
        ("個人番号\nカード\n山田花子", None),
        ("983205673215", None),
    ],
)
def test_numbers_that_must_not_be_kept_are_known_by_digit_or_words(words, found):
    assert of_words(words) == found


def test_the_zone_of_the_specification_holds_and_a_changed_sign_is_seen():
    first = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
    second = "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
    zone = mrz.parsed((first, second))
    assert zone.is_whole
    assert zone.fields == {
        "country": "UTO",
        "name_latin": "ERIKSSON ANNA MARIA",
        "number": "L898902C3",
        "nationality": "UTO",
        "birth_date": "1974-08-12",
        "sex": "F",
        "expiry_date": "2012-04-15",
    }
    changed = mrz.parsed((first, second.replace("7408122", "7408132")))
    assert {check.name for check in changed.checks if check.outcome is Outcome.FAILED} == {
        "mrz_birth_date",
        "mrz_composite",
    }
    mended = mrz.parsed((first, second.replace("7408122", "74O8I22")))
    assert mended.is_whole
    card = (
        "I<UTOD231458907<<<<<<<<<<<<<<<",
        "7408122F1204159UTO<<<<<<<<<<<6",
        "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    )
    assert mrz.parsed(card).is_whole
    assert mrz.parsed(("P<JPN", "x")) is None
