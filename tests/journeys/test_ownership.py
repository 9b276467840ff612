"""A corporation types who holds its votes: the tree follows each word, and nothing moves."""

import pytest
from playwright.sync_api import Page, expect

from journeys import customer
from keizoku.reviews.tests.test_owning import COMPANY

pytestmark = pytest.mark.browser

SHIFTS = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => list.getEntries().forEach(each => sum += each.value))
    .observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => done(sum), 50);
})"""
HELD = (("甲株式会社", "corporation", "0", "60"), ("山田 次郎", "person", "0", "40"))


@pytest.fixture(scope="module")
def company(home, tmp_path_factory):
    """The link of a corporation's review."""

    def settle() -> str:
        from keizoku.customers.models import Customer
        from keizoku.reviews.tests import people
        from keizoku.reviews.tokens import token_for

        before = set(Customer.objects.values_list("id", flat=True))
        row = COMPANY.replace("0000000009", "0000099999")
        people.import_customers(tmp_path_factory.mktemp("company"), row)
        (new,) = set(Customer.objects.values_list("id", flat=True)) - before
        (review,) = people.open_for(new)
        return token_for(review.id, review.reference)

    return f"/r/{home.inside(settle)}"


def come_to_the_list(page: Page, link: str) -> None:
    page.goto(link)
    for field, typed in (("year", "1996"), ("month", "4"), ("day", "1")):
        page.locator(f"#id_birth_{field}").fill(typed)
    page.locator("#id_account_last4").fill("4567")
    with page.expect_navigation():
        customer.go_on(page)
    if page.locator("main[data-state=unchanged]").count():
        page.get_by_role("button", name="変わったものがあります").click()
    customer.say_unchanged(page)
    customer.say_unchanged(page)
    for answer in ("建設", "事業費決済", "いいえ", "株式会社など、議決権の割合で決める法人", "はい"):
        customer.choose(page, answer)


def type_row(page: Page, number: int, row: tuple[str, str, str, str]) -> None:
    name, holder, company, percent = row
    page.locator(f"[name=answer_holders_{number}_name]").fill(name)
    page.locator(f"[name=answer_holders_{number}_holder]").select_option(holder)
    page.locator(f"[name=answer_holders_{number}_company]").select_option(company)
    page.locator(f"[name=answer_holders_{number}_percent]").fill(percent)


def test_tree_follows_what_is_typed_and_nothing_moves(visitor, company):
    page = visitor().page
    come_to_the_list(page, company)
    words = page.get_by_role("status")
    before = page.evaluate(SHIFTS)
    type_row(page, 1, HELD[0])
    expect(words).to_have_text("議決権の25%を超える方：0人")
    type_row(page, 2, HELD[1])
    expect(words).to_have_text("議決権の25%を超える方：1人")
    expect(page.locator(".ownership-tree > li")).to_have_count(2)
    assert page.evaluate(SHIFTS) == before
    page.get_by_role("button", name="もう1行").click()
    type_row(page, 3, ("山田 太郎", "person", "1", "51"))
    expect(words).to_have_text("議決権の50%を超える方：1人")
    page.locator("[name=answer_holders_3_percent]").fill("5")
    expect(words).to_have_text("議決権の25%を超える方：1人")
    page.locator("[name=answer_holders_3_percent]").fill("51")
    expect(words).to_have_text("議決権の50%を超える方：1人")
    customer.go_on(page)
    expect(page.locator("[name=answer_owners_1_name]")).to_have_value("山田 太郎")
