"""A campaign made on a phone of 360 pixels: a journey of one's own, two courses, and the numbers while one chooses."""

import re

import pytest
from playwright.sync_api import expect

from journeys import campaigns
from journeys.conftest import PHONE
from journeys.world import OSAKA

pytestmark = pytest.mark.browser


def test_operator_copies_a_journey_changes_it_and_makes_a_campaign_of_two_courses(home, staff):
    home.inside(lambda: campaigns.furnish(OSAKA, "line"))
    page = staff("operator", size=PHONE)
    page.goto("/console/journeys")
    page.get_by_role("link", name="LINEのあと、メール").first.click()
    expect(page.get_by_role("main")).to_contain_text("9:00〜20:00、土日・祝日・年末年始")
    page.get_by_role("link", name="写して新しく作る").click()

    page.get_by_label("連絡手順の名前").fill("LINE、メール、もう一度メール")
    page.get_by_label("本文").nth(1).fill("受付番号 {reference} の確認をお願いします。")
    expect(page.locator("#words_2")).to_contain_text("受付番号 12345-67890-1 の確認")
    page.get_by_role("button", name="電子メールを加える").click()
    expect(page.get_by_role("group", name=re.compile("手順3"))).to_be_visible()
    expect(page.get_by_label("連絡手順の名前")).to_have_value("LINE、メール、もう一度メール")
    page.get_by_label("前の手順から待つ日数").nth(1).fill("x")
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_role("main")).to_contain_text("前の手順から待つ日数を、1以上の数字で入力してください")
    page.get_by_label("前の手順から待つ日数").nth(1).fill("3")
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_role("main")).to_contain_text("第1版を保存しました")
    expect(page.get_by_role("main")).to_contain_text("3日後、答えのない方へ")

    page.goto("/console/campaigns/new")
    page.get_by_label("キャンペーンの名前").fill("二つのコース")
    page.get_by_label("送る対象").select_option(campaigns.audience_of(home, OSAKA))
    expect(page.locator("#campaign_count")).to_contain_text("費用（多くても）")
    page.get_by_role("button", name="お客さまの区分でコースを分ける").click()
    expect(page.get_by_label("キャンペーンの名前")).to_have_value("二つのコース")
    page.get_by_label("どのお客さまか").select_option("level-high")
    page.get_by_label("連絡手順").nth(1).select_option(campaigns.journey_of(home, "line"))
    expect(page.locator("#campaign_count")).to_contain_text("連絡の流れ（リスクが高い方だけ）")
    expect(page.locator("#campaign_count")).to_contain_text("時間と曜日を問わずに送ります")
    page.get_by_role("button", name="下書きを保存する").click()
    page.wait_for_url(re.compile(r"/console/campaigns/\d+$"))
    expect(page.get_by_role("main")).to_contain_text("ほかのコースに入らないすべての方")
