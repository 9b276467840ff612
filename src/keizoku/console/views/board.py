"""審査の見わたし: who has how much, what is late, the longest waiting; cases given to people, service levels changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from keizoku.accounts import queries as accounts
from keizoku.console.forms.desk import QueueForm, is_reviewer
from keizoku.console.forms.numbers import whole_number
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.queues import due_cell
from keizoku.console.screen import StaffRequest, screen
from keizoku.console.views.desk import back_to_queue
from keizoku.kernel.clock import business_now
from keizoku.kernel.errors import Refusal
from keizoku.reviews import actions
from keizoku.reviews import queries as reviews
from keizoku.reviews.queries import Board, Group, Load, QueueRow
from keizoku.reviews.rules.service_levels import LEVEL_WORDS, LEVELS
from keizoku.reviews.rules.states import ON_THE_DESK, STATE_WORDS, State
from keizoku.ui.components.display import Column, Row, Tile, badge_cell, level_cell
from keizoku.ui.components.work import percent
from keizoku.ui.formats import datetime_jst, number
from keizoku.ui.speaking import plainly

LOADS: Final = (
    Column("担当"),
    Column("持っている件数", is_number=True),
    Column("うち期限を過ぎた", is_number=True),
    Column("待ち時間の中央値", is_number=True),
    Column("今日の決定", is_number=True),
    Column("うち期限のあと", is_number=True),
)
GROUPS: Final = (
    Column("状態"),
    Column("リスク"),
    Column("期限（営業日）", is_number=True),
    Column("待つ件数", is_number=True),
    Column("期限を過ぎた", is_number=True),
    Column("今日が期限", is_number=True),
    Column("待ち時間の中央値", is_number=True),
)


@screen("reviews.supervise")
def board(request: StaffRequest) -> HttpResponse:
    return _board_page(request)


@screen("reviews.supervise", "POST")
def give(request: StaffRequest, review_id: int) -> HttpResponse:
    """One case to one person, or back to all."""
    to = whole_number(request.POST.get("to", ""))
    try:
        actions.give_case(review_id, to, request.user)
    except Refusal as refusal:
        return _board_page(request, errors=errors_of(refusal), status=409)
    tell(request, "案件を割り当てました" if to else "割り当てを解きました")
    return redirect("console-desk-board")


@screen("reviews.supervise", "POST")
def give_next(request: StaffRequest) -> HttpResponse:
    """So many of the queue's filter, the soonest due first, to one person."""
    form = QueueForm.read(request.POST)
    to, many = (whole_number(request.POST.get(name, "")) or 0 for name in ("to", "number"))
    done = actions.give_next(form.wanted(), many, to, request.user)
    tell(request, f"{number(done)}件を割り当てました", "ほかの人が持っている案件は、そのままです。")
    return redirect(back_to_queue(form))


@screen("reviews.supervise", "POST")
def change_level(request: StaffRequest) -> HttpResponse:
    posted = request.POST.get("of", "")
    state, _, level = posted.partition(".")
    days = whole_number(request.POST.get("days", "")) or 0
    try:
        actions.set_service_level(state, level, days, request.user)
    except Refusal as refusal:
        return _board_page(request, errors=errors_of(refusal, "days"), status=422)
    tell(request, "審査の期限を変えました", "待っている案件の期限も、届いた日から数え直しました。")
    return redirect("console-desk-board")


def _board_page(
    request: StaffRequest, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    found, staff, now = reviews.board(), accounts.staff(), business_now()
    names = {row.id: row.display_name for row in staff}
    reviewers = [(str(row.id), row.display_name) for row in staff if is_reviewer(row)]
    return page(
        request,
        "board",
        title="審査の見わたし",
        current="desk",
        trail=way_up("console-desk"),
        status=status,
        errors=errors,
        tiles=_tiles(found),
        load_columns=LOADS,
        loads=[_load(row, names) for row in _with_idle(found.loads, [int(key) for key, _ in reviewers])],
        group_columns=GROUPS,
        groups=[_group(row) for row in found.groups],
        oldest=[_old(row, names, now) for row in found.oldest],
        reviewers=[("", plainly("だれにも割り当てない")), *reviewers],
        levels=[
            (f"{state.value}.{level}", f"{STATE_WORDS[state]}・リスク{LEVEL_WORDS[level]}")
            for state in ON_THE_DESK
            for level in LEVELS
        ],
    )


def _with_idle(loads: Sequence[Load], reviewers: Sequence[int]) -> list[Load]:
    """Reviewers without any case stand at the end: they could take some."""
    busy = {load.staff_id for load in loads}
    return [*loads, *(Load(one, 0, 0, None, 0, 0) for one in reviewers if one not in busy)]


def _tiles(found: Board) -> list[Tile]:
    waiting, late = sum(group.open for group in found.groups), sum(group.late for group in found.groups)
    today = sum(group.today for group in found.groups)
    url = reverse("console-desk")
    share = percent(found.decided_late, found.decided)
    return [
        Tile("審査を待つ", number(waiting), "件", url=url),
        Tile("期限を過ぎた", number(late), "件", url=f"{url}?due=late", tone="bad" if late else "neutral"),
        Tile(
            "今日が期限",
            number(today),
            "件",
            url=f"{url}?due=today",
            tone="attention" if today else "neutral",
        ),
        Tile(
            "期限のあとの決定（7日間）",
            number(found.decided_late),
            "件",
            note=f"{number(found.decided)}件のうち {share}",
            tone="attention" if found.decided_late else "neutral",
        ),
    ]


def _load(row: Load, names: Mapping[int, str]) -> Row:
    person = names.get(row.staff_id, "—") if row.staff_id else plainly("決まっていない")
    late: object = number(row.late)
    if row.late:
        late = badge_cell(f"{number(row.late)}件", "bad")
    whose = str(row.staff_id) if row.staff_id else "nobody"
    cells = (
        person,
        number(row.open),
        late,
        age_words(row.median_age),
        number(row.decided_today) if row.staff_id else "—",
        number(row.decided_late) if row.staff_id else "—",
    )
    return Row(cells, url=f"{reverse('console-desk')}?assigned={whose}")


def _group(row: Group) -> Row:
    late: object = badge_cell(f"{number(row.late)}件", "bad") if row.late else number(0)
    level = row.level or "unrated"
    cells = (
        plainly(STATE_WORDS[State(row.state)]),
        level_cell(row.level),
        number(row.days),
        number(row.open),
        late,
        number(row.today),
        age_words(row.median_age),
    )
    return Row(cells, url=f"{reverse('console-desk')}?state={row.state}&level={level}")


def _old(row: QueueRow, names: Mapping[int, str], now: datetime) -> dict[str, object]:
    return {
        "review_id": row.review_id,
        "code": row.code,
        "age": age_words(now - row.waiting_since),
        "state": row.state_words,
        "due": due_cell(row.due_at, row.urgency),
        "person": names.get(row.assigned_to or 0) or plainly("決まっていない"),
        "owner": str(row.owner or ""),
        "rest": format_html(
            plainly("{}まで後回し（{}）"), datetime_jst(row.snoozed_until), plainly(row.snooze_words)
        )
        if row.snoozed_until
        else "",
    }


def age_words(age: timedelta | None) -> str:
    """3日, or 5時間 of the first day."""
    if age is None:
        return "—"
    return plainly(f"{age.days}日" if age.days else f"{int(age.total_seconds() // 3600)}時間")
