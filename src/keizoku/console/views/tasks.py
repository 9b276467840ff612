"""タスク: mine, my role's, everybody's; what is past its day; one opened, taken, handed over, ended."""

from datetime import date
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.accounts import queries as accounts
from keizoku.accounts.rules import ROLE_NAMES
from keizoku.audit import actions as audit
from keizoku.console.forms.audit import day
from keizoku.console.forms.numbers import whole_number
from keizoku.console.names import actor_names
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.customers import queries as customers
from keizoku.customers.casework import actions, queries
from keizoku.customers.casework.actions import Owner
from keizoku.customers.casework.queries import TaskRow
from keizoku.customers.casework.rules import LONGEST_WORDS, ROLES, TASK_LABELS, State, TaskKind
from keizoku.customers.errors import TaskRefused
from keizoku.kernel.clock import business_today
from keizoku.ui.components.display import Column, Row, badge_cell
from keizoku.ui.components.work import FilterPart
from keizoku.ui.speaking import plainly

SHOWN: Final = 50
CHOOSE = ("", "選んでください")
WHOSE: Final = (("mine", "私の"), ("role", "私の役割の"), ("both", "私と私の役割の"), ("all", "全員の"))
WHICH: Final = (("open", "終わっていないタスク"), ("overdue", "期限を過ぎたタスク"))
COLUMNS: Final = (Column("タスク"), Column("お客さま"), Column("担当"), Column("期限"), Column("状態"))


@screen("tasks.use")
def listing(request: StaffRequest) -> HttpResponse:
    whose = _one_of(WHOSE, request.GET.get("whose", ""), "both")
    which = _one_of(WHICH, request.GET.get("which", ""), "open")
    today = business_today()
    found = queries.open_tasks(
        owner=request.user.pk if whose in {"mine", "both"} else None,
        role=request.user.role if whose in {"role", "both"} else "",
        overdue_on=today if which == "overdue" else None,
        after=_after(request.GET.get("after", "")),
        limit=SHOWN + 1,
    )
    shown = found[:SHOWN]
    names = _staff_names(shown)
    last = shown[-1] if len(found) > SHOWN else None
    return page(
        request,
        "tasks",
        title="タスク",
        current="tasks",
        filters=[
            FilterPart(name="whose", label="だれの", options=WHOSE, value=whose),
            FilterPart(name="which", label="どの", options=WHICH, value=which),
            FilterPart("を、期限の早い順に見る"),
        ],
        columns=COLUMNS,
        rows=[_row(task, names, today) for task in shown],
        next_url=f"?whose={whose}&which={which}&after={last.due_on.isoformat()}~{last.id}" if last else "",
    )


@screen("tasks.use")
def detail(request: StaffRequest, task_id: int) -> HttpResponse:
    return _detail_page(request, task_id)


@screen("tasks.use", "GET", "POST")
def new(request: StaffRequest) -> HttpResponse:
    if request.method == "GET":
        return _form(request)
    typed = request.POST
    errors = {}
    due_on, customer = day(typed.get("due_on", "")), typed.get("customer", "").strip()
    customer_id = whole_number(customer)
    if typed.get("kind") not in tuple(TaskKind):
        errors["kind"] = "種類を選んでください。"
    if due_on is None:
        errors["due_on"] = "日付を入力してください（例：2026-04-01）。"
    if customer and (customer_id is None or not customers.summaries([customer_id])):
        errors["customer"] = "このお客さまは登録されていません。画面の「No.」の番号を入力してください。"
    if errors or due_on is None:
        return _form(request, errors, 422)
    try:
        task_id = actions.open_task(
            TaskKind(typed["kind"]),
            typed.get("words", ""),
            owner=_owner(typed.get("owner", "")),
            due_on=due_on,
            actor=request.user.actor,
            today=business_today(),
            customer_id=customer_id if customer else None,
        )
    except TaskRefused as refusal:
        return _form(request, errors_of(refusal), 409)
    tell(request, "タスクを開きました", "期限を過ぎると、印がついて、最初の画面に出ます。")
    return redirect("console-task", task_id)


@screen("tasks.use", "POST")
def act(request: StaffRequest, task_id: int) -> HttpResponse:
    """Take, finish, cancel or hand over one task."""
    verb, actor = request.POST.get("act", ""), request.user.actor
    try:
        match verb:
            case "take":
                actions.take_task(task_id, actor=actor)
            case "done":
                actions.finish_task(task_id, actor=actor)
            case "cancel":
                actions.cancel_task(task_id, actor=actor)
            case "hand_over":
                actions.hand_over(task_id, _owner(request.POST.get("owner", "")), actor=actor)
            case _:
                return redirect("console-task", task_id)
    except TaskRefused as refusal:
        return _detail_page(request, task_id, errors_of(refusal), 409)
    told = {
        "take": "引き受けました",
        "done": "完了にしました",
        "cancel": "取りやめました",
        "hand_over": "引き継ぎました",
    }
    tell(request, told[verb])
    return redirect("console-tasks" if verb in {"done", "cancel"} else "console-task", *_rest(verb, task_id))


def _rest(verb: str, task_id: int) -> tuple[int, ...]:
    return () if verb in {"done", "cancel"} else (task_id,)


def _detail_page(
    request: StaffRequest, task_id: int, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    task, today = queries.task(task_id), business_today()
    grant = None
    if task.customer_id is not None:
        grant = audit.grant_read(
            actor=request.user.actor, purpose="customer.task", subjects=[task.customer_id]
        )
    actors = actor_names({task.opened_by} | ({task.ended_by} if task.ended_by else set()))
    facts: list[tuple[str, object]] = [
        ("担当", _owner_words(task, _staff_names([task]))),
        ("期限", task.due_on.isoformat()),
        ("状態", _state(task, today)),
        ("開いた人", actors[task.opened_by]),
        *([("終えた人", actors[task.ended_by])] if task.ended_by else []),
    ]
    return page(
        request,
        "task",
        title=f"タスク：{task.label}",
        current="tasks",
        trail=way_up("console-tasks"),
        errors=errors,
        status=status,
        task=task,
        facts=facts,
        words=queries.words([task_id], grant)[task_id],
        is_open=task.state is State.OPEN,
        may_take=task.state is State.OPEN and task.owner_role == request.user.role,
        owners=[CHOOSE, *_owners()],
    )


def _form(request: StaffRequest, errors: dict[str, str] | None = None, status: int = 200) -> HttpResponse:
    typed = request.POST if request.method == "POST" else request.GET
    return page(
        request,
        "task_new",
        title="タスクを開く",
        current="tasks",
        trail=way_up("console-tasks"),
        errors=errors,
        status=status,
        typed=typed,
        kinds=[CHOOSE, *((kind.value, label) for kind, label in TASK_LABELS.items())],
        owners=[(f"staff:{request.user.pk}", "私"), *_owners(but=request.user.pk)],
        longest=LONGEST_WORDS,
    )


def _owners(but: int | None = None) -> list[tuple[str, str]]:
    """Roles first, then people who may have tasks."""
    roles = [(f"role:{role}", f"役割：{ROLE_NAMES[role]}") for role in ROLES]
    people = [
        (f"staff:{one.id}", f"{one.display_name}（{one.role_name}）")
        for one in accounts.staff()
        if one.is_active and one.role in ROLES and one.id != but
    ]
    return roles + people


def _owner(text: str) -> Owner:
    kind, _, value = text.partition(":")
    if kind == "staff" and (number := whole_number(value)) is not None:
        return Owner(staff=number)
    return Owner(role=value if kind == "role" else "")


def _row(task: TaskRow, names: dict[int, str], today: date) -> Row:
    return Row(
        (
            plainly(task.label),
            f"No. {task.customer_id}" if task.customer_id else "—",
            _owner_words(task, names),
            task.due_on.isoformat(),
            _state(task, today),
        ),
        url=reverse("console-task", args=[task.id]),
    )


def _state(task: TaskRow, today: date) -> object:
    if task.is_overdue(today):
        return badge_cell("期限超過", "bad")
    tone = "progress" if task.state is State.OPEN else "neutral"
    return badge_cell(task.state_words, tone)


def _owner_words(task: TaskRow, names: dict[int, str]) -> str:
    if task.owner is None:
        return plainly(f"役割：{task.role_name}")
    return names.get(task.owner) or plainly(f"職員 {task.owner}")


def _staff_names(tasks: list[TaskRow]) -> dict[int, str]:
    return accounts.display_names([task.owner for task in tasks if task.owner is not None])


def _one_of(options: tuple[tuple[str, str], ...], typed: str, otherwise: str) -> str:
    return typed if typed in dict(options) else otherwise


def _after(typed: str) -> tuple[date, int] | None:
    on, _, number = typed.partition("~")
    found = day(on)
    return (found, int(number)) if found and number.isdigit() else None
