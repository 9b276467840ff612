"""評価表: its versions, a draft edited as text, what it changes, its trial on everybody, its approval by another."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.console import risk_words
from keizoku.console.forms.numbers import whole_number
from keizoku.console.forms.workload import WorkloadForm
from keizoku.console.names import actor_names
from keizoku.console.page import errors_of, page, part, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.kernel.clock import business_today
from keizoku.kernel.errors import Refusal
from keizoku.risk import actions, trials
from keizoku.risk import queries as risk
from keizoku.risk.queries import ScorecardRow, TrialRow
from keizoku.risk.rules.scale import Level
from keizoku.ui.components.display import Column, Row, badge_cell
from keizoku.ui.formats import datetime_jst, people, time_left
from keizoku.ui.speaking import plainly

COLUMNS = (
    Column("版"),
    Column("名称"),
    Column("状態"),
    Column("作った人"),
    Column("承認した人"),
    Column("有効になった日時"),
)
TONES = {"draft": "attention", "active": "good", "retired": "neutral", "withdrawn": "neutral"}


@screen("risk.read")
def listing(request: StaffRequest) -> HttpResponse:
    versions = risk.scorecards()
    names = actor_names({name for one in versions for name in (one.made_by, one.approved_by) if name})
    rows = [
        Row(
            (
                plainly(f"第{one.version}版"),
                one.title,
                badge_cell(one.state_name, TONES[one.state]),
                names.get(one.made_by, ""),
                names.get(one.approved_by, "—"),
                datetime_jst(one.activated_at),
            ),
            url=reverse("console-scorecard-version", args=[one.id]),
        )
        for one in versions
    ]
    return page(
        request,
        "risk_scorecards",
        title="評価表",
        current="settings",
        trail=way_up("console-settings"),
        columns=COLUMNS,
        rows=rows,
        may_edit=request.user.may("risk.edit"),
    )


@screen("risk.edit", "GET", "POST")
def draft(request: StaffRequest) -> HttpResponse:
    """A text to edit: that of the version asked for, by default the one in force."""
    if request.method == "GET":
        return _draft_page(request, risk.next_draft(whole_number(request.GET.get("from", ""))))
    text = request.POST.get("text", "").replace("\r\n", "\n")
    try:
        scorecard_id = actions.draft_scorecard(text, request.user.actor)
    except Refusal as refusal:
        return _draft_page(request, text, errors=errors_of(refusal, "text"), status=422)
    tell(request, "下書きを保存しました", "全員で試算してから、別の承認者に承認を依頼してください。")
    return redirect("console-scorecard-version", scorecard_id)


@screen("risk.read")
def version(request: StaffRequest, scorecard_id: int) -> HttpResponse:
    """``with`` names another version to compare with; by default the one in force."""
    return _version_page(request, risk.scorecard(scorecard_id))


@screen("risk.edit", "POST")
def trial(request: StaffRequest, scorecard_id: int) -> HttpResponse:
    one = risk.scorecard(scorecard_id)
    form = WorkloadForm.posted(request.POST)
    if problems := form.problems():
        return _version_page(request, one, form=form, errors=problems, status=422)
    try:
        trials.ask_for_trial(scorecard_id, form.scope(), request.user.actor, business_today())
    except Refusal as refusal:
        return _version_page(request, one, form=form, errors=errors_of(refusal), status=409)
    return redirect("console-scorecard-version", scorecard_id)


@screen("risk.read")
def trial_progress(request: StaffRequest, scorecard_id: int) -> HttpResponse:
    """A piece of the page; when the trial is over, the browser is sent to its result."""
    risk.scorecard(scorecard_id)  # refuses whichever is not there
    found = risk.latest_trial(scorecard_id)
    if found is not None and found.is_at_work:
        return part(request, "risk_trial_progress", **_at_work(found))
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = reverse("console-scorecard-version", args=[scorecard_id])
    return answer


@screen("risk.edit", "POST")
def withdraw(request: StaffRequest, scorecard_id: int) -> HttpResponse:
    actions.withdraw_scorecard(scorecard_id, request.user.actor)
    tell(
        request, "下書きを取り下げました", "内容は残り、いつでも読めます。お客さまの評価は変わっていません。"
    )
    return redirect("console-scorecards")


@screen("risk.approve", "GET", "POST")
def approve(request: StaffRequest, scorecard_id: int) -> HttpResponse:
    """The approver reads what changes and for how many, and types the number."""
    one = risk.scorecard(scorecard_id)
    tried = risk.latest_dry_run(scorecard_id)
    if tried is None or not one.is_draft:
        wrong = (
            "先に、作った人が全員で試算してください。"
            if one.is_draft
            else "この評価表は承認待ちではありません。"
        )
        return _version_page(request, one, errors={"__all__": wrong}, status=409)
    if request.method == "GET":
        return _approval_page(request, one, tried.customers)
    if whole_number(request.POST.get("typed_number", "")) != tried.customers:
        wrong = "数が違います。画面の人数を確かめて、数字だけを入力してください。"
        return _approval_page(request, one, tried.customers, errors={"typed_number": wrong}, status=422)
    try:
        actions.activate_scorecard(scorecard_id, request.user.actor, digest=request.POST.get("digest", ""))
    except Refusal as refusal:
        return _version_page(request, risk.scorecard(scorecard_id), errors=errors_of(refusal), status=409)
    tell(
        request,
        f"第{one.version}版を有効にしました",
        "お客さまの評価は、次の夜の評価から新しい表で行います。",
    )
    return redirect("console-scorecard-version", scorecard_id)


def _draft_page(
    request: StaffRequest, text: str, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    return page(
        request,
        "risk_scorecard_draft",
        title="評価表の下書き",
        current="settings",
        trail=way_up("console-settings", "console-scorecards"),
        errors=errors,
        status=status,
        text=text,
        cancel_url=reverse("console-scorecards"),
    )


def _version_page(
    request: StaffRequest,
    one: ScorecardRow,
    *,
    form: WorkloadForm | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    tried = risk.latest_dry_run(one.id)
    others = [other for other in risk.scorecards() if other.id != one.id]
    with_id = whole_number(request.GET.get("with", ""))
    other = next((each for each in others if each.id == with_id), None) or next(
        (each for each in others if each.state == "active"), others[0] if others else None
    )
    trial_row = risk.latest_trial(one.id)
    months = risk.read_scorecard(one.text).interval_months
    default = WorkloadForm({level.value: str(months[level]) for level in Level}, tuple(map(str, Level)))
    asked = trial_row.scope if trial_row else tried.scope if tried else None
    form = form or (WorkloadForm.of(asked) if asked else default)
    names = actor_names({name for name in (one.made_by, one.approved_by) if name})
    return page(
        request,
        "risk_scorecard",
        title=f"評価表 第{one.version}版",
        current="settings",
        trail=way_up("console-settings", "console-scorecards"),
        errors=errors,
        status=status,
        scorecard=one,
        facts=[
            ("名称", one.title),
            ("状態", badge_cell(one.state_name, TONES[one.state])),
            ("作った人", names.get(one.made_by, "")),
            ("承認した人", names.get(one.approved_by, "—")),
            ("要約値", one.digest[:16]),
        ],
        other=other,
        others=[(str(each.id), f"第{each.version}版（{each.state_name}）") for each in others],
        change_columns=risk_words.CHANGE_COLUMNS,
        change_rows=risk_words.change_rows(risk.changes_between(other.id, one.id)) if other else [],
        tried=tried,
        form=form,
        months=[
            (
                f"months_{level.value}",
                f"「{level.label}」の間隔",
                form.months[level.value],
                (errors or {}).get(f"months_{level.value}", ""),
            )
            for level in reversed(Level)
        ],
        level_options=[(level.value, level.label) for level in reversed(Level)],
        trial_failure=trial_row.failure if trial_row and trial_row.failure else "",
        **(_at_work(trial_row) if trial_row and trial_row.is_at_work else {}),
        **(_trial(request, tried) if tried else {}),
        may_edit=request.user.may("risk.edit"),
        may_approve=request.user.may("risk.approve"),
    )


def _at_work(found: TrialRow) -> dict[str, Any]:
    return {
        "is_at_work": True,
        "done": found.customers_done,
        "total": found.customers,
        "time_left": time_left(found.seconds_left),
        "progress_url": reverse("console-trial-progress", args=[found.scorecard_id]),
    }


def _trial(request: StaffRequest, tried: risk.DryRunRow) -> dict[str, object]:
    return {
        "tried_by": actor_names({tried.made_by})[tried.made_by],
        "finding": risk_words.finding(tried),
        "matrix_columns": risk_words.MATRIX_COLUMNS,
        "matrix_rows": risk_words.matrix_rows(tried),
        "mover_columns": risk_words.MOVER_COLUMNS,
        "mover_rows": risk_words.mover_rows(tried, are_linked=request.user.may("customers.read")),
        "yearly": risk_words.yearly(tried),
        "month_columns": risk_words.MONTH_COLUMNS,
        "month_rows": risk_words.month_rows(tried),
    }


def _approval_page(
    request: StaffRequest,
    one: ScorecardRow,
    customers: int,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    here = reverse("console-scorecard-version", args=[one.id])
    changes = risk.changes_against_active(one.id)
    tried = risk.latest_dry_run(one.id)
    assert tried is not None
    return page(
        request,
        "risk_scorecard_approve",
        title="評価表の承認",
        current="settings",
        trail=[*way_up("console-settings", "console-scorecards"), (f"第{one.version}版", here)],
        errors=errors,
        status=status,
        facts=[
            ("評価表", plainly(f"{one.title} 第{one.version}版")),
            ("変わるところ", plainly(f"{len(changes)}か所")),
            ("試算", risk_words.finding(tried)),
            ("要約値", one.digest[:16]),
        ],
        change_columns=risk_words.CHANGE_COLUMNS,
        change_rows=risk_words.change_rows(changes),
        number=customers,
        button=f"{people(customers)}の評価に使うことを承認する",
        hidden=[("digest", one.digest)],
        back_url=here,
    )
