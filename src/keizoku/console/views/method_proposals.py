"""Proposals about methods: what waits for a second person, registrations and providers, one proposal and its approval."""

import json

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.console import method_words as words
from keizoku.console.names import actor_names
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.identity.methods import actions, queries
from keizoku.identity.methods.errors import ProposalRefused
from keizoku.identity.methods.queries import ProposalRow
from keizoku.identity.methods.rules.codes import REGISTRATION_WORDS, Registration
from keizoku.identity.methods.rules.proposals import ENDED_BY_ONE, Kind, State
from keizoku.identity.methods.tables import table
from keizoku.kernel.errors import Refusal
from keizoku.ui.components.display import Row
from keizoku.ui.speaking import plainly


@screen("methods.read")
def listing(request: StaffRequest) -> HttpResponse:
    return _listing_page(request)


@screen("methods.edit", "POST")
def register(request: StaffRequest) -> HttpResponse:
    posted = request.POST
    registration = next((one for one in Registration if one.value == posted.get("registration")), None)
    if registration is None:
        return _listing_page(request, errors={"registration": "登録を選んでください。"}, status=422)
    try:
        proposal_id = actions.register(
            registration,
            is_held=posted.get("is_held") == "yes",
            reference=posted.get("reference", ""),
            actor=request.user.actor,
        )
    except ProposalRefused as refusal:
        return _listing_page(request, errors=errors_of(refusal, "reference"), status=422)
    tell(request, "当行の登録を申し出ました", "別の承認者が承認すると、有効になります。")
    return redirect("console-method-proposal", proposal_id)


@screen("methods.edit", "POST")
def accredit(request: StaffRequest) -> HttpResponse:
    try:
        document = json.loads(request.POST.get("document", ""))
    except ValueError:
        wrong = {"document": "JSONとして読めません。docs/identity.mdの例のとおりに書いてください。"}
        return _listing_page(request, errors=wrong, status=422)
    try:
        proposal_id = actions.accredit(document, request.user.actor)
    except ProposalRefused as refusal:
        return _listing_page(request, errors=errors_of(refusal, "document"), status=422)
    tell(request, "事業者の登録を申し出ました", "別の承認者が承認すると、その事業者の結果を取り込めます。")
    return redirect("console-method-proposal", proposal_id)


@screen("methods.read")
def proposal(request: StaffRequest, proposal_id: int) -> HttpResponse:
    return _proposal_page(request, queries.proposal(proposal_id))


@screen("methods.approve", "GET", "POST")
def approve(request: StaffRequest, proposal_id: int) -> HttpResponse:
    """The approver reads what was proposed and types what it is about."""
    one = queries.proposal(proposal_id)
    if one.state is not State.PROPOSED:
        return _proposal_page(request, one, errors=_not_waiting(), status=409)
    if request.method == "GET":
        return _approval_page(request, one)
    if request.POST.get("typed_subject", "").strip() != one.subject:
        wrong = {"typed_subject": "名前が違います。画面の名前をそのまま入力してください。"}
        return _approval_page(request, one, errors=wrong, status=422)
    try:
        actions.approve(proposal_id, request.user.actor, digest=request.POST.get("digest", ""))
    except Refusal as refusal:
        return _proposal_page(request, queries.proposal(proposal_id), errors=errors_of(refusal), status=409)
    tell(request, "承認しました", "いまから有効です。")
    return redirect("console-method-proposal", proposal_id)


@screen("methods.approve", "POST")
def decline(request: StaffRequest, proposal_id: int) -> HttpResponse:
    actions.decline(proposal_id, request.user.actor)
    tell(request, "承認しませんでした")
    return redirect("console-method-proposals")


@screen("methods.edit", "POST")
def withdraw(request: StaffRequest, proposal_id: int) -> HttpResponse:
    actions.withdraw(proposal_id, request.user.actor)
    tell(request, "取り下げました")
    return redirect("console-method-proposals")


@screen("methods.read", "POST")
def end(request: StaffRequest, proposal_id: int) -> HttpResponse:
    """One act of one person; the action asks for the right to sign or to approve."""
    actions.end(proposal_id, request.user.actor)
    tell(request, "終わらせました", "いまから有効ではありません。")
    return redirect("console-method-proposal", proposal_id)


def _not_waiting() -> dict[str, str]:
    return {"__all__": "この申し出は承認待ちではありません。一覧を開き直してください。"}


def _listing_page(
    request: StaffRequest, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    waiting, held = queries.waiting(), queries.in_force()
    names = actor_names({one.made_by for one in [*waiting, *held]})
    known = table()

    def rows(found: list[ProposalRow]) -> list[Row]:
        return [words.proposal_row(one, names, known) for one in found]

    return page(
        request,
        "method_proposals",
        title="方法についての申し出",
        current="settings",
        trail=way_up("console-settings", "console-methods"),
        errors=errors,
        status=status,
        columns=words.PROPOSAL_COLUMNS,
        waiting=rows(waiting),
        registrations=rows([one for one in held if one.kind is Kind.REGISTRATION]),
        providers=rows([one for one in held if one.kind is Kind.PROVIDER]),
        switches=rows([one for one in held if one.kind is Kind.SWITCH]),
        may_edit=request.user.may(actions.EDIT),
        registration_options=[(one.value, plainly(REGISTRATION_WORDS[one])) for one in Registration],
        held_options=[("yes", plainly("登録がある")), ("no", plainly("登録がなくなった"))],
        posted=request.POST,
    )


def _proposal_page(
    request: StaffRequest, one: ProposalRow, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    names = actor_names({each for each in (one.made_by, one.decided_by, one.ended_by) if each})
    is_waiting = one.state is State.PROPOSED
    return page(
        request,
        "method_proposal",
        title=f"申し出 {one.id}",
        current="settings",
        trail=way_up("console-settings", "console-methods", "console-method-proposals"),
        errors=errors,
        status=status,
        one=one,
        facts=words.facts(one, names, table()),
        row_url=reverse("console-method-row", args=one.subject.split("/"))
        if one.kind is Kind.CONFIRM
        else "",
        may_approve=is_waiting
        and request.user.may(actions.APPROVE)
        and one.made_by != str(request.user.actor),
        may_withdraw=is_waiting and request.user.may(actions.EDIT),
        may_end=one.state is State.IN_FORCE
        and one.kind in ENDED_BY_ONE
        and (request.user.may(actions.EDIT) or one.decided_by == str(request.user.actor)),
    )


def _approval_page(
    request: StaffRequest, one: ProposalRow, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    here = reverse("console-method-proposal", args=[one.id])
    names = actor_names({one.made_by})
    return page(
        request,
        "method_approve",
        title="方法についての申し出の承認",
        current="settings",
        trail=[
            *way_up("console-settings", "console-methods", "console-method-proposals"),
            (f"申し出 {one.id}", here),
        ],
        errors=errors,
        status=status,
        one=one,
        facts=words.facts(one, names, table()),
        primary=table().row(one.subject).source.url if one.kind is Kind.CONFIRM and _is_known(one) else "",
        back_url=here,
    )


def _is_known(one: ProposalRow) -> bool:
    try:
        table().row(one.subject)
    except KeyError:
        return False
    return True
