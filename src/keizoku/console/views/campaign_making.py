"""Making and changing a draft: its audience, its courses with their journeys, the exact numbers while one chooses."""

from math import ceil

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.campaigns import composing
from keizoku.campaigns import queries as campaigns
from keizoku.campaigns.asked import BY_KIND
from keizoku.campaigns.audiences import actions as saving
from keizoku.campaigns.audiences import queries as audiences
from keizoku.campaigns.journeys import queries as journeys
from keizoku.campaigns.journeys import reach, showing
from keizoku.campaigns.queries import CampaignView
from keizoku.campaigns.rules import MOST_COURSES, State
from keizoku.console import campaign_words
from keizoku.console.forms import campaign as forms
from keizoku.console.forms.campaign import CampaignForm, Choices
from keizoku.console.forms.numbers import whole_number
from keizoku.console.forms.who import Who
from keizoku.console.page import errors_of, page, part, tell, way_up
from keizoku.console.previews import closing_day
from keizoku.console.screen import StaffRequest, screen
from keizoku.forms import queries as questionnaires
from keizoku.kernel.clock import business_today
from keizoku.kernel.conditions import to_json
from keizoku.kernel.errors import Refusal
from keizoku.kernel.text.sentences import Composed, Given
from keizoku.risk import confirmations
from keizoku.ui.formats import people, yen
from keizoku.ui.speaking import plainly

PARTS = ("name", "who", "journey", "questionnaire", "method")


@screen("campaigns.edit", "GET", "POST")
def new(request: StaffRequest) -> HttpResponse:
    choices = _choices(None)
    if request.method == "GET":
        return _form_page(request, forms.initial(request.GET, choices), choices)
    return _saved(request, None, choices)


@screen("campaigns.edit", "GET", "POST")
def edit(request: StaffRequest, campaign_id: int) -> HttpResponse:
    view = campaigns.view(campaign_id)
    if view.row.state is not State.DRAFT:
        tell(request, "下書きだけを変更できます", "申請を取り下げると、もう一度変更できます。")
        return redirect("console-campaign", campaign_id)
    choices = _choices(view)
    if request.method == "POST":
        return _saved(request, campaign_id, choices)
    return _form_page(request, forms.of_campaign(view, choices), choices, campaign_id=campaign_id)


@screen("campaigns.edit", "POST")
def ask_stale(request: StaffRequest) -> HttpResponse:
    """A new campaign for those whose value is old: their conditions are saved under a name, unless they are already."""
    field, days = request.POST.get("field", ""), whole_number(request.POST.get("days", "")) or 0
    if field not in confirmations.VALUES or not days:
        return redirect("console-campaign-new")
    condition = to_json(confirmations.stale(field, days))
    found = next((row.latest.id for row in audiences.listing() if row.latest.condition == condition), None)
    if found is None:
        label = confirmations.VALUES[field][0]
        name = f"{label}を{days}日より前に確かめた方、確かめていない方"
        found = saving.save(name=name, condition=condition, staff=request.user)
    return redirect(f"{reverse('console-campaign-new')}?audience={found}")


@screen("campaigns.edit", "POST")
def count(request: StaffRequest) -> HttpResponse:
    """The exact numbers for what is chosen so far; posted with the whole form. Nothing is kept."""
    draft = whole_number(request.POST.get("draft", ""))
    choices = _choices(campaigns.view(draft) if draft else None)
    return part(request, "campaign_count", count=_count(forms.read(request.POST), choices))


def _saved(request: StaffRequest, campaign_id: int | None, choices: Choices) -> HttpResponse:
    form = forms.read(request.POST)
    act = request.POST.get("act", "")
    if act == "look":
        return _form_page(request, form, choices, campaign_id=campaign_id)
    if (changed := forms.acted(form, act, choices)) is not None:
        return _form_page(request, changed, choices, campaign_id=campaign_id)
    if errors := forms.problems(form, choices):
        return _form_page(request, form, choices, campaign_id=campaign_id, errors=errors, status=422)
    composition = forms.composition(form, choices)
    try:
        if campaign_id is None:
            campaign_id = composing.draft(composition, request.user)
        else:
            composing.edit(campaign_id, composition, request.user)
    except Refusal as refusal:
        return _form_page(
            request, form, choices, campaign_id=campaign_id, errors=errors_of(refusal), status=409
        )
    tell(request, "下書きを保存しました", "送信の申請はまだです。内容を確かめて、申請してください。")
    return redirect("console-campaign", campaign_id)


def _choices(view: CampaignView | None) -> Choices:
    """What there is now, and what a draft has that is no longer offered."""
    saved = audiences.listing()
    offered = {
        row.version_id: Composed("{0}（第{1}版）", Given(row.name), row.version)
        for row in journeys.journeys()
    }
    plans = view.plans if view else []
    for plan in plans:
        if plan.journey_version_id and plan.journey_version_id not in offered:
            version = journeys.version(plan.journey_version_id)
            offered[version.id] = Composed(
                "{0}（第{1}版、いまの下書きのまま）", Given(version.name), version.number
            )
    return Choices(
        audiences=saved,
        journeys=offered,
        questionnaires=dict(questionnaires.choosable()),
        who=Who(saved, [plan.condition for plan in plans if plan.condition is not None]),
        kept=view.audience if view else None,
        kept_version=view.audience_version_id if view else None,
    )


def _form_page(
    request: StaffRequest,
    form: CampaignForm,
    choices: Choices,
    *,
    campaign_id: int | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    last = len(form.courses)
    return page(
        request,
        "campaign_form",
        title="新しいキャンペーン" if campaign_id is None else "下書きを変える",
        current="campaigns",
        trail=way_up("console-campaigns"),
        status=status,
        errors=errors,
        form=form,
        draft=campaign_id or "",
        count=_count(form, choices),
        audiences=_audience_options(choices),
        audiences_url=reverse("console-audiences"),
        has_journeys=bool(choices.journeys),
        courses=[
            {
                "place": place,
                "form": course,
                "is_last": place == last,
                "names": {name: f"course-{place}-{name}" for name in PARTS},
                "acts": {act: f"{act}-{place}" for act in ("up", "down", "remove")},
                "errors": {
                    name: (errors or {}).get(f"course-{place}-{name}", "")
                    for name in ("who", "journey", "name", "questionnaire")
                },
            }
            for place, course in enumerate(form.courses, start=1)
        ],
        who_options=[("", "選んでください"), *choices.who.options()[1:]],
        journey_options=[
            ("", "選んでください"),
            *((str(number), name) for number, name in choices.journeys.items()),
        ],
        questionnaires=[("", BY_KIND), *choices.questionnaires.items()],
        methods=forms.METHODS,
        may_add=last < MOST_COURSES,
        cancel_url=reverse("console-campaigns")
        if campaign_id is None
        else reverse("console-campaign", args=[campaign_id]),
    )


def _audience_options(choices: Choices) -> list[tuple[str, str]]:
    found = [("", "選んでください")]
    for row in choices.audiences:
        name, version = Given(row.latest.name), row.latest.number
        label = (
            Composed("{0}（第{1}版）", name, version)
            if row.latest.matching is None
            else Composed("{0}（第{1}版・{2}）", name, version, people(row.latest.matching))
        )
        found.append((str(row.latest.id), label))
    if choices.kept is not None and not any(
        row.latest.id == choices.kept_version for row in choices.audiences
    ):
        found.append((forms.KEPT, "いまの下書きの条件のまま"))
    return found


def _count(form: CampaignForm, choices: Choices) -> dict[str, object] | None:
    """The numbers of what is chosen; None while audience or journeys are not chosen."""
    chosen = choices.audience(form.audience)
    if chosen is None or forms.course_problems(form, choices):
        return None
    kept = frozenset(choices.journeys)
    try:
        plans = composing.plans(forms.course_choices(form, choices), kept)
        reached = reach.of_audience(chosen[0], plans, business_today())
    except Refusal as refusal:
        return {"refusal": f"{refusal.message}{refusal.remedy}"}
    closes_on = closing_day(business_today(), whole_number(form.answer_days) or 0)
    return {
        "included": reached.included,
        "matching": reached.matching,
        "left_out": campaign_words.excluded_words(reached.excluded),
        "cost": yen(ceil(reached.cost_yen)),
        "courses": campaign_words.courses_shown(showing.of_plans(plans, reached), closes_on),
        "reachable": [
            (plainly(campaign_words.CHANNEL_NAMES[channel]), people(reachable))
            for channel, reachable in reached.by_channel(plans).items()
        ],
    }
