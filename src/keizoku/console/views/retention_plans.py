"""A plan of destruction: what it names, its approval by another person, how far it is, and its certificate."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from keizoku.console.attachments import attached
from keizoku.console.forms.numbers import whole_number
from keizoku.console.names import actor_names
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.console.views.retention import PLAN_TONES
from keizoku.kernel.clock import business_today
from keizoku.kernel.errors import Refusal
from keizoku.retention import queries
from keizoku.retention.actions import destroying, plans
from keizoku.retention.queries import PlanRow
from keizoku.retention.registry import kinds
from keizoku.retention.rules import certificate
from keizoku.retention.rules.states import Outcome, State
from keizoku.ui.components.display import Column, Row, badge_cell
from keizoku.ui.formats import datetime_jst, number
from keizoku.ui.speaking import plainly, word

COLUMNS: Final = (
    Column("種類"),
    Column("件数", is_number=True),
    Column("いちばん古い日"),
    Column("いちばん新しい日"),
    Column("止めていて載せない", is_number=True),
    Column("例（番号）"),
)
OUTCOME_COLUMNS: Final = (
    Column("種類"),
    Column("廃棄した", is_number=True),
    Column("止めている", is_number=True),
    Column("期間内に戻った", is_number=True),
    Column("まだ", is_number=True),
)
CERTIFIED_COLUMNS: Final = (
    Column("種類"),
    Column("期間"),
    Column("廃棄", is_number=True),
    Column("止めている", is_number=True),
    Column("期間内", is_number=True),
    Column("残り", is_number=True),
    Column("数え始めの日"),
    Column("根拠・理由", is_wide=True),
)
ENDINGS: Final = {
    "finished": "最後まで終わった",
    "stale": "決まりが変わった",
    "stopped": "担当者が中止した",
    "too_long": "期限までに終わらなかった",
    "withdrawn": "作った人が取り下げた",
    "nobody_approved": "期限までに承認されなかった",
}


@screen("retention.edit", "POST")
def make(request: StaffRequest) -> HttpResponse:
    plan_id = plans.make_plan(request.user.actor, business_today())
    tell(request, "計画を作りました", "まだ何も廃棄していません。別の承認者に承認を依頼してください。")
    return redirect("console-retention-plan", plan_id)


@screen("retention.read")
def plan(request: StaffRequest, plan_id: int) -> HttpResponse:
    return _plan_page(request, queries.plan(plan_id))


@screen("retention.approve", "GET", "POST")
def approve(request: StaffRequest, plan_id: int) -> HttpResponse:
    """The approver reads what goes and types how many."""
    one = queries.plan(plan_id)
    if one.state is not State.PLANNED:
        return _plan_page(request, one, errors={"__all__": "この計画は承認待ちではありません。"}, status=409)
    if request.method == "GET":
        return _approval_page(request, one)
    typed = whole_number(request.POST.get("typed_number", ""))
    if typed != one.count:
        wrong = "数が違います。画面の件数を確かめて、数字だけを入力してください。"
        return _approval_page(request, one, errors={"typed_number": wrong}, status=422)
    try:
        plans.approve_plan(plan_id, request.user.actor, digest=request.POST.get("digest", ""), number=typed)
    except Refusal as refusal:
        return _plan_page(request, queries.plan(plan_id), errors=errors_of(refusal), status=409)
    tell(request, "廃棄を承認しました", "1分以内に始まります。廃棄したものは元に戻せません。")
    return redirect("console-retention-plan", plan_id)


@screen("retention.edit", "POST")
def withdraw(request: StaffRequest, plan_id: int) -> HttpResponse:
    plans.withdraw_plan(plan_id, request.user.actor)
    tell(request, "計画を取り下げました", "何も廃棄していません。")
    return redirect("console-retention-plan", plan_id)


@screen("retention.edit", "POST")
def stop(request: StaffRequest, plan_id: int) -> HttpResponse:
    destroying.stop(plan_id, request.user.actor)
    tell(request, "廃棄を中止しました", "廃棄した分までの証明書を作りました。")
    return redirect("console-retention-plan", plan_id)


@screen("retention.read")
def certificate_page(request: StaffRequest, plan_id: int) -> HttpResponse:
    """The certificate as a page to read and to print."""
    found = queries.certificate(plan_id)
    if found is None:
        raise Http404
    content = json.loads(found.text)
    people = [content["plan"]["made_by"], content["plan"]["approved_by"]]
    names = actor_names(set(people))
    file = certificate.file_of(found.text, found.signature, found.public_key)
    return page(
        request,
        "retention_certificate",
        title=f"廃棄の証明書 {plan_id}",
        current="settings",
        trail=way_up("console-settings", "console-retention"),
        facts=_certificate_facts(content, names),
        columns=CERTIFIED_COLUMNS,
        rows=[_certified_row(kind) for kind in content["kinds"]],
        signature=found.signature,
        public_key=found.public_key,
        holds=certificate.verify(file).holds,
        file_url=reverse("console-retention-certificate-file", args=[plan_id]),
    )


@screen("retention.read")
def certificate_file(request: StaffRequest, plan_id: int) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """The signed file, for ``keizoku retention verify``."""
    found = queries.certificate(plan_id)
    if found is None:
        raise Http404
    answer = HttpResponse(
        certificate.file_of(found.text, found.signature, found.public_key), content_type="application/json"
    )
    return attached(answer, f"keizoku-destruction-{plan_id}.json")


def _plan_page(
    request: StaffRequest, one: PlanRow, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    outcomes = queries.outcomes(one.id)
    left = sum(found.get(Outcome.WAITING, 0) for found in outcomes.values())
    may_edit = request.user.may("retention.edit")
    return page(
        request,
        "retention_plan",
        title=f"廃棄の計画 {one.id}",
        current="settings",
        trail=way_up("console-settings", "console-retention"),
        errors=errors,
        status=status,
        plan=one,
        facts=_facts(one),
        columns=COLUMNS,
        rows=_rows(one),
        outcome_columns=OUTCOME_COLUMNS,
        outcome_rows=_outcome_rows(one, outcomes) if one.approved_at else [],
        done=one.count - left,
        is_working=one.state is State.APPROVED,
        may_approve=one.state is State.PLANNED and request.user.may("retention.approve"),
        may_withdraw=one.state is State.PLANNED and may_edit,
        may_stop=one.state is State.APPROVED and may_edit,
        stop_button=f"残り{number(left)}件の廃棄を中止する",
        withdraw_button=f"{number(one.count)}件の計画を取り下げる",
        is_certified=queries.certificate(one.id) is not None,
    )


def _approval_page(
    request: StaffRequest, one: PlanRow, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    here = reverse("console-retention-plan", args=[one.id])
    return page(
        request,
        "retention_plan_approve",
        title="廃棄の承認",
        current="settings",
        trail=[*way_up("console-settings", "console-retention"), (f"計画 {one.id}", here)],
        errors=errors,
        status=status,
        facts=_facts(one),
        columns=COLUMNS,
        rows=_rows(one),
        number=one.count,
        button=f"{number(one.count)}件を廃棄することを承認する",
        hidden=[("digest", one.digest)],
        back_url=here,
        is_stale=one.is_stale,
    )


def _facts(one: PlanRow) -> list[tuple[str, object]]:
    names = actor_names({name for name in (one.made_by, one.approved_by) if name})
    facts: list[tuple[str, object]] = [
        ("状態", badge_cell(one.state_name, PLAN_TONES[one.state])),
        ("件数", plainly(f"{number(one.count)}件")),
        ("基準の日", one.on.isoformat()),
        ("決まり", plainly(f"第{one.policy_version}版")),
        ("作った人", _by(names[one.made_by], datetime_jst(one.made_at))),
    ]
    if one.approved_by:
        facts.append(("承認した人", _by(names[one.approved_by], datetime_jst(one.approved_at))))
    if one.ended_at:
        why = plainly(ENDINGS.get(one.ended_because, one.ended_because))
        facts.append(("終わり", format_html(plainly("{}（{}）"), datetime_jst(one.ended_at), why)))
    return [*facts, ("要約値", one.digest[:16])]


def _rows(one: PlanRow) -> list[Row]:
    labels = kinds()
    return [
        Row(
            (
                plainly(labels[kind["kind"]].label),
                number(kind["count"]),
                kind["oldest"],
                kind["newest"],
                number(kind["held"]),
                "、".join(map(str, kind["sample"])),
            )
        )
        for kind in one.summary
    ]


def _outcome_rows(one: PlanRow, outcomes: Mapping[str, Mapping[Outcome, int]]) -> list[Row]:
    labels = kinds()
    order = (Outcome.DESTROYED, Outcome.HELD, Outcome.NOT_DUE, Outcome.WAITING)
    return [
        Row(
            (
                plainly(labels[kind["kind"]].label),
                *(number(outcomes.get(kind["kind"], {}).get(outcome, 0)) for outcome in order),
            )
        )
        for kind in one.summary
    ]


def _certificate_facts(content: Mapping[str, Any], names: Mapping[str, str]) -> list[tuple[str, object]]:
    plan, policy = content["plan"], content["policy"]
    return [
        ("金融機関", content["institution"]),
        ("廃棄した件数", plainly(f"{number(content['destroyed'])}件")),
        ("決まり", plainly(f"{policy['title']} 第{policy['version']}版")),
        ("計画を作った人", _by(names[plan["made_by"]], _moment(plan["made_at"]))),
        ("承認した人", _by(names[plan["approved_by"]], _moment(plan["approved_at"]))),
        (
            "始まりと終わり",
            format_html("{} 〜 {}", _moment(content["first_batch_at"]), _moment(content["ended_at"])),
        ),
        ("終わりかた", plainly(ENDINGS.get(plan["ended_because"], plan["ended_because"]))),
        ("計画の要約値", plan["digest"]),
    ]


def _by(name: str, moment: str) -> str:
    """Who, and when."""
    return format_html("{}{}{}", name, plainly("、"), moment)


def _moment(written: str) -> str:
    """An instant of the certificate, which is written in UTC, as staff read it."""
    return datetime_jst(datetime.fromisoformat(written) if written else None)


def _certified_row(kind: Mapping[str, Any]) -> Row:
    return Row(
        (
            word(kind["label"]),
            plainly(kind["period"]),
            *(number(kind[name]) for name in ("destroyed", "held", "not_due", "left")),
            f"{kind['oldest']} 〜 {kind['newest']}",
            kind["law"],
        )
    )
