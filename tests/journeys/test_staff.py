"""Staff: rights, sign-in, and the hand on a running campaign."""

import pytest
from playwright.sync_api import expect

from journeys.conftest import PHONE
from journeys.house import hash_of
from journeys.people import PAUSED, STOPPED
from journeys.world import FUKUOKA, NAGOYA

pytestmark = pytest.mark.browser


def test_role_without_the_right_is_told_whom_to_ask(staff):
    page = staff("auditor")
    answer = page.goto("/console/campaigns/new")
    assert answer.status == 403
    expect(page.get_by_role("heading", level=1)).to_have_text("この操作の権限がありません")
    expect(page.get_by_role("main")).to_contain_text("この権限を持つのは 企画担当 です")
    page.get_by_role("link", name="最初の画面へ戻る").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("期日")
    expect(page.get_by_role("link", name="お客さま")).to_have_count(0)


def test_session_that_ended_leads_to_the_sign_in_and_the_link_is_not_lost(home, staff):
    page = staff("operator")
    page.goto("/console/campaigns")
    home.sql("UPDATE django_session SET expire_date = now() - interval '1 second'")
    page.goto("/console/campaigns/new")
    page.wait_for_url("**/console/sign-in?next=/console/campaigns/new")
    page.get_by_label("ログイン名").fill("operator")
    page.get_by_label("パスワード").fill("not the password")
    page.get_by_role("button", name="サインインする").click()
    expect(page.get_by_role("alert")).to_contain_text(
        "ログイン名またはパスワードが違うか、一時的に止められています。"
    )


def test_ticket_works_once_and_says_so(home, visitor):
    token = home.ticket("reviewer")
    first = visitor().page
    first.goto(f"/console/ticket/{token}")
    first.get_by_role("button", name="サインインする").click()
    expect(first.get_by_role("heading", level=1)).to_have_text("期日")
    second = visitor().page
    second.goto(f"/console/ticket/{token}")
    second.get_by_role("button", name="サインインする").click()
    expect(second.get_by_role("alert")).to_be_visible()
    expect(second.get_by_role("link", name="ログイン名でサインインする")).to_be_visible()
    second.goto("/console/")
    second.wait_for_url("**/console/sign-in?next=/console/")


@pytest.fixture
def held_up(home):
    """LINE says "too many" to a whole campaign's first try, so that there is time to pause or stop it."""

    def hold_up(town, people):
        home.fault("line", "rate_limit", count=len(people))
        campaign = home.campaign(town, count=len(people))
        home.wait(
            lambda: (
                home.number(
                    "SELECT count(*) FROM delivery_outcome WHERE campaign_id = %s AND result = 'deferred'",
                    campaign,
                )
                == len(people)
            ),
            "the campaign is not deferred",
        )
        return campaign

    yield hold_up
    home.no_more_faults()


def acted_on(home, people):
    counts = home.messages_acted_on()
    return [counts[hash_of(person)] for person in people]


def let_the_next_try_pass(home, campaign):
    """Until two seconds after the deferred chunk was due again: long enough for the sender's round of a second."""
    home.wait(
        lambda: home.number(
            "SELECT (max(not_before) + interval '2 seconds' < now())::int FROM delivery_chunk WHERE campaign_id = %s",
            campaign,
        ),
        "the next try is never due",
    )


def test_paused_campaign_sends_nothing_and_sends_the_rest_when_resumed(home, staff, held_up):
    page = staff("operator", size=PHONE)
    campaign = held_up(FUKUOKA, PAUSED)
    page.goto(f"/console/campaigns/{campaign}")
    page.get_by_role("button", name="一時停止する").click()
    expect(page.get_by_role("main")).to_contain_text("一時停止しました")
    let_the_next_try_pass(home, campaign)
    assert acted_on(home, PAUSED) == [0] * len(PAUSED)
    page.get_by_role("button", name="再開する").click()
    expect(page.get_by_role("main")).to_contain_text("再開しました")
    home.wait(lambda: acted_on(home, PAUSED) == [1] * len(PAUSED), "the rest is not sent")
    expect(page.get_by_role("row").filter(has_text="LINE通知メッセージ")).to_contain_text("5")


def test_stopped_campaign_sends_nothing_more_and_cannot_go_on(home, staff, held_up):
    page = staff("approver")
    campaign = held_up(NAGOYA, STOPPED)
    page.goto(f"/console/campaigns/{campaign}")
    page.get_by_role("link", name="中止する").click()
    expect(page.get_by_role("main")).to_contain_text("再開はできません")
    page.get_by_role("button", name="このキャンペーンの送信を中止する").click()
    expect(page.get_by_role("main")).to_contain_text("送信を中止しました")
    expect(page.get_by_role("button", name="再開する")).to_have_count(0)
    let_the_next_try_pass(home, campaign)
    assert acted_on(home, STOPPED) == [0] * len(STOPPED)
