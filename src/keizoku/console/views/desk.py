"""審査: the queue, one case with the record beside the answer, the decision."""

from datetime import datetime
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from keizoku.console.names import actor_names
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.console.values import written
from keizoku.kernel.errors import Refusal
from keizoku.reviews import actions
from keizoku.reviews import queries as reviews
from keizoku.reviews.queries import Case, CaseField, QueueKey, QueueRow
from keizoku.reviews.rules.reasons import LEADS_TO, OUTCOME_WORDS, REASONS, Outcome
from keizoku.reviews.rules.states import may_decide
from keizoku.risk import queries as risk
from keizoku.risk.rules.scale import Level
from keizoku.ui.components.display import Column, Comparison, Row, badge_cell, level_cell
from keizoku.ui.formats import datetime_jst, number

SHOWN: Final = 50
LONGEST_NOTE: Final = 500
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
# What a decision does, said on its button and beside it; the most usual first.
ACTS: Final = {
    Outcome.APPROVE: (
        "承認して記録に反映する",
        "primary",
        "回答がお客さまの記録になり、リスクを評価し直します。",
    ),
    Outcome.ASK_AGAIN: ("もう一度おたずねする", "secondary", "同じ受付番号で、もう一度答えていただきます。"),
    Outcome.REJECT: ("否認する", "danger", "記録は変わりません。この確認は終わります。"),
    Outcome.WITHDRAW: ("取り下げる", "secondary", "記録は変わりません。この確認は終わります。"),
}


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


@screen("customers.unmask")
def case(request: StaffRequest, review_id: int) -> HttpResponse:
    """Opening a case is reading a customer's record: the audit keeps who and when."""
    return _case_page(request, review_id)


@screen("reviews.decide", "POST")
def decide(request: StaffRequest, review_id: int) -> HttpResponse:
    """``outcome`` names the button; its reason and note carry the outcome in their names."""
    posted = request.POST.get("outcome", "")
    if posted not in set(Outcome):
        return redirect("console-case", review_id)
    outcome = Outcome(posted)
    reason, note = request.POST.get(f"reason_{posted}", ""), request.POST.get(f"note_{posted}", "")
    if not reason:
        wrong = {f"reason_{posted}": f"「{ACTS[outcome][0]}」理由を1つ選んでください。"}
        return _case_page(request, review_id, notes={posted: note}, errors=wrong, status=422)
    try:
        actions.decide(review_id, outcome, reason, request.user, note=note)
    except Refusal as refusal:
        return _case_page(request, review_id, notes={posted: note}, errors=errors_of(refusal), status=409)
    tell(request, f"決定しました：{OUTCOME_WORDS[outcome]}", "次の案件に進めます。")
    return redirect("console-desk")


@screen("reviews.decide", "POST")
def release(request: StaffRequest, review_id: int) -> HttpResponse:
    actions.release_case(review_id, request.user)
    tell(request, "案件を戻しました", "ほかの担当者が取れます。")
    return redirect("console-desk")


def _case_page(
    request: StaffRequest,
    review_id: int,
    *,
    notes: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    found = actions.open_case(review_id, request.user)
    customer_id = found.review.customer_id
    involved = {f"staff:{one}" for one in (found.answered_by, found.assigned_to) if one}
    names = actor_names(involved | {f"staff:{decision.decided_by}" for decision in found.decisions})
    return page(
        request,
        "case",
        title=f"受付番号 {found.review.code}",
        current="desk",
        trail=way_up("console-desk"),
        status=status,
        errors=errors,
        case=found,
        answered_by=names.get(f"staff:{found.answered_by}", ""),
        assigned_to=names.get(f"staff:{found.assigned_to}", ""),
        comparisons=[_comparison(one, found) for one in found.fields if one.is_change or one.is_confirmed],
        notes=[one for one in found.fields if not one.is_change and not one.is_confirmed],
        standing=risk.standing(customer_id),
        rating=risk.latest_rating(customer_id),
        decisions=[(row, names[f"staff:{row.decided_by}"]) for row in found.decisions],
        acts=_acts(found, notes or {}, errors or {}) if request.user.may("reviews.decide") else [],
        longest_note=LONGEST_NOTE,
        is_mine=found.assigned_to == request.user.pk,
        customer_url=reverse("console-customer", args=[customer_id]),
    )


def _acts(found: Case, notes: dict[str, str], errors: dict[str, str]) -> list[dict[str, object]]:
    """The decisions that may follow now, each with its own closed list of reasons."""
    return [
        {
            "outcome": outcome.value,
            "title": OUTCOME_WORDS[outcome],
            "label": label,
            "kind": kind,
            "words": words,
            "reason_name": f"reason_{outcome.value}",
            "note_name": f"note_{outcome.value}",
            "note": notes.get(outcome.value, ""),
            "is_open": outcome is Outcome.APPROVE or outcome.value in notes,
            "error": errors.get(f"reason_{outcome.value}", ""),
            "reasons": list(REASONS[outcome].items()),
        }
        for outcome, (label, kind, words) in ACTS.items()
        if may_decide(found.review.state, LEADS_TO[outcome])
    ]


def _comparison(one: CaseField, found: Case) -> Comparison:
    return Comparison(
        label=one.label,
        old=written(one.field, one.old) or "登録なし",
        new=written(one.field, one.new),
        source=f"お客さまの回答（{found.entry}）",
        old_source=one.source,
        is_changed=one.is_change,
    )


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
