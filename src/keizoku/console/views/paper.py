"""紙の回答: forms that came back, registering one, and one with what can be done with it."""

from collections.abc import Mapping
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.console.forms import paper as forms
from keizoku.console.forms.numbers import whole_number
from keizoku.console.names import actor_names
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.forms.rules.paper_code import read_form_code
from keizoku.kernel.clock import business_today
from keizoku.kernel.errors import Refusal
from keizoku.reviews.paper import queries, registering
from keizoku.reviews.paper.errors import PaperRefused
from keizoku.reviews.paper.queries import SHOWN_AT_ONCE, FormRow
from keizoku.reviews.paper.rules import CONDITION_WORDS, ENDINGS, WAITING, WHY_WORDS, FormState, Why
from keizoku.ui.components.display import Column, Row, badge_cell
from keizoku.ui.formats import datetime_jst
from keizoku.ui.speaking import plainly

COLUMNS: Final = (
    Column("受付番号"),
    Column("状態", is_wide=True),
    Column("受領日"),
    Column("版"),
    Column("登録した人"),
    Column("登録"),
)
_MARKS: Final = {
    FormState.REGISTERED: "attention",
    FormState.KEYED_ONCE: "attention",
    FormState.DOUBTFUL: "attention",
    FormState.HANDED_IN: "good",
    FormState.SET_ASIDE: "neutral",
}


@screen("paper.key", "GET", "POST")
def listing(request: StaffRequest) -> HttpResponse:
    """What waits and what came of the others; a scanned or typed code leads to its form, and stands in no address."""
    sought = request.POST.get("code", "").strip()
    errors: dict[str, str] = {}
    if sought:
        code = read_form_code(sought)
        found = queries.forms_of(code.reference) if code else []
        if len(found) == 1:
            return redirect("console-paper-form", found[0].id)
        if code is None:
            errors["code"] = "受付番号の数字がどこか違うようです。用紙の下の11桁の数字を確かめてください。"
        elif not found:
            errors["code"] = (
                "この受付番号の用紙は、まだ登録されていません。「用紙を登録する」から登録してください。"
            )
        else:
            return _listing(request, sought, errors, found)
    after, before = whole_number(request.GET.get("after", "")), whole_number(request.GET.get("before", ""))
    return _listing(request, sought, errors, None, after, before)


@screen("paper.key", "GET", "POST")
def register(request: StaffRequest) -> HttpResponse:
    """The code scanned or typed, the day, what the envelope held, and a picture if there is one."""
    if request.method == "GET":
        return _register_page(request)
    file = request.FILES.get("scan")
    try:
        form_id = registering.register(forms.arrival(request.POST), request.user)
    except PaperRefused as refusal:
        return _register_page(request, errors_of(refusal, refusal.field), status=422)
    row = queries.form(form_id)
    if file is not None:
        try:
            registering.attach(form_id, file.chunks(), request.user)
        except PaperRefused as refusal:
            return _form_page(request, row, errors_of(refusal, "scan"), status=422)
    if row.why is not None:
        tell(request, f"登録しました。回答にはなりません：{row.why_words}", row.remedy)
    else:
        tell(request, "用紙を登録しました", "入力が終わるまで、このお客さまへの連絡は止まります。")
    return redirect("console-paper-form", form_id)


@screen("paper.key")
def detail(request: StaffRequest, form_id: int) -> HttpResponse:
    return _form_page(request, queries.form(form_id))


@screen("paper.key", "POST")
def attach(request: StaffRequest, form_id: int) -> HttpResponse:
    """A picture of the form; another takes the place of the first."""
    file = request.FILES.get("scan")
    if file is None:
        return _form_page(request, queries.form(form_id), {"scan": "ファイルを選んでください。"}, status=422)
    try:
        registering.attach(form_id, file.chunks(), request.user)
    except PaperRefused as refusal:
        return _form_page(request, queries.form(form_id), errors_of(refusal, "scan"), status=422)
    tell(request, "読み取り画像を添えました")
    return redirect("console-paper-form", form_id)


@screen("paper.key", "POST")
def end(request: StaffRequest, form_id: int) -> HttpResponse:
    """It cannot become an answer; somebody has to talk to the customer."""
    why = request.POST.get("why", "")
    if why not in {one.value for one in ENDINGS}:
        row = queries.form(form_id)
        return _form_page(request, row, {"why": "回答にしない理由を選んでください。"}, status=422)
    try:
        registering.end(form_id, Why(why), request.user)
    except Refusal as refusal:
        return _form_page(request, queries.form(form_id), errors_of(refusal), status=409)
    row = queries.form(form_id)
    tell(request, f"回答にしないことにしました：{row.why_words}", row.remedy)
    return redirect("console-paper-form", form_id)


def _listing(  # noqa: PLR0917 - a page and what narrows it
    request: StaffRequest,
    sought: str,
    errors: dict[str, str],
    found: list[FormRow] | None,
    after: int | None = None,
    before: int | None = None,
) -> HttpResponse:
    waiting = queries.waiting_forms(after) if found is None else [r for r in found if r.state in WAITING]
    ended = queries.ended_forms(before) if found is None else [r for r in found if r.state not in WAITING]
    names = actor_names([f"staff:{row.registered_by}" for row in (*waiting, *ended)])
    here = reverse("console-paper")
    return page(
        request,
        "paper",
        title="紙の回答",
        current="paper",
        status=422 if errors else 200,
        errors=errors,
        sought=sought,
        columns=COLUMNS,
        waiting=[_row(row, names, request.user.pk) for row in waiting],
        ended=[_row(row, names, request.user.pk) for row in ended],
        more_url=f"{here}?after={waiting[-1].id}" if len(waiting) == SHOWN_AT_ONCE else "",
        older_url=f"{here}?before={ended[-1].id}" if len(ended) == SHOWN_AT_ONCE else "",
    )


def _row(row: FormRow, names: Mapping[str, str], staff_id: int) -> Row:
    told = row.words
    if row.state is FormState.KEYED_ONCE and staff_id in row.keyed_by:
        told = f"{row.words}（あなたが1人目）"
    if row.why:
        told = f"{row.words}：{row.why_words}"
    cells = (
        row.code,
        badge_cell(told, "bad" if row.is_escalated else _MARKS[row.state]),
        row.received_on.isoformat(),
        plainly(f"{row.title} 第{row.version}版{'（旧版）' if row.is_old_version else ''}"),
        names[f"staff:{row.registered_by}"],
        datetime_jst(row.registered_at),
    )
    return Row(cells, url=reverse("console-paper-form", args=[row.id]))


def _register_page(
    request: StaffRequest, errors: dict[str, str] | None = None, *, status: int = 200
) -> HttpResponse:
    typed = request.POST
    return page(
        request,
        "paper_register",
        title="用紙を登録する",
        current="paper",
        trail=way_up("console-paper"),
        status=status,
        errors=errors,
        code=typed.get("code", ""),
        received_on=typed.get("received_on", business_today().isoformat()),
        condition=typed.get("condition", ""),
        conditions=list(CONDITION_WORDS.items()),
        version=typed.get("version", ""),
        versions=[("", "コードを読み取った"), *((str(one), words) for one, words in registering.versions())],
    )


def _form_page(
    request: StaffRequest, row: FormRow, errors: dict[str, str] | None = None, *, status: int = 200
) -> HttpResponse:
    people = [f"staff:{row.registered_by}", *(f"staff:{one}" for one in row.keyed_by)]
    names = actor_names(people)
    facts = [
        ("受付番号", row.code),
        ("受領日", row.received_on.isoformat()),
        ("質問票", plainly(f"{row.title} 第{row.version}版")),
        ("登録した人", names[people[0]]),
        ("登録", datetime_jst(row.registered_at)),
        *((f"{place}人目の入力", names[one]) for place, one in enumerate(people[1:], start=1)),
    ]
    return page(
        request,
        "paper_form",
        title=f"用紙 {row.code}",
        current="paper",
        trail=way_up("console-paper"),
        status=status,
        errors=errors,
        form=row,
        facts=facts,
        is_waiting=row.state in WAITING,
        may_key=row.may_be_keyed_by(request.user.pk),
        keyed_by_me=request.user.pk in row.keyed_by,
        may_resolve=row.state is FormState.DOUBTFUL and request.user.may("paper.resolve"),
        is_doubtful=row.state is FormState.DOUBTFUL,
        next_place="1" if row.state is FormState.REGISTERED else "2",
        endings=[(why.value, WHY_WORDS[why][0]) for why in ENDINGS],
    )
