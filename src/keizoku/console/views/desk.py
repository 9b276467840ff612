"""審査: the queue, and the next case from it."""

from datetime import datetime
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from keizoku.console.names import actor_names
from keizoku.console.page import page, tell
from keizoku.console.screen import StaffRequest, screen
from keizoku.reviews import actions
from keizoku.reviews import queries as reviews
from keizoku.reviews.queries import QueueKey, QueueRow
from keizoku.risk.rules.scale import Level
from keizoku.ui.components.display import Column, Row, badge_cell, level_cell
from keizoku.ui.formats import datetime_jst, number

SHOWN: Final = 50
LEVEL_CODES: Final = {level.label: level.value for level in Level}
COLUMNS: Final = (
    Column("受付番号"),
    Column("状態"),
    Column("待ちはじめ"),
    Column("リスク"),
    Column("変わる項目", is_number=True),
    Column("申し出"),
    Column("担当"),
)


@screen("reviews.read")
def queue(request: StaffRequest) -> HttpResponse:
    found = reviews.queue(after=_after(request.GET.get("after", "")), limit=SHOWN + 1)
    shown = found[:SHOWN]
    names = actor_names({f"staff:{row.assigned_to}" for row in shown if row.assigned_to})
    may_open = request.user.may("customers.unmask")
    return page(
        request,
        "desk",
        title="審査",
        current="desk",
        columns=COLUMNS,
        rows=[_row(row, names.get(f"staff:{row.assigned_to}", "—"), may_open=may_open) for row in shown],
        total=reviews.waiting().asked(),
        next_url=f"?after={_key(shown[-1].key)}" if len(found) > SHOWN else "",
        may_decide=request.user.may("reviews.decide"),
    )


@screen("reviews.decide", "POST")
def take_next(request: StaffRequest) -> HttpResponse:
    review_id = actions.assign_next(request.user)
    if review_id is None:
        tell(request, "いま取れる案件はありません", "ほかの担当者が持っている案件は、30分で戻ります。")
        return redirect("console-desk")
    return redirect("console-case", review_id)


def _row(row: QueueRow, assigned: str, *, may_open: bool) -> Row:
    state = badge_cell(row.state_words, "attention" if row.is_escalated else "progress")
    cells = (
        row.code,
        state,
        datetime_jst(row.waiting_since),
        level_cell(LEVEL_CODES.get(row.level, "")),
        number(row.changes),
        row.help or "—",
        assigned,
    )
    return Row(cells, url=reverse("console-case", args=[row.review_id]) if may_open else "")


def _after(key: str) -> QueueKey | None:
    """``2026-11-21T14:05:00.123456Z_17``, as the page before wrote it; anything else is the beginning."""
    moment, _, review_id = key.rpartition("_")
    try:
        since = parse_datetime(moment)
    except ValueError:
        return None
    if not isinstance(since, datetime) or since.tzinfo is None or not review_id.isdigit():
        return None
    return QueueKey(since, int(review_id))


def _key(key: QueueKey) -> str:
    return f"{key.waiting_since.isoformat().replace('+00:00', 'Z')}_{key.review_id}"
