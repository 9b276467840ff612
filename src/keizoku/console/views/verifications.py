"""本人確認: the queue by its filter, and the next case from it."""

from collections.abc import Mapping
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from keizoku.accounts import queries as accounts
from keizoku.console.forms.numbers import whole_number
from keizoku.console.forms.verifications import VerificationFilter
from keizoku.console.page import page, tell
from keizoku.console.queues import due_cell, place, place_text, pressing_tiles
from keizoku.console.screen import StaffRequest, screen
from keizoku.identity.desk import holding, queue
from keizoku.identity.desk.queue import Counts, Key, QueueRow
from keizoku.identity.rules.outcomes import OUTCOME_WORDS, Outcome
from keizoku.ui.components.display import Column, Row, Tile, Tone, badge_cell
from keizoku.ui.formats import datetime_jst, number
from keizoku.ui.speaking import plainly

SHOWN: Final = 50
COLUMNS: Final = (
    Column("番号"),
    Column("判断の期限"),
    Column("書類"),
    Column("目的"),
    Column("自動の点検"),
    Column("待ちはじめ"),
    Column("担当"),
)
KEYS: Final = (
    ("J・K", "次の行・前の行へ（Enterで開く）"),
    ("N", "次の案件を取る"),
)
OUTCOME_TONES: Final[dict[Outcome, Tone]] = {
    Outcome.PASSED: "good",
    Outcome.UNSURE: "attention",
    Outcome.FAILED: "bad",
}


@screen("identity.read")
def listing(request: StaffRequest) -> HttpResponse:
    """What waits for a decision, the soonest due first."""
    form = VerificationFilter.read(request.GET)
    staff_id = request.user.pk
    found = queue.queue(form.wanted(), staff_id, after=_after(request.GET.get("after", "")), limit=SHOWN + 1)
    shown = found[:SHOWN]
    names = {row.id: row.display_name for row in accounts.staff()}
    behind = f"after={_key(shown[-1])}" if len(found) > SHOWN else ""
    return page(
        request,
        "verifications",
        title="本人確認",
        current="identity",
        tiles=_tiles(queue.counts(staff_id)),
        filters=form.sentence(),
        hidden=form.hidden,
        clear_url=reverse("console-verifications") if form.query else "",
        keys=KEYS,
        columns=COLUMNS,
        rows=[_row(row, names, form) for row in shown],
        total=queue.count(form.wanted(), staff_id).asked(),
        next_url=f"?{'&'.join(filter(None, [form.query, behind]))}" if behind else "",
        may_decide=request.user.may("identity.decide"),
    )


@screen("identity.decide", "POST")
def take_next(request: StaffRequest) -> HttpResponse:
    """The next case of the filter; ``passing`` is the one that is put back for it."""
    form = VerificationFilter.read(request.POST)
    return to_next(request, form, passing=whole_number(request.POST.get("passing", "")))


def to_next(
    request: StaffRequest, form: VerificationFilter, *, passing: int | None = None, done: str = ""
) -> HttpResponse:
    """Lead on to the next case of the filter, or back to the list when there is none; ``done``: what was done before."""
    verification_id = holding.take_next(request.user, form.wanted(), passing=passing)
    if verification_id is None:
        none, why = "いま取れる案件はありません", "ほかの担当者が持っている案件は、30分で戻ります。"
        tell(request, done or none, f"{none}。{why}" if done else why)
        return redirect(back_to_list(form))
    if done:
        tell(request, done)
    return redirect(case_url(verification_id, form))


def case_url(verification_id: int, form: VerificationFilter) -> str:
    url = reverse("console-verification", args=[verification_id])
    return f"{url}?{form.query}" if form.query else url


def back_to_list(form: VerificationFilter) -> str:
    url = reverse("console-verifications")
    return f"{url}?{form.query}" if form.query else url


def _tiles(found: Counts) -> list[Tile]:
    url = reverse("console-verifications")
    return [
        *pressing_tiles(found, "判断を待つ", url),
        Tile("自分の案件", number(found.mine), "件", url=f"{url}?held=me"),
        Tile("2人目の確認を待つ", number(found.second), "件", url=f"{url}?second=1"),
    ]


def _row(row: QueueRow, names: Mapping[int, str], form: VerificationFilter) -> Row:
    found: object = badge_cell(OUTCOME_WORDS[row.found], OUTCOME_TONES[row.found])
    if row.has_proposal:
        found = format_html("{} {}", found, plainly("2人目の確認を待つ"))
    person = names.get(row.held_by or 0, "—")
    cells = (
        str(row.row.id),
        due_cell(row.due_at, row.urgency),
        plainly(row.row.kind_words or "—"),
        plainly(row.row.purpose_words),
        found,
        datetime_jst(row.row.state_since),
        plainly(f"{person}（作業中）") if row.held_by else person,
    )
    return Row(cells, url=case_url(row.row.id, form))


def _after(text: str) -> Key | None:
    found = place(text)
    return Key(*found) if found is not None else None


def _key(row: QueueRow) -> str:
    return place_text(row.row.state_since, row.row.id)
