"""Signing in by another system of the institution: the way there, and back."""

import time
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_GET

from keizoku.accounts.errors import SignInRefused
from keizoku.accounts.single_sign_on import actions
from keizoku.console import halfway
from keizoku.console.page import errors_of
from keizoku.console.screen import public
from keizoku.console.views.sign_in import go_on, page_after

_KEPT: Final = "keizoku_sign_on"
_HOLDS_S: Final = 600


@public
@require_GET
def depart(request: HttpRequest) -> HttpResponse:
    """Changes nothing but the visitor's own session, which keeps what the answer must match."""
    try:
        way = actions.depart(settings.PUBLIC_URL + reverse("console-sign-on-back"))
    except SignInRefused as refusal:
        return _refused(request, refusal)
    request.session[_KEPT] = {
        **way.kept,
        "after": request.GET.get("next", ""),
        "at": int(time.time()),
    }
    return redirect(way.url)


@public
@require_GET
def arrive(request: HttpRequest) -> HttpResponse:
    """The issuer sends the browser here. The state is used up by looking, so that no answer counts twice."""
    kept = request.session.pop(_KEPT, None)
    state, code = request.GET.get("state", ""), request.GET.get("code", "")
    if kept is None or not code or time.time() - kept["at"] >= _HOLDS_S:
        return redirect("console-sign-in")
    if not constant_time_compare(state, kept["state"]):
        return redirect("console-sign-in")
    try:
        came = actions.arrive(code, kept)
    except SignInRefused as refusal:
        return _refused(request, refusal)
    if not came.is_two_factor:
        return go_on(request, came.staff, method="oidc", after=kept["after"])
    halfway.begin(request, came.staff, method="oidc", after=kept["after"])
    halfway.finish(request, came.staff, method="oidc+issuer")
    return redirect(page_after(kept["after"]))


def _refused(request: HttpRequest, refusal: SignInRefused) -> HttpResponse:
    context = {"title": "サインイン", "errors": errors_of(refusal), "has_sign_on": True}
    return render(request, "console/sign_in.html", context, status=409)
