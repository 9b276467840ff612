"""Signing in by password or one-time ticket, and signing out."""

from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from keizoku.accounts import actions as accounts
from keizoku.accounts.errors import SignInRefused, TicketRefused
from keizoku.console.page import errors_of
from keizoku.console.screen import public


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
    auth.login(request, staff)
    return redirect(_own_page(request, after))


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
    auth.login(request, staff)
    return redirect("console-home")


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    auth.logout(request)
    return redirect("console-sign-in")


def _form(
    request: HttpRequest,
    after: str,
    *,
    login: str = "",
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"title": "サインイン", "next": after, "login": login, "errors": errors}
    return render(request, "console/sign_in.html", context, status=status)


def _own_page(request: HttpRequest, after: str) -> str:
    """Where the person wanted to go, if that is a page of ours."""
    is_ours = url_has_allowed_host_and_scheme(after, {request.get_host()}, require_https=request.is_secure())
    return after if is_ours else "console-home"
