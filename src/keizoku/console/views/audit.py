"""証跡: search it, verify it, ask who saw a customer."""

import csv
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from keizoku.accounts import queries as accounts
from keizoku.audit import actions, anchoring, queries
from keizoku.audit.anchoring import PlaceState
from keizoku.audit.queries import Sight
from keizoku.audit.rules import EntryRow
from keizoku.console import audit_words
from keizoku.console.attachments import attached
from keizoku.console.forms import audit as forms
from keizoku.console.forms.audit import AuditForm
from keizoku.console.forms.numbers import whole_number
from keizoku.console.names import PARTS, actor_names
from keizoku.console.page import page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.customers.search import searching
from keizoku.kernel.clock import TOKYO
from keizoku.ui.components.display import Column, Row
from keizoku.ui.components.work import FilterPart
from keizoku.ui.formats import datetime_jst
from keizoku.ui.speaking import JAPANESE, listed, plainly, spoken_in, word

SHOWN: Final = 50
COLUMNS: Final = (
    Column("番号", is_number=True),
    Column("時刻"),
    Column("だれが"),
    Column("何をした"),
    Column("何に"),
    Column("理由"),
    Column("内容", is_wide=True),
)
SIGHT_COLUMNS: Final = (
    Column("番号", is_number=True),
    Column("時刻"),
    Column("だれが"),
    Column("理由", is_wide=True),
    Column("一度に見た人数", is_number=True),
)
ANCHOR_COLUMNS: Final = (
    Column("外の置き場"),
    Column("控えたブロック", is_number=True),
    Column("最後に控えた時刻"),
    Column("まだのブロック", is_number=True),
    Column("状態", is_wide=True),
)


@screen("audit.read")
def entries(request: StaffRequest) -> HttpResponse:
    form = forms.read(request.GET)
    errors = form.problems()
    found = queries.search(form.criteria(), before=whole_number(request.GET.get("before", "")), limit=SHOWN)
    names = actor_names({_actor(row) for row in found.rows})
    return page(
        request,
        "audit",
        title="証跡",
        current="audit",
        errors=errors,
        status=422 if errors else 200,
        filters=_filters(form),
        columns=COLUMNS,
        rows=[_row(row, names[_actor(row)]) for row in found.rows],
        next_url=_next_url(request, found.next_before),
        unsealed=queries.unsealed(),
        may_verify=request.user.may("audit.verify"),
        **_places(),
    )


@screen("audit.verify", "POST")
def anchor(request: StaffRequest) -> HttpResponse:
    """Carry the heads outside now, and tell how that went on the page one came from."""
    states = actions.anchor_heads(actor=request.user.actor)
    if not any(state.fault for state in states):  # what failed is told by the page itself
        tell(request, "証跡の要約値を、外の置き場に控えました")
    return redirect("console-audit")


@screen("audit.read", "POST")
def find_customer(request: StaffRequest) -> HttpResponse:
    """From a customer's number to who saw that customer. The number is posted and never stands in an address."""
    number = request.POST.get("customer_number", "").strip()
    is_number = whole_number(number) is not None
    found = searching.search(number, actor=request.user.actor, limit=2).ids if is_number else ()
    if len(found) == 1:
        return redirect(f"{reverse('console-who-saw')}?customer={found[0]}")
    wrong = "この顧客番号のお客さまは見つかりません。10桁の数字を確かめてください。"
    return _who_saw_page(request, errors={"customer_number": wrong}, status=422)


@screen("audit.verify", "POST")
def verify(request: StaffRequest) -> HttpResponse:
    report = actions.verify_database(actor=request.user.actor)
    return page(
        request,
        "audit_verified",
        title="証跡の検証",
        current="audit",
        trail=way_up("console-audit"),
        report=report,
        unsealed=queries.unsealed(),
    )


@screen("audit.read")
def who_saw(request: StaffRequest) -> HttpResponse:
    """Everybody who read one customer's personal data in a month, this one unless told otherwise."""
    return _who_saw_page(request)


@screen("audit.read")
def who_saw_table(request: StaffRequest) -> HttpResponse:
    """The same as a file for a spreadsheet, with the digest that seals each bulk read's list."""
    customer_id, month = _asked(request)
    if customer_id is None:
        return _who_saw_page(request)
    sights = _sights(request, customer_id, month)
    with spoken_in(JAPANESE):
        names = actor_names({f"{sight.actor_kind}:{sight.actor_id}" for sight in sights})
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer.write("\ufeff")  # Excel takes a file without it for CP932
    out = csv.writer(answer)
    out.writerow(("番号", "時刻", "だれが", "理由", "一度に見た人数", "一覧の要約値"))
    out.writerows(
        (
            sight.entry_id,
            _written(sight.at),
            _safe(names[f"{sight.actor_kind}:{sight.actor_id}"]),
            _safe(audit_words.purpose_words(sight.purpose)),
            sight.together_with,
            sight.ids_digest,
        )
        for sight in sights
    )
    return attached(answer, f"who-saw-{customer_id}-{month:%Y-%m}.csv")


def _who_saw_page(
    request: StaffRequest, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    customer_id, month = _asked(request)
    sights = [] if customer_id is None else _sights(request, customer_id, month)
    names = actor_names({f"{sight.actor_kind}:{sight.actor_id}" for sight in sights})
    shown = "" if customer_id is None else str(customer_id)
    asked = urlencode({"customer": shown, "month": f"{month:%Y-%m}"})
    return page(
        request,
        "who_saw",
        title="お客さまの記録を見た人",
        current="audit",
        trail=way_up("console-audit"),
        status=status,
        errors=errors,
        filters=[
            FilterPart("No."),
            FilterPart(name="customer", label="お客さまの番号", value=shown),
            FilterPart("のお客さまの記録を、"),
            FilterPart(name="month", label="月", value=f"{month:%Y-%m}", kind="month"),
            FilterPart("に見た人"),
        ],
        customer_id=customer_id,
        month=plainly(f"{month.year}年{month.month}月"),
        people=len(names),
        columns=SIGHT_COLUMNS,
        rows=[_sight(sight, names[f"{sight.actor_kind}:{sight.actor_id}"]) for sight in reversed(sights)],
        table_url=f"{reverse('console-who-saw-table')}?{asked}",
    )


def _asked(request: StaffRequest) -> tuple[int | None, date]:
    """Which customer, and the first day of which month."""
    today = timezone.now().astimezone(TOKYO).date()
    month = forms.day(f"{request.GET.get('month', '')}-01") or today.replace(day=1)
    return whole_number(request.GET.get("customer", "")), month


def _sights(request: StaffRequest, customer_id: int, month: date) -> list[Sight]:
    begin = forms.midnight(month)
    end = forms.midnight((month + timedelta(days=31)).replace(day=1))
    assert begin is not None
    assert end is not None
    return actions.who_saw(customer_id, begin, end, actor=request.user.actor)


def _written(moment: datetime) -> str:
    """An instant as plain text, to the second, in Japan."""
    return f"{moment.astimezone(TOKYO):%Y-%m-%d %H:%M:%S}"


def _safe(words: str) -> str:
    """A purpose that staff typed must not become a spreadsheet's formula."""
    return f"'{words}" if words.startswith(("=", "+", "-", "@", "\t")) else words


def _places() -> dict[str, object]:
    states = anchoring.states()
    return {
        "anchor_columns": ANCHOR_COLUMNS,
        "anchor_rows": [_place(state) for state in states],
        "anchor_warnings": [
            f"{plainly(audit_words.PLACES[state.place])}: {_state_words(state)}"
            for state in states
            if state.fault or state.needs_attention
        ],
    }


def _place(state: PlaceState) -> Row:
    return Row(
        (
            plainly(audit_words.PLACES[state.place]),
            state.kept_number,
            datetime_jst(state.kept_at) if state.kept_at else "—",
            state.pending,
            _state_words(state),
        )
    )


def _state_words(state: PlaceState) -> str:
    """One sentence: up to date, or since when not and why."""
    if not state.fault:
        return plainly(
            "1日以上、控えていません。ワーカーが動いているか確かめてください。"
            if state.is_overdue
            else "控えています。"
        )
    since = plainly(f"{_written(state.failed_since)} から") if state.failed_since else ""
    fault = audit_words.fault_words(state.fault)
    return since + plainly(f"{state.failures}回続けて失敗しています: {fault}。")


def _filters(form: AuditForm) -> list[FilterPart]:
    staff = [
        ("", "だれか"),
        *((str(member.id), member.display_name) for member in accounts.staff()),
        *((f"system:{part}", f"システム（{words}）") for part, words in PARTS.items()),
    ]
    return [
        FilterPart(name="since", label="はじめの日", value=form.since, kind="date"),
        FilterPart("から"),
        FilterPart(name="until", label="終わりの日", value=form.until, kind="date"),
        FilterPart("までに、"),
        FilterPart(name="staff", label="職員", options=staff, value=form.staff),
        FilterPart("が"),
        FilterPart(name="kind", label="対象の種類", options=audit_words.SUBJECTS, value=form.kind),
        FilterPart(name="number", label="番号（空ならすべて）", value=form.number),
        FilterPart("にした"),
        FilterPart(name="action", label="したこと", options=audit_words.ROOMS, value=form.action),
        FilterPart("のこと"),
    ]


def _row(entry: EntryRow, actor: str) -> Row:
    return Row(
        (
            str(entry.id),
            datetime_jst(entry.at),
            actor,
            plainly(audit_words.action_words(entry.action)),
            audit_words.subject_words(entry.subject_kind, entry.subject_id),
            word(audit_words.purpose_words(entry.purpose)) or "—",
            listed(
                f"{plainly(audit_words.detail_words(name))} {_short(value)}"
                for name, value in entry.details.items()
            )
            or "—",
        )
    )


def _sight(sight: Sight, actor: str) -> Row:
    return Row(
        (
            str(sight.entry_id),
            datetime_jst(sight.at),
            actor,
            word(audit_words.purpose_words(sight.purpose)),
            sight.together_with,
        )
    )


def _short(value: str | int | None) -> str:
    """Digests are long, and their beginnings tell them apart."""
    text = "—" if value is None else str(value)
    return text if len(text) <= 40 else f"{text[:12]}…"  # noqa: PLR2004 - longer than any code, shorter than a digest


def _actor(entry: EntryRow) -> str:
    return f"{entry.actor_kind}:{entry.actor_id}"


def _next_url(request: StaffRequest, before: int | None) -> str:
    if before is None:
        return ""
    asked = {name: value for name, value in request.GET.items() if name != "before" and value}
    return f"{reverse('console-audit')}?{urlencode(asked | {'before': str(before)})}"
