"""重複: pairs who may be one customer, both records side by side, the proposal, and the approval by somebody else."""

from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.accounts.rules import roles_holding
from keizoku.console.forms.numbers import whole_number
from keizoku.console.names import actor_names
from keizoku.console.page import errors_of, page, tell
from keizoku.console.screen import StaffRequest, screen
from keizoku.customers import queries as customers
from keizoku.customers.duplicates import actions, comparing, queries
from keizoku.customers.duplicates.queries import PairRow
from keizoku.customers.duplicates.rules import STATE_WORDS, Side, State
from keizoku.kernel.clock import business_today
from keizoku.kernel.errors import Refusal
from keizoku.ui.components.display import Column, Row, badge_cell
from keizoku.ui.speaking import listed, plainly

TITLE: Final = "重複の候補"
PAIR: Final = 2
COLUMNS: Final = (
    Column("組"),
    Column("お客さま"),
    Column("理由", is_wide=True),
    Column("近さ", is_number=True),
    Column("状態"),
)


@screen("duplicates.read")
def listing(request: StaffRequest) -> HttpResponse:
    """Of one state, the likeliest first; ``after`` is "score-id" of the page before."""
    asked = request.GET.get("state", State.FOUND)
    state = State(asked) if asked in set(State) else State.FOUND
    found = queries.pairs(state, after=_place(request.GET.get("after", "")))
    more = f"?state={state}&after={found.more_after[0]}-{found.more_after[1]}" if found.more_after else ""
    return page(
        request,
        "duplicates",
        title=TITLE,
        current="customers",
        trail=_trail(request),
        states=[(f"?state={each}", words, each == state) for each, words in STATE_WORDS.items()],
        is_found=state == State.FOUND,
        columns=COLUMNS,
        rows=[_listed(row) for row in found.rows],
        total=found.total,
        next_url=more,
        last_look=queries.last_look(),
    )


@screen("duplicates.read", "GET", "POST")
def pair(request: StaffRequest, duplicate_id: int) -> HttpResponse:
    """GET shows who and why; POST opens both records, which the audit keeps."""
    return _pair_page(request, duplicate_id, is_open=request.method == "POST")


@screen("duplicates.edit", "POST")
def propose(request: StaffRequest, duplicate_id: int) -> HttpResponse:
    survivor = whole_number(request.POST.get("survivor", "")) or 0
    row = queries.pair(duplicate_id)
    # The form names the first or the second; the proposal names who stays.
    sides = {row.first_id: "first", row.second_id: "second"}
    kept = sides.get(survivor, "")
    choices = {
        name.removeprefix("keep_"): Side.SURVIVOR if value == kept else Side.OTHER
        for name, value in request.POST.items()
        if name.startswith("keep_") and value in sides.values() and isinstance(value, str)
    }
    try:
        actions.propose(duplicate_id, survivor_id=survivor, choices=choices, actor=request.user.actor)
    except Refusal as refusal:
        return _pair_page(request, duplicate_id, is_open=True, errors=errors_of(refusal), status=422)
    tell(request, "統合を提案しました", "別の人が承認すると、1人のお客さまになります。")
    return redirect("console-duplicate", duplicate_id)


@screen("duplicates.approve", "POST")
def approve(request: StaffRequest, duplicate_id: int) -> HttpResponse:
    """The approver types how many customers become one; wrong digits keep the page."""
    if whole_number(request.POST.get("typed_number", "")) != PAIR:
        wrong = {"typed_number": "数が違います。画面の人数を確かめて、数字だけを入力してください。"}
        return _pair_page(request, duplicate_id, is_open=True, errors=wrong, status=422)
    try:
        actions.approve(
            duplicate_id,
            digest=request.POST.get("digest", ""),
            actor=request.user.actor,
            today=business_today(),
        )
    except Refusal as refusal:
        return _pair_page(request, duplicate_id, is_open=False, errors=errors_of(refusal), status=409)
    tell(request, "統合しました", "どちらの顧客番号でさがしても、残ったお客さまが見つかります。")
    return redirect("console-duplicate", duplicate_id)


@screen("duplicates.read", "POST")
def send_back(request: StaffRequest, duplicate_id: int) -> HttpResponse:
    actions.send_back(duplicate_id, actor=request.user.actor)
    tell(request, "候補に戻しました", "提案は取り消されました。")
    return redirect("console-duplicate", duplicate_id)


@screen("duplicates.edit", "POST")
def keep_apart(request: StaffRequest, duplicate_id: int) -> HttpResponse:
    """POST ``act``: ``apart``, or ``reopen`` to take that back."""
    if request.POST.get("act") == "reopen":
        actions.reopen(duplicate_id, actor=request.user.actor)
        tell(request, "候補に戻しました")
    else:
        actions.keep_apart(duplicate_id, actor=request.user.actor)
        tell(request, "別の方としました", "ほかの値が同じにならないかぎり、もう候補に出ません。")
    return redirect("console-duplicate", duplicate_id)


def _pair_page(
    request: StaffRequest,
    duplicate_id: int,
    *,
    is_open: bool,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    row = queries.pair(duplicate_id)
    names = actor_names({each for each in (row.proposed_by, row.decided_by) if each})
    staff, actor = request.user, f"staff:{request.user.pk}"
    return page(
        request,
        "duplicate",
        title=f"組 {duplicate_id}",
        current="customers",
        trail=[*_trail(request), (TITLE, reverse("console-duplicates"))],
        status=status,
        errors=errors,
        pair=row,
        state=badge_cell(row.state_words, _tone(row)),
        sides=[(each.id, _summary(each)) for each in customers.summaries([row.first_id, row.second_id])],
        proposed_by=names.get(row.proposed_by, ""),
        decided_by=names.get(row.decided_by, ""),
        lines=_lines(request, row) if is_open else [],
        is_open=is_open,
        survivor=request.POST.get("survivor", ""),
        may_propose=row.state == State.FOUND and staff.may("duplicates.edit"),
        may_approve=row.state == State.PROPOSED
        and staff.may("duplicates.approve")
        and row.proposed_by != actor,
        may_send_back=row.state == State.PROPOSED,
        may_reopen=row.state == State.APART and staff.may("duplicates.edit"),
        approvers=listed(map(plainly, roles_holding("duplicates.approve")), "・"),
        approve_url=reverse("console-duplicate-approve", args=[duplicate_id]),
        number=PAIR,
        hidden=[("digest", row.proposal_digest)],
        button=f"No. {row.merged_id} を No. {row.survivor_id} に統合する（2人が1人になります）",
        facts=[
            ("残るお客さま", f"No. {row.survivor_id}"),
            ("統合されるお客さま", plainly(f"No. {row.merged_id}（今後、連絡も評価もされません）")),
            ("提案した人", names.get(row.proposed_by, "")),
        ],
    )


def _lines(request: StaffRequest, row: PairRow) -> list[dict[str, object]]:
    """Both values of each choice, and which of them is (or was) chosen: as typed, as proposed, else the newer one."""
    sides = {row.first_id: "first", row.second_id: "second"}
    shown: list[dict[str, object]] = []
    for line in comparing.compare(row.id, actor=request.user.actor):
        newer = "first" if line.newer_is_first else "second"
        proposed = (
            sides.get(queries.kept_side(row.choices[line.name], row), "") if line.name in row.choices else ""
        )
        typed = request.POST.get(f"keep_{line.name}", "")
        shown.append({"line": line, "keep": typed or proposed or newer})
    return shown


def _listed(row: PairRow) -> Row:
    state = (
        badge_cell("長く待っています", "attention")
        if row.is_late
        else badge_cell(row.state_words, _tone(row))
    )
    cells = (
        plainly(f"組 {row.id}"),
        plainly(f"No. {row.first_id} と No. {row.second_id}"),
        listed(map(plainly, row.reasons)),
        row.score,
        state,
    )
    return Row(cells, url=reverse("console-duplicate", args=[row.id]))


def _tone(row: PairRow) -> str:
    return {State.FOUND: "neutral", State.PROPOSED: "progress", State.MERGED: "good"}.get(
        State(row.state), "neutral"
    )


def _summary(one: customers.Summary) -> list[tuple[str, str]]:
    return [
        ("状態", plainly(one.state)),
        ("区分", plainly(one.kind)),
        ("都道府県", plainly(one.prefecture)),
        ("職業", plainly(one.occupation)),
        ("口座開設日", one.opened_on.isoformat()),
        ("最終確認日", one.confirmed_on.isoformat() if one.confirmed_on else "—"),
    ]


def _place(text: str) -> tuple[int, int] | None:
    score, _, last = text.partition("-")
    numbers = (whole_number(score), whole_number(last))
    return None if None in numbers else (numbers[0] or 0, numbers[1] or 0)


def _trail(request: StaffRequest) -> list[tuple[str, str]]:
    return [("お客さま", reverse("console-customers"))] if request.user.may("customers.search") else []
