"""証跡: search it, verify it, ask who saw a customer."""

from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from keizoku.accounts import queries as accounts
from keizoku.audit import actions, queries
from keizoku.audit.queries import Sight
from keizoku.audit.rules import EntryRow
from keizoku.console import audit_words
from keizoku.console.forms import audit as forms
from keizoku.console.forms.audit import AuditForm
from keizoku.console.forms.numbers import whole_number
from keizoku.console.names import actor_names
from keizoku.console.page import page, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.kernel.clock import TOKYO
from keizoku.ui.components.display import Column, Row
from keizoku.ui.components.work import FilterPart
from keizoku.ui.formats import datetime_jst

SHOWN: Final = 50
SEEN_WITHIN: Final = timedelta(days=90)
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
    )


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
    """Everybody who read one customer's personal data, 90 days back unless told otherwise."""
    customer_id = whole_number(request.GET.get("customer", ""))
    today = timezone.now().astimezone(TOKYO).date()
    since = forms.day(request.GET.get("since", "")) or today - SEEN_WITHIN
    until = forms.day(request.GET.get("until", "")) or today
    seen: list[Sight] = []
    if customer_id is not None:
        begin, end = forms.midnight(since), forms.midnight(until + timedelta(days=1))
        assert begin is not None
        assert end is not None
        seen = queries.who_saw(customer_id, begin, end)
    names = actor_names({f"{sight.actor_kind}:{sight.actor_id}" for sight in seen})
    return page(
        request,
        "who_saw",
        title="お客さまの記録を見た人",
        current="audit",
        trail=way_up("console-audit"),
        filters=[
            FilterPart(
                name="customer", label="お客さまの番号", value="" if customer_id is None else str(customer_id)
            ),
            FilterPart("番のお客さまの記録を、"),
            FilterPart(name="since", label="はじめの日", value=since.isoformat(), kind="date"),
            FilterPart("から"),
            FilterPart(name="until", label="終わりの日", value=until.isoformat(), kind="date"),
            FilterPart("までに見た人"),
        ],
        is_asked=customer_id is not None,
        columns=SIGHT_COLUMNS,
        rows=[_sight(sight, names[f"{sight.actor_kind}:{sight.actor_id}"]) for sight in reversed(seen)],
    )


def _filters(form: AuditForm) -> list[FilterPart]:
    staff = [("", "だれか"), *((str(member.id), member.display_name) for member in accounts.staff())]
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
            audit_words.action_words(entry.action),
            audit_words.subject_words(entry.subject_kind, entry.subject_id),
            audit_words.purpose_words(entry.purpose) or "—",
            "、".join(
                f"{audit_words.detail_words(name)} {_short(value)}" for name, value in entry.details.items()
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
            audit_words.purpose_words(sight.purpose),
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
