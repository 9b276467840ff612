"""Signing in by password and by ticket, signing out, and the session that ends by itself."""

import pytest
from django.urls import reverse

from keizoku.accounts import actions as accounts
from keizoku.accounts.models import Staff
from keizoku.kernel.actor import Actor
from keizoku.ui.tests.page import Page

PASSWORD = "correct horse battery staple"


@pytest.fixture
def member(db):
    return accounts.create_staff(
        actor=Actor.system("test"), login="yamada", display_name="山田", role="operator", password=PASSWORD
    )


def sign_in(client, login="yamada", password=PASSWORD, after=""):
    return client.post(reverse("console-sign-in"), {"login": login, "password": password, "next": after})


def test_right_password_leads_to_the_page_that_was_wanted(member, browser):
    client = browser()
    answer = sign_in(client, after="/console/campaigns")
    assert (answer.status_code, answer.url) == (302, "/console/campaigns")
    assert client.get("/console/campaigns").status_code == 200


@pytest.mark.parametrize(
    "after", ["https://elsewhere.example/", "//elsewhere.example", "", "javascript:alert(1)"]
)
def test_sign_in_never_leads_to_another_site(member, browser, after):
    assert sign_in(browser(), after=after).url == "/console/"


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
    assert opened.cookies["sessionid"]["max-age"] == 1800
    refreshed = client.get(reverse("console-campaigns"), headers={"HX-Request": "true"})
    assert refreshed.status_code == 200
    assert "sessionid" not in refreshed.cookies


def test_who_lost_the_role_meanwhile_is_out_at_once(browser, staff):
    client = browser("operator")
    Staff.objects.filter(pk=staff["operator"].pk).update(is_active=False)
    assert client.get("/console/").status_code == 302
