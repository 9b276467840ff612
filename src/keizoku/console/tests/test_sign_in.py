"""Signing in by two factors and by ticket, signing out, and the session that ends by itself."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from keizoku.accounts import actions as accounts
from keizoku.accounts.factors import rules
from keizoku.accounts.models import AuthenticatorApp, Staff
from keizoku.kernel.actor import Actor
from keizoku.ui.tests.page import Page

PASSWORD = "correct horse battery staple"


@pytest.fixture
def member(db):
    return accounts.create_staff(
        actor=Actor.system("test"), login="yamada", display_name="山田", role="operator", password=PASSWORD
    )


@pytest.fixture
def moment(monkeypatch):
    """Time stands: an app's next code would come in the midst of a test now and then."""
    now = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


def sign_in(client, login="yamada", password=PASSWORD, after=""):
    return client.post(reverse("console-sign-in"), {"login": login, "password": password, "next": after})


def enrol(client):
    """The first factor of who has none: an app; answers the page of the recovery codes."""
    page = Page(client.get(reverse("console-enrol")).content.decode())
    assert page.faults() == []
    secret = page.text(page.all("code")[0]).replace(" ", "")
    return client.post(reverse("console-enrol"), {"code": code(secret)}), secret


def code(secret, steps=0):
    return rules.app(secret).generate(int(timezone.now().timestamp()) + steps * rules.STEP_S).decode()


def test_first_sign_in_leads_over_the_second_factor_to_the_page_that_was_wanted(member, browser):
    client = browser()
    assert sign_in(client, after="/console/campaigns").url == reverse("console-enrol")
    assert client.get("/console/campaigns").url.startswith("/console/sign-in?")
    before = client.session.session_key
    shown, _ = enrol(client)
    page = Page(shown.content.decode())
    assert page.faults() == []
    assert len(page.all("code")) == 10
    assert page.all("a", href="/console/campaigns")
    assert client.session.session_key != before
    assert client.get("/console/campaigns").status_code == 200


def test_password_alone_opens_no_screen_and_the_apps_code_does(member, browser, moment):
    first = browser()
    sign_in(first)
    _, secret = enrol(first)
    client = browser()
    assert sign_in(client, after="/console/campaigns").url == reverse("console-second-factor")
    assert client.get("/console/").status_code == 302
    wrong = client.post(reverse("console-second-factor"), {"code": "12345"})
    assert wrong.status_code == 422
    assert client.get("/console/").status_code == 302
    again = client.post(reverse("console-second-factor"), {"code": code(secret)})
    assert again.status_code == 422, "this code was taken at the enrolment"
    before = client.session.session_key
    answer = client.post(reverse("console-second-factor"), {"code": code(secret, 1)})
    assert (answer.status_code, answer.url) == (302, "/console/campaigns")
    assert client.session.session_key != before
    assert client.get("/console/").status_code == 200


def test_planted_session_is_not_the_one_that_is_signed_in(member, browser):
    planted = browser()
    session = planted.session
    session["planted"] = "yes"
    session.save()
    planted.cookies["sessionid"] = key = session.session_key
    sign_in(planted)
    after_first = planted.session.session_key
    enrol(planted)
    keys = {key, after_first, planted.session.session_key}
    assert len(keys) == 3
    assert "planted" not in planted.session
    for old in (key, after_first):
        thief = browser()
        thief.cookies["sessionid"] = old
        assert thief.get("/console/").status_code == 302


def test_first_step_is_forgotten_after_ten_minutes_and_with_another_password(member, browser):
    first = browser()
    sign_in(first)
    enrol(first)
    for change in ("time", "password"):
        client = browser()
        sign_in(client)
        if change == "time":
            session = client.session
            session["keizoku_first_step"]["at"] -= 600
            session.save()
        else:
            Staff.objects.filter(pk=member.pk).update(password="another")
        assert client.get(reverse("console-second-factor")).url == reverse("console-sign-in")


def test_who_has_a_factor_cannot_make_another_before_proving_it(member, browser):
    first = browser()
    sign_in(first)
    enrol(first)
    client = browser()
    sign_in(client)
    assert client.get(reverse("console-enrol")).url == reverse("console-second-factor")
    assert client.post(reverse("console-enrol"), {"code": "123456"}).url == reverse("console-second-factor")
    assert AuthenticatorApp.objects.count() == 1


def test_recovery_code_signs_in_once(member, browser):
    first = browser()
    sign_in(first)
    shown, _ = enrol(first)
    page = Page(shown.content.decode())
    kept = page.text(page.all("code")[3])
    for expected in (302, 422):
        client = browser()
        sign_in(client)
        answer = client.post(reverse("console-second-factor"), {"recovery_code": kept.upper()})
        assert answer.status_code == expected
    assert "使っていないコード：9個" in first.get(reverse("console-own-sign-in")).content.decode()


def test_in_production_a_ticket_is_the_first_step_only(member, browser, monkeypatch):
    monkeypatch.setattr("keizoku.kernel.installation.is_demo", lambda: False)
    client = browser()
    token = accounts.issue_ticket(member, 60, actor=Actor.system("test"))
    assert client.post(reverse("console-ticket", args=[token])).url == reverse("console-enrol")
    assert client.get("/console/").status_code == 302
    enrol(client)
    assert client.get("/console/").status_code == 200


@pytest.mark.parametrize(
    "after", ["https://elsewhere.example/", "//elsewhere.example", "", "javascript:alert(1)", "foo"]
)
def test_sign_in_never_leads_to_another_site(member, browser, moment, after):
    client, again = browser(), browser()
    sign_in(client, after=after)
    shown, secret = enrol(client)
    assert 'href="/console/"' in shown.content.decode()
    sign_in(again, after=after)
    assert again.post(reverse("console-second-factor"), {"code": code(secret, 1)}).url == "/console/"


@pytest.mark.parametrize(("login", "password"), [("yamada", "wrong"), ("nobody", PASSWORD)])
def test_wrong_sign_in_says_the_same_for_a_known_and_an_unknown_login(member, browser, login, password):
    client = browser()
    answer = sign_in(client, login, password)
    page = Page(answer.content.decode())
    assert answer.status_code == 422
    assert "ログイン名またはパスワードが違うか、一時的に止められています。" in page.text(page.all("main")[0])
    assert page.all("input", name="login")[0]["value"] == login
    assert page.all("input", name="password")[0]["value"] == ""
    assert page.faults() == []
    assert client.get("/console/").status_code == 302


def test_opening_a_ticket_uses_nothing_up_and_pressing_its_button_signs_in_once(member, browser):
    token = accounts.issue_ticket(Staff.objects.get(login="yamada"), 60, actor=Actor.system("test"))
    address = reverse("console-ticket", args=[token])
    client, second = browser(), browser()
    for _ in range(2):
        assert "サインインする" in client.get(address).content.decode()
    assert client.post(address).url == "/console/"
    assert client.get("/console/").status_code == 200
    refused = second.post(address)
    assert refused.status_code == 409
    assert "使用済みか、期限切れです" in refused.content.decode()
    assert second.get("/console/").status_code == 302


def test_signing_out_ends_the_session_and_takes_only_a_form(browser):
    client = browser("operator")
    assert client.get(reverse("console-sign-out")).status_code == 405
    assert client.post(reverse("console-sign-out")).url == reverse("console-sign-in")
    assert client.get("/console/").status_code == 302


def test_pages_prolong_the_session_and_numbers_that_refresh_themselves_do_not(browser):
    client = browser("operator")
    opened = client.get(reverse("console-campaigns"))
    assert opened.cookies["sessionid"]["max-age"] == 900
    refreshed = client.get(reverse("console-campaigns"), headers={"HX-Request": "true"})
    assert refreshed.status_code == 200
    assert "sessionid" not in refreshed.cookies


def test_who_lost_the_role_meanwhile_is_out_at_once(browser, staff):
    client = browser("operator")
    Staff.objects.filter(pk=staff["operator"].pk).update(is_active=False)
    assert client.get("/console/").status_code == 302


def test_session_ends_twelve_hours_after_its_sign_in_however_busy(browser, staff):
    client = browser("operator")
    client.get("/console/")
    session = client.session
    session["keizoku_opened_at"] -= 12 * 3600
    session.save()
    assert client.get("/console/campaigns").url == "/console/sign-in?next=/console/campaigns"
    assert client.get("/console/").status_code == 302


@pytest.mark.parametrize("change", [{"role": "approver"}, {"password": "x"}, {"sessions_ended": 1}])
def test_session_does_not_outlive_a_change_of_what_it_was_bound_to(browser, staff, change):
    client = browser("operator")
    assert client.get("/console/").status_code == 200
    Staff.objects.filter(pk=staff["operator"].pk).update(**change)
    assert client.get("/console/").status_code == 302


def test_page_asks_by_itself_and_is_warned_only_before_the_end(browser):
    client = browser("operator")
    asked = {"HX-Request": "true"}
    calm = client.get(reverse("console-staying"), headers=asked).content.decode()
    assert "まもなく自動で" not in calm
    # Nobody touched it for so long: the row's own end is near, whatever length the session was given.
    kept = Session.objects.filter(session_key=client.session.session_key)
    assert kept.update(expire_date=timezone.now() + timedelta(seconds=100)) == 1
    assert "まもなく自動で" in client.get(reverse("console-staying"), headers=asked).content.decode()
    stays = client.post(reverse("console-staying"), headers=asked)
    assert "まもなく自動で" not in stays.content.decode()
    assert stays.cookies["sessionid"]["max-age"] == 900
