"""The business clock: shown to those who may move it, moved in a demo only."""

from datetime import timedelta

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.console.forms.numbers import whole_number
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.kernel import clock, installation
from keizoku.kernel.clock import ClockRefused
from keizoku.ui.formats import date_jp

MOST_DAYS = 366


@screen("clock.advance", "GET", "POST")
def business_clock(request: StaffRequest) -> HttpResponse:
    """Shows both clocks; POST ``days`` moves business time forward, with an audit entry."""
    if request.method == "GET":
        return _form(request)
    typed = request.POST.get("days", "")
    days = whole_number(typed)
    if not days or days > MOST_DAYS:
        wrong = {"days": f"進める日数を、1から{MOST_DAYS}までの数字で入力してください（例：7）。"}
        return _form(request, typed=typed, errors=wrong, status=422)
    try:
        with transaction.atomic():
            now = clock.advance(timedelta(days=days))
            audit.record(actor=request.user.actor, action="kernel.clock.advanced", details={"days": days})
    except ClockRefused as refusal:
        return _form(request, typed=typed, errors=errors_of(refusal), status=409)
    tell(request, f"業務日付を {date_jp(now)} へ進めました", "連絡の手順と期日は、数秒のうちに追いつきます。")
    return redirect("console-clock")


def _form(
    request: StaffRequest, *, typed: str = "7", errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    return page(
        request,
        "clock",
        title="業務日付",
        current="settings",
        trail=way_up("console-settings"),
        status=status,
        errors=errors,
        typed=typed,
        business=clock.business_now(),
        wall=timezone.now(),
        is_demo=installation.is_demo(),
    )
