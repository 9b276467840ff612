"""Acts on a campaign that cannot be taken back lightly: request, approve, send back, pause, resume, stop.

Each shows once more what it is about; what the room refuses is shown at the top, and nothing was changed.
"""

from collections.abc import Callable, Sequence
from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.accounts.access import Staff
from keizoku.campaigns import actions
from keizoku.campaigns import queries as campaigns
from keizoku.campaigns.approval import comparing
from keizoku.campaigns.approval.actions import confirm_anomaly
from keizoku.campaigns.approval.queries import AnomalyView, anomalies, editors
from keizoku.campaigns.approval.rules import first_wave_size
from keizoku.campaigns.errors import AnomalyOpen, CampaignRefused, CountMismatch
from keizoku.campaigns.queries import CampaignView
from keizoku.campaigns.rules import State
from keizoku.console import approval_words, campaign_words, letter_words
from keizoku.console.forms.numbers import whole_number
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.console.views.campaigns import detail_page
from keizoku.delivery.letters import calling_off
from keizoku.kernel.errors import Refusal
from keizoku.kernel.text.sentences import Composed, Given
from keizoku.ui.formats import people
from keizoku.ui.speaking import listed, plainly


@screen("campaigns.edit", "GET", "POST")
def request_approval(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """The second page before the request: audience, words and cost once more, and the button with the number."""
    if request.method == "GET":
        return _act_page(request, campaigns.view(campaign_id), "campaign_request", "送信の申請")
    try:
        actions.request_approval(campaign_id, request.user)
    except Refusal as refusal:
        return _refused(request, campaign_id, refusal)
    tell(request, "送信を申請しました", "対象を確定しました。別の承認者が承認すると、送信が始まります。")
    return redirect("console-campaign", campaign_id)


@screen("campaigns.approve", "GET", "POST")
def approve(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """The approver types the number of people; wrong digits keep the page."""
    if request.method == "GET":
        return _approval_page(request, campaign_id)
    typed = whole_number(request.POST.get("typed_number", ""))
    try:
        actions.approve(campaign_id, typed_count=-1 if typed is None else typed, staff=request.user)
    except CountMismatch:
        wrong = {"typed_number": "数が違います。画面の人数を確かめて、数字だけを入力してください。"}
        return _approval_page(request, campaign_id, errors=wrong, status=422)
    except AnomalyOpen as refusal:
        return _approval_page(request, campaign_id, errors=errors_of(refusal), status=409)
    except Refusal as refusal:
        return _refused(request, campaign_id, refusal)
    tell(
        request,
        "承認しました",
        "開始の準備が終わると、最初の連絡が始まります。このページで数を確かめられます。",
    )
    return redirect("console-campaign", campaign_id)


@screen("campaigns.approve", "POST")
def anomaly(request: StaffRequest, campaign_id: int, anomaly_id: int) -> HttpResponse:
    """The approver's written reason for one anomaly."""
    name = f"reason_{anomaly_id}"
    reason = request.POST.get(name, "")
    try:
        confirm_anomaly(anomaly_id, reason=reason, staff=request.user)
    except CampaignRefused as refusal:
        wrong = errors_of(refusal, name)
        return _approval_page(request, campaign_id, errors=wrong, status=422, typed=reason)
    except Refusal as refusal:
        return _refused(request, campaign_id, refusal)
    tell(request, "理由を残しました")
    return redirect("console-campaign-approve", campaign_id)


@screen("campaigns.read", "POST")
def send_back(request: StaffRequest, campaign_id: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    if not reason.strip():
        wrong = {"reason": "理由を入力してください。作った人が、何を直せばよいか分かるように書いてください。"}
        return detail_page(request, campaigns.view(campaign_id), errors=wrong, status=422)
    try:
        actions.send_back(campaign_id, reason=reason, staff=request.user)
    except Refusal as refusal:
        return _refused(request, campaign_id, refusal)
    tell(request, "下書きに戻しました", "理由は証跡に残りました。対象は、次の申請のときに確定し直します。")
    return redirect("console-campaign", campaign_id)


@screen("campaigns.read", "POST")
def pause(request: StaffRequest, campaign_id: int) -> HttpResponse:
    return _switched(
        request, campaign_id, actions.pause, "一時停止しました", "届く途中の数十件をのぞき、もう送りません。"
    )


@screen("campaigns.read", "POST")
def resume(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """After a halt by the system the form names the halt whose figures were shown beside it."""
    seen = whole_number(request.POST.get("seen_halt", ""))
    return _switched(
        request,
        campaign_id,
        partial(actions.resume, seen_halt=seen),
        "再開しました",
        "まだ送っていない方に、続きから送ります。",
    )


@screen("campaigns.read", "GET", "POST")
def stop(request: StaffRequest, campaign_id: int) -> HttpResponse:
    """Stopping is for good, so it has its page; but it asks for no number, since haste may be right."""
    told = letter_words.before_stop(calling_off.stand(campaign_id))
    if request.method == "GET":
        return _act_page(request, campaigns.view(campaign_id), "campaign_stop", "送信の中止", letters=told)
    words = "".join(("すでに届いた方は、期限まで答えられます。", *told))
    return _switched(request, campaign_id, actions.stop, "送信を中止しました", words)


def _switched(
    request: StaffRequest, campaign_id: int, act: Callable[[int, Staff], None], done: str, words: str
) -> HttpResponse:
    try:
        act(campaign_id, request.user)
    except Refusal as refusal:
        return _refused(request, campaign_id, refusal)
    tell(request, done, words)
    return redirect("console-campaign", campaign_id)


def _refused(request: StaffRequest, campaign_id: int, refusal: Refusal) -> HttpResponse:
    return detail_page(request, campaigns.view(campaign_id), errors=errors_of(refusal), status=409)


def _approval_page(
    request: StaffRequest,
    campaign_id: int,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
    typed: str = "",
) -> HttpResponse:
    view = campaigns.view(campaign_id)
    found = anomalies(campaign_id)
    compared = comparing.compare(campaign_id)
    first = first_wave_size(view.row.count or 0)
    told = (
        Composed("先に{0}へ送り、結果を確かめるまで止まります", people(first))
        if first
        else plainly("人数が少ないため、先行送信はありません")
    )
    return _act_page(
        request,
        view,
        "campaign_approve",
        "送信の承認",
        errors=errors,
        status=status,
        number=view.row.count or 0,
        more_facts=[
            ("先行送信", told),
            ("作成・編集した人（承認できません）", listed(editors(campaign_id))),
        ],
        anomalies=[_anomaly(each, request.user.pk, errors or {}, typed) for each in found],
        open_anomalies=sum(each.confirmed_by != request.user.pk for each in found),
        may_answer=request.user.may("campaigns.approve") and view.row.state is State.REQUESTED,
        compared=compared,
        difference_columns=approval_words.DIFFERENCE_COLUMNS,
        differences=approval_words.difference_rows(compared) if compared else [],
    )


def _anomaly(each: AnomalyView, staff_id: int, errors: dict[str, str], typed: str) -> dict[str, object]:
    name = f"reason_{each.id}"
    return {
        "id": each.id,
        "field": name,
        "title": approval_words.ANOMALY_TITLES[each.code],
        "words": approval_words.anomaly_words(each),
        "is_mine": each.confirmed_by == staff_id,
        "reason": each.reason,
        "by": each.confirmed_by_name,
        "at": each.confirmed_at,
        "error": errors.get(name, ""),
        "typed": typed if name in errors else "",
    }


def _act_page(
    request: StaffRequest,
    view: CampaignView,
    template: str,
    title: str,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
    more_facts: Sequence[tuple[str, object]] = (),
    **context: object,
) -> HttpResponse:
    here = reverse("console-campaign", args=[view.row.id])
    return page(
        request,
        template,
        title=title,
        current="campaigns",
        trail=[*way_up("console-campaigns"), (Given(view.row.name), here)],
        status=status,
        errors=errors,
        campaign=view,
        facts=[("キャンペーン", view.row.name), *campaign_words.facts(view), *more_facts],
        left_out=campaign_words.left_out(view),
        courses=campaign_words.courses(view),
        people=people(view.row.count or view.counts.included),
        back_url=here,
        **context,
    )
