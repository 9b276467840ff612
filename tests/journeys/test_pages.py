"""Every page at 360 pixels: none is wider, none complains, and the first Tab shows where one is.

Width, the console and the security policy are watched by ``visitor`` itself, on every page of every journey.
"""

import pytest
from playwright.sync_api import Page, expect

from journeys import customer
from journeys.conftest import PHONE
from journeys.people import LOCKED_OUT, LOOKING, TOO_LATE
from keizoku.reviews.rules.limits import FAILURES_BEFORE_LOCK

pytestmark = pytest.mark.browser

FOCUSED = """() => {
  const element = document.activeElement, style = getComputedStyle(element), box = element.getBoundingClientRect();
  return {
    tag: element.tagName,
    isInSight: box.width > 0 && box.height > 0 && box.top >= 0 && box.left >= 0 && box.right <= innerWidth + 1,
    isMarked: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
  };
}"""


def look(page: Page) -> None:
    """The keyboard's first step lands on something that can be seen, with a ring around it."""
    page.wait_for_load_state()
    assert page.get_by_role("heading", level=1).count() == 1, page.url
    page.keyboard.press("Tab")
    focused = page.evaluate(FOCUSED)
    assert focused["tag"] in {"A", "INPUT", "BUTTON", "SELECT", "TEXTAREA", "SUMMARY", "DIV"}, (
        page.url,
        focused,
    )
    assert focused["isInSight"], (page.url, focused)
    assert focused["isMarked"], (page.url, focused)


def test_every_page_of_a_customer_fits_a_phone(home, visitor, sendai):
    page = visitor().page
    link = home.line_to(LOOKING).link
    for path in ("/", "/check", link, f"{link}/help", f"{link}/not-you", "/question/1", "/nowhere"):
        page.goto(path)
        look(page)
    page.goto(link)
    customer.identify(page, LOOKING)
    for _ in range(5):
        look(page)
        customer.go_on(page)
        expect(page.get_by_role("alert")).to_be_visible()
        look(page)
        page.reload()
        heading = page.get_by_role("heading", level=1).inner_text()
        if page.get_by_label("変わりありません").count():
            page.get_by_label("変わりました").check()
            look(page)
            customer.say_unchanged(page)
        else:
            customer.choose(page, {"ご職業": "会社員", "主なお": "貯蓄"}.get(heading[:3], "いいえ"))
    customer.heading(page, "お答えの確認")
    look(page)
    customer.hand_in(page)
    look(page)
    page.goto(link)
    customer.heading(page, "お答えは、すでに受け付けています")
    look(page)


def test_pages_that_refuse_a_customer_fit_a_phone(home, visitor, sendai):
    page = visitor().page
    page.goto(home.line_to(LOCKED_OUT).link)
    for _ in range(FAILURES_BEFORE_LOCK):
        look(page)
        customer.identify(page, LOCKED_OUT, day=LOCKED_OUT.birth_date.day % 28 + 1)
    customer.heading(page, "いまは入力できません")
    look(page)
    link = home.line_to(TOO_LATE).link
    home.sql(
        "UPDATE reviews_review SET closes_on = closes_on - 60 WHERE id = %s", home.review(TOO_LATE, "id")
    )
    for path in (link, f"{link[:-2]}zz"):
        page.goto(path)
        look(page)


STAFF_PAGES = {
    "operator": (
        "",
        "campaigns",
        "campaigns/new",
        "campaigns/{campaign}",
        "desk",
        "customers",
        "customers/{customer}",
        "settings",
        "settings/imports",
        "settings/imports/1",
        "settings/scorecard",
        "audit",
        "nowhere",
    ),
    "approver": ("campaigns/{campaign}", "campaigns/{campaign}/stop", "campaigns/{campaign}/approve"),
    "reviewer": ("", "desk", "desk/{review}", "customers/{customer}"),
    "auditor": ("", "audit", "audit/who-saw?customer={customer}", "settings/staff", "settings"),
    "administrator": ("", "settings/clock", "settings/staff"),
}


@pytest.mark.parametrize("login", STAFF_PAGES)
def test_every_page_of_the_staff_fits_a_phone(home, staff, sendai, login):
    numbers = {
        "campaign": sendai,
        "customer": home.customer_id(LOOKING),
        "review": home.review(LOOKING, "id"),
    }
    page = staff(login, size=PHONE)
    for path in STAFF_PAGES[login]:
        page.goto(f"/console/{path.format(**numbers)}")
        look(page)


def test_sign_in_and_the_simulated_phone_fit_a_phone(home, visitor, sendai):
    page = visitor().page
    phone = f"{home.sandbox}/phone"
    for address in (
        "/console/sign-in",
        phone,
        f"{phone}/{LOOKING.number}",
        f"{phone}/{LOOKING.number}?view=mail",
    ):
        page.goto(address)
        look(page)
