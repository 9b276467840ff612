"""Beside the walk: is this message yours, this is not for me, I need a person."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keizoku.delivery import queries as delivery
from keizoku.portal import pages, visit
from keizoku.portal.pages import page
from keizoku.portal.refusals import with_refusals
from keizoku.portal.views.entering import PAGES, client_address
from keizoku.reviews import actions as reviews
from keizoku.reviews.errors import CodeMalformed, TooManyGuesses
from keizoku.reviews.queries import ReviewRow
from keizoku.reviews.rules.reasons import HELP_WORDS, HelpKind
from keizoku.ui import speaking
from keizoku.ui.own_pages import own_page

# 別の方あて has a page of its own: whoever opens it is not the customer.
_SENT_BY = {"line": "LINE", "email": "メール", "sms": "SMS", "letter": "郵便"}
_OFFERED = {kind.value: words for kind, words in HELP_WORDS.items() if kind is not HelpKind.NOT_YOU}


@require_http_methods(PAGES)
def check(request: HttpRequest) -> HttpResponse:
    """Whether a code is ours, and the channel and day of the last message with it; never whose it is."""
    context = {"senders": pages.senders(), "back_url": reverse("portal:start")}
    if request.method != "POST":
        return page(request, "check_message", "check", **context)
    code = request.POST.get("code", "")
    try:
        review = reviews.find_genuine(code, client_address(request))
    except (CodeMalformed, TooManyGuesses) as refusal:
        errors = {"code": refusal.message + refusal.remedy}
        return page(request, "check_message", "check", code=code, errors=errors, **context)
    if review is None:
        return page(request, "check_message", "check", code=code, result="unknown", **context)
    genuine = {
        "result": "genuine",
        **_last_message(review),
        "start_url": reverse("portal:start") if review.awaits_customer else "",
    }
    return page(request, "check_message", "check", code=code, **genuine, **context)


@require_safe
def purposes(request: HttpRequest) -> HttpResponse:
    """What is done with the answers, who sees them, and for how long they are kept."""
    back_url = reverse("portal:start" if visit.current(request) is None else "portal:resume")
    return page(request, "purposes", "purposes", back_url=back_url, notice_url=settings.PRIVACY_NOTICE_URL)


@require_POST
@with_refusals
def language(request: HttpRequest) -> HttpResponse:
    """The language of all further pages; a customer who was identified is remembered by his review."""
    chosen = request.POST.get("language", "")
    if chosen in dict(speaking.offered()):
        visit.choose_language(request, chosen)
        current = visit.held(request)
        if current is not None and current.is_identified:
            reviews.choose_language(current.review_id, chosen)
    return redirect(own_page(request.POST.get("next", ""), reverse("portal:start")))


@require_http_methods(PAGES)
@with_refusals
def not_you(request: HttpRequest, token: str = "") -> HttpResponse:
    """Somebody else received the message: it stops."""
    review_id = _review_of(request, token)
    if review_id is None:
        return redirect("portal:start")
    if request.method != "POST":
        back_url = reverse("portal:link", args=[token]) if token else reverse("portal:identify")
        return page(request, "not_you", "not_you", back_url=back_url)
    reviews.ask_for_help(review_id, HelpKind.NOT_YOU)
    visit.leave(request)
    return page(request, "not_you", "not_you", is_reported=True)


@require_http_methods(PAGES)
@with_refusals
def ask_for_help(request: HttpRequest, token: str = "") -> HttpResponse:
    """A person takes over: 亡くなられた, 代理人, 助けがほしい. Needs the code or link, not the identification."""
    review_id = _review_of(request, token)
    if review_id is None:
        return redirect("portal:start")
    back_url = reverse("portal:link", args=[token]) if token else reverse("portal:identify")
    context = {"choices": list(_OFFERED.items()), "back_url": back_url}
    if request.method != "POST":
        return page(request, "help", "help", **context)
    kind = request.POST.get("kind", "")
    if kind not in _OFFERED:
        errors = {"kind": "あてはまるものを1つ選んでください。"}
        return page(request, "help", "help", errors=errors, **context)
    reviews.ask_for_help(review_id, HelpKind(kind))
    visit.leave(request)
    return page(request, "help", "help", is_requested=True)


def _last_message(review: ReviewRow) -> dict[str, object]:
    """The channel's name and the day; nothing else of the message."""
    found = delivery.last_message(review.campaign_id or 0, review.customer_id)
    return {"last_channel": _SENT_BY[found[0]], "last_at": found[1]} if found else {}


def _review_of(request: HttpRequest, token: str) -> int | None:
    if token:
        return reviews.find_by_token(token).id
    current = visit.held(request)
    return current.review_id if current else None
