"""Compliance adds a question without anybody's deployment: seen on a phone's frame while it is typed, approved by another."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
QUESTION = "転居の理由を教えてください"
TITLE = "ご住所の変更"


def test_question_is_added_seen_on_the_phone_asked_for_and_approved_by_another(staff):
    page = staff("compliance")
    page.goto("/console/questionnaires")
    page.get_by_role("link", name=TITLE).first.click()
    page.get_by_role("button", name="この版から下書きを作る").click()
    page.get_by_role("link", name="質問を足す").click()
    page.get_by_label("種類", exact=True).first.select_option(label="文字（1行）")
    page.get_by_role("button", name="入力する項目を切り替える").click()
    phone = page.locator("#questionnaire_preview")
    page.locator("#id_title").fill(QUESTION)
    expect(phone).to_contain_text("質問とたずねる理由を入力すると、ここに画面が出ます。")
    page.locator("#id_why").fill("お届けの方法を決めるためです。")
    expect(phone).to_contain_text(QUESTION)
    page.get_by_role("button", name="質問を保存する").and_(page.locator(":visible")).click()
    expect(page.locator(".question-list")).to_contain_text(QUESTION)
    edition = page.url
    page.get_by_role("button", name="承認を申請する").click()
    expect(page.get_by_role("link", name="承認へ進む")).to_have_count(0)

    page = staff("approver")
    page.goto(edition)
    page.get_by_role("link", name="承認へ進む").click()
    expect(page.get_by_role("table", name="変わるところ")).to_contain_text(QUESTION)
    page.get_by_label("確かめるために").fill(TITLE)
    page.get_by_role("button", name=re.compile("第2版を使い始める")).click()
    expect(page.get_by_role("main")).to_contain_text("使用中")
    page.goto("/console/questionnaires")
    expect(page.get_by_role("row", name=TITLE).first).to_contain_text("使用中")
