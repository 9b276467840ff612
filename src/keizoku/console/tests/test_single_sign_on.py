"""Signing in by another system: real signed tokens of an emulated OpenID provider, and everything that can be wrong with them."""

import base64
import hashlib

import pytest
from django.urls import reverse

from keizoku.accounts.models import Staff
from keizoku.accounts.single_sign_on.rules import Issuer
from keizoku.accounts.tests.issuer import provider
from keizoku.audit.queries import Criteria, search


@pytest.fixture
def issuer(settings):
    with provider() as made:
        settings.SINGLE_SIGN_ON = Issuer(made.address, "keizoku", "s:e/c", "preferred_username", "", "")
        yield made


@pytest.fixture
def member(db):
    return Staff.objects.create(login="yamada", display_name="山田", role="operator")


def come_back(client, issuer, state=""):
    left = client.get(reverse("console-sign-on"), {"next": "/console/campaigns"})
    own = issuer.authorise(left.url)
    return client.get(reverse("console-sign-on-back"), {"code": "c", "state": state or own})


def reasons():
    return [row.details["reason"] for row in search(Criteria(action="accounts.sign_on.refused")).rows]


def test_person_who_is_registered_comes_back_to_the_second_factor(member, issuer, browser):
    client = browser()
    assert "シングルサインオン" in client.get(reverse("console-sign-in")).content.decode()
    assert come_back(client, issuer).url == reverse("console-enrol")
    assert client.get("/console/").status_code == 302
    assert issuer.asked["redirect_uri"] == "http://127.0.0.1:8000/console/sign-in/sso/back"
    (exchanged,) = issuer.exchanged
    digest = hashlib.sha256(exchanged["code_verifier"].encode()).digest()
    assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == issuer.asked["code_challenge"]
    assert base64.b64decode(exchanged["authorisation"].split()[1]) == b"keizoku:s%3Ae%2Fc"


def test_issuers_second_factor_counts_only_where_it_is_configured(member, issuer, browser, settings):
    issuer.claims = {"amr": ["pwd", "otp"]}
    assert come_back(browser(), issuer).url == reverse("console-enrol")
    told = settings.SINGLE_SIGN_ON
    settings.SINGLE_SIGN_ON = Issuer(told.address, "keizoku", "s:e/c", "preferred_username", "", "amr:otp")
    client = browser()
    assert come_back(client, issuer).url == "/console/campaigns"
    assert client.get("/console/").status_code == 200
    issuer.claims = {"amr": ["pwd"]}
    assert come_back(browser(), issuer).url == reverse("console-enrol")


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "another"},
        {"iss": "https://elsewhere.example"},
        {"aud": "another-client"},
        {"aud": ["keizoku", "another-client"], "azp": "another-client"},
        {"exp": 0},
        {"iat": 4_102_444_800},
        "none",
        "secret",
        "key",
        "issuer",
    ],
)
def test_token_that_is_not_the_issuers_answer_to_this_question_is_refused(member, issuer, browser, wrong):
    client = browser()
    left = client.get(reverse("console-sign-on"))
    state = issuer.authorise(left.url)
    if isinstance(wrong, dict):
        issuer.claims = wrong
    else:
        issuer.forge = wrong
    answer = client.get(reverse("console-sign-on-back"), {"code": "c", "state": state})
    assert answer.status_code == 409
    assert reasons() == ([] if wrong == "issuer" else ["token"])
    assert client.get(reverse("console-enrol")).url == reverse("console-sign-in")


def test_state_of_another_browser_and_a_second_use_are_refused(member, issuer, browser):
    client = browser()
    assert come_back(client, issuer, state="planted").url == reverse("console-sign-in")
    assert issuer.exchanged == []
    come_back(client, issuer)
    again = client.get(reverse("console-sign-on-back"), {"code": "c", "state": issuer.asked["state"]})
    assert again.url == reverse("console-sign-in")
    assert len(issuer.exchanged) == 1


@pytest.mark.parametrize("told", [{"preferred_username": "nobody"}, {"preferred_username": ["yamada"]}])
def test_who_is_not_registered_here_does_not_come_in(member, issuer, browser, told):
    issuer.claims = told
    assert come_back(browser(), issuer).status_code == 409
    assert reasons() == ["unknown"]


def test_inactive_person_and_one_without_the_role_at_the_issuer_do_not_come_in(
    member, issuer, browser, settings
):
    told = settings.SINGLE_SIGN_ON
    settings.SINGLE_SIGN_ON = Issuer(told.address, "keizoku", "s:e/c", "preferred_username", "roles", "")
    issuer.claims = {"roles": ["approver"]}
    assert come_back(browser(), issuer).status_code == 409
    issuer.claims = {"roles": ["approver", "operator"]}
    assert come_back(browser(), issuer).url == reverse("console-enrol")
    Staff.objects.exclude(role="administrator").update(is_active=False)
    assert come_back(browser(), issuer).status_code == 409
    assert sorted(reasons()) == ["role", "unknown"]


def test_without_the_setting_there_is_no_such_way(db, browser):
    assert "シングルサインオン" not in browser().get(reverse("console-sign-in")).content.decode()
    assert browser().get(reverse("console-sign-on")).status_code == 409
