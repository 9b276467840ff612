"""連絡手順: the list, one with its versions and what they changed, the editor with the words in a phone, archive."""

from collections.abc import Sequence
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.campaigns import defaults
from keizoku.campaigns.audiences import queries as audiences
from keizoku.campaigns.audiences.queries import AudienceRow
from keizoku.campaigns.journeys import actions, reach
from keizoku.campaigns.journeys import queries as journeys
from keizoku.campaigns.journeys.queries import JourneyRow, VersionView
from keizoku.campaigns.journeys.reach import CourseReach
from keizoku.campaigns.rules import MOST_STEPS
from keizoku.console import campaign_words, journey_pictures
from keizoku.console.forms import journey as forms
from keizoku.console.forms.journey import JourneyForm
from keizoku.console.forms.numbers import whole_number
from keizoku.console.forms.who import Who
from keizoku.console.names import actor_names
from keizoku.console.page import errors_of, page, part, tell, way_up
from keizoku.console.previews import PLACEHOLDER_WORDS, closing_day, preview
from keizoku.console.screen import StaffRequest, screen
from keizoku.delivery.rules import CHANNEL_WORDS
from keizoku.kernel.clock import business_today
from keizoku.kernel.errors import Refusal
from keizoku.kernel.text.sentences import Composed, Given, Meant
from keizoku.ui.components.display import Column, Message, Row
from keizoku.ui.formats import datetime_jst, number
from keizoku.ui.speaking import plainly

COLUMNS: Final = (
    Column("連絡手順", is_wide=True),
    Column("手段"),
    Column("最後の連絡まで", is_number=True),
    Column("版", is_number=True),
    Column("使ったキャンペーン", is_number=True),
    Column("最後の変更"),
)
CHANGE_COLUMNS: Final = (
    Column("変わったところ"),
    Column("前の版", is_wide=True),
    Column("この版", is_wide=True),
)
NOTHING: Final = "（なし）"


@screen("campaigns.read")
def listing(request: StaffRequest) -> HttpResponse:
    rows = journeys.journeys()
    return page(
        request,
        "journeys",
        title="連絡手順",
        current="campaigns",
        trail=way_up("console-campaigns"),
        columns=COLUMNS,
        rows=[_row(row) for row in rows],
        archived=[_row(row) for row in journeys.journeys(archived=True)],
        may_edit=request.user.may("campaigns.edit"),
    )


@screen("campaigns.read")
def detail(request: StaffRequest, journey_id: int) -> HttpResponse:
    """The newest version or the one asked for, drawn; with an audience's numbers when one is chosen."""
    versions = journeys.versions(journey_id)
    asked = whole_number(request.GET.get("version", ""))
    shown = next((one for one in versions if one.number == asked), None) or journeys.newest(journey_id)
    before = next((one for one in versions if one.number == shown.number - 1), None)
    closes_on = closing_day(business_today(), defaults.ANSWER_DAYS)
    names = actor_names([_actor(one) for one in versions])
    saved, chosen = audiences.listing(), request.GET.get("audience", "")
    return page(
        request,
        "journey",
        title=Given(shown.name),
        current="campaigns",
        trail=way_up("console-campaigns", "console-journeys"),
        journey=shown,
        is_newest=shown.id == versions[0].id,
        picture=journey_pictures.of_version(shown, _reached(shown, saved, chosen)),
        audience=chosen,
        audiences=[
            ("", "選んでください"),
            *((str(row.latest.id), Given(row.latest.name)) for row in saved),
        ],
        words=[
            (
                Composed("手順{0}　{1}", place, CHANNEL_WORDS[step.channel]),
                preview(
                    step.channel,
                    step.subject,
                    step.body,
                    step.button_label,
                    closes_on=closes_on,
                    has_form=step.has_form,
                ),
            )
            for place, step in enumerate(shown.draft.steps, start=1)
        ],
        change_columns=CHANGE_COLUMNS,
        changes=_changes(before, shown) if before else [],
        has_before=before is not None,
        versions=[
            {
                "number": one.number,
                "by": names[_actor(one)],
                "at": one.made_at,
                "note": one.note,
                "url": f"{reverse('console-journey', args=[journey_id])}?version={one.number}",
            }
            for one in versions
        ],
        may_edit=request.user.may("campaigns.edit"),
    )


@screen("campaigns.edit", "GET", "POST")
def new(request: StaffRequest) -> HttpResponse:
    """A new journey, empty or as a copy of a version."""
    source = whole_number(request.GET.get("from", "") or request.POST.get("from", ""))
    copied = journeys.find(source) if source else None
    who = _who(copied)
    if request.method == "GET":
        form = forms.copy_of(copied.draft, who) if copied else JourneyForm()
        return _editor(request, form, who, None, copied)
    return _saved(request, who, None, copied)


@screen("campaigns.edit", "GET", "POST")
def edit(request: StaffRequest, journey_id: int) -> HttpResponse:
    """The next version of a journey."""
    newest = journeys.newest(journey_id)
    who = _who(newest)
    if request.method == "GET":
        form = forms.of_draft(newest.draft, who, after_version=newest.number)
        return _editor(request, form, who, newest, None)
    return _saved(request, who, newest, None)


@screen("campaigns.edit", "POST")
def words(request: StaffRequest) -> HttpResponse:
    """One step's words in a phone; posted, since words are longer than an address may be. Nothing is kept."""
    form = forms.read(request.POST)
    place = whole_number(request.POST.get("shown", "")) or 1
    messages = _messages(form)
    if not 1 <= place <= len(messages):
        return HttpResponse(status=404)
    return part(request, "journey_words", place=place, message=messages[place - 1])


@screen("campaigns.edit", "POST")
def archive(request: StaffRequest, journey_id: int) -> HttpResponse:
    actions.archive(journey_id, request.user)
    tell(
        request,
        "連絡手順をしまいました",
        "新しいキャンペーンでは選べません。使ったキャンペーンは変わりません。",
    )
    return redirect("console-journey", journey_id)


@screen("campaigns.edit", "POST")
def restore(request: StaffRequest, journey_id: int) -> HttpResponse:
    actions.restore(journey_id, request.user)
    tell(request, "連絡手順を戻しました", "新しいキャンペーンで選べます。")
    return redirect("console-journey", journey_id)


def _saved(
    request: StaffRequest, who: Who, newest: VersionView | None, copied: VersionView | None
) -> HttpResponse:
    form = forms.read(request.POST)
    act = request.POST.get("act", "")
    if act == "look":
        return _editor(request, form, who, newest, copied)
    if (changed := forms.acted(form, act)) is not None:
        return _editor(request, changed, who, newest, copied)
    if errors := forms.problems(form, who):
        return _editor(request, form, who, newest, copied, errors=errors, status=422)
    try:
        version = actions.save(
            form.draft(who),
            request.user,
            journey_id=newest.journey_id if newest else None,
            after_version=whole_number(form.after_version) if newest else None,
        )
    except Refusal as refusal:
        return _editor(request, form, who, newest, copied, errors=errors_of(refusal), status=409)
    saved = journeys.version(version)
    tell(request, f"第{saved.number}版を保存しました", "前の版を使うキャンペーンは、前の版のままです。")
    return redirect("console-journey", saved.journey_id)


def _editor(
    request: StaffRequest,
    form: JourneyForm,
    who: Who,
    newest: VersionView | None,
    copied: VersionView | None,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    last = len(form.steps)
    cancel = reverse("console-journey", args=[newest.journey_id]) if newest else reverse("console-journeys")
    return page(
        request,
        "journey_form",
        title=Composed("{0}を変える", Given(newest.name)) if newest else "新しい連絡手順",
        current="campaigns",
        trail=way_up("console-campaigns", "console-journeys"),
        status=status,
        errors=errors,
        form=form,
        source=copied.id if copied else "",
        opening_label=Meant("始まり", "始まり（送る時間）"),
        closing_label=Meant("終わり", "終わり（送る時間）"),
        opening_options=forms.HOURS,
        closing_options=forms.CLOSINGS,
        day_options=forms.DAYS,
        who_options=who.options(),
        placeholders=PLACEHOLDER_WORDS.items(),
        form_options=forms.ENCLOSED,
        steps=[
            {
                "place": place,
                "form": step,
                "name": plainly(CHANNEL_WORDS.get(step.channel, step.channel)),
                "is_first": place == 1,
                "is_last": place == last,
                "names": {name: f"step-{place}-{name}" for name in _FIELDS},
                "errors": {name: (errors or {}).get(f"step-{place}-{name}", "") for name in _FIELDS},
                "acts": {act: f"{act}-{place}" for act in ("up", "down", "remove")},
                "message": message,
            }
            for place, (step, message) in enumerate(zip(form.steps, _messages(form), strict=True), start=1)
        ],
        channels=[
            (f"add-{channel}", Composed("{0}を加える", CHANNEL_WORDS[channel])) for channel in defaults.WORDS
        ]
        if last < MOST_STEPS
        else [],
        is_next=newest is not None,
        cancel_url=cancel,
    )


_FIELDS: Final = ("channel", "wait", "who", "subject", "body", "button", "form", "hour", "day")


def _who(version: VersionView | None) -> Who:
    steps = version.draft.steps if version else ()
    return Who(audiences.listing(), [step.condition for step in steps if step.condition is not None])


def _messages(form: JourneyForm) -> list[Message]:
    closes_on = closing_day(business_today(), defaults.ANSWER_DAYS)
    return [
        preview(
            step.channel,
            step.subject,
            step.body,
            step.button,
            closes_on=closes_on,
            has_form=bool(step.form),
        )
        for step in form.steps
    ]


def _reached(version: VersionView, saved: Sequence[AudienceRow], chosen: str) -> CourseReach | None:
    """How many of a saved audience the journey reaches; None where none is chosen."""
    for row in saved:
        if chosen == str(row.latest.id):
            plan = journeys.course(version, version.name)
            return reach.of_audience(row.latest.condition, [plan], business_today()).courses[0]
    return None


def _changes(before: VersionView, shown: VersionView) -> list[Row]:
    return [
        Row(
            (plainly(change.place), *(plainly(side) or plainly(NOTHING) for side in (change.old, change.new)))
        )
        for change in journeys.changes(before, shown)
    ]


def _actor(version: VersionView) -> str:
    """As the audit names who made it."""
    return f"{'staff' if version.made_by.isdigit() else 'system'}:{version.made_by}"


def _row(row: JourneyRow) -> Row:
    cells = (
        row.name,
        "→".join(plainly(campaign_words.CHANNEL_NAMES.get(channel, channel)) for channel in row.channels),
        Composed("{0}日", row.days),
        Composed("第{0}版", row.version),
        number(row.used_by),
        datetime_jst(row.made_at),
    )
    return Row(cells, url=reverse("console-journey", args=[row.id]))
