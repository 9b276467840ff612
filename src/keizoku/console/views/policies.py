"""自動承認: its versions, a draft as text, its trial, its approval by another, and the one act that stops it."""

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.console.forms.numbers import whole_number
from keizoku.console.names import actor_names
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.kernel.clock import business_today
from keizoku.kernel.errors import Refusal
from keizoku.reviews.policies import actions, queries
from keizoku.reviews.policies.queries import PolicyRow, TrialRow
from keizoku.reviews.policies.trying import NOT_JUDGED
from keizoku.ui.components.display import Column, Row, badge_cell
from keizoku.ui.formats import datetime_jst, number
from keizoku.ui.speaking import plainly

COLUMNS = (
    Column("版"),
    Column("題名"),
    Column("状態"),
    Column("作った人"),
    Column("承認した人"),
    Column("判定", is_number=True),
    Column("自動承認", is_number=True),
)
TONES = {
    "draft": "attention",
    "requested": "progress",
    "active": "good",
    "retired": "neutral",
    "withdrawn": "neutral",
}
FAILED_COLUMNS = (Column("人が決める理由（はじめに当たったもの）"), Column("件数", is_number=True))
OUTCOME_COLUMNS = (Column("人の決定"), Column("理由"), Column("件数", is_number=True))
LOOKED_BACK = timedelta(days=90)


@screen("policies.read")
def listing(request: StaffRequest) -> HttpResponse:
    versions = queries.versions()
    names = actor_names({name for one in versions for name in (one.made_by, one.approved_by) if name})
    rows = [
        Row(
            (
                plainly(f"第{one.version}版"),
                one.title,
                badge_cell(one.state_words, TONES[one.state]),
                names.get(one.made_by, ""),
                names.get(one.approved_by, "—"),
                number(one.judged),
                number(one.approved),
            ),
            url=reverse("console-policy", args=[one.id]),
        )
        for one in versions
    ]
    return page(
        request,
        "policies",
        title="自動承認",
        current="settings",
        trail=way_up("console-settings"),
        columns=COLUMNS,
        rows=rows,
        active=next((one for one in versions if one.state == "active"), None),
        may_edit=request.user.may("policies.edit"),
        may_stop=request.user.may("policies.edit") or request.user.may("policies.approve"),
    )


@screen("policies.edit", "GET", "POST")
def draft(request: StaffRequest) -> HttpResponse:
    """A text to edit: that of the version asked for, by default the active one or the standard."""
    if request.method == "GET":
        return _draft_page(request, queries.next_draft(whole_number(request.GET.get("from", ""))))
    text = request.POST.get("text", "").replace("\r\n", "\n")
    try:
        policy_id = actions.draft(text, request.user.actor)
    except Refusal as refusal:
        return _draft_page(request, text, errors=errors_of(refusal, "text"), status=422)
    tell(request, "下書きを保存しました", "過去の回答で試算してから、承認を申請してください。")
    return redirect("console-policy", policy_id)


@screen("policies.read", "POST")
def stop(request: StaffRequest) -> HttpResponse:
    """One act of one person; the action asks for the right to make or to approve."""
    version = actions.stop(request.user.actor)
    tell(request, f"第{version}版を止めました", "これからの回答は、すべて人が決めます。")
    return redirect("console-policies")


@screen("policies.read")
def version(request: StaffRequest, policy_id: int) -> HttpResponse:
    return _version_page(request, queries.version(policy_id))


@screen("policies.edit", "POST")
def try_out(request: StaffRequest, policy_id: int) -> HttpResponse:
    one = queries.version(policy_id)
    try:
        first_on = date.fromisoformat(request.POST.get("first_on", ""))
        last_on = date.fromisoformat(request.POST.get("last_on", ""))
    except ValueError:
        wrong = {"first_on": "始まりと終わりの日を「2026-04-01」のように入力してください。"}
        return _version_page(request, one, errors=wrong, status=422)
    try:
        actions.try_out(policy_id, first_on, last_on, request.user.actor)
    except Refusal as refusal:
        return _version_page(request, one, errors=errors_of(refusal, "first_on"), status=422)
    tell(request, "試算しました", "お客さまの記録は変わっていません。")
    return redirect("console-policy", policy_id)


@screen("policies.edit", "POST")
def request(request: StaffRequest, policy_id: int) -> HttpResponse:
    actions.request(policy_id, request.user.actor)
    tell(request, "承認を申請しました", "別の承認者が、試算の件数を見て承認します。")
    return redirect("console-policy", policy_id)


@screen("policies.approve", "GET", "POST")
def approve(request: StaffRequest, policy_id: int) -> HttpResponse:
    """The approver reads the policy in words and its trial, and types the trial's number."""
    one, trial = queries.version(policy_id), queries.latest_trial(policy_id)
    if trial is None or one.state != "requested":
        wrong = {"__all__": "この決まりは承認待ちではありません。一覧を開き直してください。"}
        return _version_page(request, one, errors=wrong, status=409)
    if request.method == "GET":
        return _approval_page(request, one, trial)
    if whole_number(request.POST.get("typed_number", "")) != trial.approved:
        wrong = {"typed_number": "数が違います。画面の件数を確かめて、数字だけを入力してください。"}
        return _approval_page(request, one, trial, errors=wrong, status=422)
    try:
        actions.approve(policy_id, request.user.actor, digest=request.POST.get("digest", ""))
    except Refusal as refusal:
        return _version_page(request, queries.version(policy_id), errors=errors_of(refusal), status=409)
    tell(request, f"第{one.version}版を使いはじめました", "これから届く回答を、1分ごとに判定します。")
    return redirect("console-policy", policy_id)


@screen("policies.read", "POST")
def send_back(request: StaffRequest, policy_id: int) -> HttpResponse:
    """By an approver, or by whoever made or asked for it; the action asks which."""
    actions.send_back(policy_id, request.user.actor)
    tell(request, "下書きに戻しました", "直すときは、この版から新しい下書きを作ります。")
    return redirect("console-policy", policy_id)


@screen("policies.edit", "POST")
def withdraw(request: StaffRequest, policy_id: int) -> HttpResponse:
    actions.withdraw(policy_id, request.user.actor)
    tell(request, "下書きを取り下げました", "内容は残り、いつでも読めます。")
    return redirect("console-policies")


def _draft_page(
    request: StaffRequest, text: str, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    return page(
        request,
        "policy_draft",
        title="自動承認の決まりの下書き",
        current="settings",
        trail=way_up("console-settings", "console-policies"),
        errors=errors,
        status=status,
        text=text,
        cancel_url=reverse("console-policies"),
    )


def _version_page(
    request: StaffRequest, one: PolicyRow, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    trial = queries.latest_trial(one.id)
    names = actor_names(
        {name for name in (one.made_by, one.requested_by, one.approved_by, one.ended_by) if name}
    )
    today = business_today()
    return page(
        request,
        "policy",
        title=f"自動承認の決まり 第{one.version}版",
        current="settings",
        trail=way_up("console-settings", "console-policies"),
        errors=errors,
        status=status,
        policy=one,
        facts=[
            ("題名", one.title),
            ("状態", badge_cell(one.state_words, TONES[one.state])),
            ("作った人", names.get(one.made_by, "")),
            ("申請した人", names.get(one.requested_by, "—")),
            ("承認した人", names.get(one.approved_by, "—")),
            ("使いはじめ", datetime_jst(one.activated_at) if one.activated_at else "—"),
            ("終わらせた人", names.get(one.ended_by, "—")),
            ("要約値", one.digest[:16]),
            ("判定した回答", plainly(f"{number(one.judged)}件（自動承認 {number(one.approved)}件）")),
        ],
        trial=trial,
        not_judged=NOT_JUDGED,
        **(_trial(trial) if trial else {}),
        first_on=request.POST.get("first_on", (today - LOOKED_BACK).isoformat()),
        last_on=request.POST.get("last_on", today.isoformat()),
        may_edit=request.user.may("policies.edit"),
        may_approve=request.user.may("policies.approve"),
    )


def _trial(trial: TrialRow) -> dict[str, object]:
    return {
        "finding": f"回答{number(trial.answers)}件のうち{number(trial.approved)}件を自動で承認します。"
        f"そのうち、人も承認したのは{number(trial.agreed)}件です。",
        "failed_columns": FAILED_COLUMNS,
        "failed_rows": [Row((plainly(words), number(count))) for words, count in trial.failed],
        "outcome_columns": OUTCOME_COLUMNS,
        "outcome_rows": [
            Row((plainly(outcome), plainly(reason), number(count)))
            for outcome, reason, count in trial.outcomes
        ],
    }


def _approval_page(
    request: StaffRequest,
    one: PolicyRow,
    trial: TrialRow,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    here = reverse("console-policy", args=[one.id])
    return page(
        request,
        "policy_approve",
        title="自動承認の決まりの承認",
        current="settings",
        trail=[*way_up("console-settings", "console-policies"), (f"第{one.version}版", here)],
        errors=errors,
        status=status,
        policy=one,
        trial=trial,
        **_trial(trial),
        not_judged=NOT_JUDGED,
        number=trial.approved,
        button=f"試算で{number(trial.approved)}件になる自動承認を始める",
        facts=[*((term, plainly(words)) for term, words in one.words), ("要約値", one.digest[:16])],
        hidden=[("digest", one.digest)],
        back_url=here,
    )
