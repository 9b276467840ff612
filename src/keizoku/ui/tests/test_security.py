from django.http import HttpResponse
from django.test import RequestFactory

from keizoku.ui.security import HEADERS, WITH_CAMERA, SecurityHeaders, allow_camera


def answer(response: HttpResponse) -> HttpResponse:
    return SecurityHeaders(lambda request: response)(RequestFactory().get("/"))


def test_nothing_inline_may_run_or_style():
    policy = answer(HttpResponse())["Content-Security-Policy"]
    directives = dict(part.split(" ", 1) for part in policy.split("; "))
    assert directives == {
        "default-src": "'self'",
        "style-src": "'self'",
        "script-src": "'self'",
        "img-src": "'self' data:",
        "object-src": "'none'",
        "frame-ancestors": "'none'",
        "form-action": "'self'",
        "base-uri": "'none'",
    }


def test_other_sites_learn_no_address_and_our_own_forms_still_pass():
    assert answer(HttpResponse())["Referrer-Policy"] == "same-origin"


def test_page_is_not_kept_by_a_shared_computer():
    assert answer(HttpResponse("<p>"))["Cache-Control"] == "no-store"


def test_view_may_choose_its_own_caching():
    assert answer(HttpResponse(headers={"Cache-Control": "max-age=60"}))["Cache-Control"] == "max-age=60"


def test_stylesheet_may_be_kept():
    assert "Cache-Control" not in answer(HttpResponse(content_type="text/css"))


def test_view_cannot_weaken_the_policy():
    weak = HttpResponse(headers={"Content-Security-Policy": "default-src *"})
    assert "*" not in answer(weak)["Content-Security-Policy"]


def test_only_a_page_that_takes_pictures_may_ask_for_the_camera_and_for_nothing_else():
    assert answer(HttpResponse())["Permissions-Policy"] == HEADERS["Permissions-Policy"]
    policy = answer(allow_camera(HttpResponse()))["Permissions-Policy"]
    assert policy == WITH_CAMERA == "camera=(self), microphone=(), geolocation=(), payment=(), usb=()"
    wide = HttpResponse(headers={"Permissions-Policy": "camera=*, microphone=*"})
    assert answer(wide)["Permissions-Policy"] == HEADERS["Permissions-Policy"]
