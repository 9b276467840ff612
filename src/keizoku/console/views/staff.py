"""職員: who works here; coming, changing, going and starting anew, by two people where rights grow."""

from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.accounts import actions as accounts
from keizoku.accounts import queries
from keizoku.accounts.administration import actions
from keizoku.accounts.administration import queries as changes
from keizoku.accounts.administration.actions import Newcomer
from keizoku.accounts.administration.queries import ChangeRow
from keizoku.accounts.administration.rules import Change, State
from keizoku.accounts.factors import queries as factors
from keizoku.accounts.rules import ROLE_NAMES
from keizoku.console.forms.verbs import pressed
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.kernel.errors import Refusal
from keizoku.ui.components.display import Column, Row, badge_cell
from keizoku.ui.formats import datetime_jst
from keizoku.ui.speaking import plainly

TITLE: Final = "職員"
TICKET_MINUTES: Final = 60
COLUMNS: Final = (
    Column("ログイン名"),
    Column("氏名"),
    Column("役割"),
    Column("部署"),
    Column("状態"),
    Column("2つ目の確認", is_number=True),
    Column("最後のサインイン"),
)
CHANGE_COLUMNS: Final = (
    Column("申請"),
    Column("職員"),
    Column("内容"),
    Column("理由", is_wide=True),
    Column("申請した人"),
    Column("状態"),
    Column("答えた人"),
)
ROLES: Final = [("", "選んでください"), *ROLE_NAMES.items()]
TONES: Final = {State.ASKED: "attention", State.DONE: "good"}


@screen("staff.read")
def listing(request: StaffRequest) -> HttpResponse:
    held = factors.numbers_by_staff()
    rows = [
        Row(
            (
                member.login,
                member.display_name,
                plainly(member.role_name),
                member.department or "—",
                badge_cell("有効", "good") if member.is_active else badge_cell("停止", "neutral"),
                held.get(member.id, 0),
                datetime_jst(member.last_sign_in),
            ),
            url=reverse("console-staff-member", args=[member.id]),
        )
        for member in queries.staff()
    ]
    return page(
        request,
        "staff",
        title=TITLE,
        current="settings",
        trail=way_up("console-settings"),
        columns=COLUMNS,
        rows=rows,
        may_edit=request.user.may("staff.edit"),
        waiting=_waiting(request),
        change_columns=CHANGE_COLUMNS,
        changes=[_change(row) for row in changes.latest()],
    )


@screen("staff.edit", "GET", "POST")
def new(request: StaffRequest) -> HttpResponse:
    told = {
        name: request.POST.get(name, "").strip()
        for name in ("login", "display_name", "role", "department", "reason")
    }
    errors: dict[str, str] = {}
    if request.method == "POST":
        newcomer = Newcomer(told["login"].lower(), told["display_name"], told["role"], told["department"])
        try:
            actions.ask_to_join(newcomer, told["reason"], actor=request.user.actor)
        except Refusal as refusal:
            errors = errors_of(refusal)
        else:
            tell(
                request,
                "職員の登録を申請しました",
                "ほかの承認者が認めると有効になります。それまではサインインできません。",
            )
            return redirect("console-staff")
    return page(
        request,
        "staff_new",
        title="職員の登録を申請する",
        current="settings",
        trail=_trail(),
        status=422 if errors else 200,
        errors=errors,
        told=told,
        roles=ROLES,
    )


@screen("staff.read")
def member(request: StaffRequest, staff_id: int) -> HttpResponse:
    return _member(request, staff_id)


@screen("staff.edit", "POST")
def change(request: StaffRequest, staff_id: int) -> HttpResponse:
    """One of the four changes, named by the button."""
    reason, actor = request.POST.get("reason", ""), request.user.actor
    done = "申請しました"
    try:
        match pressed(request, "change", "role", "reset", "return", "stop"):
            case "role":
                role, department = request.POST.get("role", ""), request.POST.get("department", "")
                if actions.change_role(staff_id, role, department, reason, actor=actor) is None:
                    done = "役割を変えました"
            case "reset":
                actions.ask_to_reset(staff_id, reason, actor=actor)
            case "return":
                actions.ask_to_return(staff_id, reason, actor=actor)
            case "stop":
                actions.deactivate(staff_id, reason, actor=actor)
                done = "停止しました"
    except Refusal as refusal:
        return _member(request, staff_id, errors=errors_of(refusal), status=409)
    words = (
        "ほかの承認者が認めると、変わります。"
        if done == "申請しました"
        else "サインイン中の端末はすべてサインアウトしました。"
    )
    tell(request, done, words)
    return redirect("console-staff-member", staff_id)


@screen("staff.approve", "POST")
def decide(request: StaffRequest, number: int) -> HttpResponse:
    row, is_approved = changes.one(number), pressed(request, "verdict", "approve", "refuse") == "approve"
    try:
        actions.decide(number, is_approved=is_approved, actor=request.user.actor)
    except Refusal as refusal:
        return _member(request, row.staff_id, errors=errors_of(refusal), status=409)
    tell(request, f"{row.change_words}を承認しました" if is_approved else "認めませんでした")
    return redirect("console-staff-member", row.staff_id)


@screen("staff.edit", "POST")
def withdraw(request: StaffRequest, number: int) -> HttpResponse:
    row = changes.one(number)
    actions.withdraw(number, actor=request.user.actor)
    tell(request, "申請を取り下げました")
    return redirect("console-staff-member", row.staff_id)


@screen("staff.read", "POST")
def ticket(request: StaffRequest, staff_id: int) -> HttpResponse:
    """The only page that shows it: the answer itself. Who may depends on whom it lets in (``accounts.issue_ticket``)."""
    found = queries.active_member(staff_id)
    if found is None:
        return _member(request, staff_id, errors={"__all__": "停止している職員には出せません。"}, status=409)
    try:
        token = accounts.issue_ticket(found, TICKET_MINUTES, actor=request.user.actor)
    except Refusal as refusal:
        return _member(request, staff_id, errors=errors_of(refusal), status=409)
    address = request.build_absolute_uri(reverse("console-ticket", args=[token]))
    return _member(request, staff_id, ticket=address)


def _member(
    request: StaffRequest,
    staff_id: int,
    *,
    errors: dict[str, str] | None = None,
    ticket: str = "",
    status: int = 200,
) -> HttpResponse:
    row, user = queries.existing(staff_id), request.user
    held = factors.numbers_by_staff().get(staff_id, 0)
    is_self = user.pk == staff_id
    may_edit = user.may("staff.edit") and not is_self
    may_issue = user.may("staff.edit" if held else "staff.approve")
    return page(
        request,
        "staff_member",
        title=row.display_name,
        current="settings",
        trail=_trail(),
        status=status,
        errors=errors,
        row=row,
        facts=[
            ("ログイン名", row.login),
            ("役割", plainly(row.role_name)),
            ("部署", row.department or "—"),
            ("状態", plainly("有効" if row.is_active else "停止")),
            ("2つ目の確認", plainly(f"{held}個" if held else "まだ登録がありません")),
            ("最後のサインイン", datetime_jst(row.last_sign_in)),
        ],
        may_edit=may_edit,
        may_issue=row.is_active and may_issue and not is_self,
        minutes=TICKET_MINUTES,
        has_factor=held > 0,
        ticket=ticket,
        roles=list(ROLE_NAMES.items()),
        told=request.POST if errors else {"role": row.role, "department": row.department},
        waiting=_waiting(request, staff_id),
        change_columns=CHANGE_COLUMNS,
        changes=[_change(one) for one in changes.of(staff_id)],
    )


def _waiting(request: StaffRequest, staff_id: int | None = None) -> list[dict[str, object]]:
    """Requests that wait (about one person, or all), and what this person may do about each."""
    return [
        {
            "row": row,
            "what": _what(row),
            "may_decide": request.user.may("staff.approve")
            and request.user.pk not in {row.asked_by, row.staff_id},
            "may_withdraw": request.user.may("staff.edit"),
        }
        for row in changes.waiting()
        if staff_id in {None, row.staff_id}
    ]


def _what(row: ChangeRow) -> str:
    match row.change:
        case Change.ROLE:
            return (
                f"{_place(row.old_role_name, row.old_department)} → {_place(row.role_name, row.department)}"
            )
        case Change.RESET:
            return plainly("認証アプリ・パスキー・回復コードをすべて消す")
        case _:
            return _place(row.role_name, row.department)


def _place(role_name: str, department: str) -> str:
    return f"{plainly(role_name)}{plainly('・')}{department or plainly('部署なし')}"


def _change(row: ChangeRow) -> Row:
    what = plainly(row.change_words)
    if row.change in {Change.ROLE, Change.JOIN, Change.RETURN}:
        what = plainly("{}（{}）").format(what, _place(row.role_name, row.department))
    return Row(
        (
            datetime_jst(row.asked_at),
            row.display_name,
            what,
            row.reason,
            row.asker,
            badge_cell(row.state_words, TONES.get(row.state, "neutral")),
            row.decider or "—",
        )
    )


def _trail() -> list[tuple[str, str]]:
    return [*way_up("console-settings"), (TITLE, reverse("console-staff"))]
