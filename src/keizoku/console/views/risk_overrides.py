"""Requests to hold a customer's level elsewhere than the scorecard says: answered by a second person."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.console.names import actor_names
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.kernel.clock import business_today
from keizoku.kernel.errors import Refusal
from keizoku.risk import circumstances
from keizoku.ui.components.display import level_cell
from keizoku.ui.speaking import plainly


@screen("risk.approve")
def listing(request: StaffRequest) -> HttpResponse:
    return _page(request)


@screen("risk.approve", "POST")
def decide(request: StaffRequest, circumstance_id: int) -> HttpResponse:
    is_approved = request.POST.get("act") == "approve"
    try:
        circumstances.decide_override(
            circumstance_id,
            is_approved=is_approved,
            actor=request.user.actor,
            today=business_today(),
        )
    except Refusal as refusal:
        return _page(request, errors_of(refusal), 409)
    tell(request, "承認しました" if is_approved else "承認しませんでした", "答えは証跡に残りました。")
    return redirect("console-overrides")


def _page(request: StaffRequest, errors: dict[str, str] | None = None, status: int = 200) -> HttpResponse:
    waiting = circumstances.requests_to_answer(request.user.actor, business_today())
    names = actor_names({one.made_by for one in waiting})
    return page(
        request,
        "risk_overrides",
        title="リスク水準の変更の申請",
        current="settings",
        trail=way_up("console-settings"),
        errors=errors,
        status=status,
        waiting=[
            {
                "id": one.id,
                "customer_id": one.customer_id,
                "customer_url": reverse("console-customer-risk", args=[one.customer_id]),
                "facts": [
                    ("変更後の水準", level_cell(one.level)),
                    (
                        "変わりかた",
                        plainly("これより高くしない" if one.is_upper_bound else "これより低くしない"),
                    ),
                    ("理由", one.reason),
                    ("いつまで", one.until_on.isoformat()),
                    ("申請した人", names[one.made_by]),
                ],
            }
            for one in waiting
        ],
    )
