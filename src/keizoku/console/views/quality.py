"""品質確認: drawn decisions that wait for a second look, one of them, what was found, and the shares."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.audit.actions import grant_read
from keizoku.console.forms.numbers import whole_number
from keizoku.console.forms.verbs import pressed
from keizoku.console.names import actor_names
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.kernel.errors import Refusal
from keizoku.reviews.policies import queries as policies
from keizoku.reviews.quality import actions, queries
from keizoku.reviews.quality.errors import CheckRefused
from keizoku.reviews.quality.queries import CheckRow
from keizoku.reviews.quality.rules import FINDINGS, FOLLOW_UP_WORDS, MAXIMUM_AGES, FollowUp, State
from keizoku.reviews.rules.limits import LONGEST_NOTE
from keizoku.ui.components.display import Column, Row, badge_cell
from keizoku.ui.formats import datetime_jst, number
from keizoku.ui.speaking import listed, plainly

SHOWN = 50
COLUMNS = (
    Column("受付番号"),
    Column("決定"),
    Column("決めた人"),
    Column("決めた日時"),
    Column("状態"),
    Column("見つかったこと"),
)
COUNT_COLUMNS = (
    Column("決めた人"),
    Column("決定", is_number=True),
    Column("抽出", is_number=True),
    Column("確認済み", is_number=True),
    Column("不適切", is_number=True),
    Column("不適切の理由"),
)
SHARE_COLUMNS = (Column("だれの決定"), Column("抽出する割合", is_number=True), Column("決めた人"))
TONES = {"waiting": "progress", "proper": "good", "improper": "attention", "settled": "neutral"}


@screen("quality.check")
def listing(request: StaffRequest) -> HttpResponse:
    after = whole_number(request.GET.get("after", "")) or 0
    found = queries.checks(after=after, limit=SHOWN + 1)
    shown = found[:SHOWN]
    names = actor_names({row.decided_by for row in shown})
    waiting = queries.waiting()
    return page(
        request,
        "quality",
        title="品質確認",
        current="desk",
        trail=way_up("console-desk"),
        columns=COLUMNS,
        rows=[_row(row, names[row.decided_by]) for row in shown],
        next_url=f"?after={shown[-1].id}" if len(found) > SHOWN else "",
        waiting=waiting[State.WAITING],
        improper=waiting[State.IMPROPER],
        may_count=request.user.may("policies.read"),
    )


@screen("policies.read")
def counted(request: StaffRequest) -> HttpResponse:
    return _counts_page(request)


@screen("policies.edit", "POST")
def share(request: StaffRequest) -> HttpResponse:
    percent, whose = whole_number(request.POST.get("percent", "")), request.POST.get("staff", "")
    # What cannot be read is nobody's number, not everybody.
    staff_id = None if not whose else whole_number(whose) or 0
    try:
        actions.set_share(-1 if percent is None else percent, request.user.actor, staff_id=staff_id)
    except CheckRefused as refusal:
        return _counts_page(request, errors=errors_of(refusal, refusal.field), status=422)
    tell(request, "抽出する割合を決めました", "これからの決定に使います。")
    return redirect("console-quality-counts")


@screen("quality.check")
def detail(request: StaffRequest, check_id: int) -> HttpResponse:
    return _check_page(request, check_id)


@screen("quality.check", "POST")
def find(request: StaffRequest, check_id: int) -> HttpResponse:
    """``verdict`` names the button."""
    note, finding = request.POST.get("note", ""), request.POST.get("finding", "")
    verdict = pressed(request, "verdict", "proper", "improper")
    try:
        if verdict == "improper":
            actions.find_improper(check_id, finding, request.user, note=note)
        else:
            actions.find_proper(check_id, request.user, note=note)
    except CheckRefused as refusal:
        errors = errors_of(refusal, refusal.field)
        return _check_page(request, check_id, note=note, finding=finding, errors=errors, status=422)
    tell(request, "品質確認を記録しました", "決定そのものは変わっていません。")
    if verdict == "improper":
        return redirect("console-quality-check", check_id)
    return redirect("console-quality")


@screen("quality.check", "POST")
def settle(request: StaffRequest, check_id: int) -> HttpResponse:
    posted = request.POST.get("follow_up", "")
    if posted not in set(FollowUp):
        wrong = {"follow_up": "どう対応するかを1つ選んでください。"}
        return _check_page(request, check_id, errors=wrong, status=422)
    try:
        actions.settle(check_id, FollowUp(posted), request.user)
    except Refusal as refusal:
        return _check_page(request, check_id, errors=errors_of(refusal), status=409)
    tell(request, "対応を決めました", FOLLOW_UP_WORDS[FollowUp(posted)])
    return redirect("console-quality")


def _check_page(
    request: StaffRequest,
    check_id: int,
    *,
    note: str = "",
    finding: str = "",
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    subject = queries.customer_of(check_id)
    grant = grant_read(actor=request.user.actor, purpose="review.quality", subjects=[subject])
    found = queries.check(check_id, request.user, grant)
    row = found.row
    names = actor_names({name for name in (row.decided_by, row.checked_by) if name})
    return page(
        request,
        "quality_check",
        title=f"品質確認 {row.code}",
        current="desk",
        trail=way_up("console-desk", "console-quality"),
        errors=errors,
        status=status,
        check=row,
        facts=[
            ("決定", plainly(f"{row.outcome}（{row.reason}）")),
            ("決めた人", _decided_by(row.policy, names[row.decided_by])),
            ("決めた日時", datetime_jst(row.decided_at)),
            ("抽出した割合", f"{row.percent}%"),
            ("状態", badge_cell(row.state_words, TONES[row.state])),
            ("確かめた人", names.get(row.checked_by, "—")),
            ("見つかったこと", plainly(row.finding or "—")),
            ("対応", plainly(row.follow_up or "—")),
            ("メモ", found.note or "—"),
        ],
        judgements=policies.judgements(row.review_id) if request.user.may("policies.read") else [],
        is_own=found.is_own,
        is_open=row.state in MAXIMUM_AGES,
        note=note,
        finding=finding,
        longest_note=LONGEST_NOTE,
        findings=list(FINDINGS.items()),
        follow_ups=[(one.value, words) for one, words in FOLLOW_UP_WORDS.items()],
        case_url=reverse("console-case", args=[row.review_id])
        if request.user.may("customers.unmask")
        else "",
    )


def _counts_page(
    request: StaffRequest, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    counts, shares = queries.counts(), queries.shares()
    staff = [row.decided_by for row in counts if row.policy is None]
    names = actor_names(
        {*staff, *(f"staff:{one.staff_id}" for one in shares), *(one.set_by for one in shares if one.set_by)}
    )
    return page(
        request,
        "quality_counts",
        title="品質確認の集計",
        current="desk",
        trail=way_up("console-desk", "console-quality") if request.user.may("quality.check") else [],
        errors=errors,
        status=status,
        count_columns=COUNT_COLUMNS,
        count_rows=[
            Row(
                (
                    _decided_by(row.policy, names.get(row.decided_by, "")),
                    number(row.decisions),
                    number(row.drawn),
                    number(row.checked),
                    number(row.improper),
                    listed(plainly(f"{words} {count}件") for words, count in row.findings) or "—",
                )
            )
            for row in counts
        ],
        share_columns=SHARE_COLUMNS,
        share_rows=[
            Row(
                (
                    names[f"staff:{one.staff_id}"] if one.staff_id else plainly("ほかの全員"),
                    f"{one.percent}%",
                    names.get(one.set_by) or plainly("はじめの値"),
                )
            )
            for one in shares
        ],
        people=[("", "ほかの全員"), *((name.partition(":")[2], names[name]) for name in staff)],
        percent=request.POST.get("percent", ""),
        whose=request.POST.get("staff", ""),
        may_set=request.user.may("policies.edit"),
    )


def _row(row: CheckRow, decided_by: str) -> Row:
    return Row(
        (
            row.code,
            plainly(f"{row.outcome}（{row.reason}）"),
            _decided_by(row.policy, decided_by),
            datetime_jst(row.decided_at),
            badge_cell(
                f"{row.state_words}（期限超過）" if row.is_late else row.state_words, TONES[row.state]
            ),
            plainly(row.finding or "—"),
        ),
        url=reverse("console-quality-check", args=[row.id]),
    )


def _decided_by(policy: int | None, person: str) -> str:
    return plainly(f"自動承認の決まり 第{policy}版") if policy else person
