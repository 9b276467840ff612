"""The main job, walked by those who do it: from the campaign to the proved record."""

import re

import pytest
from playwright.sync_api import Page, expect

from journeys import campaigns, customer
from journeys.conftest import DESKTOP
from journeys.house import hash_of
from journeys.people import HANAKO
from journeys.world import TOKYO, Town

NAHA = Town(47, "900-0015", "沖縄県那覇市久茂地1-2-3")  # where nobody lives

pytestmark = pytest.mark.browser


def make_campaign(home, page: Page) -> str:
    """The operator's part; returns the campaign's path."""
    for town in (NAHA, TOKYO):
        home.inside(lambda town=town: campaigns.furnish(town, "line"))
    page.get_by_role("link", name=re.compile("期日を迎えた.*キャンペーンを作る")).click()
    page.get_by_label("キャンペーンの名前").fill("期日を迎えた東京の方")
    page.get_by_label("連絡手順").select_option(campaigns.journey_of(home, "line"))
    page.get_by_label("送る対象").select_option(campaigns.audience_of(home, NAHA))
    expect(page.locator("#campaign_count")).to_contain_text("0人に送ります")
    page.get_by_label("送る対象").select_option(campaigns.audience_of(home, TOKYO))
    expect(page.locator("#campaign_count")).to_contain_text("3人に送ります")
    page.get_by_role("button", name="下書きを保存する").click()
    page.wait_for_url(re.compile(r"/console/campaigns/\d+$"))
    path = re.sub("^https?://[^/]+", "", page.url)
    page.get_by_role("link", name="3人に送信を申請する").click()
    page.get_by_role("button", name="3人に送信を申請する").click()
    expect(page.get_by_role("main")).to_contain_text("送信を申請しました")
    return path


def approve(page: Page, path: str) -> None:
    """The approver's part: a wrong number first."""
    page.goto(path)
    page.get_by_role("link", name="3人への送信を承認する").click()
    page.get_by_label("確かめるために、対象の数を入力してください").fill("30")
    page.get_by_role("button", name="3人への送信を承認する").click()
    expect(page.get_by_role("main")).to_contain_text("数が違います。画面の人数を確かめて")
    page.get_by_label("確かめるために、対象の数を入力してください").fill("３人")
    page.get_by_role("button", name="3人への送信を承認する").click()
    expect(page.get_by_role("main")).to_contain_text("承認しました")


def answer_with_a_new_address(page: Page) -> None:
    customer.identify(page, HANAKO, day=HANAKO.birth_date.day % 28 + 1)
    expect(page.get_by_role("alert")).to_contain_text("生年月日か口座番号が、ご登録と合いません。")
    expect(page.get_by_role("alert")).to_contain_text("あと4回入力できます")
    customer.identify(page, HANAKO)
    page.get_by_label("変わりました").check()
    page.get_by_label("郵便番号").fill("100-0005")
    page.get_by_label("住所", exact=True).fill("東京都千代田区丸の内1-1-1")
    customer.go_on(page)
    customer.say_unchanged(page)
    customer.choose(page, "会社員")
    customer.choose(page, "給与受取")
    customer.choose(page, "いいえ")
    customer.without_code(page)
    customer.heading(page, "お答えの確認")
    expect(page.get_by_role("main")).to_contain_text("東京都千代田区丸の内1-1-1")
    customer.hand_in(page)


def test_campaign_reaches_a_customer_whose_answer_becomes_the_proved_record(home, visitor, staff):
    operator, approver = staff("operator"), staff("approver")
    path = make_campaign(home, operator)
    operator.goto(f"{path}/approve")
    expect(operator.get_by_role("heading", level=1)).to_have_text("この操作の権限がありません")
    expect(operator.get_by_role("main")).to_contain_text("この権限を持つのは 承認者 です")
    assert hash_of(HANAKO) not in home.messages_acted_on()
    approve(approver, path)
    message = home.line_to(HANAKO)
    assert HANAKO.phone not in message.words
    assert HANAKO.account not in message.words

    phone = visitor(size=DESKTOP).page
    phone.goto(f"{home.sandbox}/phone/{HANAKO.number}")
    expect(phone.locator(".talk")).to_contain_text(f"受付番号 {message.code}")
    link = phone.get_by_role("link", name="確認をはじめる").get_attribute("href")
    assert link == message.link

    own = visitor().page
    own.goto(link)
    answer_with_a_new_address(own)
    expect(own.get_by_role("main")).to_contain_text(message.code)

    reviewer = staff("reviewer")
    reviewer.get_by_role("navigation").get_by_role("link", name="審査").click()
    reviewer.get_by_role("link", name=message.code).click()
    comparison = reviewer.get_by_role("row").filter(has_text="住所")
    expect(comparison.filter(has_text="変わりました")).to_contain_text("東京都渋谷区渋谷1-2-3")
    expect(comparison.filter(has_text="変わりました")).to_contain_text("東京都千代田区丸の内1-1-1")
    case = reviewer.url
    reviewer.get_by_role("link", name="お客さまのページ").click()
    customer_page = reviewer.url
    reviewer.goto(case)
    reviewer.get_by_label("変更の理由を確認できた").check()
    reviewer.get_by_role("button", name="承認して記録に反映する").click()
    expect(reviewer.get_by_role("main")).to_contain_text("決定しました")

    reviewer.goto(customer_page)
    main = reviewer.get_by_role("main")
    expect(main).to_contain_text("記録が変わりました（第2版）")
    expect(main).to_contain_text("お客さまの申告")
    expect(main).to_contain_text("確認の期日")
    expect(main).to_contain_text("LINE通知メッセージ：届いた")
    expect(main).to_contain_text(message.code)
    assert home.sql(
        "SELECT exceptions->'address'->>'source' FROM customers_recordversion WHERE customer_id = %s AND version = 2",
        home.customer_id(HANAKO),
    ) == [("declared",)]
    assert home.number(
        "SELECT (due_on > current_date + 300)::int FROM risk_standing WHERE customer_id = %s",
        home.customer_id(HANAKO),
    )

    auditor = staff("auditor")
    auditor.goto("/console/audit")
    auditor.get_by_role("button", name="検証する").click()
    expect(auditor.get_by_role("main")).to_contain_text("証跡に変更はありません")
    auditor.goto(f"/console/audit/who-saw?customer={home.customer_id(HANAKO)}")
    expect(auditor.get_by_role("table")).to_contain_text("審査担当 高橋")
