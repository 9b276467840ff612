"""書き出しの申請: a file with the personal data of many is asked for by one and approved by another."""

from typing import Final

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.accounts.exports import actions, queries
from keizoku.accounts.exports.actions import Wanted
from keizoku.accounts.exports.queries import RequestRow
from keizoku.accounts.exports.rules import (
    FILES,
    KIND_WORDS,
    LONGEST_PURPOSE,
    PERMISSIONS,
    Kind,
    Rule,
    State,
)
from keizoku.console.exporting import PEOPLE, SUBJECTS, place
from keizoku.console.forms.numbers import whole_number
from keizoku.console.forms.verbs import pressed
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.kernel.errors import Refusal
from keizoku.ui.components.display import Column, Row, badge_cell
from keizoku.ui.formats import datetime_jst, people
from keizoku.ui.speaking import plainly

TITLE: Final = "書き出しの申請"
COLUMNS: Final = (
    Column("番号", is_number=True),
    Column("ファイル"),
    Column("人数", is_number=True),
    Column("目的", is_wide=True),
    Column("申請した人"),
    Column("状態"),
    Column("承認した人"),
    Column("申請"),
)
FILE_COLUMNS: Final = (Column("ファイル"), Column("決まり"), Column("わけ", is_wide=True))
TONES: Final = {State.ASKED: "attention", State.APPROVED: "good", State.PRODUCED: "progress"}
RULE_WORDS: Final = {
    Rule.REQUEST: "申請と、ほかの人の承認",
    Rule.ONE_PERSON: "1人分なので、申請なし",
    Rule.NO_PERSON: "個人情報がないので、申請なし",
    Rule.OWN_RULE: "別の決まり",
}


@screen("own.sign_in")
def listing(request: StaffRequest) -> HttpResponse:
    """Everybody's for whoever may see them, one's own for the others."""
    sees_all = request.user.may("exports.read")
    before = whole_number(request.GET.get("before", "")) or 0
    rows, further = queries.page(asked_by=None if sees_all else request.user.pk, before=before)
    return page(
        request,
        "exports",
        title=TITLE,
        current="settings",
        trail=way_up("console-settings"),
        columns=COLUMNS,
        rows=[_row(row) for row in rows],
        shown=len(rows),
        next_url=f"?before={further}" if further else "",
        sees_all=sees_all,
        file_columns=FILE_COLUMNS,
        files=[
            Row((plainly(file.name), plainly(RULE_WORDS[file.rule]), plainly(file.because))) for file in FILES
        ],
    )


@screen("own.sign_in", "GET", "POST")
def new(request: StaffRequest) -> HttpResponse:
    asked = request.POST or request.GET
    kind, about = _kind(asked.get("kind", "")), whole_number(asked.get("about", ""))
    if about is None or not request.user.may(PERMISSIONS[kind]):
        raise Http404
    count, purpose = PEOPLE[kind](about), request.POST.get("purpose", "")
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            number = actions.ask(Wanted(kind, about, count, purpose), actor=request.user.actor)
        except Refusal as refusal:
            errors = errors_of(refusal, "purpose")
        else:
            tell(request, "書き出しを申請しました", "承認されると、3日以内に1回だけ作れます。")
            return redirect("console-export-request", number)
    return page(
        request,
        "export_new",
        title="書き出しを申請する",
        current="settings",
        trail=[*way_up("console-settings"), (TITLE, reverse("console-exports"))],
        status=422 if errors else 200,
        errors=errors,
        kind=kind.value,
        about=about,
        purpose=purpose,
        longest=LONGEST_PURPOSE,
        facts=[
            ("ファイル", plainly(KIND_WORDS[kind])),
            ("もと", f"{plainly(SUBJECTS[kind])} {about}"),
            ("人数", people(count)),
        ],
        label=f"{people(count)}の書き出しを申請する",
        back_url=place(kind, about),
    )


@screen("own.sign_in")
def one(request: StaffRequest, number: int) -> HttpResponse:
    return _one(request, _seen(request, number))


@screen("exports.approve", "POST")
def decide(request: StaffRequest, number: int) -> HttpResponse:
    is_approved = pressed(request, "verdict", "approve", "refuse") == "approve"
    typed = whole_number(request.POST.get("typed_number", ""))
    try:
        actions.decide(number, is_approved=is_approved, people=typed, actor=request.user.actor)
    except Refusal as refusal:
        return _one(request, queries.one(number), errors=errors_of(refusal, "typed_number"), status=409)
    tell(request, "承認しました" if is_approved else "認めませんでした")
    return redirect("console-export-request", number)


@screen("own.sign_in", "POST")
def withdraw(request: StaffRequest, number: int) -> HttpResponse:
    _seen(request, number)
    actions.withdraw(number, actor=request.user.actor)
    tell(request, "申請を取り下げました")
    return redirect("console-exports")


def _kind(text: str) -> Kind:
    try:
        return Kind(text)
    except ValueError:
        raise Http404 from None


def _seen(request: StaffRequest, number: int) -> RequestRow:
    """One's own, or everybody's for whoever may see them; another's looks as one that is not there."""
    row = queries.one(number)
    if row.asked_by != request.user.pk and not request.user.may("exports.read"):
        raise Http404
    return row


def _one(
    request: StaffRequest, row: RequestRow, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    is_own = row.asked_by == request.user.pk
    return page(
        request,
        "export_request",
        title=f"書き出しの申請 {row.number}",
        current="settings",
        trail=[*way_up("console-settings"), (TITLE, reverse("console-exports"))],
        status=status,
        errors=errors,
        row=row,
        facts=[
            ("ファイル", plainly(row.kind_words)),
            ("もと", f"{plainly(SUBJECTS[row.kind])} {row.subject_id}"),
            ("人数", people(row.people)),
            ("目的", row.purpose),
            ("申請した人", row.asker),
            ("申請", datetime_jst(row.asked_at)),
            ("状態", plainly(row.state_words)),
            ("承認・否認した人", row.decider or "—"),
        ],
        may_decide=row.state is State.ASKED and not is_own and request.user.may("exports.approve"),
        may_withdraw=is_own and row.state in {State.ASKED, State.APPROVED},
        may_make=is_own and row.state is State.APPROVED,
        place_url=place(row.kind, row.subject_id),
        approves=[("verdict", "approve")],
        button=f"{people(row.people)}の書き出しを承認する",
        back_url=reverse("console-exports"),
    )


def _row(row: RequestRow) -> Row:
    return Row(
        (
            row.number,
            plainly("{}（{}）").format(
                plainly(row.kind_words), f"{plainly(SUBJECTS[row.kind])} {row.subject_id}"
            ),
            people(row.people),
            row.purpose,
            row.asker,
            badge_cell(row.state_words, TONES.get(row.state, "neutral")),
            row.decider or "—",
            datetime_jst(row.asked_at),
        ),
        url=reverse("console-export-request", args=[row.number]),
    )
