"""出来事の通知先: which other systems are told what happened, how it goes, and what could not be told."""

from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect

from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.events import actions, queries
from keizoku.events.actions import Subscribed
from keizoku.events.rules.kinds import WORDS
from keizoku.kernel.errors import Refusal
from keizoku.ui.speaking import plainly

FAULT_WORDS: Final = {
    "not_sent": "接続できない",
    "unknown": "答えがない",
    "failed_here": "こちらの障害",
    "ended": "通知先が終わった",
}


@screen("api_keys.read")
def subscriptions(request: StaffRequest) -> HttpResponse:
    return _page(request)


@screen("api_keys.edit", "POST")
def subscribe(request: StaffRequest) -> HttpResponse:
    """The answer itself shows the secret, this once."""
    name, url, kinds = (
        request.POST.get("name", ""),
        request.POST.get("url", ""),
        request.POST.getlist("kinds"),
    )
    try:
        made = actions.subscribe(name=name, url=url, kinds=kinds, actor=request.user.actor)
    except Refusal as refusal:
        told: dict[str, object] = {"name": name, "url": url, "kinds": kinds}
        return _page(request, errors=errors_of(refusal), told=told, status=422)
    return _page(request, made=made)


@screen("api_keys.edit", "POST")
def change_secret(request: StaffRequest, subscription_id: int) -> HttpResponse:
    return _page(request, made=actions.change_secret(subscription_id, actor=request.user.actor))


@screen("api_keys.edit", "POST")
def send_again(request: StaffRequest, subscription_id: int) -> HttpResponse:
    count = actions.send_again(subscription_id, actor=request.user.actor)
    tell(request, f"{count:,}件を送り直します", "数秒のうちに始まり、届かなければ72時間くり返します。")
    return redirect("console-subscriptions")


@screen("api_keys.edit", "POST")
def end(request: StaffRequest, subscription_id: int) -> HttpResponse:
    actions.end(subscription_id, actor=request.user.actor)
    tell(request, "通知先を終わりにしました", "もう何も知らせません。")
    return redirect("console-subscriptions")


def _page(
    request: StaffRequest,
    *,
    made: Subscribed | None = None,
    errors: dict[str, str] | None = None,
    told: dict[str, object] | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = [
        {
            "row": row,
            "kinds": plainly("・").join(plainly(WORDS.get(kind, kind)) for kind in row.kinds),
            "fault": FAULT_WORDS.get(row.last_fault, row.last_fault.replace("http_", "HTTP ")),
        }
        for row in queries.subscriptions()
    ]
    return page(
        request,
        "subscriptions",
        title="出来事の通知先",
        current="settings",
        trail=way_up("console-settings"),
        errors=errors,
        status=status,
        made=made,
        rows=rows,
        may_edit=request.user.may("api_keys.edit"),
        kinds=[(kind, plainly("{}（{}）").format(plainly(words), kind)) for kind, words in WORDS.items()],
        told=told or {"name": "", "url": "", "kinds": []},
    )
