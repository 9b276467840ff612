"""Coming in: by a reference code or a one-time link, then by what only the customer knows."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from keizoku.portal import visit
from keizoku.portal.pages import page
from keizoku.portal.refusals import with_refusals
from keizoku.portal.typed import read_claim
from keizoku.reviews import actions as reviews
from keizoku.reviews.errors import CodeMalformed, CodeUnknown, IdentityMismatch, TooManyGuesses
from keizoku.reviews.queries import ReviewRow

PAGES = ["GET", "HEAD", "POST"]


def client_address(request: HttpRequest) -> str:
    """The address of the connection itself; headers that a client can write are not believed."""
    return str(request.META.get("REMOTE_ADDR", ""))


@require_http_methods(PAGES)
@with_refusals
def start(request: HttpRequest) -> HttpResponse:
    """The code of a letter or message."""
    if request.method != "POST":
        return page(request, "start", "entry")
    code = request.POST.get("code", "")
    try:
        review = reviews.find_by_reference(code, client_address(request))
    except (CodeMalformed, CodeUnknown, TooManyGuesses) as refusal:
        return page(request, "start", "entry", code=code, errors={"code": refusal.message + refusal.remedy})
    visit.begin(request, review.id, "code")
    return redirect("portal:identify")


@require_http_methods(PAGES)
@with_refusals
def link(request: HttpRequest, token: str) -> HttpResponse:
    """A one-time link opens the identification, and nothing more."""
    review = reviews.find_by_token(token)
    urls = {
        "not_you_url": reverse("portal:not_you_by_link", args=[token]),
        "help_url": reverse("portal:help_by_link", args=[token]),
    }
    return _identify(request, review, "link", urls)


@require_http_methods(PAGES)
@with_refusals
def identify(request: HttpRequest) -> HttpResponse:
    """The identification of somebody who came with a code."""
    current = visit.current(request)
    if current is None:
        return redirect("portal:start")
    urls = {
        "back_url": reverse("portal:start"),
        "not_you_url": reverse("portal:not_you"),
        "help_url": reverse("portal:help"),
    }
    return _identify(request, reviews.awaiting(current.review_id), current.entry, urls)


def _identify(request: HttpRequest, review: ReviewRow, entry: str, urls: dict[str, str]) -> HttpResponse:
    context = {**urls, "is_corporation": review.is_corporation}
    if request.method != "POST":
        return page(request, "identify", "identify", **context)
    claimed = read_claim({name: value for name, value in request.POST.items() if isinstance(value, str)})
    if claimed.errors:
        return page(request, "identify", "identify", errors=claimed.errors, **context)
    try:
        reviews.identify(review.id, claimed.birth_date, claimed.account_last4)
    except IdentityMismatch as refusal:
        errors = {"__all__": refusal.message + refusal.remedy}
        return page(request, "identify", "identify", errors=errors, **context)
    visit.identified(request, review.id, entry)
    return redirect("portal:resume")
