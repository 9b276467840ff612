"""The second step of signing in: an app's code, a passkey or a recovery code; and making the first factor."""

import base64
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from keizoku.accounts.access import Staff
from keizoku.accounts.errors import FactorRefused
from keizoku.accounts.factors import actions as factors
from keizoku.accounts.factors import passkeys
from keizoku.accounts.factors import queries as held
from keizoku.console import halfway
from keizoku.console.page import errors_of
from keizoku.console.screen import public
from keizoku.console.views.sign_in import page_after
from keizoku.kernel.documents.qr import to_svg

QUESTION: Final = "keizoku_passkey_question"
FEW_RECOVERY_CODES: Final = 3


@public
@sensitive_post_parameters("code", "recovery_code")
@require_http_methods(["GET", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    step = halfway.claim(request)
    if step is None:
        return redirect("console-sign-in")
    if not held.number_of(step.staff):
        return redirect("console-enrol")
    if request.method == "GET":
        return _ask(request, step.staff)
    try:
        method = _answered(request, step.staff)
    except FactorRefused as refusal:
        field = "recovery_code" if request.POST.get("recovery_code") else "code"
        return _ask(request, step.staff, errors=errors_of(refusal, field), status=422)
    halfway.finish(request, step.staff, method=f"{step.method}+{method}")
    if method == "recovery_code":
        return redirect("console-own-sign-in")
    return redirect(page_after(step.after))


@public
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """The first factor of somebody who has none; whoever has one proves that instead."""
    step = halfway.claim(request)
    if step is None:
        return redirect("console-sign-in")
    if held.number_of(step.staff):
        return redirect("console-second-factor")
    if request.method == "GET":
        return _offer(request, step.staff)
    try:
        method = take_in(request, step.staff)
    except FactorRefused as refusal:
        return _offer(request, step.staff, errors=errors_of(refusal, "code"), status=422)
    codes = factors.issue_recovery_codes(step.staff)
    halfway.finish(request, step.staff, method=f"{step.method}+{method}")
    context = {"title": "回復コードを控えてください", "codes": codes, "on": page_after(step.after)}
    return render(request, "console/recovery_codes.html", context)


def take_in(request: HttpRequest, staff: Staff) -> str:
    """A new factor from the form of ``offer``: says which kind. Raises ``FactorRefused``."""
    if request.POST.get("passkey"):
        state = request.session.pop(QUESTION, {})
        passkeys.register(staff, state, request.POST["passkey"], request.POST.get("name", ""))
        return "passkey"
    factors.prove_app(staff, request.POST.get("code", ""))
    return "app"


def offer(request: HttpRequest, staff: Staff) -> dict[str, object]:
    """What a page needs to offer a new factor: the app's secret as picture and text, and the question for a passkey."""
    shown = factors.offer_app(staff)
    context: dict[str, object] = {
        "secret": shown.secret,
        "picture": base64.b64encode(to_svg(shown.address).encode()).decode(),
    }
    if passkeys.are_possible():
        question = passkeys.ask_to_register(staff)
        request.session[QUESTION] = question.state
        context["passkey"] = question.options
    return context


def _ask(
    request: HttpRequest, staff: Staff, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    context: dict[str, object] = {
        "title": "2つ目の確認",
        "errors": errors,
        "has_app": held.has_app(staff),
        "has_recovery_codes": held.recovery_codes_left(staff) > 0,
    }
    if held.has_passkey(staff) and passkeys.are_possible():
        question = passkeys.ask_to_prove(staff)
        request.session[QUESTION] = question.state
        context["passkey"] = question.options
    return render(request, "console/second_factor.html", context, status=status)


def _answered(request: HttpRequest, staff: Staff) -> str:
    if request.POST.get("passkey"):
        passkeys.prove(staff, request.session.pop(QUESTION, {}), request.POST["passkey"])
        return "passkey"
    if request.POST.get("recovery_code"):
        factors.check_recovery_code(staff, request.POST["recovery_code"])
        return "recovery_code"
    factors.check_code(staff, request.POST.get("code", ""))
    return "app"


def _offer(
    request: HttpRequest, staff: Staff, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    context = {"title": "2つ目の確認を登録する", "errors": errors, **offer(request, staff)}
    return render(request, "console/enrol.html", context, status=status)
