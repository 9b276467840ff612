"""電話窓口: one field that finds who is speaking; calls back that are due; one's own latest calls."""

from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.console.forms.numbers import whole_number
from keizoku.console.page import errors_of, page
from keizoku.console.screen import StaffRequest, screen
from keizoku.console.views.phone_call_backs import cards
from keizoku.kernel.clock import business_today
from keizoku.kernel.errors import Refusal
from keizoku.reviews.phone import calls, queries
from keizoku.reviews.phone.queries import CallRow
from keizoku.ui.components.display import Column, Row, badge_cell
from keizoku.ui.formats import datetime_jst
from keizoku.ui.speaking import plainly

DUE_SHOWN: Final = 10
COLUMNS: Final = (Column("始まり"), Column("お客さま"), Column("本人確認"), Column("結果"))


@screen("phone_desk.use", "GET", "POST")
def desk(request: StaffRequest) -> HttpResponse:
    """What is typed names a person, so it is posted and never stands in an address."""
    if request.method == "GET":
        return _desk_page(request)
    sought = request.POST.get("sought", "").strip()
    try:
        seeking = calls.seek(sought, request.user)
    except Refusal as refusal:
        return _desk_page(request, sought, errors=errors_of(refusal, "sought"), status=422)
    if not seeking.candidates:
        return redirect("console-phone-call", seeking.call_id)
    return _desk_page(request, sought, candidates=seeking.candidates)


@screen("phone_desk.use", "POST")
def choose(request: StaffRequest) -> HttpResponse:
    """One of several whom a number led to."""
    call, customer_id = queries.open_call(request.user.pk), whole_number(request.POST.get("customer", ""))
    if call is None or customer_id is None:
        return redirect("console-phone")
    calls.choose(call.id, customer_id, request.POST.get("sought", ""), request.user)
    return redirect("console-phone-call", call.id)


def _desk_page(
    request: StaffRequest,
    sought: str = "",
    *,
    candidates: tuple[int, ...] = (),
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    kinds = queries.kinds_of(candidates) if candidates else {}
    due = queries.due_call_backs(until=business_today(), limit=DUE_SHOWN)
    return page(
        request,
        "phone",
        title="電話窓口",
        current="phone",
        status=status,
        errors=errors,
        sought=sought,
        open_call=queries.open_call(request.user.pk),
        candidates=[(customer_id, kinds.get(customer_id, "")) for customer_id in candidates],
        due=cards(due, request.user),
        columns=COLUMNS,
        rows=[_row(one) for one in queries.calls_of_staff(request.user.pk)],
    )


def _row(one: CallRow) -> Row:
    verified = badge_cell("本人確認済み", "good") if one.verified_at else badge_cell("未確認", "neutral")
    cells = (
        datetime_jst(one.begun_at),
        f"No. {one.customer_id}" if one.customer_id else "—",
        verified,
        plainly(one.result_words),
    )
    return Row(cells, url=reverse("console-phone-call", args=[one.id]) if one.customer_id else "")
