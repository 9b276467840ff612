"""Lists: people with their parts, and who holds how much of a corporation, as typed and as drawn."""

from decimal import Decimal

import pytest

from keizoku.forms.rules import lists
from keizoku.forms.rules.definition import Kind, Question
from keizoku.forms.rules.evaluation import DATE_FORMAT, INDIVIDUAL_NUMBER, TEXT_MISSING
from keizoku.forms.rules.judging import judge
from keizoku.forms.rules.listing import rows
from keizoku.forms.rules.ownership import HolderKind, of_rows

NAME = Question("name", Kind.TEXT, "氏名", "", "name")
BORN = Question("born", Kind.DATE, "生年月日", "", "born")
LAND = Question("land", Kind.COUNTRY, "国籍", "", "land", is_required=False)
OWNERS = Question("owners", Kind.PEOPLE, "どなたですか", "なぜ", "owners", most=3, parts=(NAME, BORN, LAND))
VOTES = Question("votes", Kind.OWNERSHIP, "だれが議決権を持っていますか", "なぜ", "votes", most=6)


def people(*typed: tuple[str, str, str]):
    posted = {
        f"{number}.{part}": [value]
        for number, row in enumerate(typed, start=1)
        for part, value in zip(("name", "born", "land"), row, strict=True)
    }
    return judge(OWNERS, posted, has_known=False)


def votes(*typed: tuple[str, str, str, str]):
    posted = {
        f"{number}.{part}": [value]
        for number, row in enumerate(typed, start=1)
        for part, value in zip(("name", "holder", "company", "percent"), row, strict=True)
    }
    return judge(VOTES, posted, has_known=False)


def test_people_are_kept_in_order_and_shown_in_words():
    judged = people(("山田 太郎", "昭和35年4月8日", ""), ("", "", ""), ("髙橋 花子", "1975-01-02", "VNM"))
    assert judged.given is not None
    answer = judged.given.values["owners"]
    assert rows(answer) == [
        {"name": "山田 太郎", "born": "1960-04-08"},
        {"name": "髙橋 花子", "born": "1975-01-02", "land": "VNM"},
    ]
    assert OWNERS.words_of(answer).splitlines() == [
        "1. 氏名：山田 太郎、生年月日：1960年4月8日",
        "2. 氏名：髙橋 花子、生年月日：1975年1月2日、国籍：ベトナム",
    ]


def test_each_fault_stands_at_its_part_of_its_row_and_nothing_typed_is_lost():
    judged = people(("山田 太郎", "いつか", ""), ("", "1975-01-02", ""))
    assert judged.given is None
    assert judged.errors == {"1.born": DATE_FORMAT, "2.name": TEXT_MISSING}
    assert judged.shown["1.born"] == "いつか"


def test_individual_number_in_a_row_is_neither_kept_nor_shown():
    judged = people(("983205673214", "1975-01-02", ""))
    assert judged.errors == {"1.name": INDIVIDUAL_NUMBER}
    assert "1.name" not in judged.shown


def test_list_of_nobody_is_refused_only_where_one_is_needed():
    assert people().errors == {"answer": lists.NOBODY}
    optional = Question("o", Kind.PEOPLE, "題", "なぜ", "o", is_required=False, most=2, parts=(NAME,))
    given = judge(optional, {}, has_known=False).given
    assert given is not None
    assert given.values == {}


def test_more_rows_than_the_most_are_not_read():
    judged = people(*[("氏名", "1975-01-02", "")] * 5)
    assert judged.given is not None
    assert len(rows(judged.given.values["owners"])) == 3


def test_ownership_names_its_owners_and_draws_its_tree():
    judged = votes(
        ("甲株式会社", "corporation", "0", "60"),
        ("次郎", "person", "0", "40"),
        ("", "", "0", ""),
        ("山田 太郎", "person", "1", "５１％"),
        ("乙県", "public", "1", "49"),
    )
    assert judged.given is not None
    answer = judged.given.values["votes"]
    assert rows(answer)[2] == {"name": "山田 太郎", "holder": "person", "company": "1", "percent": "51"}
    ownership = of_rows(rows(answer))
    assert [(owner.person, owner.percent) for owner in ownership.owners] == [("山田 太郎", Decimal(60))]
    company, jiro = ownership.tree
    assert (company.kind, company.is_owner, company.is_unexplained) == (HolderKind.CORPORATION, False, False)
    assert [(node.name, node.is_owner, node.total) for node in company.children] == [
        ("山田 太郎", True, Decimal(60)),
        ("乙県", False, None),
    ]
    assert (jiro.name, jiro.is_owner) == ("次郎", False)
    assert VOTES.words_of(answer).splitlines()[-1] == "実質的支配者（議決権）：山田 太郎（60%）"


def test_one_name_in_two_rows_is_one_holder():
    judged = votes(
        ("甲", "corporation", "0", "20"), ("太郎", "person", "1", "100"), ("太　郎", "person", "0", "10")
    )
    assert judged.given is not None
    assert [owner.percent for owner in of_rows(rows(judged.given.values["votes"])).owners] == [Decimal(30)]


def test_corporation_that_nobody_explains_is_marked():
    judged = votes(("甲", "corporation", "0", "80"))
    assert judged.given is not None
    (company,) = of_rows(rows(judged.given.values["votes"])).tree
    assert company.is_unexplained


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ([("", "person", "0", "10")], {"1.name": lists.NAME_MISSING}),
        ([("あ" * 101, "person", "0", "10")], {"1.name": lists.NAME_LONG}),
        ([("太郎", "", "0", "10")], {"1.holder": lists.HOLDER_MISSING}),
        ([("太郎", "person", "0", "半分")], {"1.percent": lists.PERCENT_WRONG}),
        ([("太郎", "person", "0", "0")], {"1.percent": lists.PERCENT_WRONG}),
        ([("太郎", "person", "0", "101")], {"1.percent": lists.PERCENT_WRONG}),
        ([("太郎", "person", "0", "nan")], {"1.percent": lists.PERCENT_WRONG}),
        ([("太郎", "person", "0", "1e-9")], {"1.percent": lists.PERCENT_WRONG}),
        ([("太郎", "person", "2", "10"), ("花子", "person", "0", "10")], {"1.company": lists.COMPANY_WRONG}),
        ([("太郎", "person", "9", "10")], {"1.company": lists.COMPANY_WRONG}),
        (
            [("太郎", "person", "0", "60"), ("花子", "person", "0", "60")],
            {"2.percent": lists.IMPOSSIBLE["more_than_all"]},
        ),
        (
            [("甲", "corporation", "2", "60"), ("乙", "corporation", "1", "60")],
            {"1.percent": lists.IMPOSSIBLE["circle"]},
        ),
    ],
)
def test_impossible_ownership_is_refused_at_its_field(typed, errors):
    judged = votes(*typed)
    assert judged.given is None
    assert judged.errors == errors
