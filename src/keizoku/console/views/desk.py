"""審査: the queue by its filter, the next case from it, filters kept under a name."""

from collections.abc import Mapping
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from keizoku.accounts import queries as accounts
from keizoku.console.forms.desk import QueueForm, is_reviewer
from keizoku.console.forms.numbers import whole_number
from keizoku.console.page import errors_of, page, tell
from keizoku.console.queues import due_cell, place, place_text, pressing_tiles
from keizoku.console.screen import StaffRequest, screen
from keizoku.kernel.errors import Refusal
from keizoku.reviews import actions
from keizoku.reviews import queries as reviews
from keizoku.reviews.queries import DeskCounts, QueueKey, QueueRow
from keizoku.ui.components.display import Column, Row, Tile, badge_cell, level_cell
from keizoku.ui.formats import datetime_jst, number
from keizoku.ui.speaking import plainly

SHOWN: Final = 50
COLUMNS: Final = (
    Column("受付番号"),
    Column("審査の期限"),
    Column("状態"),
    Column("リスク"),
    Column("待ちはじめ"),
    Column("変わる項目", is_number=True),
    Column("申し出"),
    Column("担当"),
)
# The keys and what they do, as the help tells them.
KEYS: Final = (
    ("J・K", "次の行・前の行へ（Enterで開く）"),
    ("N", "次の案件を取る"),
)


@screen("reviews.read")
def queue(request: StaffRequest) -> HttpResponse:
    return _queue_page(request, QueueForm.read(request.GET))


@screen("reviews.decide", "POST")
def take_next(request: StaffRequest) -> HttpResponse:
    """The next case of the filter; ``passing`` is the one that is put back for it."""
    form = QueueForm.read(request.POST)
    return to_next(request, form, passing=whole_number(request.POST.get("passing", "")))


@screen("reviews.read", "POST")
def keep_filter(request: StaffRequest) -> HttpResponse:
    form = QueueForm.read(request.POST)
    name = request.POST.get("name", "")
    try:
        actions.save_filter(request.user, name, form.query, is_shared="shared" in request.POST)
    except Refusal as refusal:
        return _queue_page(request, form, name=name, errors=errors_of(refusal, "name"), status=422)
    tell(request, f"条件を「{name.strip()}」として保存しました")
    return redirect(back_to_queue(form))


@screen("reviews.read", "POST")
def drop_filter(request: StaffRequest, filter_id: int) -> HttpResponse:
    actions.drop_filter(filter_id, request.user)
    tell(request, "保存した条件を消しました")
    return redirect("console-desk")


def to_next(
    request: StaffRequest, form: QueueForm, *, passing: int | None = None, done: str = ""
) -> HttpResponse:
    """Lead on to the next case of the filter, or back to the queue when there is none; ``done``: what was done before."""
    review_id = actions.assign_next(request.user, form.wanted(), passing=passing)
    if review_id is None:
        none, why = "いま取れる案件はありません", "ほかの担当者が持っている案件は、30分で戻ります。"
        tell(request, done or none, f"{none}。{why}" if done else why)
        return redirect(back_to_queue(form))
    if done:
        tell(request, done)
    return redirect(case_url(review_id, form))


def case_url(review_id: int, form: QueueForm) -> str:
    url = reverse("console-case", args=[review_id])
    return f"{url}?{form.query}" if form.query else url


def back_to_queue(form: QueueForm) -> str:
    url = reverse("console-desk")
    return f"{url}?{form.query}" if form.query else url


def _queue_page(
    request: StaffRequest,
    form: QueueForm,
    *,
    name: str = "",
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    staff_id = request.user.pk
    saved = reviews.saved_filters(staff_id)
    found = reviews.queue(
        after=_after(request.GET.get("after", "")),
        limit=SHOWN + 1,
        wanted=form.wanted(),
        staff_id=staff_id,
    )
    shown, staff = found[:SHOWN], accounts.staff()
    names = {row.id: row.display_name for row in staff}
    may_open = request.user.may("customers.unmask")
    behind = f"after={key_text(shown[-1].key)}" if len(found) > SHOWN else ""
    may_supervise = request.user.may("reviews.supervise")
    return page(
        request,
        "desk",
        title="審査",
        current="desk",
        status=status,
        errors=errors,
        tiles=_tiles(reviews.counts(staff_id)),
        saved=saved,
        own=[(one, f"「{one.name}」を消す") for one in saved if one.is_own],
        filters=form.sentence(staff),
        filter_name=name,
        hidden=form.hidden,
        clear_url=reverse("console-desk") if form.query else "",
        keys=KEYS,
        columns=COLUMNS,
        rows=[_row(row, names, url=case_url(row.review_id, form) if may_open else "") for row in shown],
        total=reviews.count(form.wanted(), staff_id).asked(),
        next_url=f"?{'&'.join(filter(None, [form.query, behind]))}" if behind else "",
        may_decide=request.user.may("reviews.decide"),
        may_supervise=may_supervise,
        may_check=request.user.may("quality.check"),
        reviewers=[(str(row.id), row.display_name) for row in staff if is_reviewer(row)]
        if may_supervise
        else [],
    )


def _tiles(found: DeskCounts) -> list[Tile]:
    url = reverse("console-desk")
    return [
        *pressing_tiles(found, "審査を待つ", url),
        Tile("自分の案件", number(found.mine), "件", url=f"{url}?assigned=me"),
        Tile("後回し", number(found.resting), "件", url=f"{url}?resting=1"),
    ]


def _row(row: QueueRow, names: Mapping[int, str], *, url: str) -> Row:
    state = badge_cell(row.state_words, "attention" if row.is_escalated else "progress")
    due = due_cell(row.due_at, row.urgency)
    if row.snoozed_until is not None:
        rest = plainly("{}に戻る（{}）")
        due = format_html(rest, datetime_jst(row.snoozed_until), plainly(row.snooze_words))
    person = names.get(row.assigned_to or 0, "—")
    cells = (
        row.code,
        due,
        state,
        level_cell(row.level),
        datetime_jst(row.waiting_since),
        number(row.changes),
        plainly(row.help or "—"),
        plainly(f"{person}（作業中）") if row.held_by else person,
    )
    return Row(cells, url=url)


def _after(text: str) -> QueueKey | None:
    found = place(text)
    return QueueKey(*found) if found is not None else None


def key_text(key: QueueKey) -> str:
    return place_text(key.due_at, key.review_id)
