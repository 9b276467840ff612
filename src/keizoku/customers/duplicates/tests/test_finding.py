"""Two who may be one are found by what they share, and only once; families are not."""

import pytest

from keizoku.customers.duplicates import actions, finding
from keizoku.customers.duplicates.rules import LIMIT, POINTS, REASON_OF_KIND, Reason, score
from keizoku.customers.duplicates.tests.pairs import found, staff, two_rows_of_one_person
from keizoku.customers.models import Duplicate, DuplicateSearch, Lookup


def test_same_reading_and_birth_date_are_found_with_reasons(db, make_customers):
    first, second = two_rows_of_one_person(make_customers)
    pair = found()
    assert (pair.first_id, pair.second_id, pair.state) == (first, second, "found")
    assert set(pair.reasons) == {"person", "family", "phone", "birth_month"} - {"family"} | {
        "phone_and_family"
    }
    assert pair.score == score([Reason(code) for code in pair.reasons])


@pytest.mark.parametrize(
    "other",
    [
        {"氏名カナ": "ヤマダ タロウ", "氏名": "山田 太朗", "電話番号": "", "メールアドレス": ""},
        {"氏名カナ": "やまだ　たろう", "電話番号": "", "メールアドレス": ""},
        {"氏名カナ": "ﾔﾏﾀﾞ ﾊﾅｺ", "電話番号": "090-1234-0001", "メールアドレス": ""},
        {"氏名カナ": "ｻﾄｳ ｼﾞﾛｳ", "メールアドレス": "TARO1@example.jp", "電話番号": ""},
    ],
)
def test_one_person_is_found_however_the_second_row_is_written(db, make_customers, other):
    make_customers(1)
    make_customers(1, **other)
    assert finding.find_everywhere().found == 1


@pytest.mark.parametrize(
    "other",
    [
        {"生年月日": "1962-01-05", "氏名カナ": "ﾔﾏﾀﾞ ﾊﾅｺ", "電話番号": "090-1234-0001", "メールアドレス": ""},
        {"生年月日": "1962-01-05", "氏名カナ": "ﾔﾏﾀﾞ ﾊﾅｺ", "メールアドレス": "taro1@example.jp"},
        {"生年月日": "1961-04-08"},
        {"氏名カナ": "ﾔﾏﾀﾞ ﾀﾛ"},
    ],
)
def test_family_and_namesakes_are_no_candidates(db, make_customers, other):
    make_customers(1)
    make_customers(1, **other)
    assert finding.find_everywhere().found == 0


def test_value_that_many_share_says_nothing(db, make_customers):
    make_customers(11, 電話番号="", メールアドレス="")
    assert finding.find_everywhere().found == 0


def test_looking_again_changes_nothing_and_candidates_that_agree_no_longer_go(db, make_customers):
    _, second = two_rows_of_one_person(make_customers)
    found()
    assert finding.find_everywhere() == finding.FoundPairs(0, 0)
    Lookup.objects.filter(customer_id=second, kind__in=["person", "family", "phone"]).delete()
    assert finding.find_everywhere() == finding.FoundPairs(0, 1)
    assert Duplicate.objects.count() == 0


def test_pair_kept_apart_comes_back_only_when_other_values_agree(db, make_customers):
    first, second = two_rows_of_one_person(make_customers)
    pair = found()
    actions.keep_apart(pair.id, actor=staff()["proposer"])
    assert finding.find_everywhere().found == 0
    shared = Lookup.objects.get(customer_id=first, kind="account").token
    Lookup.objects.filter(customer_id=second, kind="account").update(token=shared)
    assert finding.find_everywhere().found == 1
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by, "account" in pair.reasons) == ("found", "", True)


def test_customers_of_an_import_are_looked_at_once_and_against_everybody(db, make_customers):
    make_customers(1)
    assert finding.find_of_imports() == 1
    make_customers(1)
    assert finding.find_of_imports() == 1
    assert Duplicate.objects.count() == 1
    assert finding.find_of_imports() == 0
    assert DuplicateSearch.objects.count() == 2


def test_points_of_the_statement_are_those_of_the_rules():
    assert set(REASON_OF_KIND.values()) | {Reason.BIRTH_MONTH} == set(POINTS) == set(Reason)
    assert (
        score({Reason.PHONE_AND_FAMILY, Reason.BIRTH_MONTH})
        >= LIMIT
        > score({Reason.PHONE_AND_FAMILY, Reason.EMAIL})
    )
    assert score(set(Reason)) == 100
