"""A caller on the line: found by code, verified, told what was sent, answered for, and promised a call."""

import re

import pytest
from playwright.sync_api import Page, expect

from journeys.people import CALLER

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("osaka")]

VERIFIED = "✓ 本人確認済み"


def knows(person) -> dict[str, str]:
    """What this caller says to each question, as the desk types it."""
    return {
        "お名前": "ヤマダ タロウ",
        "生年月日": person.birth_date.isoformat(),
        "口座番号の最後の4桁": person.account_last4,
        "口座を開いた年": "2001",
        "店番号": "001",
        "郵便番号": person.town.postal_code,
        "電話番号の最後の4桁": person.phone[-4:],
    }


def say(page: Page, answers: dict[str, str]) -> str:
    """Type the answer to the question that is asked, by keyboard alone; return which it was."""
    field = page.locator("#id_typed")
    expect(field).to_be_focused()
    asked = page.locator("label[for=id_typed]").inner_text()
    page.keyboard.type(answers[asked])
    page.keyboard.press("Enter")
    return asked


def test_desk_verifies_a_caller_sees_what_was_sent_answers_for_him_and_promises_a_call(home, staff):
    sent = home.line_to(CALLER)
    page = staff("phone_desk")
    expect(page.get_by_role("heading", level=1)).to_have_text("電話窓口")
    expect(page.locator("#id_sought")).to_be_focused()
    page.keyboard.type(sent.code)
    page.keyboard.press("Enter")
    main = page.get_by_role("main")
    expect(main).to_contain_text("？ 本人 未確認")
    expect(main).not_to_contain_text(sent.code)

    assert say(page, {"お名前": "スズキ ハナコ"}) == "お名前"
    expect(page.get_by_role("alert")).to_contain_text("お名前が、ご登録と合いません。")
    for _ in range(3):
        expect(main).to_contain_text("？ 本人 未確認")
        say(page, knows(CALLER))
    expect(main).to_contain_text(VERIFIED)

    expect(main).to_contain_text("LINE通知メッセージ")
    expect(main).to_contain_text(sent.code)
    expect(main).to_contain_text(f"●●●-●●●●-{CALLER.phone[-4:]}")
    expect(main).not_to_contain_text(CALLER.phone)

    page.get_by_role("link", name="質問に進む").click()
    expect(main).to_contain_text(VERIFIED)
    answer(page)
    page.get_by_role("button", name="この内容で受け付ける").click()
    expect(main).to_contain_text("回答を受け付けました")
    assert home.sql(
        "SELECT a.entry, s.login FROM reviews_answer a JOIN accounts_staff s ON s.id = a.answered_by_id "
        "WHERE a.review_id = %s",
        home.review(CALLER, "id"),
    ) == [("phone", "phone_desk")]

    page.get_by_text("折り返しを予約する").first.click()
    page.get_by_label("日", exact=True).select_option(index=2)
    page.get_by_label("時間帯").select_option(label="9時〜12時")
    page.get_by_label("ご用件").select_option(label="ご質問への返事")
    page.get_by_role("button", name="折り返しを予約する").click()
    expect(main).to_contain_text("折り返しを予約しました")
    page.get_by_label("結果").select_option(label="回答を受け付けた")
    page.get_by_role("button", name="通話を終える").click()
    page.wait_for_url(re.compile(r"/console/phone$"))
    page.get_by_role("link", name="折り返しの予約").click()
    expect(main).to_contain_text("9時〜12時")


def answer(page: Page) -> None:
    """Nothing has changed, nothing is sent abroad; of everything else the first choice."""
    for _ in range(12):
        if page.get_by_role("button", name="この内容で受け付ける").count():
            return
        choices = page.locator("form.read-out input[type=radio]")
        plain = page.locator("input[type=radio]:is([value=same], [value=no])")
        (plain if plain.count() else choices).first.check()
        with page.expect_navigation():
            page.get_by_role("button", name="次へ進む").last.click()
    raise AssertionError("twelve questions were not enough")
