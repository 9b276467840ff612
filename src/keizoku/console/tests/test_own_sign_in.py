"""自分のサインイン: one's factors, recovery codes, password and sessions."""

import time

import pytest

from keizoku.accounts.factors import rules
from keizoku.accounts.models import AuthenticatorApp, RecoveryCode, Staff
from keizoku.console.tests.pages import do, go, words
from keizoku.ui.tests.page import Page


@pytest.fixture
def with_apps(browser, staff):
    """Signed in, with two apps: the client and the apps' ids."""
    client = browser("operator")
    for _ in range(2):
        page = Page(do(client, "console-own-factor-new").content.decode())
        assert page.faults() == []
        secret = page.text(page.all("code")[0]).replace(" ", "")
        code = rules.app(secret).generate(int(time.time())).decode()
        assert do(client, "console-own-factor-new", code=code).url == "/console/own"
    return client, list(AuthenticatorApp.objects.order_by("pk").values_list("pk", flat=True))


def test_one_of_two_factors_can_be_removed_and_the_last_one_stays(with_apps):
    client, (first, second) = with_apps
    assert "認証アプリ" in words(go(client, "console-own-sign-in"))
    assert do(client, "console-own-factor-remove", "app", first).status_code == 302
    refused = do(client, "console-own-factor-remove", "app", second)
    assert refused.status_code == 409
    assert "最後の1つは外せません" in words(refused)
    assert AuthenticatorApp.objects.get().pk == second


def test_somebody_elses_factor_is_not_removed(with_apps, browser):
    _, (first, _) = with_apps
    assert do(browser("approver"), "console-own-factor-remove", "app", first).status_code == 409
    assert AuthenticatorApp.objects.count() == 2


def test_new_recovery_codes_replace_the_old_ones_and_are_shown_once(with_apps, staff):
    client, _ = with_apps
    for _ in range(2):
        page = Page(do(client, "console-own-recovery-codes").content.decode())
        assert page.faults() == []
        assert len(page.all("code")) == 10
    assert RecoveryCode.objects.filter(staff=staff["operator"]).count() == 10


def test_password_is_set_and_changed_and_this_session_goes_on(browser, staff):
    staff["operator"].set_unusable_password()
    staff["operator"].save()
    client, elsewhere = browser("operator"), browser("operator")
    first, second = "正しい馬の電池とホチキス", "別の馬の電池とホチキス"
    assert do(client, "console-own-password", new=first, again=first).status_code == 302
    assert go(client, "console-home").status_code == 200
    assert go(elsewhere, "console-home").status_code == 302
    wrong = do(client, "console-own-password", old="違う", new=second, again=second)
    assert (wrong.status_code, "いまのパスワードが違います" in words(wrong)) == (422, True)
    unequal = do(client, "console-own-password", old=first, new=second, again=first)
    assert unequal.status_code == 422
    assert Staff.objects.get(pk=staff["operator"].pk).check_password(first)


@pytest.mark.parametrize(
    ("route", "arguments"),
    [
        ("console-own-factor-new", ()),
        ("console-own-recovery-codes", ()),
        ("console-own-password", ()),
        ("console-own-factor-remove", ("app", 1)),
    ],
)
def test_ten_minutes_after_the_sign_in_nothing_of_it_can_be_changed(with_apps, route, arguments):
    client, apps = with_apps
    session = client.session
    session["keizoku_opened_at"] -= 601
    session.save()
    refused = do(client, route, *arguments, new="正しい馬の電池とホチキス", again="正しい馬の電池とホチキス")
    assert refused.status_code == 409
    assert "10分を過ぎたため" in words(refused)
    assert AuthenticatorApp.objects.count() == len(apps)
    assert RecoveryCode.objects.count() == 0


def test_sessions_are_listed_and_ended_elsewhere(db, staff, client):
    from django.test import Client

    from keizoku.accounts.actions import issue_ticket
    from keizoku.accounts.models import Presence
    from keizoku.kernel.actor import Actor

    def arrive(agent):
        came = Client(headers={"User-Agent": agent})
        token = issue_ticket(staff["operator"], 10, actor=Actor.system("test"))
        came.post(f"/console/ticket/{token}")
        return came

    here = arrive("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537.36")
    there = arrive("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/18 Safari/605")
    third = arrive("<script>")
    shown = words(go(here, "console-own-sign-in"))
    assert "Chrome（Windows）（この端末）" in shown
    assert "Safari（Mac）" in shown
    assert "script" not in shown
    other = Presence.objects.get(device="Safari（Mac）")
    assert do(there, "console-own-session-end", 10**6).status_code == 302
    assert do(here, "console-own-session-end", other.pk).status_code == 302
    assert go(there, "console-home").status_code == 302
    assert go(third, "console-home").status_code == 200
    do(here, "console-own-sessions-end")
    assert go(third, "console-home").status_code == 302
    assert go(here, "console-home").status_code == 200
    assert Presence.objects.get().device == "Chrome（Windows）"
