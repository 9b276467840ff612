"""A corporation's list of who holds its votes: rows are added, the tree is drawn, and nothing typed is lost; no JavaScript."""

import pytest

from keizoku.forms.models import Draft
from keizoku.portal.tests.browser import Browser
from keizoku.reviews.models import ProposedChange
from keizoku.reviews.tests import people
from keizoku.reviews.tokens import token_for
from keizoku.ui.tests.page import Page

COMPANY = (
    "0000000009,法人,株式会社 青空,ｶ)ｱｵｿﾞﾗ,平成8年4月1日,150-0002,東京都渋谷区渋谷1-2-3,03-1234-5678,"
    "info@example.jp,JPN,,,事業費決済,普通預金,001,1234567,2001/4/2,2023-05-01,"
)
FOUNDED = {
    "birth_era": "平成",
    "birth_year": "8",
    "birth_month": "4",
    "birth_day": "1",
    "account_last4": "4567",
}
BEFORE = (
    {"answer_address_known": "same"},
    {"answer_phone_known": "same"},
    {"answer_business": "construction"},
    {"answer_purpose": "business_expenses"},
    {"answer_remittance": "no"},
    {"answer_form": "majority"},
)
HELD = (
    ("甲株式会社", "corporation", "0", "60"),
    ("山田 次郎", "person", "0", "40"),
    ("山田 太郎", "person", "1", "51"),
)
INDIVIDUAL_NUMBER = "983205673214"


def rows(*held: tuple[str, str, str, str]) -> dict[str, str]:
    return {
        f"answer_holders_{number}_{name}": value
        for number, row in enumerate(held, start=1)
        for name, value in zip(("name", "holder", "company", "percent"), row, strict=True)
    }


@pytest.fixture
def company(db, tmp_path):
    """A corporation's browser, before the question whether somebody holds more than a quarter."""
    (customer,) = people.import_customers(tmp_path, COMPANY)
    (review,) = people.open_for(customer)
    browser = Browser().open(f"/r/{token_for(review.id, review.reference)}").post(**FOUNDED).one_by_one()
    for fields in BEFORE:
        browser.post(**fields)
    return browser


@pytest.fixture
def holders(company):
    return company.post(answer_has_holder="yes")


def test_row_more_keeps_what_was_typed_and_hands_nothing_in(holders):
    here = holders.path
    assert "3番目" not in holders.text
    holders.post(**rows(*HELD[:2]), do="more")
    assert holders.path == here
    assert "3番目" in holders.text
    assert 'value="甲株式会社"' in holders.html
    assert "answer_holders" not in str(Draft.objects.values())


def test_tree_is_drawn_with_the_owner_and_a_fault_is_told_at_its_row(holders):
    holders.post(**rows(*HELD), do="draw")
    assert "実質的支配者：山田 太郎（60%）" in holders.text
    assert Page(holders.html).faults() == []
    holders.post(**rows(*HELD, ("乙", "person", "1", "60")), do="draw")
    assert "100%をこえています" in holders.text
    assert 'value="山田 次郎"' in holders.html


def test_tree_alone_is_answered_while_one_types_of_the_rows_that_are_whole(holders):
    assert [script["src"] for script in Page(holders.html).all("script")] == ["/static/ui/ownership.js"]
    holders.post(**rows(*HELD[:2], ("山田 太郎", "person", "1", "5")), do="tree")
    assert Page(holders.html).all("html") == []
    assert "議決権の25%を超える方：1人" in holders.html
    holders.open(holders.path).post(**rows(("甲株式会社", "", "0", "60"), *HELD[1:]), do="tree")
    assert "議決権の25%を超える方：1人（書きかけの行：2つ）" in holders.html
    assert "山田 太郎" not in holders.html
    holders.open(holders.path).post(**rows(*HELD, ("乙", "person", "1", "60")), do="tree")
    assert "100%をこえています" in holders.html
    holders.open(holders.path).post(**rows((INDIVIDUAL_NUMBER, "person", "0", "60")), do="tree")
    assert (INDIVIDUAL_NUMBER in holders.html, "マイナンバー" in holders.html) == (False, True)
    assert "answer_holders" not in str(Draft.objects.values())


def test_only_the_page_of_an_ownership_carries_its_script(company):
    assert Page(company.html).all("script") == []


def test_individual_number_in_a_row_comes_back_from_no_button(holders):
    for act in ("more", "draw", "next"):
        holders.post(**rows((INDIVIDUAL_NUMBER, "person", "0", "60")), do=act)
        assert "マイナンバー（個人番号）は入力しないでください" in holders.text
        assert INDIVIDUAL_NUMBER not in holders.html


def test_owner_found_stands_in_the_next_list_and_reaches_the_desk(holders):
    holders.post(**rows(*HELD))
    assert 'value="山田 太郎"' in holders.html
    holders.post(
        answer_owners_1_name="山田 太郎",
        answer_owners_1_born="昭和35年4月8日",
        answer_owners_1_home="東京都渋谷区渋谷1-2-3",
    )
    assert holders.state == "confirm"
    assert "実質的支配者（議決権）：山田 太郎（60%）" in holders.text
    assert holders.post().state == "done"
    fields = ProposedChange.objects.filter(kind="note").values_list("field", flat=True)
    assert {"holders", "beneficial_owners"} <= set(fields)


def test_where_nobody_holds_a_quarter_influence_is_asked_and_then_who_represents(company):
    company.post(answer_has_holder="no")
    assert "支配的な影響力" in company.text
    company.post(answer_has_influence="no")
    assert "法人を代表し" in company.text
    company.open(company.path.replace("9", "8")).post(answer_has_influence="yes")
    assert "法人を代表し" not in company.text


def test_holders_below_a_quarter_lead_on_to_influence(holders):
    holders.post(**rows(("太郎", "person", "0", "25"), ("花子", "person", "0", "25")))
    assert "支配的な影響力" in holders.text
