"""A customer is found by whatever staff have at hand; pages are whole; the audit keeps no word."""

from datetime import date

import pytest

from keizoku.audit.models import Entry
from keizoku.customers import actions
from keizoku.customers.models import Lookup, NameToken
from keizoku.customers.search import indexing, searching
from keizoku.kernel.actor import Actor

PERSON = Actor.staff(7)


@pytest.fixture
def people(db, make_customers):
    """髙橋 花子, 高橋川 一郎, 株式会社サンライズ商事, in this order."""
    return [
        *make_customers(1, 氏名="髙橋 花子", 氏名カナ="ﾀｶﾊｼ ﾊﾅｺ"),
        *make_customers(1, 氏名="高橋川 一郎", 氏名カナ="ﾀｶﾊｼｶﾞﾜ ｲﾁﾛｳ"),
        *make_customers(1, 区分="法人", 氏名="株式会社サンライズ商事", 氏名カナ="ｶ)ｻﾝﾗｲｽﾞｼﾖｳｼﾞ", 職業="その他"),
    ]


def ids(text, **page):
    return list(searching.find(text, **page).ids)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("高橋", [0, 1]),
        ("髙橋", [0, 1]),
        ("高橋花", [0]),
        ("髙橋　花子", [0]),
        ("花子", [0]),
        ("たかはし はなこ", [0]),
        ("ﾀｶﾊ", [0, 1]),
        ("タカ", [0, 1]),
        ("たかはしがわ", [1]),
        ("ハナコ", [0]),
        ("サンライズ商事", [2]),
        ("㈱サンライズ商事", [2]),
        ("サンライズ商事（株）", [2]),
        ("さんらい", [2]),
        ("カ）サンライズショウジ", [2]),
        ("0000000002", [1]),
        ("０００００００００２", [1]),
        ("090-1234-0003", [2]),
        ("０９０（１２３４）０００３", [2]),
        ("+81 90 1234 0003", [2]),
        ("001-0000001", [0]),
        ("００１－０００００01", [0]),
        ("TARO3@example.jp", [2]),
        ("高", []),
        ("鈴木", []),
        ("株式会社", []),
    ],
)
def test_customers_are_found(people, text, expected):
    assert ids(text) == [people[place] for place in expected]


def test_more_than_is_kept_falls_back_to_the_first_four_letters_and_says_so(people):
    found = searching.find("タカハシガ")
    assert list(found.ids) == people[:2]
    assert found.is_shortened
    assert not searching.find("タカハシガワイチロウ").is_shortened


def test_kinds_tell_as_what_the_words_were_read(people):
    assert searching.find("タカハシ").kinds == ("氏名", "氏名のはじめ")
    assert searching.find("0312345678").kinds == ("顧客番号", "電話番号")
    assert searching.find("001-1234567").kinds == ("口座",)
    assert searching.find("!!!").total == 0


def test_pages_follow_each_other_without_gap_or_repetition(db, make_customers):
    everybody = make_customers(7)
    first = searching.find("ヤマダ", limit=3)
    second = searching.find("ヤマダ", after=first.more_after, limit=3)
    third = searching.find("ヤマダ", after=second.more_after, limit=3)
    assert [*first.ids, *second.ids, *third.ids] == everybody
    assert (first.total, third.more_after) == (7, None)


def test_entry_of_a_search_holds_tokens_and_no_words(people):
    searching.search("髙橋 花子", actor=PERSON)
    searching.search("たかはし", actor=PERSON)
    searching.search("高橋花子", actor=PERSON)
    one, other, again = Entry.objects.filter(action="customers.search.done").order_by("id")
    assert one.details["kinds"] == "name,beginning"
    assert one.details["found"] == 1
    assert one.details["token"] == again.details["token"] != other.details["token"]
    assert "高橋" not in str(one.details) + str(other.details)


def test_changed_name_is_found_and_the_earlier_one_is_not(people):
    actions.apply_changes(
        customer_id=people[0],
        changes={"name": "鈴木 花子", "kana": "スズキ ハナコ"},
        confirmed=[],
        source="declared",
        as_of=date(2026, 11, 21),
        actor=PERSON,
    )
    assert ids("鈴木") == ids("スズ") == ids("花子") == [people[0]]
    assert ids("タカハシ") == ids("高橋") == [people[1]]


def test_rebuilding_writes_the_same_and_finds_who_was_missing(people):
    before = set(NameToken.objects.values_list("token", "customer_id"))
    NameToken.objects.filter(customer_id=people[0]).delete()
    Lookup.objects.filter(customer_id=people[0]).delete()
    NameToken.objects.create(token=5, customer_id=people[0])  # of an earlier folding

    assert indexing.rebuild(actor=PERSON, only_missing=True) == 1
    assert set(NameToken.objects.values_list("token", "customer_id")) == before
    assert indexing.rebuild(actor=PERSON, only_missing=True) == 0
    assert indexing.rebuild(actor=PERSON) == 3
    assert set(NameToken.objects.values_list("token", "customer_id")) == before


def test_tokens_hold_nothing_of_the_name_and_beginnings_have_keys_of_their_own(people):
    from keizoku.customers import sealing

    assert sealing.name_token("高橋") != sealing.beginning_token("name", "高橋")
    assert sealing.beginning_token("kana", "タカ") != sealing.beginning_token("name", "タカ")
    assert NameToken.objects.filter(customer_id=people[0]).count() == 6 + 5
