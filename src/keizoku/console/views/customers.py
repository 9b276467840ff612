"""お客さま: find one, see what is known, unmask one value at a time."""

from datetime import date
from typing import Final

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from keizoku.accounts.rules import roles_holding
from keizoku.audit import actions as audit
from keizoku.campaigns.why import queries as why
from keizoku.console import timeline
from keizoku.console.names import actor_names
from keizoku.console.page import above_customers, page, part
from keizoku.console.screen import StaffRequest, screen
from keizoku.console.values import written
from keizoku.console.views import customer_attributes, customer_ending
from keizoku.customers import countries
from keizoku.customers import queries as customers
from keizoku.customers.consents import queries as consents
from keizoku.customers.contact import lifting
from keizoku.customers.duplicates import queries as duplicates
from keizoku.customers.fields import ENCRYPTED_FIELDS
from keizoku.customers.linking import queries as linking
from keizoku.customers.queries import FIELD_LABELS, Summary
from keizoku.customers.relations import queries as relations
from keizoku.customers.search import searching
from keizoku.customers.search.searching import Found
from keizoku.delivery.rules import CHANNEL_WORDS
from keizoku.identity import results as verifications
from keizoku.risk import queries as risk
from keizoku.risk.queries import StandingRow
from keizoku.ui.components.display import REASONS, Column, Row, level_cell
from keizoku.ui.speaking import listed, plainly

FOUND_A_PAGE: Final = 20
LONGEST_ID: Final = 18
# Whatever is kept encrypted is masked here, and opened one at a time.
IDENTITY: Final = ENCRYPTED_FIELDS
CHANNELS: Final = {"phone": "電話", "email": "メール", "address": "郵便"}
# Facts that a person may have declared or changed, by their words on the page.
FACT_SOURCES: Final = {"職業": "occupation", "取引目的": "purpose", "海外送金の予定": "foreign_remittance"}
COLUMNS: Final = (
    Column("お客さま"),
    Column("区分"),
    Column("都道府県"),
    Column("職業"),
    Column("リスク"),
    Column("確認の期日"),
    Column("状態"),
)


@screen("customers.search", "GET", "POST")
def search(request: StaffRequest) -> HttpResponse:
    """One box. What is looked for names a person, so it is posted and never stands in an address."""
    sought = request.POST.get("sought", "").strip()
    if not sought:
        errors = {"sought": "番号・氏名・電話・メールのどれかを入力してください。"} if request.POST else {}
        return _search_page(request, sought, None, errors=errors, status=422 if errors else 200)
    after = request.POST.get("after", "")
    found = searching.search(
        sought,
        actor=request.user.actor,
        after=int(after) if after.isascii() and after.isdigit() and len(after) < LONGEST_ID else 0,
        limit=FOUND_A_PAGE,
    )
    return _search_page(request, sought, found)


@screen("customers.read")
def detail(request: StaffRequest, customer_id: int) -> HttpResponse:
    return _detail_page(request, customer_id, {})


@screen("customers.unmask", "POST")
def reveal(request: StaffRequest, customer_id: int, field: str) -> HttpResponse:
    """One field of one customer, for a reason that the audit keeps."""
    purpose = request.POST.get("purpose", "")
    if field not in IDENTITY:
        raise Http404
    if purpose not in REASONS:
        shown: dict[str, object] = {"error": "見る理由を選んでください。"}
    else:
        grant = audit.grant_read(actor=request.user.actor, purpose=purpose, subjects=[customer_id])
        value = customers.record(customer_id, grant, fields=(field,)).values[field]
        shown = {
            "revealed": written(field, value or "") or plainly("登録がありません"),
            "recorded_at": timezone.now(),
        }
    if request.htmx:
        return part(request, "masked", value=_masked(request, customer_id, field) | shown)
    return _detail_page(request, customer_id, {field: shown})


def _search_page(
    request: StaffRequest,
    sought: str,
    found: Found | None,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    shown = list(found.ids) if found else []
    standings = risk.standings(shown)
    return page(
        request,
        "customers",
        title="お客さま",
        current="customers",
        status=status,
        errors=errors,
        sought=sought,
        found=found,
        kinds=listed(map(plainly, found.kinds), "・") if found else "",
        duplicates_url=reverse("console-duplicates") if request.user.may("duplicates.read") else "",
        is_too_many=found is not None and found.total >= searching.MOST_COUNTED,
        columns=COLUMNS,
        rows=[_row(one, standings.get(one.id)) for one in customers.summaries(shown)],
    )


def _row(one: Summary, standing: StandingRow | None) -> Row:
    cells = (
        f"No. {one.id}",
        plainly(one.kind),
        plainly(one.prefecture),
        plainly(one.occupation),
        level_cell(standing.level if standing else ""),
        standing.due_on.isoformat() if standing else "—",
        plainly(one.state),
    )
    return Row(cells, url=reverse("console-customer", args=[one.id]))


def _detail_page(
    request: StaffRequest, customer_id: int, shown: dict[str, dict[str, object]]
) -> HttpResponse:
    keeping = customer_ending.section(request, customer_id)
    if keeping["destroyed_on"]:
        return _destroyed_page(request, customer_id, keeping)
    summary = customers.summary(customer_id)
    sources = _sources(customer_id)
    reasons = why.reasons_of(customer_id)
    return page(
        request,
        "customer",
        title=f"お客さま No. {customer_id}",
        current="customers",
        trail=above_customers(request.user),
        summary=summary,
        merged_into=duplicates.merged_into(customer_id),
        merged=duplicates.merged_ids(customer_id),
        pairs=duplicates.of_customer(customer_id) if request.user.may("duplicates.read") else [],
        facts=[(term, value, sources.get(FACT_SOURCES.get(term, ""), "")) for term, value in _facts(summary)],
        keeping=keeping,
        identity=[
            _masked(request, customer_id, name) | {"source": sources[name]} | shown.get(name, {})
            for name in IDENTITY
        ],
        standing=risk.standing(customer_id),
        verification=verifications.last_of(customer_id) if request.user.may("identity.read") else None,
        rating=risk.latest_rating(customer_id),
        contact_points=[
            (CHANNELS.get(channel, channel), state, evidence, since)
            for channel, state, evidence, since in customers.contact_points(customer_id)
        ],
        stops=customers.stops(customer_id),
        is_doubtable=request.user.may(lifting.PERMISSION) and lifting.doubted(customer_id) is not None,
        attributes=customer_attributes.section(customer_id),
        contacts=why.by_campaign(reasons),
        course=timeline.of_customer(customer_id, reasons, request.user, before=request.GET.get("before", "")),
        related=relations.count_open(customer_id),
        is_line_linked=linking.is_linked(customer_id),
        channels_stopped=[
            plainly(CHANNEL_WORDS.get(channel, channel))
            for channel, _ in consents.stopped_channels(customer_id)
        ],
        may_use_notes=request.user.may("notes.use"),
        may_use_tasks=request.user.may("tasks.use"),
        may_unmask=request.user.may("customers.unmask"),
        unmaskers=listed(map(plainly, roles_holding("customers.unmask")), "・"),
        who_saw_url=f"{reverse('console-who-saw')}?customer={customer_id}"
        if request.user.may("audit.read")
        else "",
    )


def _destroyed_page(request: StaffRequest, customer_id: int, keeping: dict[str, object]) -> HttpResponse:
    """A stub has no record: only when it went, by which plan, and who has seen it."""
    may_audit = request.user.may("audit.read")
    return page(
        request,
        "customer_destroyed",
        title=f"お客さま No. {customer_id}",
        current="customers",
        trail=above_customers(request.user),
        keeping=keeping,
        who_saw_url=f"{reverse('console-who-saw')}?customer={customer_id}" if may_audit else "",
    )


def _sources(customer_id: int) -> dict[str, str]:
    """Where each value came from, as of when, and who wrote it, in words."""
    found = customers.sources_of(customer_id)
    people = actor_names({one.by for one in found.values()})
    return {name: listed([plainly(one.words), people[one.by]], "・") for name, one in found.items()}


def _masked(request: StaffRequest, customer_id: int, field: str) -> dict[str, object]:
    """The arguments of the masked value's component; without the right there is no address to ask at."""
    may = request.user.may("customers.unmask")
    url = reverse("console-reveal", args=[customer_id, field]) if may else ""
    return {
        "label": FIELD_LABELS[field],
        "key": field,
        "url": url,
        "revealed": "",
        "recorded_at": None,
        "error": "",
    }


def _facts(one: Summary) -> list[tuple[str, object]]:
    return [
        ("区分", plainly(one.kind)),
        ("状態", plainly(one.state)),
        ("都道府県", plainly(one.prefecture)),
        ("職業", plainly(one.occupation)),
        ("取引目的", plainly(one.purpose)),
        ("商品", listed(map(plainly, one.products), "・") or "—"),
        ("国籍", plainly(countries.NAMES.get(one.nationality, one.nationality))),
        ("在留期限", _day(one.residence_expires_on)),
        ("口座開設日", _day(one.opened_on)),
        ("最終確認日", _day(one.confirmed_on)),
        ("海外送金の予定", plainly("あり" if one.foreign_remittance else "なし")),
    ]


def _day(day: date | None) -> str:
    return day.isoformat() if day else "—"
