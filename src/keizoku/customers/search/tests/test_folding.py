"""Spellings of one name fold to one text; different names stay different."""

import pytest

from keizoku.customers.search.rules import beginnings, is_reading, key, words

ALIKE = [
    ("髙橋 太郎", "高橋太郎"),
    ("山﨑", "山崎"),
    ("渡邊", "渡辺"),
    ("渡邉", "渡辺"),
    ("齋藤", "斉藤"),
    ("𠮷田", "吉田"),
    ("葛󠄀城", "葛城"),
    ("佐々木", "佐佐木"),
    ("さとう はなこ", "サトウ　ハナコ"),
    ("ｻﾄｳ ﾊﾅｺ", "サトウハナコ"),
    ("ｼﾖｳｼﾞ", "ショウジ"),
    ("ミヅノ", "ミズノ"),
    ("ヂ", "ジ"),
    ("ｻﾄ-", "サトー"),
    ("関ヶ原", "関ケ原"),
    ("ジョン・スミス", "ジョンスミス"),
    ("Ｓｍｉｔｈ John", "smith john"),
    ("株式会社サンライズ商事", "サンライズ商事"),
    ("㈱サンライズ商事", "サンライズ商事（株）"),
    ("サンライズ商事 株式会社", "㍿サンライズ商事"),
    ("ｶ)ｻﾝﾗｲｽﾞ", "サンライズ（カ"),
    ("カブシキガイシャサンライズ", "ｻﾝﾗｲｽﾞ(ｶ)"),
    ("有限会社 丸八", "㈲丸八"),
    ("医療法人社団 白寿会", "医）白寿会"),
    ("サンライズ(カ)ギンザ", "サンライズギンザ"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_spellings_of_one_name_fold_alike(one, other):
    assert key(one) == key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("佐藤", "佐東"), ("サトウ", "サイトウ"), ("カ", "ガ"), ("林", "森")]
)
def test_different_names_stay_different(one, other):
    assert key(one) != key(other)


def test_folding_again_changes_nothing():
    for one, other in ALIKE:
        assert key(key(one)) == key(one)
        assert key(key(other)) == key(other)


def test_form_of_a_company_is_no_word_and_nobody_is_called_by_it_alone():
    assert words("株式会社 サンライズ 商事") == ("サンライズ", "商事")
    assert key("株式会社") == ""
    assert words("株 太郎") == ("株", "太郎")


def test_beginnings_are_proper_and_from_two_to_four_letters():
    assert beginnings("ヤマダタロウ") == ("ヤマ", "ヤマダ", "ヤマダタ")
    assert beginnings("山田太郎") == ("山田", "山田太")
    assert beginnings("林太") == ()
    assert beginnings("林") == ()


def test_reading_has_no_kanji():
    assert is_reading("ヤマダ")
    assert is_reading("smith")
    assert not is_reading("山田")
    assert not is_reading("𠮷")
