"""取引の終わり: staff end a relation with a reason, or open it again; and what the customer's page says of keeping."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.console.page import above_customers, errors_of, page, tell
from keizoku.console.screen import StaffRequest, screen
from keizoku.customers.ending import queries as endings
from keizoku.customers.ending.actions import REASONS_TO_END, REASONS_TO_REOPEN
from keizoku.kernel.clock import business_today
from keizoku.kernel.errors import Refusal
from keizoku.retention import queries as retention
from keizoku.reviews import actions as reviews


@screen("customers.close", "GET", "POST")
def ending(request: StaffRequest, customer_id: int) -> HttpResponse:
    """One form: to end while the relation lasts, to open again once it has ended."""
    now = endings.relation(customer_id)
    typed = {name: request.POST.get(name, "") for name in ("on", "reason")}
    if request.method == "GET":
        return _page(request, customer_id, now, typed | {"on": business_today().isoformat()})
    try:
        if now.is_open:
            reviews.end_relation(
                customer_id,
                on=date.fromisoformat(typed["on"]),
                reason=typed["reason"],
                actor=request.user.actor,
                today=business_today(),
            )
            tell(request, "取引の終わりを登録しました", "すべての連絡を止め、確認中のものを取り下げました。")
        else:
            reviews.reopen_relation(
                customer_id, reason=typed["reason"], actor=request.user.actor, today=business_today()
            )
            tell(request, "取引中に戻しました", "リスクと期日を今日の内容で決め直しました。")
    except ValueError:
        wrong = {"on": "日付を入力してください（例: 2026-10-31）。"}
        return _page(request, customer_id, now, typed, errors=wrong, status=422)
    except Refusal as refusal:
        return _page(request, customer_id, now, typed, errors=errors_of(refusal), status=422)
    return redirect("console-customer", customer_id)


def section(request: StaffRequest, customer_id: int) -> dict[str, object]:
    """What the customer's page shows: when the relation ended, until when it is kept, and whether a hold is on."""
    now = endings.relation(customer_id)
    until = retention.kept_until(now.closed_on) if now.closed_on else None
    held = retention.holds_of_customer(customer_id, business_today())
    may_read = request.user.may("retention.read")
    return {
        "closed_on": now.closed_on,
        "reason": now.reason,
        "kept_until": until,
        "destroyed_on": now.destroyed_on,
        "plan": retention.destroyed_by(customer_id) if now.destroyed_on and may_read else None,
        "is_held": bool(held) and may_read,
        "held_until": held[0].until_on if held and may_read else None,
        "end_url": reverse("console-customer-ending", args=[customer_id])
        if request.user.may("customers.close") and now.destroyed_on is None
        else "",
        "hold_url": f"{reverse('console-retention-hold-new')}?customer={customer_id}"
        if request.user.may("retention.hold") and now.destroyed_on is None
        else "",
    }


def _page(
    request: StaffRequest,
    customer_id: int,
    now: endings.Relation,
    typed: dict[str, str],
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    here = reverse("console-customer", args=[customer_id])
    reasons = REASONS_TO_END if now.is_open else REASONS_TO_REOPEN
    return page(
        request,
        "customer_ending",
        title="取引の終わり" if now.is_open else "取引中に戻す",
        current="customers",
        trail=[*above_customers(request.user), (f"お客さま No. {customer_id}", here)],
        errors=errors,
        status=status,
        is_open=now.is_open,
        closed_on=now.closed_on,
        typed=typed,
        reasons=[("", "選んでください"), *((reason.value, reason.label) for reason in reasons)],
        cancel_url=here,
    )
