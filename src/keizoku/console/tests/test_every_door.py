"""The registry of all routes, walked: every staff view × role × method, CSRF on every form, headers on every answer."""

import re

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from keizoku.accounts.rules import ROLES, may
from keizoku.console.screen import PUBLIC

METHODS = ("get", "head", "post", "put", "patch", "delete", "options", "trace")
CHANGING = ("post", "put", "patch", "delete")
# Whose callers prove themselves on each request, by a signature or a key, and carry no cookie.
WITHOUT_COOKIE = ("webhooks/", "api/")


def doors(resolver=None, prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from doors(entry, path)
        elif isinstance(entry, URLPattern):
            yield path, entry


def filled(path):
    """An address of the pattern: numbers and words that lead nowhere."""
    path = re.sub(r"<int:[^>]+>", "999999999", path)
    path = re.sub(r"<(?:str:|slug:|path:)?[^>]+>", "nowhere", path)
    return "/" + path.replace("^", "").replace("$", "").replace("\\Z", "")


STAFF = [
    (filled(path), entry.callback.keizoku_permission)
    for path, entry in doors()
    if path.startswith("console/")
]


def test_nobody_gets_through_any_staff_door_by_any_method(db):
    client = Client()
    for address, permission in STAFF:
        if permission == PUBLIC:
            continue
        for method in METHODS:
            answer = getattr(client, method)(address)
            assert answer.status_code in {302, 405}, (address, method)
            if answer.status_code == 302:
                assert answer.url.startswith("/console/sign-in?"), (address, method)


@pytest.mark.parametrize("role", ROLES)
def test_role_without_the_right_gets_through_by_no_other_method(browser, role):
    client = browser(role)
    refused = [address for address, permission in STAFF if permission and not may(role, permission)]
    assert refused
    for address in refused:
        assert client.put(address).status_code == 403, address


def test_method_that_a_screen_does_not_take_is_refused_to_who_may(browser):
    client = browser("compliance")
    for address, permission in STAFF:
        if permission and may("compliance", permission):
            for method in ("put", "patch", "delete"):
                assert getattr(client, method)(address).status_code == 405, (address, method)


def test_every_form_of_staff_and_customers_needs_our_own_mark(staff):
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff["compliance"])
    walked = 0
    for path, _ in doors():
        if not path.startswith((*WITHOUT_COOKIE, "static/")):
            for method in CHANGING:
                assert getattr(client, method)(filled(path)).status_code == 403, (path, method)
                walked += 1
    assert walked > 4 * 100


def test_every_answer_refuses_frames_and_no_page_is_kept(browser):
    client = browser("compliance")
    looked = 0
    for path, _ in doors():
        answer = client.get(filled(path))
        assert answer.headers["X-Frame-Options"] == "DENY", path
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"], path
        if answer.headers.get("Content-Type", "").startswith("text/html") and answer.status_code == 200:
            assert answer.headers["Cache-Control"] == "no-store", path
            looked += 1
    assert looked > 40


def test_doors_without_a_cookie_take_nothing_from_one(browser):
    """Signed in as staff in the browser: the API and the carriers' door still want their own proof."""
    client = browser("compliance")
    for path, _ in doors():
        if path.startswith("webhooks/"):
            answer = client.post(filled(path), data=b"{}", content_type="application/json")
            assert answer.status_code in {400, 401, 403, 404}, path
        if path.startswith("api/v1/") and not path.endswith(("docs", "health", "openapi.json")):
            assert client.get(filled(path)).status_code in {401, 403, 404, 405}, path
