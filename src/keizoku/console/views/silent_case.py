"""One case of a customer who did not answer: every attempt and decision, what can be decided, the second person's look."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect

from keizoku.accounts import queries as accounts
from keizoku.accounts.rules import ROLE_NAMES
from keizoku.audit import actions as audit
from keizoku.campaigns.silent import actions, proving, queries, rules
from keizoku.campaigns.silent.errors import CaseRefused
from keizoku.campaigns.silent.queries import CaseRow, EventRow
from keizoku.campaigns.silent.rules import Decision, State
from keizoku.campaigns.why import queries as why
from keizoku.campaigns.why.rules import carrier_words
from keizoku.console.attachments import attached
from keizoku.console.forms.silent import DecisionForm
from keizoku.console.names import actor_names
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.customers.casework.rules import ROLES
from keizoku.delivery import evidence
from keizoku.delivery.evidence import Happening, Sent
from keizoku.delivery.rules import RESULT_WORDS
from keizoku.kernel.clock import business_now, business_today
from keizoku.kernel.errors import Refusal
from keizoku.kernel.text.sentences import Composed, Given
from keizoku.ui.components.display import TimelineEvent, Tone
from keizoku.ui.speaking import plainly

DEFAULT_EXTENSION: Final = timedelta(days=30)
TONES: Final[dict[State, Tone]] = {
    State.OPEN: "attention",
    State.EXTENDED: "progress",
    State.CONTACTING: "progress",
    State.OTHER_CHANNEL: "progress",
    State.PROPOSED: "attention",
    State.RESTRICTED: "bad",
    State.EXEMPT: "neutral",
    State.RELEASED: "good",
}


@screen("silent.read")
def detail(request: StaffRequest, case_id: int) -> HttpResponse:
    return _case_page(request, case_id)


@screen("silent.edit", "POST")
def decide(request: StaffRequest, case_id: int) -> HttpResponse:
    told, actor = DecisionForm.read(request.POST), request.user.actor
    verbs: dict[Decision, Callable[[], object]] = {
        Decision.EXTEND: lambda: actions.extend(
            [case_id], until=told.until or business_today(), reason=told.reason, actor=actor, note=told.note
        ),
        Decision.CONTACT_AGAIN: lambda: actions.contact_again(
            [case_id], reason=told.reason, actor=actor, note=told.note
        ),
        Decision.OTHER_CHANNEL: lambda: actions.other_channel(
            case_id, reason=told.reason, role=told.role, actor=actor, note=told.note
        ),
        Decision.EXEMPT: lambda: actions.exempt(case_id, reason=told.reason, actor=actor, note=told.note),
        Decision.PROPOSE_RESTRICTION: lambda: actions.propose_restriction(
            case_id, reason=told.reason, measure=told.measure, actor=actor, note=told.note
        ),
    }
    try:
        if told.decision is None:
            raise CaseRefused("対応を選んでください。")
        done = verbs[told.decision]()
    except Refusal as refusal:
        return _case_page(request, case_id, errors=errors_of(refusal), status=409)
    if isinstance(done, actions.Done) and not done.decided:
        words = "回答があったか、ほかの確認が始まったため、変えられませんでした。"
        return _case_page(request, case_id, errors={"__all__": words}, status=409)
    tell(request, f"「{rules.DECISION_WORDS[told.decision]}」にしました", _after_words(told.decision))
    return redirect("console-silent-case", case_id)


@screen("silent.approve", "GET", "POST")
def confirm(request: StaffRequest, case_id: int) -> HttpResponse:
    """The second person's page: what is proposed, and what shows that the customer was asked."""
    if request.method == "GET":
        return _case_page(request, case_id, is_confirming=True)
    try:
        actions.confirm(case_id, actor=request.user.actor)
    except Refusal as refusal:
        return _case_page(request, case_id, errors=errors_of(refusal), status=409)
    tell(
        request,
        "提案を確定しました",
        "コンプライアンス担当のタスクになりました。Keizokuは口座を制限しません。",
    )
    return redirect("console-silent-case", case_id)


@screen("silent.read", "POST")
def take_back(request: StaffRequest, case_id: int) -> HttpResponse:
    try:
        actions.take_back(case_id, actor=request.user.actor, note=request.POST.get("note", ""))
    except Refusal as refusal:
        return _case_page(request, case_id, errors=errors_of(refusal), status=409)
    tell(request, "未決定に戻しました", "もう一度、対応を決めてください。")
    return redirect("console-silent-case", case_id)


@screen("silent.prove", "POST")
def proof(request: StaffRequest, case_id: int) -> HttpResponse:
    issued = proving.issue(case_id, actor=request.user.actor)
    answer = HttpResponse(issued.content, content_type="application/pdf")
    return attached(answer, f"{issued.number}.pdf")


def _case_page(
    request: StaffRequest,
    case_id: int,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
    is_confirming: bool = False,
) -> HttpResponse:
    row, today, may = queries.case(case_id), business_today(), request.user.may
    happened = queries.events_of(case_id)
    notes: dict[int, str] = {}
    if any(event.has_note for event in happened) and may("notes.use"):
        grant = audit.grant_read(actor=request.user.actor, purpose="silent.case", subjects=[row.customer_id])
        notes = queries.notes_of(case_id, row.customer_id, grant)
    sent = evidence.of_customer(row.campaign_id, row.customer_id)
    names = actor_names({event.by for event in happened})
    proposer = accounts.display_names([row.proposed_by]) if row.proposed_by else {}
    return page(
        request,
        "silent_case",
        title=f"お客さま No. {row.customer_id} の記録",
        current="silent",
        trail=way_up("console-silent"),
        errors=errors,
        status=status,
        case=row,
        state=(row.state_words, "bad" if row.is_late else TONES[row.state]),
        days=row.days(today),
        facts=_facts(row, proposer),
        lines=[line for person in why.one(row.campaign_id, row.customer_id) for line in person.lines],
        events=sorted(
            [*(_decided(event, names, notes) for event in happened), *_sent_events(sent)],
            key=lambda event: event.at,
            reverse=True,
        ),
        decisions=_decisions(request, row) if may("silent.edit") else [],
        until=(today + DEFAULT_EXTENSION).isoformat(),
        measures=list(rules.MEASURES.items()),
        roles=[(role, ROLE_NAMES[role]) for role in ROLES],
        may_confirm=row.state is State.PROPOSED and may("silent.approve"),
        is_own=row.proposed_by == request.user.pk,
        is_confirming=is_confirming,
        may_take_back=row.state in {State.PROPOSED, State.RESTRICTED, State.EXEMPT}
        and (may("silent.edit") or (row.state is State.PROPOSED and may("silent.approve"))),
        may_prove=may("silent.prove"),
        may_open_customer=may("customers.read"),
        proofs=queries.proofs_of(case_id),
        now=business_now(),
    )


def _facts(row: CaseRow, proposer: dict[int, str]) -> list[tuple[str, object]]:
    told: list[tuple[str, object]] = [
        ("キャンペーン", row.campaign_name),
        ("記録した日", Composed("{0}（{1}）", row.opened_on.isoformat(), row.opened_words)),
        ("連絡の到達", plainly(row.reach_words)),
    ]
    if row.reason and row.state is not State.OPEN:
        told.append(("理由", plainly(row.reason_words)))
    if row.until:
        told.append(("新しい期限", row.until.isoformat()))
    if row.measure:
        told.append(("提案された制限", plainly(row.measure_words)))
    if row.proposed_by:
        told.append(("提案した人", proposer.get(row.proposed_by, "")))
    return told


def _decisions(request: StaffRequest, row: CaseRow) -> list[dict[str, object]]:
    """What can be decided now, with its reasons; a restriction only where somebody was reached and this person may.

    ``typed`` is what was posted for this very decision and refused.
    """
    found: list[dict[str, object]] = []
    posted = request.POST
    for decision in row.decisions:
        problem = ""
        if decision is Decision.PROPOSE_RESTRICTION:
            if not request.user.may("silent.restrict"):
                continue
            problem = rules.restriction_problem(row.reach)
        found.append(
            {
                "name": decision.value,
                "words": rules.DECISION_WORDS[decision],
                "reasons": queries.reasons_for(decision),
                "problem": problem,
                "is_danger": decision is Decision.PROPOSE_RESTRICTION,
                "typed": {
                    "reason": posted.get(f"reason_{decision.value}", ""),
                    **{key: posted.get(key, "") for key in ("until", "role", "measure", "note")},
                }
                if posted.get("decision") == decision.value
                else {},
            }
        )
    return found


def _decided(event: EventRow, names: Mapping[str, str], notes: dict[int, str]) -> TimelineEvent:
    note = notes.get(event.id, "")
    return TimelineEvent(event.at, event.words, names[event.by], Given(note), tone=TONES[event.to_state])


def _sent_events(sent: list[Sent]) -> list[TimelineEvent]:
    return [
        TimelineEvent(
            happening.business_at or happening.at,
            Composed("手順{0}　{1}：{2}", each.step, each.channel_words, _happened(happening)),
            "",
            Composed("照合番号 {0}　送信先の番号 {1}", each.tag, happening.reference)
            if happening.reference
            else Composed("照合番号 {0}", each.tag),
            tone="bad" if happening.result in {"unknown", "rejected", "undelivered"} else "neutral",
        )
        for each in sent
        for happening in each.happenings
        if happening.kind != "attempt"
    ]


def _happened(happening: Happening) -> str:
    words = RESULT_WORDS.get(happening.result, happening.result)
    if happening.kind == "receipt":
        return Composed("{0}という通知", words)
    return Composed("{0}（{1}）", words, carrier_words(happening.code)) if happening.code else words


def _after_words(decision: Decision) -> str:
    return {
        Decision.EXTEND: "お客さまは新しい期限まで、同じ受付番号で答えられます。連絡は送りません。",
        Decision.CONTACT_AGAIN: "一覧から、企画担当が新しいキャンペーンの下書きを作れます。",
        Decision.OTHER_CHANNEL: "担当の役割のタスクになりました。30日たっても回答がなければ、未決定に戻ります。",
        Decision.EXEMPT: "この方への対応を終えました。回答があれば受け付けます。",
        Decision.PROPOSE_RESTRICTION: "承認者が確かめます。Keizokuは口座を制限しません。",
    }[decision]
