"""APIの鍵: granted by an administrator, taken by the person whose name a key carries, replaced, revoked."""

from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect

from keizoku.accounts import queries as accounts
from keizoku.accounts.api_keys import actions, queries
from keizoku.accounts.api_keys.actions import Grant, Taken
from keizoku.accounts.api_keys.queries import KeyRow
from keizoku.accounts.api_keys.rules import DEFAULT_CALLS_A_MINUTE, LONGEST_DAYS, SCOPES, KeyState
from keizoku.console.forms.numbers import whole_number
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.kernel.errors import Refusal
from keizoku.ui.components.display import Column, Row, badge_cell
from keizoku.ui.formats import datetime_jst
from keizoku.ui.speaking import plainly

COLUMNS: Final = (
    Column("鍵"),
    Column("名前"),
    Column("名義"),
    Column("部署"),
    Column("スコープ"),
    Column("状態"),
    Column("期限"),
    Column("最後の使用"),
)
TONES: Final = {KeyState.ACTIVE: "good", KeyState.GRANTED: "attention"}
USUAL_DAYS: Final = 90


@screen("risk.read")
def api_keys(request: StaffRequest) -> HttpResponse:
    return _page(request)


@screen("api_keys.edit", "POST")
def grant(request: StaffRequest) -> HttpResponse:
    told = request.POST
    wanted = Grant(
        login=told.get("login", ""),
        name=told.get("name", ""),
        scopes=told.getlist("scopes"),
        days=whole_number(told.get("days", "")) or 0,
        department=told.get("department", ""),
        calls_a_minute=whole_number(told.get("calls_a_minute", "")) or 0,
    )
    try:
        actions.grant(wanted, actor=request.user.actor)
    except Refusal as refusal:
        return _page(request, errors=errors_of(refusal), told=_told(wanted), status=422)
    tell(
        request,
        "鍵を出しました",
        "名義の本人が、7日以内にこのページで値を受け取ると使えます。値はほかの人には見えません。",
    )
    return redirect("console-api-keys")


@screen("risk.read", "POST")
def take(request: StaffRequest, key_id: int) -> HttpResponse:
    """The only page that ever shows the secret: the answer itself, kept nowhere."""
    try:
        return _page(request, taken=actions.take(key_id, request.user))
    except Refusal as refusal:
        return _page(request, errors=errors_of(refusal), status=409)


@screen("risk.read", "POST")
def replace(request: StaffRequest, key_id: int) -> HttpResponse:
    try:
        return _page(request, taken=actions.replace(key_id, request.user))
    except Refusal as refusal:
        return _page(request, errors=errors_of(refusal), status=409)


@screen("risk.read", "POST")
def revoke(request: StaffRequest, key_id: int) -> HttpResponse:
    try:
        actions.revoke(key_id, actor=request.user.actor)
    except Refusal as refusal:
        return _page(request, errors=errors_of(refusal), status=409)
    tell(request, "鍵を取り消しました", "次の呼び出しから使えません。")
    return redirect("console-api-keys")


def _page(
    request: StaffRequest,
    *,
    taken: Taken | None = None,
    errors: dict[str, str] | None = None,
    told: dict[str, object] | None = None,
    status: int = 200,
) -> HttpResponse:
    may_read, may_edit = request.user.may("api_keys.read"), request.user.may("api_keys.edit")
    own = queries.listing(request.user.pk)
    rows = queries.listing() if may_read else []
    return page(
        request,
        "api_keys",
        title="APIの鍵",
        current="settings",
        trail=way_up("console-settings"),
        errors=errors,
        status=status,
        taken=taken,
        own=[_own(row) for row in own if row.state in {KeyState.GRANTED, KeyState.ACTIVE}],
        may_read=may_read,
        may_edit=may_edit,
        columns=COLUMNS,
        rows=[_row(row) for row in rows],
        ending=[row for row in rows if row.state in {KeyState.GRANTED, KeyState.ACTIVE}] if may_edit else [],
        people=[("", "選んでください")]
        + [
            (one.login, plainly("{}（{}）").format(one.display_name, plainly(one.role_name)))
            for one in accounts.staff()
            if one.is_active
        ],
        scopes=[(name, f"{name} — {plainly(scope.words)}") for name, scope in SCOPES.items()],
        told=told or _told(Grant("", "", (), USUAL_DAYS)),
        longest_days=LONGEST_DAYS,
    )


def _told(wanted: Grant) -> dict[str, object]:
    return {
        "login": wanted.login,
        "name": wanted.name,
        "department": wanted.department,
        "scopes": list(wanted.scopes),
        "days": wanted.days or "",
        "calls_a_minute": wanted.calls_a_minute or DEFAULT_CALLS_A_MINUTE,
    }


def _own(row: KeyRow) -> dict[str, object]:
    return {
        "row": row,
        "is_waiting": row.state is KeyState.GRANTED,
        "scopes": [(name, SCOPES[name].words) for name in row.scopes if name in SCOPES],
    }


def _row(row: KeyRow) -> Row:
    shown = "—" if row.state in {KeyState.GRANTED, KeyState.LAPSED} else f"kz_{row.prefix}…"
    return Row(
        (
            shown,
            row.name,
            row.holder,
            row.department or "—",
            "、".join(row.scopes),
            badge_cell(row.state_words, TONES.get(row.state, "neutral")),
            datetime_jst(row.expires_at),
            datetime_jst(row.last_used_at) if row.last_used_at else "—",
        )
    )
