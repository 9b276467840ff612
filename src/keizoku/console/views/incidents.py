"""事案: the list, opening one, its page with list, reports, correction, log, and its end by two people."""

from collections.abc import Callable
from datetime import date

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.accounts.errors import ExportNeedsRequest
from keizoku.accounts.exports.rules import Kind as ExportedKind
from keizoku.campaigns import queries as campaigns
from keizoku.campaigns.errors import CountMismatch
from keizoku.campaigns.incidents import actions, queries, recipients
from keizoku.campaigns.incidents.actions import Opening
from keizoku.campaigns.incidents.rules import KIND_WORDS, Kind, State
from keizoku.campaigns.rules import UNDER_WAY
from keizoku.console import incident_words, letter_words
from keizoku.console.attachments import attached
from keizoku.console.exporting import to_request
from keizoku.console.forms.numbers import whole_number
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.delivery.letters import calling_off
from keizoku.kernel.clock import business_today
from keizoku.kernel.errors import Refusal
from keizoku.kernel.text.sentences import Composed, Given, Meant
from keizoku.ui.formats import people

KINDS = [(kind.value, words) for kind, words in KIND_WORDS.items()]


@screen("campaigns.read")
def listing(request: StaffRequest) -> HttpResponse:
    today = business_today()
    return page(
        request,
        "incidents",
        title="事案",
        current="campaigns",
        trail=way_up("console-campaigns"),
        columns=incident_words.COLUMNS,
        rows=[
            incident_words.row(each, reverse("console-incident", args=[each.id]), today)
            for each in queries.listing()
        ],
    )


@screen("incidents.use", "GET", "POST")
def new(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """About one campaign; its sending is stopped in the same act unless that is switched off."""
    back = reverse("console-campaign", args=[campaign_id])
    if request.method == "GET":
        return _opening_page(request, campaign_id, back)
    try:
        incident_id = actions.open_incident(campaign_id, _opening(request), request.user)
    except Refusal as refusal:
        return _opening_page(request, campaign_id, back, errors=errors_of(refusal), status=422)
    tell(request, "事案を開きました", "受け取った方の一覧は、送信が止まると確定します。")
    return redirect("console-incident", incident_id)


@screen("incidents.use", "GET", "POST")
def accept(request: StaffRequest, incident_id: int) -> HttpResponse:
    """What the system proposed becomes an incident."""
    campaign_id = queries.view(incident_id).row.campaign_id
    here = reverse("console-incident", args=[incident_id])
    if request.method == "GET":
        return _opening_page(request, campaign_id, here)
    try:
        actions.accept(incident_id, _opening(request), request.user)
    except Refusal as refusal:
        return _opening_page(request, campaign_id, here, errors=errors_of(refusal), status=422)
    tell(request, "事案を開きました")
    return redirect("console-incident", incident_id)


@screen("campaigns.read")
def detail(request: StaffRequest, incident_id: int) -> HttpResponse:
    return _detail_page(request, incident_id)


@screen("incidents.use", "POST")
def act(request: StaffRequest, incident_id: int) -> HttpResponse:
    """One of the acts that need words: note, dismiss, both reports, asking for the end, keeping it open."""
    name, words, staff = request.POST.get("act", ""), request.POST.get("words", ""), request.user
    acts: dict[str, tuple[Callable[[], None], str]] = {
        "note": (lambda: actions.note(incident_id, words=words, staff=staff), "記録しました"),
        "dismiss": (
            lambda: actions.dismiss(incident_id, reason=words, staff=staff),
            "事案ではないと記録しました",
        ),
        "preliminary": (
            lambda: actions.reported(incident_id, is_final=False, words=words, staff=staff),
            "速報を記録しました",
        ),
        "final": (
            lambda: actions.reported(incident_id, is_final=True, words=words, staff=staff),
            "確報を記録しました",
        ),
        "ask_to_close": (
            lambda: actions.ask_to_close(incident_id, words=words, staff=staff),
            "終了を申し出ました",
        ),
        "keep_open": (
            lambda: actions.keep_open(incident_id, reason=words, staff=staff),
            "対応中に戻しました",
        ),
    }
    if name not in acts:
        return redirect("console-incident", incident_id)
    try:
        acts[name][0]()
    except Refusal as refusal:
        errors = errors_of(refusal, "__all__" if words.strip() else name)
        return _detail_page(request, incident_id, errors=errors, status=422, typed={name: words})
    tell(request, acts[name][1])
    return redirect("console-incident", incident_id)


@screen("campaigns.edit", "POST")
def correct(request: StaffRequest, incident_id: int) -> HttpResponse:
    """A draft campaign to exactly the recipients; its maker edits the words and asks for approval as always."""
    try:
        campaign_id = actions.draft_correction(incident_id, request.user)
    except Refusal as refusal:
        return _detail_page(request, incident_id, errors=errors_of(refusal), status=409)
    tell(request, "訂正の下書きを作りました", "文面を直してから、承認を申請してください。")
    return redirect("console-campaign", campaign_id)


@screen("incidents.use", "POST")
def withdraw(request: StaffRequest, incident_id: int) -> HttpResponse:
    """No more answers to the wrong campaign: the number is typed."""
    typed = whole_number(request.POST.get("typed_number", ""))
    try:
        count = actions.withdraw_reviews(
            incident_id, typed_count=-1 if typed is None else typed, staff=request.user
        )
    except CountMismatch:
        wrong = {"typed_number": "数が違います。画面の人数を確かめて、数字だけを入力してください。"}
        return _detail_page(request, incident_id, errors=wrong, status=422)
    except Refusal as refusal:
        return _detail_page(request, incident_id, errors=errors_of(refusal), status=409)
    tell(request, f"{people(count)}の回答の受け付けを終えました")
    return redirect("console-incident", incident_id)


@screen("incidents.close", "POST")
def close(request: StaffRequest, incident_id: int) -> HttpResponse:
    try:
        actions.close(incident_id, staff=request.user)
    except Refusal as refusal:
        return _detail_page(request, incident_id, errors=errors_of(refusal), status=409)
    tell(request, "事案を終えました")
    return redirect("console-incident", incident_id)


@screen("incidents.export", "POST")
def export(request: StaffRequest, incident_id: int) -> HttpResponse:
    """The list with customer numbers; it leaves its entries."""
    try:
        content = recipients.export(incident_id, request.user)
    except ExportNeedsRequest as refusal:
        return to_request(request, ExportedKind.RECIPIENTS, incident_id, refusal)
    answer = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")
    return attached(answer, f"incident-{incident_id}-recipients.csv")


def _opening(request: StaffRequest) -> Opening:
    """What was posted; a day that is none counts as tomorrow, which the room refuses in words."""
    posted = request.POST
    try:
        known_on = date.fromisoformat(posted.get("known_on", ""))
    except ValueError:
        known_on = date.max
    kinds = {kind.value for kind in Kind}
    kind = posted.get("kind", "")
    return Opening(
        kind=Kind(kind) if kind in kinds else Kind.DOUBTFUL,
        words=posted.get("words", ""),
        known_on=known_on,
        is_wrongful=posted.get("is_wrongful") == "yes",
        stops=posted.get("stops", "yes") == "yes",
    )


def _opening_page(
    request: StaffRequest,
    campaign_id: int,
    back_url: str,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    posted, row = request.POST, campaigns.view(campaign_id).row
    is_sending = row.state in UNDER_WAY
    return page(
        request,
        "incident_new",
        title="誤送信・事案を開く",
        current="campaigns",
        trail=[*way_up("console-campaigns", "console-incidents"), (Given(row.name), back_url)],
        status=status,
        errors=errors,
        name=row.name,
        is_sending=is_sending,
        letters=letter_words.before_stop(calling_off.stand(campaign_id)),
        kinds=KINDS,
        kind=posted.get("kind", Kind.WRONG_RECIPIENTS.value),
        words=posted.get("words", ""),
        known_on=posted.get("known_on", business_today().isoformat()),
        is_wrongful=posted.get("is_wrongful", "no"),
        stops=posted.get("stops", "yes"),
        yes_no=[("no", "いいえ"), ("yes", "はい")],
        stop_choices=[("yes", "すぐに中止する（もう送らない。再開はできない）"), ("no", "いまは止めない")],
        back_url=back_url,
    )


def _detail_page(
    request: StaffRequest,
    incident_id: int,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
    typed: dict[str, str] | None = None,
) -> HttpResponse:
    view, today, may = queries.view(incident_id), business_today(), request.user.may
    state, may_use = view.row.state, request.user.may("incidents.use")
    is_open = state is State.OPEN
    is_over = campaigns.state_of(view.row.campaign_id) not in UNDER_WAY
    return page(
        request,
        "incident",
        title=Composed("事案{0}", incident_id),
        current="campaigns",
        trail=way_up("console-campaigns", "console-incidents"),
        status=status,
        errors=errors,
        typed=typed or {},
        incident=view,
        state=(view.row.state_words, incident_words.TONES[state]),
        facts=incident_words.facts(view),
        letters=letter_words.after_stop(calling_off.stand(view.row.campaign_id)) if is_over else [],
        reports=incident_words.reports(view, today),
        legal_source=incident_words.LEGAL_SOURCE,
        reached_columns=incident_words.REACHED_COLUMNS,
        reached=incident_words.reached_rows(view),
        entries=queries.entries(incident_id, request.user.actor) if may_use else [],
        may_use=may_use,
        is_over=is_over,
        may_judge=may_use and state is State.PROPOSED,
        may_note=may_use and state in queries.NOT_OVER,
        may_report=may_use and is_open and bool(view.days),
        may_correct=may("campaigns.edit")
        and is_open
        and bool(view.row.people)
        and view.correction_id is None,
        may_withdraw=may_use and is_open and is_over and view.waiting > 0,
        may_ask=may_use and is_open,
        may_confirm=may("incidents.close")
        and state is State.CLOSING
        and view.close_asked_by != request.user.pk,
        may_keep=may_use and state is State.CLOSING,
        may_export=may("incidents.export") and view.fixed_at is not None,
        withdraw_button=Composed("{0}の回答の受け付けを終える", people(view.waiting)),
        withdraw_facts=[
            (Meant("事案", "事案（1件）"), Composed("事案{0}", incident_id)),
            ("回答を待っている方", people(view.waiting)),
        ],
    )
