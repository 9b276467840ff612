"""折り返し: what was promised, by day and hour; taken, called, put back, cancelled."""

from collections.abc import Callable, Sequence
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect

from keizoku.accounts.access import Staff
from keizoku.console.forms.audit import day
from keizoku.console.names import actor_names
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.kernel.clock import business_now
from keizoku.kernel.errors import Refusal
from keizoku.reviews.phone import calling_back, queries
from keizoku.reviews.phone.queries import CallBackKey, CallBackRow
from keizoku.reviews.phone.rules.states import CallBackState

SHOWN: Final = 30
VERBS: Final[dict[str, tuple[Callable[[int, Staff], object], str]]] = {
    "take": (calling_back.take, "引き受けました"),
    "put_back": (calling_back.put_back, "担当待ちに戻しました"),
    "cancel": (calling_back.cancel, "折り返しを取りやめました"),
}


@screen("phone_desk.use")
def listing(request: StaffRequest) -> HttpResponse:
    return _listing_page(request)


@screen("phone_desk.use", "POST")
def act(request: StaffRequest, call_back_id: int) -> HttpResponse:
    verb = request.POST.get("do", "")
    try:
        if verb == "call":
            return redirect("console-phone-call", calling_back.call(call_back_id, request.user))
        if verb in VERBS:
            VERBS[verb][0](call_back_id, request.user)
            tell(request, VERBS[verb][1])
    except Refusal as refusal:
        return _listing_page(request, errors=errors_of(refusal), status=409)
    return redirect("console-call-backs")


def cards(found: Sequence[CallBackRow], staff: Staff) -> list[dict[str, object]]:
    """Each call back with what this person may do now."""
    names = actor_names({f"staff:{row.assigned_to}" for row in found if row.assigned_to})
    now = business_now()
    return [
        {
            "row": row,
            "is_late": row.is_late(now),
            "is_mine": row.state is CallBackState.TAKEN and row.assigned_to == staff.pk,
            "is_free": row.state is CallBackState.BOOKED,
            "assigned": names.get(f"staff:{row.assigned_to}", ""),
        }
        for row in found
    ]


def _listing_page(
    request: StaffRequest, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    found = queries.due_call_backs(after=_after(request.GET.get("after", "")), limit=SHOWN + 1)
    shown = found[:SHOWN]
    last = shown[-1] if len(found) > SHOWN else None
    return page(
        request,
        "phone_call_backs",
        title="折り返しの予約",
        current="phone",
        trail=way_up("console-phone"),
        errors=errors,
        status=status,
        cards=cards(shown, request.user),
        shown=len(shown),
        next_url=f"?after={last.day.isoformat()}~{last.from_hour}~{last.id}" if last else "",
    )


def _after(typed: str) -> CallBackKey | None:
    """The place behind which a page begins: "2026-12-01~9~15"; anything else is the beginning."""
    on, _, rest = typed.partition("~")
    hour, _, number = rest.partition("~")
    found = day(on)
    is_place = found is not None and hour.isdecimal() and number.isdecimal() and len(typed) < SHOWN
    return CallBackKey(found, int(hour), int(number)) if is_place and found else None
