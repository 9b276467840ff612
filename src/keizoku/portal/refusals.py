"""Refusals become pages: each class has its template, chosen in one table."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.kernel.errors import Refusal
from keizoku.portal import visit
from keizoku.portal.pages import page
from keizoku.portal.visit import Held
from keizoku.reviews.errors import (
    CodeReplaced,
    IdentificationLocked,
    LinkUnknown,
    ReviewClosed,
    ReviewExpired,
)

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

# Refusal → template (and state) and what it shows besides.
_PAGES: Final[Mapping[type[Refusal], tuple[str, Callable[[Any], dict[str, Any]]]]] = {
    ReviewExpired: ("expired", lambda _: {"is_past_deadline": True}),
    LinkUnknown: ("expired", lambda _: {"start_url": reverse("portal:start")}),
    CodeReplaced: ("expired", lambda _: {"is_replaced": True, "start_url": reverse("portal:start")}),
    ReviewClosed: ("closed", lambda refusal: {"answered_at": refusal.answered_at}),
    IdentificationLocked: ("locked", lambda refusal: {"reopens_at": refusal.until}),
}


def with_refusals(view: View[P]) -> View[P]:
    """Show a refusal's page; the visit it concerns is over."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except tuple(_PAGES) as refusal:
            template, context = _PAGES[type(refusal)]
            visit.leave(request)
            return page(request, template, template, **context(refusal))

    return answer


def for_identified(view: Callable[Concatenate[HttpRequest, Held, P], HttpResponse]) -> View[P]:
    """Only for a customer who has been identified; one who has just finished is led to the receipt."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        current = visit.held(request)
        if current is not None and current.is_identified:
            return view(request, current, *args, **kwargs)
        if visit.receipt(request) is not None:
            return redirect("portal:done")
        return page(request, "expired", "expired", is_sitting=True, start_url=reverse("portal:start"))

    return with_refusals(answer)
