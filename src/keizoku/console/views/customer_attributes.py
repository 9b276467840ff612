"""お客さま → an attribute: its value, from whom and since when, all earlier ones, and a change by staff with its reason."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.console.forms.attribute import value_options
from keizoku.console.names import actor_names
from keizoku.console.page import above_customers, errors_of, page, tell
from keizoku.console.screen import StaffRequest, screen
from keizoku.customers.attributes import actions, queries
from keizoku.customers.attributes.queries import HeldValue
from keizoku.customers.attributes.rules.definition import Type
from keizoku.kernel.clock import business_today
from keizoku.kernel.errors import Refusal
from keizoku.risk import changing
from keizoku.ui.components.display import Column, Row
from keizoku.ui.formats import datetime_jst
from keizoku.ui.speaking import plainly

COLUMNS = (
    Column("値"),
    Column("出所"),
    Column("登録した人"),
    Column("登録した日時"),
    Column("理由"),
)
HINTS = {
    Type.NUMBER: "数字だけを入力します。消すときは空にします。",
    Type.DATE: "「2026-04-01」のように入力します。消すときは空にします。",
}


def section(customer_id: int) -> list[dict[str, Any]]:
    """What the customer's page shows of each attribute."""
    return [
        {
            "label": one.definition.label,
            "words": one.words or plainly("登録なし"),
            "source": queries.source_words(one),
            "is_ended": one.definition.is_retired,
            "url": reverse("console-customer-attribute", args=[customer_id, one.definition.name]),
        }
        for one in queries.values_of(customer_id)
    ]


@screen("customers.read")
def detail(request: StaffRequest, customer_id: int, name: str) -> HttpResponse:
    return _page(request, customer_id, name)


@screen(actions.FILL, "POST")
def change(request: StaffRequest, customer_id: int, name: str) -> HttpResponse:
    """The value is joined from the choices that were ticked; whatever was typed stays in the form after a refusal."""
    typed, reason = "・".join(request.POST.getlist("value")), request.POST.get("reason", "")
    today = business_today()
    try:
        changing.change_attribute(
            customer_id, name, typed, reason=reason, actor=request.user.actor, today=today
        )
    except Refusal as refusal:
        field = "reason" if reason not in actions.REASONS else "value"
        return _page(
            request,
            customer_id,
            name,
            typed=typed,
            reason=reason,
            errors=errors_of(refusal, field),
            status=422,
        )
    tell(request, "値を変えました", "変えた人・日時・理由は記録されています。評価も計算し直しました。")
    return redirect("console-customer-attribute", customer_id, name)


def _page(
    request: StaffRequest,
    customer_id: int,
    name: str,
    *,
    typed: str | None = None,
    reason: str = "",
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    held = queries.held(customer_id, name)
    if held is None:
        raise Http404
    definition = held.definition
    above = above_customers(request.user)
    text = held.text if typed is None else typed
    return page(
        request,
        "customer_attribute",
        title=definition.label,
        current="customers",
        trail=[*above, (f"お客さま No. {customer_id}", reverse("console-customer", args=[customer_id]))],
        errors=errors,
        status=status,
        customer_id=customer_id,
        attribute=definition,
        held=held,
        source=queries.source_words(held),
        columns=COLUMNS,
        rows=_rows(queries.history_of(customer_id, name)),
        may_change=request.user.may(actions.FILL) and not definition.is_retired,
        text=text,
        chosen=text.split("・") if text else [],
        options=value_options(definition),
        several=[(choice.value, choice.label) for choice in definition.offered]
        if definition.type is Type.LIST
        else [],
        hint=HINTS.get(definition.type, ""),
        reason=reason,
        reasons=list(actions.REASONS.items()),
    )


def _rows(history: list[HeldValue]) -> list[Row]:
    names = actor_names({one.written_by for one in history})
    return [
        Row(
            (
                one.words or plainly("（なし）"),
                plainly(queries.source_words(one)),
                names[one.written_by],
                datetime_jst(one.written_at),
                plainly(actions.REASONS.get(one.reason, "—")),
            )
        )
        for one in history
    ]
