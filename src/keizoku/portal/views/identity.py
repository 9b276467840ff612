"""The pages around the camera: who asks and what for, which document, the camera, other ways, the end."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keizoku.identity import capturing, hosting
from keizoku.identity.capturing import Telling
from keizoku.identity.errors import KindFixed, KindNotChosen, SessionOver, SessionUnknown, VerificationOver
from keizoku.identity.rules.states import AWAITING_CUSTOMER, State
from keizoku.identity.rules.steps import KIND_WORDS, Kind, StepName
from keizoku.kernel.documents import qr
from keizoku.portal import sitting as sittings
from keizoku.portal.pages import page
from keizoku.portal.sitting import Sitting
from keizoku.portal.views.entering import PAGES
from keizoku.ui.security import allow_camera

P = ParamSpec("P")
# LINE opens an address in the system's browser when it is asked to (LINE's URL scheme, openExternalBrowser).
OUT_OF_LINE: Final = "openExternalBrowser=1"
HINTS: Final = {
    Kind.DRIVING_LICENCE: "表面、裏面、斜めから撮ります。",
    Kind.DRIVING_HISTORY: "2012年4月1日より後に発行されたものです。",
    Kind.MY_NUMBER_CARD: "表面だけを撮ります。番号のある裏面は撮りません。",
    Kind.PASSPORT: "お顔の写真があるページを撮ります。",
    Kind.RESIDENCE_CARD: "表面、裏面、斜めから撮ります。",
    Kind.SPECIAL_PERMANENT_RESIDENT: "表面、裏面、斜めから撮ります。",
}
STEPS: Final = {
    StepName.FRONT: "書類の表面",
    StepName.BACK: "書類の裏面",
    StepName.TILT: "書類を斜めから",
    StepName.FACE: "お顔",
}
_GONE: Final = (SessionOver, SessionUnknown, VerificationOver)


def for_sitting(
    view: Callable[Concatenate[HttpRequest, Sitting, Telling, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Only where a capture was begun in this browser and still goes on; one that was handed in is led to its end."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        held = sittings.held(request)
        if held is None:
            return _over(request)
        telling = capturing.tell(held.session)
        if telling.state not in AWAITING_CUSTOMER:
            return redirect("portal:capture_done")
        try:
            capturing.resume(held.session.token)
            return view(request, held, telling, *args, **kwargs)
        except _GONE:
            return _over(request, is_elsewhere=True)

    return answer


@require_http_methods(PAGES)
def begin(request: HttpRequest, token: str) -> HttpResponse:
    """The hosted address: who asks and what for. Its token is worth one press of the button."""
    back = request.GET.get("back", "")
    try:
        session = capturing.resume(token)
    except _GONE:
        return _used(request)
    if request.method != "POST":
        return _why(request, capturing.tell(session), back=back)
    back = str(request.POST.get("back", ""))
    sittings.begin(request, session, back if hosting.read(back) else "")
    return redirect("portal:capture_document")


@require_safe
@for_sitting
def why(request: HttpRequest, _sitting: Sitting, telling: Telling) -> HttpResponse:
    """Who asks and what for, once more."""
    return _why(request, telling, next_url=reverse("portal:capture_document"))


@require_http_methods(PAGES)
@for_sitting
def document(request: HttpRequest, sitting: Sitting, telling: Telling) -> HttpResponse:
    """Which document; where its pictures have begun, the walk goes on."""
    chosen = telling.kind
    errors: dict[str, str] = {}
    if request.method == "POST":
        chosen = str(request.POST.get("kind", ""))
        try:
            capturing.choose(sitting.session, chosen)
            return redirect("portal:capture")
        except (KindNotChosen, KindFixed) as refusal:
            errors = {"kind": refusal.message + refusal.remedy}
    elif telling.is_again:
        return redirect("portal:capture")
    kinds = [(kind.value, KIND_WORDS[kind], HINTS[kind]) for kind in Kind]
    context = {"kinds": kinds, "kind": chosen, "errors": errors, "back_url": reverse("portal:capture_why")}
    return page(request, "capture_document", "capture_document", **context)


@require_safe
@for_sitting
def camera(request: HttpRequest, _sitting: Sitting, telling: Telling) -> HttpResponse:
    """The one page that may open the camera."""
    if not telling.kind:
        return redirect("portal:capture_document")
    context = {
        "steps": [STEPS[step] for step in telling.left],
        "is_again": telling.is_again,
        "token": get_token(request),
        "is_in_line": is_in_line(request),
        "back_url": reverse("portal:capture_document"),
        "ways_url": reverse("portal:capture_ways"),
        **{
            f"{name}_url": reverse(f"portal:capture_{name}")
            for name in ("challenge", "shot", "skip", "finish")
        },
        "face_finder_url": reverse("portal:capture_face_finder"),
    }
    return allow_camera(page(request, "capture_camera", "capture", **context))


@require_safe
@for_sitting
def ways(request: HttpRequest, _sitting: Sitting, telling: Telling) -> HttpResponse:
    """Another device, another browser, paper, a branch: nobody is left without a way."""
    back_url = reverse("portal:capture" if telling.kind else "portal:capture_document")
    return page(request, "capture_ways", "capture_ways", back_url=back_url, is_in_line=is_in_line(request))


@require_POST
@for_sitting
def elsewhere(request: HttpRequest, sitting: Sitting, _telling: Telling) -> HttpResponse:
    """A fresh address for another device or browser; what was taken stays."""
    address = sittings.hand_over(sitting)
    context = {"address": address, "qr": _drawn(address), "is_in_line": is_in_line(request)}
    if context["is_in_line"]:
        context["browser_url"] = f"{address}{'&' if '?' in address else '?'}{OUT_OF_LINE}"
    return page(request, "capture_elsewhere", "capture_elsewhere", **context)


@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """The receipt, what became of it, and the way back to who sent the customer."""
    held = sittings.held(request)
    if held is None:
        return _over(request)
    telling = capturing.tell(held.session)
    if telling.state in AWAITING_CUSTOMER:
        return redirect("portal:capture_why")
    if telling.state in (State.EXPIRED, State.WITHDRAWN):
        return _over(request, is_ended=True)
    context = {
        "number": held.session.verification_id,
        "is_passed": telling.state is State.PASSED,
        "is_refused": telling.state is State.REFUSED,
        "return_url": held.way_back,
    }
    return page(request, "capture_done", "capture_done", **context)


def _drawn(address: str) -> SafeString:
    """The address as a QR code for the page, which gives it its size."""
    svg = qr.to_svg(address)
    within = re.sub(
        r'<svg width="(\d+)" height="(\d+)"', r'<svg viewBox="0 0 \1 \2"', svg[svg.index("<svg") :]
    )
    return mark_safe(within)  # noqa: S308 - drawn by us from an address of ours


def is_in_line(request: HttpRequest) -> bool:
    """LINE's own browser names itself so; it does not give the camera on every phone."""
    return " Line/" in request.headers.get("User-Agent", "")


def _why(request: HttpRequest, telling: Telling, *, next_url: str = "", back: str = "") -> HttpResponse:
    context: dict[str, Any] = {
        "back": back,
        "purpose": telling.purpose,
        "legal_use": telling.legal_use,
        "is_again": telling.is_again,
        "steps": [STEPS[step] for step in telling.left],
        "next_url": next_url,
        "is_in_line": is_in_line(request),
        "notice_url": settings.PRIVACY_NOTICE_URL,
    }
    if context["is_in_line"]:
        query = request.GET.urlencode()
        context["browser_url"] = f"{request.path}?{query + '&' if query else ''}{OUT_OF_LINE}"
    return page(request, "capture_why", "capture_why", **context)


def _used(request: HttpRequest) -> HttpResponse:
    """The address was used already: in this browser its walk goes on, elsewhere it is worth nothing."""
    held = sittings.held(request)
    if held is not None:
        return redirect("portal:capture_why")
    return _over(request)


def _over(request: HttpRequest, **why: bool) -> HttpResponse:
    response = page(request, "capture_over", "capture_over", start_url=reverse("portal:start"), **why)
    response.status_code = 410
    return response
