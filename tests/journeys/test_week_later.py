"""A week after LINE, the mail goes to whoever has not answered, and to nobody else."""

import pytest
from playwright.sync_api import expect

from journeys import customer
from journeys.people import ANSWERED, HELPED, KYOTOITES, SILENT, SOMEBODY_ELSE
from journeys.world import KYOTO

pytestmark = pytest.mark.browser


def say_not_me(home, page):
    page.goto(home.line_to(SOMEBODY_ELSE).link)
    page.get_by_role("link", name="わたしあてのお知らせではないとき").click()
    page.get_by_role("button", name="わたしあてではないと知らせる").click()
    expect(page.get_by_role("main")).to_contain_text("このお知らせは、もうお送りしません。")


def ask_for_help(home, page):
    customer.enter_code(page, home.line_to(HELPED).code)
    page.get_by_role("link", name="ご本人が答えられないとき").click()
    page.get_by_role("button", name="担当者の対応を希望する").click()
    expect(page.get_by_role("alert")).to_contain_text("あてはまるものを1つ選んでください。")
    page.get_by_label("手助けがほしい").check()
    page.get_by_role("button", name="担当者の対応を希望する").click()
    expect(page.get_by_role("main")).to_contain_text("担当者からのご連絡をお待ちください。")


def test_mail_of_the_second_week_goes_only_to_whom_it_concerns(home, visitor, staff):
    home.campaign(KYOTO, journey="line_email", count=len(KYOTOITES))
    page = visitor().page
    page.goto(home.line_to(ANSWERED).link)
    customer.identify(page, ANSWERED)
    customer.answer_all(page)
    customer.hand_in(page)
    say_not_me(home, visitor(scripts=False).page)
    ask_for_help(home, visitor().page)
    home.line_to(SILENT)

    administrator = staff("administrator")
    administrator.goto("/console/settings/clock")
    administrator.get_by_label("進める日数").fill("8")
    administrator.get_by_role("button", name="業務日付を進める").click()
    expect(administrator.get_by_role("main")).to_contain_text("へ進めました")
    expect(administrator.locator(".business-clock")).to_contain_text("業務日時")

    assert home.mail_to(SILENT).code == home.line_to(SILENT).code
    written_to = {entry["recipients"][0] for entry in home.journal("smtp") if entry["verb"] == "DATA"}
    assert written_to.isdisjoint({ANSWERED.mail, SOMEBODY_ELSE.mail, HELPED.mail})

    reviewer = staff("reviewer")
    reviewer.goto("/console/desk")
    expect(reviewer.get_by_role("main")).to_contain_text("手助けがほしい")
    expect(reviewer.get_by_role("main")).to_contain_text("別の方あてのお知らせが届いた")
