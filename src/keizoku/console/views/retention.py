"""設定 → 保存と廃棄: the periods, what is due, holds; drafts of policies and their approval."""

from datetime import date
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from keizoku.console.forms.numbers import whole_number
from keizoku.console.names import actor_names
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.kernel.clock import business_today
from keizoku.kernel.errors import Refusal
from keizoku.retention import due, queries
from keizoku.retention.actions import holds, policies
from keizoku.retention.queries import HoldRow, NoActivePolicy, PlanRow, PolicyRow
from keizoku.retention.registry import kinds
from keizoku.retention.rules.matter import Matter
from keizoku.retention.rules.states import State
from keizoku.ui.components.display import Column, Row, badge_cell
from keizoku.ui.formats import datetime_jst, number
from keizoku.ui.speaking import plainly

KIND_COLUMNS: Final = (
    Column("種類"),
    Column("数え始め"),
    Column("期間"),
    Column("廃棄の時期", is_number=True),
    Column("止めている", is_number=True),
    Column("数え始めた", is_number=True),
    Column("次の時期"),
)
PLAN_COLUMNS: Final = (
    Column("計画"),
    Column("状態"),
    Column("件数", is_number=True),
    Column("作った人"),
    Column("承認した人"),
)
POLICY_COLUMNS: Final = (
    Column("版"),
    Column("名称"),
    Column("状態"),
    Column("作った人"),
    Column("承認した人"),
)
RULE_COLUMNS: Final = (Column("種類"), Column("数え始め"), Column("期間"), Column("根拠・理由", is_wide=True))
PLAN_TONES: Final = {
    State.PLANNED: "attention",
    State.APPROVED: "progress",
    State.DONE: "good",
    State.STOPPED: "bad",
    State.WITHDRAWN: "neutral",
}
POLICY_TONES: Final = {"draft": "attention", "active": "good", "retired": "neutral"}
WRONG_NUMBER: Final = "数が違います。画面の数を確かめて、数字だけを入力してください。"


@screen("retention.read")
def overview(request: StaffRequest) -> HttpResponse:
    """What is kept for how long and what is due now; plans and holds beside it."""
    today = business_today()
    try:
        active: PolicyRow | None = queries.active_policy()
    except NoActivePolicy:
        active = None
    plans = queries.plans()
    return page(
        request,
        "retention",
        title="保存と廃棄",
        current="settings",
        trail=way_up("console-settings"),
        policy=active,
        kind_columns=KIND_COLUMNS,
        kind_rows=[_due_row(row) for row in due.overview(active, today)] if active else [],
        plan_columns=PLAN_COLUMNS,
        plan_rows=_plan_rows(plans),
        may_plan=request.user.may("retention.edit") and active is not None and queries.open_plan() is None,
        policy_columns=POLICY_COLUMNS,
        policy_rows=_policy_rows(queries.policies()),
        holds=[_hold(request, row) for row in queries.holds(today)],
        may_edit=request.user.may("retention.edit"),
        may_hold=request.user.may("retention.hold"),
    )


@screen("retention.edit", "GET", "POST")
def draft(request: StaffRequest) -> HttpResponse:
    """A text to edit: the newest version's, or the standard one."""
    if request.method == "GET":
        versions = queries.policies()
        text = versions[0].text if versions else policies.STANDARD.read_text(encoding="utf-8")
        newest = versions[0].version if versions else 0
        return _draft_page(request, text.replace(f"version = {newest}", f"version = {newest + 1}", 1))
    text = request.POST.get("text", "").replace("\r\n", "\n")
    try:
        policy_id = policies.draft_policy(text, request.user.actor)
    except Refusal as refusal:
        return _draft_page(request, text, errors=errors_of(refusal, "text"), status=422)
    tell(request, "下書きを保存しました", "別の承認者に承認を依頼してください。")
    return redirect("console-retention-policy", policy_id)


@screen("retention.read")
def policy(request: StaffRequest, policy_id: int) -> HttpResponse:
    return _policy_page(request, queries.policy(policy_id))


@screen("retention.approve", "POST")
def approve_policy(request: StaffRequest, policy_id: int) -> HttpResponse:
    """The approver types how many kinds the policy rules over."""
    one = queries.policy(policy_id)
    if whole_number(request.POST.get("typed_number", "")) != len(one.rules):
        return _policy_page(request, one, errors={"typed_number": WRONG_NUMBER}, status=422)
    try:
        policies.activate_policy(policy_id, request.user.actor, digest=request.POST.get("digest", ""))
    except Refusal as refusal:
        return _policy_page(request, queries.policy(policy_id), errors=errors_of(refusal), status=409)
    tell(request, f"第{one.version}版を有効にしました", "前の版で作った計画は、作り直しが必要です。")
    return redirect("console-retention")


@screen("retention.hold", "GET", "POST")
def new_hold(request: StaffRequest) -> HttpResponse:
    """Stop the destruction of one customer or one campaign."""
    typed = {
        name: request.POST.get(name, "") for name in ("customer", "campaign", "matter", "reason", "until_on")
    }
    if request.method == "GET":
        typed["customer"] = request.GET.get("customer", "")
        return _hold_page(request, typed)
    errors = {}
    until_on = None
    if typed["until_on"]:
        try:
            until_on = date.fromisoformat(typed["until_on"])
        except ValueError:
            errors["until_on"] = "日付を入力してください（例: 2027-03-31）。"
    numbers = {name: whole_number(typed[name]) for name in ("customer", "campaign")}
    for name, found in numbers.items():
        if typed[name].strip() and found is None:
            errors[name] = "番号を数字で入力してください。"
    if errors:
        return _hold_page(request, typed, errors=errors, status=422)
    try:
        holds.place_hold(
            customer_id=numbers["customer"],
            campaign_id=numbers["campaign"],
            matter=typed["matter"],
            reason=typed["reason"],
            until_on=until_on,
            actor=request.user.actor,
            today=business_today(),
        )
    except Refusal as refusal:
        return _hold_page(request, typed, errors=errors_of(refusal), status=422)
    tell(request, "廃棄を止めました", "止めている間は、承認済みの計画でも廃棄しません。")
    return redirect("console-retention")


@screen("retention.hold", "POST")
def lift_hold(request: StaffRequest, hold_id: int) -> HttpResponse:
    holds.lift_hold(hold_id, actor=request.user.actor)
    tell(request, "廃棄を止めるのをやめました", "期間が過ぎていれば、次の計画に載ります。")
    return redirect("console-retention")


@screen("risk.confidential", "POST")
def why_held(request: StaffRequest, hold_id: int) -> HttpResponse:
    """Why; the audit keeps who read it."""
    why = holds.why(hold_id, request.user.actor)
    return page(
        request,
        "retention_why",
        title="廃棄を止めた理由",
        current="settings",
        trail=way_up("console-settings", "console-retention"),
        matter=why.matter.label,
        reason=why.reason,
        back_url=reverse("console-retention"),
    )


def _due_row(row: due.DueRow) -> Row:
    return Row(
        (
            plainly(row.kind.label),
            plainly(row.kind.start.label),
            plainly(row.rule.words),
            number(row.due),
            number(row.held),
            number(row.begun),
            row.next_on.isoformat() if row.next_on else "—",
        )
    )


def _plan_rows(plans: list[PlanRow]) -> list[Row]:
    names = actor_names({name for plan in plans for name in (plan.made_by, plan.approved_by) if name})
    return [
        Row(
            (
                f"{plan.id}（{plan.on.isoformat()}）",
                badge_cell(plan.state_name, PLAN_TONES[plan.state]),
                number(plan.count),
                names.get(plan.made_by, ""),
                names.get(plan.approved_by, "—"),
            ),
            url=reverse("console-retention-plan", args=[plan.id]),
        )
        for plan in plans
    ]


def _policy_rows(versions: list[PolicyRow]) -> list[Row]:
    names = actor_names({name for one in versions for name in (one.made_by, one.approved_by) if name})
    return [
        Row(
            (
                plainly(f"第{one.version}版"),
                one.title,
                badge_cell(one.state_name, POLICY_TONES[one.state]),
                names.get(one.made_by, ""),
                names.get(one.approved_by, "—"),
            ),
            url=reverse("console-retention-policy", args=[one.id]),
        )
        for one in versions
    ]


def _hold(request: StaffRequest, row: HoldRow) -> dict[str, object]:
    what = (
        f"お客さま No. {row.customer_id}"
        if row.customer_id is not None
        else f"キャンペーン {row.campaign_id}"
    )
    names = actor_names({row.placed_by} | ({row.lifted_by} if row.lifted_by else set()))
    return {
        "id": row.id,
        "what": what,
        "is_active": row.is_active,
        "facts": [
            ("いつまで", row.until_on.isoformat() if row.until_on else plainly("やめるまで")),
            (
                "止めた人",
                format_html("{}{}{}", names[row.placed_by], plainly("、"), datetime_jst(row.placed_at)),
            ),
            (
                "やめた人",
                format_html("{}{}{}", names[row.lifted_by], plainly("、"), datetime_jst(row.lifted_at))
                if row.lifted_by
                else "—",
            ),
        ],
        "may_lift": row.is_active and request.user.may("retention.hold"),
        "may_know": request.user.may("risk.confidential"),
    }


def _draft_page(
    request: StaffRequest, text: str, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    return page(
        request,
        "retention_draft",
        title="保存期間の決まりの下書き",
        current="settings",
        trail=way_up("console-settings", "console-retention"),
        errors=errors,
        status=status,
        text=text,
        cancel_url=reverse("console-retention"),
    )


def _policy_page(
    request: StaffRequest, one: PolicyRow, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    names = actor_names({name for name in (one.made_by, one.approved_by) if name})
    labels = kinds()
    return page(
        request,
        "retention_policy",
        title=f"保存期間の決まり 第{one.version}版",
        current="settings",
        trail=way_up("console-settings", "console-retention"),
        errors=errors,
        status=status,
        one=one,
        facts=[
            ("名称", one.title),
            ("状態", badge_cell(one.state_name, POLICY_TONES[one.state])),
            ("作った人", names.get(one.made_by, "")),
            ("承認した人", names.get(one.approved_by, "—")),
            ("要約値", one.digest[:16]),
        ],
        rule_columns=RULE_COLUMNS,
        rule_rows=[
            Row(
                (
                    plainly(labels[rule.kind].label),
                    plainly(labels[rule.kind].start.label),
                    plainly(rule.words),
                    rule.law or rule.reason,
                )
            )
            for rule in one.rules
        ],
        may_approve=one.state == "draft" and request.user.may("retention.approve"),
        count=len(one.rules),
        approve_facts=[("決まり", plainly(f"{one.title} 第{one.version}版")), ("要約値", one.digest[:16])],
        button=f"{len(one.rules)}種類の保存期間に使うことを承認する",
        hidden=[("digest", one.digest)],
        approve_url=reverse("console-retention-policy-approve", args=[one.id]),
    )


def _hold_page(
    request: StaffRequest, typed: dict[str, str], *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    return page(
        request,
        "retention_hold",
        title="廃棄を止める",
        current="settings",
        trail=way_up("console-settings", "console-retention"),
        errors=errors,
        status=status,
        typed=typed,
        matters=[("", "選んでください"), *((matter.value, matter.label) for matter in Matter)],
        cancel_url=reverse("console-retention"),
    )
