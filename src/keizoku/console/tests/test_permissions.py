"""Every screen answers those whose role holds its right, tells the others whom to ask, and sends strangers to sign in."""

from typing import Any

import pytest
from django.urls import get_resolver, reverse

from keizoku.accounts.rules import ROLES, may
from keizoku.console.screen import PUBLIC

PUBLIC_ROUTES = {
    "console-language",
    "console-sign-in",
    "console-second-factor",
    "console-enrol",
    "console-sign-on",
    "console-sign-on-back",
    "console-sign-out",
    "console-ticket",
}
ARGUMENTS = {
    "campaign_id": 1,
    "call_back_id": 1,
    "call_id": 1,
    "case_id": 1,
    "export_id": 1,
    "follow_up_id": 1,
    "journey_id": 1,
    "wave_id": 1,
    "verification_id": 1,
    "shot_id": 1,
    "position": 1,
    "duplicate_id": 1,
    "review_id": 1,
    "check_id": 1,
    "form_id": 1,
    "customer_id": 1,
    "run_id": 1,
    "upload_id": 1,
    "file_id": 1,
    "scorecard_id": 1,
    "circumstance_id": 1,
    "reissue_id": 1,
    "relation_id": 1,
    "task_id": 1,
    "anomaly_id": 1,
    "batch_id": 1,
    "callback_id": 1,
    "audience_id": 1,
    "incident_id": 1,
    "hold_id": 1,
    "plan_id": 1,
    "policy_id": 1,
    "proposal_id": 1,
    "statute": "proceeds_of_crime",
    "method": "IMG_DOC_FACE",
    "valid_from": "2018-11-30",
    "version_id": 1,
    "destruction_id": 1,
    "epoch": 1,
    "key_id": 1,
    "subscription_id": 1,
    "edition_id": 10**9,  # the ready questionnaires have the first numbers
    "question_id": "nothing",
    "number": 1,
    "name": "nothing",
    "kind": "app",
    "factor_id": 1,
    "presence_id": 1,
    "staff_id": 10**9,
    "field": "phone",
    "filter_id": 1,
    "token": "unknown",
    "rest": "no-such-page",
}


PATTERNS: list[Any] = get_resolver("keizoku.console.urls").url_patterns


def routes() -> list[tuple[str, str]]:
    return sorted((pattern.name, pattern.callback.keizoku_permission) for pattern in PATTERNS)


def address(name: str) -> str:
    (pattern,) = [pattern for pattern in PATTERNS if pattern.name == name]
    return reverse(name, kwargs={key: ARGUMENTS[key] for key in pattern.pattern.converters})


def test_only_signing_in_and_out_is_open_to_all():
    assert {name for name, permission in routes() if permission == PUBLIC} == PUBLIC_ROUTES


@pytest.mark.parametrize("role", ROLES)
def test_role_without_the_right_is_told_whom_to_ask(browser, role):
    client = browser(role)
    for name, permission in routes():
        if permission and not may(role, permission):
            for answer in (client.get(address(name)), client.post(address(name))):
                assert answer.status_code == 403, name
                assert "この権限を持つのは" in answer.content.decode()


@pytest.mark.parametrize("role", ROLES)
def test_role_with_the_right_is_answered_though_nothing_is_there(browser, role):
    client = browser(role)
    for name, permission in routes():
        if permission and may(role, permission):
            assert client.get(address(name)).status_code in {200, 302, 404}, name


def test_stranger_is_sent_to_sign_in_and_comes_back_to_the_page(browser):
    for name, permission in routes():
        if permission:
            answer = browser().get(address(name))
            assert answer.status_code == 302, name
            assert answer.url == f"/console/sign-in?next={address(name)}"


def test_part_of_a_page_asked_after_the_session_ended_sends_the_whole_page_to_sign_in(browser):
    answer = browser().get(
        reverse("console-campaign-count"),
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/console/campaigns/new"},
    )
    assert answer.headers["HX-Redirect"] == "/console/sign-in?next=/console/campaigns/new"


def test_coming_back_to_a_place_that_takes_only_forms_leads_to_the_first_page(browser):
    answer = browser("reviewer").get(reverse("console-desk-next"))
    assert (answer.status_code, answer.url) == (302, "/console/")
