"""One customer's relations in both directions: who, by which source, confirmed by whom; added, confirmed and ended here."""

from collections.abc import Mapping
from datetime import date

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from keizoku.audit import actions as audit
from keizoku.console.forms.audit import day
from keizoku.console.names import actor_names
from keizoku.console.page import above_customers, errors_of, page, part, tell
from keizoku.console.screen import StaffRequest, screen
from keizoku.customers import queries as customers
from keizoku.customers.errors import RelationRefused
from keizoku.customers.relations import actions, rules
from keizoku.customers.relations import queries as relations
from keizoku.customers.relations.queries import RelationRow
from keizoku.customers.relations.rules import Basis, Kind, Source, Terms
from keizoku.customers.relations.sealing import FIELD_LABELS, Person
from keizoku.kernel.clock import business_today
from keizoku.ui.components.display import REASONS
from keizoku.ui.speaking import plainly

CHOOSE = ("", "選んでください")
# The core system's own news come by its file.
SOURCES = [
    (source.value, rules.SOURCE_LABELS[source]) for source in Source if source is not Source.CORE_SYSTEM
]
NO_DAY = "日付を入力してください（例：2026-04-01）。"


@screen("customers.read")
def listing(request: StaffRequest, customer_id: int) -> HttpResponse:
    return _page(request, customer_id)


@screen("relations.edit", "POST")
def add(request: StaffRequest, customer_id: int) -> HttpResponse:
    typed = request.POST
    errors = _problems(typed)
    if errors:
        return _page(request, customer_id, errors, 422)
    try:
        actions.state_relation(
            customer_id,
            Kind(typed["kind"]),
            _other(typed),
            _terms(typed),
            actor=request.user.actor,
            today=business_today(),
        )
    except RelationRefused as refusal:
        return _page(request, customer_id, errors_of(refusal), 409)
    tell(request, "関係者を記録しました", "出どころ、時点、確認した人とともに残ります。")
    return redirect("console-customer-relations", customer_id)


@screen("relations.edit", "POST")
def confirm(request: StaffRequest, customer_id: int, relation_id: int) -> HttpResponse:
    source = request.POST.get("source", "")
    if source not in dict(SOURCES):
        return _page(request, customer_id, {"__all__": "何で確かめたかを選んでください。"}, 422)
    _own(customer_id, relation_id)
    today = business_today()
    actions.confirm_relation(
        relation_id, source=Source(source), as_of=today, actor=request.user.actor, today=today
    )
    tell(request, "確認を記録しました", "内容は変わっていません。")
    return redirect("console-customer-relations", customer_id)


@screen("relations.edit", "POST")
def end(request: StaffRequest, customer_id: int, relation_id: int) -> HttpResponse:
    source, on = request.POST.get("source", ""), day(request.POST.get("ended_on", ""))
    if source not in dict(SOURCES) or on is None:
        return _page(
            request, customer_id, {"__all__": "終わった日と、何で確かめたかを入力してください。"}, 422
        )
    _own(customer_id, relation_id)
    actions.end_relation(
        relation_id, on=on, source=Source(source), actor=request.user.actor, today=business_today()
    )
    tell(request, "関係の終わりを記録しました", "これまでの記録は残ります。")
    return redirect("console-customer-relations", customer_id)


@screen("customers.unmask", "POST")
def reveal(request: StaffRequest, customer_id: int, relation_id: int, field: str) -> HttpResponse:
    """One field of a person who is no customer, for a reason that the audit keeps."""
    if field not in FIELD_LABELS or relations.subject_of(relation_id) != customer_id:
        raise Http404
    purpose = request.POST.get("purpose", "")
    if purpose not in REASONS:
        shown: dict[str, object] = {"error": "見る理由を選んでください。"}
    else:
        grant = audit.grant_read(actor=request.user.actor, purpose=purpose, subjects=[customer_id])
        value = relations.person(relation_id, grant, (field,))[field]
        shown = {"revealed": value or "登録がありません", "recorded_at": timezone.now()}
    masked = _masked(request, customer_id, relation_id, field) | shown
    if request.htmx:
        return part(request, "masked", value=masked)
    return _page(request, customer_id, revealed={(relation_id, field): masked})


def _own(customer_id: int, relation_id: int) -> None:
    """A relation is changed on the page of either of its sides, and on no other."""
    if not relations.concerns(relation_id, customer_id):
        raise Http404


def _problems(typed: QueryDict) -> dict[str, str]:
    errors = {}
    if typed.get("kind") not in tuple(Kind):
        errors["kind"] = "関係を選んでください。"
    if typed.get("source") not in dict(SOURCES):
        errors["source"] = "何で確かめたかを選んでください。"
    if day(typed.get("as_of", "")) is None:
        errors["as_of"] = NO_DAY
    number, name = typed.get("other_number", "").strip(), typed.get("other_name", "").strip()
    if bool(number) == bool(name):
        errors["other_number"] = "相手の顧客番号か氏名の、どちらか1つを入力してください。"
    elif number and relations.customer_with(number) is None:
        errors["other_number"] = "この顧客番号のお客さまは登録されていません。10桁の番号を確かめてください。"
    share = typed.get("share", "").strip()
    if share and rules.read_share(share) is None:
        errors["share"] = "持分割合は、33.34 のように小数2桁までで入力してください。"
    for name_of_day in ("birth_date", "valid_from", "valid_until"):
        if typed.get(name_of_day) and _day(typed, name_of_day) is None:
            errors[name_of_day] = NO_DAY
    return errors


def _other(typed: QueryDict) -> int | Person:
    if number := typed.get("other_number", "").strip():
        return relations.customer_with(number) or 0
    return Person.of(
        typed.get("other_name", "").strip(),
        typed.get("other_kana", "").strip(),
        _day(typed, "birth_date"),
        typed.get("address", "").strip(),
    )


def _terms(typed: QueryDict) -> Terms:
    as_of, share, basis = _day(typed, "as_of"), typed.get("share", "").strip(), typed.get("basis", "")
    assert as_of is not None
    return Terms(
        source=Source(typed.get("source", "")),
        as_of=as_of,
        valid_from=_day(typed, "valid_from"),
        valid_until=_day(typed, "valid_until"),
        share=rules.read_share(share) if share else None,
        is_direct=typed.get("directness") != "indirect",
        basis=Basis(basis) if basis in tuple(Basis) else None,
    )


def _day(typed: QueryDict, name: str) -> date | None:
    return day(typed.get(name, ""))


def _page(
    request: StaffRequest,
    customer_id: int,
    errors: dict[str, str] | None = None,
    status: int = 200,
    revealed: dict[tuple[int, str], dict[str, object]] | None = None,
) -> HttpResponse:
    customers.summary(customer_id)  # refuses whoever is not there
    today = business_today()
    rows = relations.relations_of(customer_id, today)
    names = actor_names({row.confirmed_by for row in rows if row.confirmed_by})
    may_edit = request.user.may("relations.edit")
    shown = [_shown(request, customer_id, row, names, revealed or {}) for row in rows]
    return page(
        request,
        "customer_relations",
        title=f"お客さま No. {customer_id} の関係者",
        current="customers",
        trail=_trail(request, customer_id),
        errors=errors,
        status=status,
        typed=request.POST,
        customer_id=customer_id,
        holding=[one for one in shown if one["holds"]],
        past=[one for one in shown if not one["holds"]],
        cycles=[
            " → ".join(f"No. {number}" for number in way) for way in relations.ownership_cycles(customer_id)
        ],
        may_edit=may_edit,
        today=today.isoformat(),
        kinds=[CHOOSE, *((kind.value, label) for kind, label in rules.KIND_LABELS.items())],
        sources=[CHOOSE, *SOURCES],
        bases=[("", "なし"), *((basis.value, label) for basis, label in rules.BASIS_LABELS.items())],
        directness=[("direct", "直接"), ("indirect", "間接")],
    )


def _trail(request: StaffRequest, customer_id: int) -> list[tuple[str, str]]:
    return [
        *above_customers(request.user),
        (f"お客さま No. {customer_id}", reverse("console-customer", args=[customer_id])),
    ]


def _shown(
    request: StaffRequest,
    customer_id: int,
    row: RelationRow,
    names: Mapping[str, str],
    revealed: dict[tuple[int, str], dict[str, object]],
) -> dict[str, object]:
    by = names[row.confirmed_by] if row.confirmed_by else ""
    facts: list[tuple[str, object]] = [
        *([("持分・根拠", row.terms)] if row.terms else []),
        ("期間", plainly(f"{_day_words(row.valid_from)} から {_day_words(row.valid_until)}")),
        ("出どころ", plainly(f"{row.source}（{row.as_of.isoformat()}時点）")),
    ]
    people = [
        revealed.get((row.id, field)) or _masked(request, customer_id, row.id, field)
        for field in FIELD_LABELS
    ]
    return {
        "id": row.id,
        "label": row.label,
        "other_id": row.other_id,
        "holds": row.holds,
        "is_open": row.is_open,
        "facts": facts,
        "confirmed_by": by,
        "confirmed_at": row.confirmed_at,
        "person": [] if row.other_id else people,
    }


def _masked(request: StaffRequest, customer_id: int, relation_id: int, field: str) -> dict[str, object]:
    may = request.user.may("customers.unmask")
    url = reverse("console-relation-reveal", args=[customer_id, relation_id, field]) if may else ""
    return {
        "label": FIELD_LABELS[field],
        "key": f"relation_{relation_id}_{field}",
        "url": url,
        "revealed": "",
        "recorded_at": None,
        "error": "",
    }


def _day_words(on: date | None) -> str:
    return on.isoformat() if on else plainly("定めなし")
