"""A contact point is to change: a code to another one, typed in here; or on without, and a person decides."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from keizoku.delivery.lane.errors import CodeRefused
from keizoku.forms.rules import progress
from keizoku.portal import visit
from keizoku.portal.pages import page, question_url
from keizoku.portal.refusals import for_identified
from keizoku.portal.typed import read_code
from keizoku.portal.views.entering import PAGES
from keizoku.portal.visit import Held
from keizoku.reviews import actions as reviews
from keizoku.reviews.errors import CodeNotOffered, CodeTooSoon, CodeWrong
from keizoku.reviews.proving.asking import ask_code, type_code
from keizoku.reviews.proving.ways import changing, ways
from keizoku.reviews.queries import Sitting
from keizoku.reviews.rules.proving import Way

_LABELS = {"sms": "携帯電話のSMS", "email": "メール", "line": "LINEのトーク"}
_REFUSED = (CodeRefused, CodeTooSoon, CodeNotOffered)


@require_http_methods(PAGES)
@for_identified
def prove(request: HttpRequest, current: Held) -> HttpResponse:
    """Where a code may be sent; nothing is sent before it is asked for."""
    sitting = reviews.open_sitting(current.review)
    offered = ways(sitting, changing(sitting), entry=current.entry)
    if not offered:
        return redirect("portal:confirm")
    context = {
        "ways": [(way.channel, _LABELS[way.channel], way.masked) for way in offered],
        "way": offered[0].channel,
        "back_url": question_url(len(progress.asked(sitting.questionnaire, sitting.answers))),
    }
    if request.method != "POST":
        return page(request, "prove", "prove", **context)
    if request.POST.get("do") == "without":
        visit.goes_on_without(request)
        return redirect("portal:confirm")
    chosen = request.POST.get("way", "")
    try:
        _send(request, sitting, chosen, offered)
    except _REFUSED as refusal:
        name = "way" if isinstance(refusal, CodeNotOffered) else "__all__"
        errors = {name: refusal.message + refusal.remedy}
        return page(request, "prove", "prove", **{**context, "errors": errors})
    return redirect("portal:prove_code")


@require_http_methods(PAGES)
@for_identified
def code(request: HttpRequest, current: Held) -> HttpResponse:
    """The code as typed; the same words whatever became of the message."""
    sitting = reviews.open_sitting(current.review)
    offered = ways(sitting, changing(sitting), entry=current.entry)
    way = next((way for way in offered if way.channel == current.way), None)
    if current.code_key is None or way is None:
        return redirect("portal:prove")
    context = {"sent_to": way.masked or _LABELS[way.channel], "back_url": reverse("portal:prove")}
    if request.method != "POST":
        return page(request, "prove_code", "prove_code", **context)
    act = request.POST.get("do", "")
    if act == "without":
        visit.goes_on_without(request)
        return redirect("portal:confirm")
    try:
        if act == "again":
            _send(request, sitting, way.channel, offered)
            return redirect("portal:prove_code")
        type_code(current.review_id, current.code_key, read_code(request.POST.get("code", "")))
    except (*_REFUSED, CodeWrong) as refusal:
        name = "code" if isinstance(refusal, CodeWrong) else "__all__"
        errors = {name: refusal.message + refusal.remedy}
        return page(request, "prove_code", "prove_code", **context, errors=errors)
    return redirect("portal:confirm")


def _send(request: HttpRequest, sitting: Sitting, channel: str, offered: tuple[Way, ...]) -> None:
    visit.code_asked(request, ask_code(sitting, channel, offered=offered), channel)
