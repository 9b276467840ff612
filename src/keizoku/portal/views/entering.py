"""Coming in: by a reference code or a one-time link, then by what only the customer knows."""

from django.conf import settings
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
    """The address that wrong codes are counted by.

    Behind proxies of ours (``TRUSTED_PROXIES`` of them) it is the one that the outermost of these saw; what stands further
    left in X-Forwarded-For a client can write, and is not believed.
    """
    seen = [address.strip() for address in request.headers.get("X-Forwarded-For", "").split(",")]
    hops = settings.TRUSTED_PROXIES
    return seen[-hops] if 0 < hops <= len(seen) else str(request.META.get("REMOTE_ADDR", ""))


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
    visit.begin(request, review, "code")
    return redirect("portal:identify")


@require_http_methods(PAGES)
@with_refusals
def link(request: HttpRequest, token: str) -> HttpResponse:
    """A one-time link opens the identification, and nothing more."""
    review = reviews.find_by_token(token)
    visit.remember(request, review.language)
    urls = {
        "not_you_url": reverse("portal:not_you_by_link", args=[token]),
        "help_url": reverse("portal:help_by_link", args=[token]),
    }
    return _identify(request, review, "link", urls)


@require_http_methods(PAGES)
@with_refusals
def identify(request: HttpRequest) -> HttpResponse:
    """The identification of somebody who came with a code."""
    current = visit.held(request)
    if current is None:
        return redirect("portal:start")
    urls = {
        "back_url": reverse("portal:start"),
        "not_you_url": reverse("portal:not_you"),
        "help_url": reverse("portal:help"),
    }
    review = reviews.still_awaiting(current.review)
    visit.remember(request, review.language)
    return _identify(request, review, current.entry, urls)


def _identify(request: HttpRequest, review: ReviewRow, entry: str, urls: dict[str, str]) -> HttpResponse:
    context = {**urls, "is_corporation": review.is_corporation}
    if request.method != "POST":
        return page(request, "identify", "identify", **context)
    claimed = read_claim({name: value for name, value in request.POST.items() if isinstance(value, str)})
    if claimed.errors:
        return page(request, "identify", "identify", errors=claimed.errors, **context)
    try:
        reviews.prove(review, claimed.birth_date, claimed.account_last4)
    except IdentityMismatch as refusal:
        errors = {"__all__": refusal.message + refusal.remedy}
        return page(request, "identify", "identify", errors=errors, **context)
    visit.identified(request, review, entry)
    if chosen := visit.chosen_language(request):
        reviews.choose_language(review.id, chosen)
    elif review.language:
        visit.choose_language(request, review.language)
    return redirect("portal:unchanged")  # which leads on where there is nothing to confirm at once
