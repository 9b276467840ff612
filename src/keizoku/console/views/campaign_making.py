"""Making and changing a draft: the form, the exact count while one chooses, the words in a phone."""

from math import ceil

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.campaigns import composing
from keizoku.campaigns import queries as campaigns
from keizoku.campaigns.audiences import counting
from keizoku.campaigns.rules import State
from keizoku.console import campaign_words
from keizoku.console.forms import campaign as forms
from keizoku.console.forms.campaign import CampaignForm, NotOfThisForm
from keizoku.console.forms.numbers import whole_number
from keizoku.console.page import errors_of, page, part, tell, way_up
from keizoku.console.previews import closing_day, preview
from keizoku.console.screen import StaffRequest, screen
from keizoku.customers.attributes import queries as attributes
from keizoku.kernel.clock import business_today
from keizoku.kernel.errors import Refusal
from keizoku.kernel.text import prefectures
from keizoku.ui.components.display import Message
from keizoku.ui.formats import people, yen

PREFECTURES = (
    ("", "すべての都道府県"),
    *((str(code), name) for code, name in enumerate(prefectures.NAMES, start=1)),
)


@screen("campaigns.edit", "GET", "POST")
def new(request: StaffRequest) -> HttpResponse:
    if request.method == "GET":
        return _form_page(request, forms.initial(request.GET, attributes.usable()))
    return _saved(request, None)


@screen("campaigns.edit", "GET", "POST")
def edit(request: StaffRequest, campaign_id: int) -> HttpResponse:
    view = campaigns.view(campaign_id)
    if view.row.state is not State.DRAFT:
        tell(request, "下書きだけを変更できます", "申請を取り下げると、もう一度変更できます。")
        return redirect("console-campaign", campaign_id)
    if request.method == "POST":
        return _saved(request, campaign_id)
    try:
        return _form_page(request, forms.of_campaign(view, attributes.usable()), campaign_id=campaign_id)
    except NotOfThisForm:
        tell(request, "この画面では変更できない条件です", "新しいキャンペーンを作ってください。")
        return redirect("console-campaign", campaign_id)


@screen("campaigns.edit")
def count(request: StaffRequest) -> HttpResponse:
    """The exact count for the audience chosen so far."""
    return part(request, "campaign_count", count=_count(forms.read(request.GET, attributes.usable())))


@screen("campaigns.edit", "POST")
def words(request: StaffRequest) -> HttpResponse:
    """One step's words in a phone; posted, since words are longer than an address may be. Nothing is kept."""
    shown = _messages(forms.read(request.POST))
    asked = request.POST.get("shown", "")
    channel = asked if asked in shown else "line"
    return part(request, "campaign_words", channel=channel, message=shown[channel])


def _saved(request: StaffRequest, campaign_id: int | None) -> HttpResponse:
    form = forms.read(request.POST, attributes.usable())
    if request.POST.get("act") == "look":
        return _form_page(request, form, campaign_id=campaign_id)
    if errors := forms.problems(form):
        return _form_page(request, form, campaign_id=campaign_id, errors=errors, status=422)
    try:
        if campaign_id is None:
            campaign_id = composing.draft(form.composition(), request.user)
        else:
            composing.edit(campaign_id, form.composition(), request.user)
    except Refusal as refusal:
        return _form_page(request, form, campaign_id=campaign_id, errors=errors_of(refusal), status=409)
    tell(request, "下書きを保存しました", "送信の申請はまだです。内容を確かめて、申請してください。")
    return redirect("console-campaign", campaign_id)


def _form_page(
    request: StaffRequest,
    form: CampaignForm,
    *,
    campaign_id: int | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    return page(
        request,
        "campaign_form",
        title="新しいキャンペーン" if campaign_id is None else "下書きを変える",
        current="campaigns",
        trail=way_up("console-campaigns"),
        status=status,
        errors=errors,
        form=form,
        count=_count(form),
        messages_shown=_messages(form),
        within_days=forms.WITHIN_DAYS,
        levels=forms.LEVELS,
        kinds=forms.KINDS,
        prefectures=PREFECTURES,
        stale_values=forms.STALE,
        stale_days=forms.STALE_DAYS,
        journeys=forms.JOURNEYS,
        cancel_url=reverse("console-campaigns")
        if campaign_id is None
        else reverse("console-campaign", args=[campaign_id]),
    )


def _count(form: CampaignForm) -> dict[str, object]:
    bodies = {"line": form.line_body, "email": form.email_body, "sms": form.sms_body}
    prices = {channel: campaigns.price_yen(channel, bodies[channel]) for channel in form.channels}
    counted = counting.preview(form.audience(), form.channels, business_today(), prices)
    return {
        "included": counted.included,
        "matching": counted.matching,
        "left_out": campaign_words.excluded_words(counted.excluded),
        "reachable": [
            (campaign_words.CHANNEL_NAMES[channel], people(reach))
            for channel, reach in counted.reachable.items()
        ],
        "cost": yen(ceil(counted.cost_yen)),
    }


def _messages(form: CampaignForm) -> dict[str, Message]:
    closes_on = closing_day(business_today(), min(whole_number(form.answer_days) or 0, forms.LONGEST_WAIT))
    return {
        "line": preview("line", "", form.line_body, form.line_button, closes_on=closes_on),
        "email": preview("email", form.email_subject, form.email_body, "", closes_on=closes_on),
        "sms": preview("sms", "", form.sms_body, "", closes_on=closes_on),
    }
