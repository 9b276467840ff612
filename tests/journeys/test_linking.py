"""A customer links a LINE account on a phone, through LINE's own dialog, and leaves again; staff see both."""

import re

import pytest
from playwright.sync_api import Page, expect

from journeys import customer
from journeys.house import House
from journeys.people import LINKING
from journeys.world import HIROSHIMA

pytestmark = pytest.mark.browser


def talk_says(home: House, page: Page, words: str) -> None:
    """Somebody who looks again and again; a tab behind another one looks for no news by itself."""

    def seen() -> int:
        page.reload()
        return page.get_by_text(words).count()

    home.wait(seen, f"the talk does not say {words}")


def say(page: Page, words: str) -> None:
    page.get_by_label("メッセージを書く").fill(words)
    press(page, "送信")


def press(page: Page, button: str) -> None:
    """Until the next page is there: one that is looked at again on its way is no page at all."""
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()


def test_customer_links_on_the_phone_and_unlinks_by_a_word(home, visitor, staff):
    home.campaign(HIROSHIMA, count=1)
    code = home.line_to(LINKING).code
    phone = visitor().page
    phone.goto(f"{home.sandbox}/phone/{LINKING.number}")
    if phone.get_by_role("button", name="友だちに追加する").count():
        press(phone, "友だちに追加する")
    else:
        say(phone, "連携")
    talk_says(home, phone, "連携をはじめる")

    with phone.context.expect_page() as opened:
        phone.get_by_role("link", name="連携をはじめる").last.click()
    page = opened.value
    customer.heading(page, "LINEとの連携")
    page.get_by_label("受付番号").fill(code)
    customer.go_on(page)
    customer.heading(page, "LINEと連携する方の確認")
    customer.identify(page, LINKING)
    customer.heading(page, "ご本人を確認しました")
    page.get_by_role("link", name="LINEにもどって連携する").click()
    page.wait_for_url(re.compile(re.escape(home.sandbox)))
    page.get_by_role("button", name="連携する").click()
    expect(page.get_by_text("連携しました")).to_be_visible()
    talk_says(home, phone, "これからの確認のお願いは、このトークに届きます")

    record = home.customer_id(LINKING)
    desk = staff("reviewer")
    desk.goto(f"/console/customers/{record}/line")
    expect(desk.get_by_text("連携中").first).to_be_visible()
    assert home.number("SELECT count(*) FROM customers_linelink WHERE state = 'linked'") == 1

    say(phone, "連携解除")
    talk_says(home, phone, "連携を解除しました")
    desk.reload()
    expect(desk.get_by_text("お客さまがトークで解除した")).to_be_visible()
    assert home.number("SELECT count(*) FROM customers_linelink WHERE user_id IS NOT NULL") == 0
    assert home.number("SELECT count(*) FROM customers_lineevent WHERE payload IS NOT NULL") == 0
