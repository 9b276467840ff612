"""One customer's consents: what holds for each purpose, the course of it, and a form to record what was told."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.audit import actions as audit
from keizoku.console.forms.audit import day
from keizoku.console.names import actor_names
from keizoku.console.page import above_customers, errors_of, page, tell
from keizoku.console.screen import StaffRequest, screen
from keizoku.customers import queries as customers
from keizoku.customers.consents import queries, rules
from keizoku.customers.consents.actions import Told, record_consent
from keizoku.customers.consents.purposes import purposes
from keizoku.customers.consents.queries import StandingRow
from keizoku.customers.consents.rules import Act, Source, Standing
from keizoku.customers.errors import ConsentRefused
from keizoku.delivery.rules import CHANNEL_WORDS
from keizoku.kernel.clock import business_today
from keizoku.ui.components.display import REASONS, Column, Row, Tone, badge_cell
from keizoku.ui.speaking import listed, plainly

CHOOSE = ("", "選んでください")
SOURCES = [
    (source.value, rules.SOURCE_LABELS[source]) for source in Source if source is not Source.CORE_SYSTEM
]
COLUMNS = (
    Column("目的", is_wide=True),
    Column("いま"),
    Column("いつから"),
    Column("期限"),
    Column("出どころ"),
)
COURSE = (
    Column("日付"),
    Column("目的", is_wide=True),
    Column("内容"),
    Column("文言の版", is_number=True),
    Column("出どころ"),
    Column("記録した人"),
)
TONES: dict[Standing, Tone] = {
    Standing.NONE: "neutral",
    Standing.GIVEN: "good",
    Standing.EXPIRED: "attention",
    Standing.WITHDRAWN: "bad",
}


@screen("customers.read")
def listing(request: StaffRequest, customer_id: int) -> HttpResponse:
    return _page(request, customer_id)


@screen("consents.record", "POST")
def record(request: StaffRequest, customer_id: int) -> HttpResponse:
    typed = request.POST
    errors = {}
    if typed.get("purpose") not in purposes():
        errors["purpose"] = "目的を選んでください。"
    if typed.get("act") not in tuple(Act):
        errors["act"] = "同意か撤回かを選んでください。"
    if typed.get("source") not in dict(SOURCES):
        errors["source"] = "出どころを選んでください。"
    happened_on = day(typed.get("happened_on", ""))
    if happened_on is None:
        errors["happened_on"] = "日付を入力してください（例：2026-04-01）。"
    if errors or happened_on is None:
        return _page(request, customer_id, errors, 422)
    told = Told(Source(typed["source"]), happened_on, typed.get("evidence", ""))
    act = Act(typed["act"])
    try:
        record_consent(
            customer_id, typed["purpose"], act, told, actor=request.user.actor, today=business_today()
        )
    except ConsentRefused as refusal:
        return _page(request, customer_id, errors_of(refusal), 409)
    channel = purposes()[typed["purpose"]].channel
    stopped = act is Act.WITHDRAWN and channel
    tell(
        request,
        f"{rules.ACT_LABELS[act]}を記録しました",
        f"いまから{CHANNEL_WORDS.get(channel, channel)}では連絡しません。" if stopped else "",
    )
    return redirect("console-customer-consents", customer_id)


@screen("customers.unmask", "POST")
def evidence(request: StaffRequest, customer_id: int) -> HttpResponse:
    """How each was told, in words, for a reason that the audit keeps."""
    purpose = request.POST.get("purpose", "")
    if purpose not in REASONS:
        return _page(request, customer_id, {"reading": "見る理由を選んでください。"}, 422)
    grant = audit.grant_read(actor=request.user.actor, purpose=purpose, subjects=[customer_id])
    return _page(request, customer_id, opened=queries.evidence(customer_id, grant))


def _page(
    request: StaffRequest,
    customer_id: int,
    errors: dict[str, str] | None = None,
    status: int = 200,
    opened: dict[int, str] | None = None,
) -> HttpResponse:
    customers.summary(customer_id)  # refuses whoever is not there
    today = business_today()
    events = queries.consents_of(customer_id)
    names = actor_names({event.by for event in events})
    course = COURSE if opened is None else (*COURSE, Column("確かめ方", is_wide=True))
    rows = [
        Row(
            (
                event.happened_on.isoformat(),
                event.label,
                plainly(event.act),
                str(event.version),
                plainly(event.source),
                names[event.by],
                *([] if opened is None else [opened.get(event.id, "—")]),
            )
        )
        for event in events
    ]
    return page(
        request,
        "customer_consents",
        title=f"お客さま No. {customer_id} の同意",
        current="customers",
        trail=[
            *above_customers(request.user),
            (f"お客さま No. {customer_id}", reverse("console-customer", args=[customer_id])),
        ],
        errors=errors,
        status=status,
        typed=request.POST,
        customer_id=customer_id,
        columns=COLUMNS,
        rows=[_row(one) for one in queries.standings(customer_id, today)],
        course_columns=course,
        course=rows,
        stopped=listed(
            plainly(CHANNEL_WORDS.get(channel, channel))
            for channel, _ in queries.stopped_channels(customer_id)
        ),
        may_record=request.user.may("consents.record"),
        may_open=request.user.may("customers.unmask") and bool(events) and opened is None,
        reasons=[CHOOSE, *((reason, reason) for reason in REASONS)],
        purposes=[CHOOSE, *((code, purpose.label) for code, purpose in purposes().items())],
        wordings=[
            (purpose.label, purpose.latest.number, purpose.latest.words) for purpose in purposes().values()
        ],
        acts=[CHOOSE, *((act.value, label) for act, label in rules.ACT_LABELS.items())],
        sources=[CHOOSE, *SOURCES],
        today=today.isoformat(),
    )


def _row(one: StandingRow) -> Row:
    label = plainly(f"{one.label}（文言が新しくなっています）") if one.has_new_words else one.label
    return Row(
        (
            label,
            badge_cell(one.words, TONES[one.standing]),
            one.since.isoformat() if one.since else "—",
            one.expires_on.isoformat() if one.expires_on else "—",
            plainly(one.source or "—"),
        )
    )
