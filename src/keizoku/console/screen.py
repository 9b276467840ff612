"""What stands around every staff view: who may, which method, the idle time-out, and refusals in words.

A screen carries the permission's mark (``accounts.access.requires``); what anybody may open carries ``PUBLIC`` in its
place. A view raises a refusal or lets one through; whoever wants the form kept catches it.
"""

from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from typing import Concatenate, Final, ParamSpec, cast

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from keizoku.accounts.access import Staff, requires
from keizoku.accounts.presence.queries import ends_at
from keizoku.accounts.presence.rules import is_over
from keizoku.console import page
from keizoku.console.halfway import OPENED_AT
from keizoku.console.in_sight import is_in_sight
from keizoku.kernel.errors import Refusal
from keizoku.kernel.moment import one_moment

P = ParamSpec("P")
PUBLIC: Final = ""


class StaffRequest(HttpRequest):
    """A request that the gate has let through."""

    user: Staff
    htmx: HtmxDetails


StaffView = Callable[Concatenate[StaffRequest, P], HttpResponse]
AnyView = Callable[Concatenate[HttpRequest, P], HttpResponse]


def screen(permission: str, *methods: str) -> Callable[[StaffView[P]], AnyView[P]]:
    """Make a view of a function for staff with the permission; ``methods`` are GET unless named."""
    allowed = methods or ("GET",)

    def frame(view: StaffView[P]) -> AnyView[P]:
        @wraps(view)
        def framed(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            known = cast("StaffRequest", request)
            if (refusal := _wrong_method(known, allowed)) is not None:
                return refusal
            if _is_over(known):
                return redirect_to_login(request.get_full_path())
            _keep_signed_in(known)
            if not is_in_sight(known.user, kwargs):
                return page.missing(known)
            try:
                with one_moment() if request.method == "GET" else nullcontext():
                    return view(known, *args, **kwargs)
            except (ObjectDoesNotExist, Http404):
                return page.missing(known)
            except Refusal as refused:
                return page.refused(known, refused)

        return requires(permission)(framed)

    return frame


def public(view: AnyView[P]) -> AnyView[P]:
    """Mark a view that needs no sign-in; the architecture test lists these by name."""
    view.keizoku_permission = PUBLIC  # type: ignore[attr-defined]  # read by the architecture test
    return view


def _wrong_method(request: StaffRequest, allowed: tuple[str, ...]) -> HttpResponse | None:
    """Whoever comes back from the sign-in to a place that only takes forms is sent to the first page."""
    method = "GET" if request.method == "HEAD" else request.method
    if method in allowed:
        return None
    return redirect("console-home") if method == "GET" else HttpResponseNotAllowed(allowed)


def _is_over(request: StaffRequest) -> bool:
    """However busy: 12 hours after its sign-in a session ends."""
    now = int(timezone.now().timestamp())
    opened_at = request.session.setdefault(OPENED_AT, now)
    if not is_over(opened_at, now):
        return False
    auth.logout(request)
    return True


def _keep_signed_in(request: StaffRequest) -> None:
    """The session ends when nobody did anything for its length; a page that refreshes itself is nobody."""
    if request.method == "POST" or not request.htmx:
        request.session.set_expiry(settings.CONSOLE_IDLE_SECONDS)


def seconds_left(request: StaffRequest) -> int:
    """Until this session ends by itself, as its own row says: other pages of the same browser may have gone on."""
    ends = ends_at(request.session.session_key)
    return int((ends - timezone.now()).total_seconds()) if ends else 0
