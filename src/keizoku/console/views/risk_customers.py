"""One customer's risk: what holds and why, the due date and what brought it forward, simplified due diligence.

What the circumstances are is fetched only for ``risk.confidential``; for everybody else the page does not ask for it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.console.forms.audit import day
from keizoku.console.names import actor_names
from keizoku.console.page import above_customers, errors_of, page, tell
from keizoku.console.screen import StaffRequest, screen
from keizoku.customers import queries as customers
from keizoku.kernel.clock import business_today
from keizoku.kernel.errors import Refusal
from keizoku.risk import circumstances, events
from keizoku.risk import queries as risk
from keizoku.risk.rules.matter import SUSPICIONS, Matter
from keizoku.risk.rules.scale import EventKind, Level
from keizoku.risk.simplified import simplified_conditions
from keizoku.ui.components.display import Column, Row, Tone, badge_cell, level_cell
from keizoku.ui.speaking import plainly

CONDITION_COLUMNS = (Column("条件", is_wide=True), Column("いま"), Column("事実の日付"))
EVENT_COLUMNS = (Column("日付"), Column("出来事", is_wide=True), Column("記録した人"))
HOLDS: Final[Mapping[bool | None, tuple[str, Tone]]] = {
    True: ("満たす", "good"),
    False: ("満たさない", "attention"),
    None: ("あとで確かめる", "neutral"),
}
NO_DAY = "日付を入力してください（例：2026-04-01）。"


@screen("customers.read")
def detail(request: StaffRequest, customer_id: int) -> HttpResponse:
    return _page(request, customer_id)


@screen("risk.record_event", "POST")
def event(request: StaffRequest, customer_id: int) -> HttpResponse:
    kind, occurred_on = request.POST.get("kind", ""), day(request.POST.get("occurred_on", ""))
    if kind not in events.RECORDED_BY_STAFF:
        return _page(request, customer_id, {"kind": "出来事の種類を選んでください。"}, 422)
    if occurred_on is None:
        return _page(request, customer_id, {"occurred_on": NO_DAY}, 422)
    try:
        events.record_event(customer_id, EventKind(kind), occurred_on, request.user.actor, business_today())
    except Refusal as refusal:
        return _page(request, customer_id, errors_of(refusal, "occurred_on"), 409)
    tell(request, "出来事を記録しました", "期日は、早まるか、そのままです。")
    return redirect("console-customer-risk", customer_id)


@screen("risk.edit", "POST")
def override(request: StaffRequest, customer_id: int) -> HttpResponse:
    level, until_on = request.POST.get("level", ""), day(request.POST.get("override_until", ""))
    if level not in tuple(Level):
        return _page(request, customer_id, {"level": "水準を選んでください。"}, 422)
    if until_on is None:
        return _page(request, customer_id, {"override_until": NO_DAY}, 422)
    try:
        circumstances.request_override(
            customer_id,
            Level(level),
            until_on=until_on,
            reason=request.POST.get("reason", ""),
            actor=request.user.actor,
            today=business_today(),
        )
    except Refusal as refusal:
        return _page(request, customer_id, errors_of(refusal), 409)
    tell(request, "水準の変更を申請しました", "別の承認者が承認すると、水準が変わります。")
    return redirect("console-customer-risk", customer_id)


@screen("risk.confidential", "POST")
def confidential(request: StaffRequest, customer_id: int) -> HttpResponse:
    matter, until_on = request.POST.get("matter", ""), day(request.POST.get("until_on", ""))
    if matter not in SUSPICIONS:
        return _page(request, customer_id, {"matter": "事情の種類を選んでください。"}, 422)
    if until_on is None:
        return _page(request, customer_id, {"until_on": NO_DAY}, 422)
    try:
        circumstances.record_suspicion(
            customer_id,
            Matter(matter),
            until_on=until_on,
            note=request.POST.get("note", ""),
            actor=request.user.actor,
            today=business_today(),
        )
    except Refusal as refusal:
        return _page(request, customer_id, errors_of(refusal), 409)
    tell(request, "記録しました", "この内容は、コンプライアンス担当だけが見られます。")
    return redirect("console-customer-risk", customer_id)


@screen("risk.confidential", "POST")
def end(request: StaffRequest, customer_id: int, circumstance_id: int) -> HttpResponse:
    try:
        circumstances.end_circumstance(circumstance_id, request.user.actor, business_today())
    except Refusal as refusal:
        return _page(request, customer_id, errors_of(refusal), 409)
    tell(request, "終えました", "評価は、点数による水準に戻りました。")
    return redirect("console-customer-risk", customer_id)


def _page(
    request: StaffRequest, customer_id: int, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    customers.summary(customer_id)  # refuses whoever is not there
    today = business_today()
    found = simplified_conditions(customer_id, today)
    happened = events.events_of(customer_id)
    may_know = request.user.may("risk.confidential")
    known = circumstances.circumstances_of(customer_id, request.user.actor) if may_know else []
    names = actor_names(
        {one.recorded_by for one in happened}
        | {name for one in known for name in (one.made_by, one.decided_by) if name}
    )
    here = reverse("console-customer", args=[customer_id])
    return page(
        request,
        "risk_customer",
        title=f"お客さま No. {customer_id} の評価と期日",
        current="customers",
        trail=[
            *above_customers(request.user),
            (f"お客さま No. {customer_id}", here),
        ],
        errors=errors,
        status=status,
        typed=request.POST,
        customer_id=customer_id,
        standing=risk.standing(customer_id),
        rating=risk.latest_rating(customer_id),
        is_simplified=bool(found) and all(one.holds for one in found),
        condition_columns=CONDITION_COLUMNS,
        conditions=[
            Row(
                (
                    plainly(one.label),
                    badge_cell(*HOLDS[one.holds]),
                    _day(one.on),
                )
            )
            for one in found
        ],
        event_columns=EVENT_COLUMNS,
        events=[
            Row((_day(one.occurred_on), plainly(one.kind.label), names[one.recorded_by])) for one in happened
        ],
        kinds=[("", "選んでください"), *((kind.value, kind.label) for kind in events.RECORDED_BY_STAFF)],
        may_record=request.user.may("risk.record_event"),
        may_request=request.user.may("risk.edit"),
        levels=[("", "選んでください"), *((level.value, level.label) for level in reversed(Level))],
        may_know=may_know,
        known=[
            {
                "id": one.id,
                "title": one.matter.label,
                "is_in_force": one.state == "in_force",
                "facts": [
                    ("水準", level_cell(one.level)),
                    ("理由", one.reason),
                    ("期間", plainly(f"{one.from_on} から {one.until_on} まで")),
                    ("状態", plainly(one.state_name)),
                    ("記録した人", names[one.made_by]),
                    ("承認した人", names.get(one.decided_by, "—")),
                ],
            }
            for one in known
        ],
        matters=[("", "選んでください"), *((matter.value, matter.label) for matter in SUSPICIONS)],
    )


def _day(on: date | None) -> str:
    return on.isoformat() if on else "—"
