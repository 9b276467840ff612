"""The first step of signing in (password or one-time ticket), and signing out. The second: ``views.second_factor``."""

from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from keizoku.accounts import actions as accounts
from keizoku.accounts.access import Staff
from keizoku.accounts.errors import SignInRefused, TicketRefused
from keizoku.accounts.factors import queries as factors
from keizoku.accounts.factors.actions import offer_app
from keizoku.accounts.presence import actions as presence
from keizoku.accounts.single_sign_on.actions import configured
from keizoku.console import halfway
from keizoku.console.page import errors_of
from keizoku.console.screen import public
from keizoku.kernel import installation
from keizoku.ui.own_pages import own_page


@public
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    after = request.POST.get("next") or request.GET.get("next", "")
    if request.method == "GET":
        return _form(request, after)
    login = request.POST.get("login", "").strip()
    try:
        staff = accounts.sign_in_with_password(login, request.POST.get("password", ""))
    except SignInRefused as refusal:
        return _form(request, after, login=login, errors=errors_of(refusal, "login"), status=422)
    return go_on(request, staff, method="password", after=after)


@public
@require_http_methods(["GET", "POST"])
def ticket(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows one button: mail programs and previews open links, and must not use the ticket up."""
    context: dict[str, object] = {"title": "サインイン"}
    if request.method == "GET":
        return render(request, "console/ticket.html", context)
    try:
        staff = accounts.redeem_ticket(token)
    except TicketRefused as refusal:
        return render(request, "console/ticket.html", context | {"errors": errors_of(refusal)}, status=409)
    if installation.is_demo():
        # A demo holds nobody's data. Its ticket was made by somebody at the machine itself, and counts as both factors.
        halfway.finish(request, staff, method="ticket")
        return redirect("console-home")
    return go_on(request, staff, method="ticket", after="")


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    if isinstance(request.user, Staff):
        presence.closed(request.user, request.session.session_key)
    auth.logout(request)
    return redirect("console-sign-in")


def go_on(request: HttpRequest, staff: Staff, *, method: str, after: str) -> HttpResponse:
    """From the first step to the second: to the person's own factor, or to making one."""
    halfway.begin(request, staff, method=method, after=after)
    if factors.number_of(staff):
        return redirect("console-second-factor")
    offer_app(staff)  # what the next page shows; looking at it writes nothing
    return redirect("console-enrol")


def page_after(after: str) -> str:
    """Where the person wanted to go, if that is a page of ours."""
    return own_page(after, reverse("console-home"))


def _form(
    request: HttpRequest,
    after: str,
    *,
    login: str = "",
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, object] = {"title": "サインイン", "next": after, "login": login, "errors": errors}
    context["has_sign_on"] = configured() is not None
    return render(request, "console/sign_in.html", context, status=status)
