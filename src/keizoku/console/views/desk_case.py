"""審査の1件: the record beside the answer, the decision."""

from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.console.forms.desk_case import DecisionForm
from keizoku.console.names import actor_names
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.console.values import written
from keizoku.kernel.errors import Refusal
from keizoku.reviews import actions
from keizoku.reviews.errors import QuestionsMissing
from keizoku.reviews.queries import Case, CaseField
from keizoku.reviews.rules.asking_again import WORDS
from keizoku.reviews.rules.reasons import LEADS_TO, OUTCOME_WORDS, REASONS, Outcome
from keizoku.reviews.rules.states import may_decide
from keizoku.risk import queries as risk
from keizoku.ui.components.display import Comparison

LONGEST_NOTE: Final = 500
# What a decision does, said on its button and beside it; the most usual first.
ACTS: Final = {
    Outcome.APPROVE: (
        "承認して記録に反映する",
        "primary",
        "回答がお客さまの記録になり、リスクを評価し直します。",
    ),
    Outcome.ASK_AGAIN: (
        "もう一度おたずねする",
        "secondary",
        "選んだ質問だけを、同じ受付番号でもう一度おたずねします。ほかの回答はそのままです。",
    ),
    Outcome.REJECT: ("否認する", "danger", "記録は変わりません。この確認は終わります。"),
    Outcome.WITHDRAW: ("取り下げる", "secondary", "記録は変わりません。この確認は終わります。"),
}


@screen("customers.unmask")
def case(request: StaffRequest, review_id: int) -> HttpResponse:
    """Opening a case is reading a customer's record: the audit keeps who and when."""
    return _case_page(request, review_id)


@screen("reviews.decide", "POST")
def decide(request: StaffRequest, review_id: int) -> HttpResponse:
    """``outcome`` names the button; its reason and note carry the outcome in their names."""
    form = DecisionForm.read(request.POST)
    if form.outcome is None:
        return redirect("console-case", review_id)
    if not form.reason:
        wrong = {f"reason_{form.outcome}": f"「{ACTS[form.outcome][0]}」理由を1つ選んでください。"}
        return _case_page(request, review_id, form=form, errors=wrong, status=422)
    try:
        actions.decide(review_id, form.outcome, form.reason, request.user, note=form.note, again=form.again)
    except QuestionsMissing as refusal:
        return _case_page(request, review_id, form=form, errors=errors_of(refusal, "asked"), status=422)
    except Refusal as refusal:
        return _case_page(request, review_id, form=form, errors=errors_of(refusal), status=409)
    tell(request, f"決定しました：{OUTCOME_WORDS[form.outcome]}", "次の案件に進めます。")
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
    form: DecisionForm | None = None,
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
        acts=_acts(found, form or DecisionForm(), errors or {}) if request.user.may("reviews.decide") else [],
        longest_note=LONGEST_NOTE,
        is_mine=found.assigned_to == request.user.pk,
        customer_url=reverse("console-customer", args=[customer_id]),
    )


def _acts(found: Case, form: DecisionForm, errors: dict[str, str]) -> list[dict[str, object]]:
    """The decisions that may follow now, each with its own closed list of reasons, and with what was typed into it."""
    return [
        {
            "outcome": outcome.value,
            "title": OUTCOME_WORDS[outcome],
            "label": label,
            "kind": kind,
            "words": words,
            "reason_name": f"reason_{outcome.value}",
            "reason": typed.reason,
            "note_name": f"note_{outcome.value}",
            "note": typed.note,
            "is_open": outcome is (form.outcome or Outcome.APPROVE),
            "error": errors.get(f"reason_{outcome.value}", ""),
            "reasons": list(REASONS[outcome].items()),
            **(_asking(found, typed, errors) if outcome is Outcome.ASK_AGAIN else {}),
        }
        for outcome, (label, kind, words) in ACTS.items()
        if may_decide(found.review.state, LEADS_TO[outcome])
        for typed in (form if form.outcome is outcome else DecisionForm(),)
    ]


def _asking(found: Case, typed: DecisionForm, errors: dict[str, str]) -> dict[str, object]:
    """The questions that can be ticked, and the sentences that the customer may read above them."""
    return {
        "askable": list(found.askable),
        "asked": list(typed.again.questions),
        "asked_error": errors.get("asked", ""),
        "words_options": list(WORDS.items()),
        "words_chosen": typed.again.words,
    }


def _comparison(one: CaseField, found: Case) -> Comparison:
    return Comparison(
        label=one.label,
        old=written(one.field, one.old) or "登録なし",
        new=written(one.field, one.new),
        source=f"お客さまの回答（{found.entry}）",
        old_source=one.source,
        is_changed=one.is_change,
    )
