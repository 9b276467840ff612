"""A customer links a LINE account: a reference code, the identification, and back to LINE, which says whose account it is.

LINE's link token comes in the address that LINE's button opens (its protocol, good for ten minutes and once) and then lies
in the session; nothing is written before the code was right.
"""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from keizoku.customers.errors import LinkRefused
from keizoku.portal import visit
from keizoku.portal.pages import page
from keizoku.portal.refusals import with_refusals
from keizoku.portal.typed import read_claim
from keizoku.portal.views.entering import PAGES, client_address
from keizoku.reviews import actions as reviews
from keizoku.reviews.errors import CodeMalformed, CodeUnknown, IdentityMismatch, TooManyGuesses

LONGEST_TOKEN = 200


@require_http_methods(PAGES)
@with_refusals
def start(request: HttpRequest) -> HttpResponse:
    """The code of a letter or message; whoever was identified in this browser a moment ago types it all the same."""
    given = request.POST if request.method == "POST" else request.GET
    token = given.get("linkToken", "")
    if not 0 < len(token) <= LONGEST_TOKEN or not token.isascii():
        return page(request, "link_start", "link", is_without_token=True)
    context = {"link_token": token}
    if request.method != "POST":
        return page(request, "link_start", "link", **context)
    code = request.POST.get("code", "")
    try:
        review = reviews.find_for_linking(code, client_address(request))
    except (CodeMalformed, CodeUnknown, TooManyGuesses) as refusal:
        errors = {"code": refusal.message + refusal.remedy}
        return page(request, "link_start", "link", code=code, errors=errors, **context)
    visit.begin_link(request, review, token)
    return redirect("portal:link_identify")


@require_http_methods(PAGES)
@with_refusals
def identify(request: HttpRequest) -> HttpResponse:
    """Who he is; and then the way back to LINE."""
    linking = visit.linking(request)
    if linking is None:
        return redirect("portal:link_start")
    review = reviews.may_link(linking.review_id)
    context = {"is_corporation": review.is_corporation, "is_linking": True}
    if request.method != "POST":
        return page(request, "identify", "link", **context)
    claimed = read_claim({name: value for name, value in request.POST.items() if isinstance(value, str)})
    if claimed.errors:
        return page(request, "identify", "link", errors=claimed.errors, **context)
    try:
        nonce = reviews.offer_link(review.id, claimed.birth_date, claimed.account_last4)
    except (IdentityMismatch, LinkRefused) as refusal:
        errors = {"__all__": refusal.message + refusal.remedy}
        return page(request, "identify", "link", errors=errors, **context)
    visit.offered(request, nonce)
    return redirect("portal:link_back")


@require_safe
@with_refusals
def back(request: HttpRequest) -> HttpResponse:
    """The button that leads to LINE's own question; a redirect after a form would be refused by our form-action."""
    linking = visit.linking(request)
    if linking is None or not linking.nonce:
        return redirect("portal:link_start")
    asked = urlencode({"linkToken": linking.token, "nonce": linking.nonce})
    url = f"{settings.LINE_ACCESS_URL}/dialog/bot/accountLink?{asked}"
    return page(request, "link_back", "link", line_url=url, home_url=reverse("portal:start"))
