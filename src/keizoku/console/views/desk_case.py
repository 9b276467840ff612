"""審査の1件: the record beside the answer, the decision, and what else may be done with the case."""

from dataclasses import replace
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from keizoku.campaigns.why import queries as why
from keizoku.campaigns.why.lines import Line
from keizoku.console.forms.desk import HOURS, QueueForm, SnoozeForm
from keizoku.console.forms.desk_case import DecisionForm
from keizoku.console.names import actor_names
from keizoku.console.page import errors_of, page, part, tell, way_up
from keizoku.console.queues import URGENCY_TONES
from keizoku.console.screen import StaffRequest, screen
from keizoku.console.values import written
from keizoku.console.views.desk import back_to_queue, case_url, to_next
from keizoku.customers.casework import queries as casework
from keizoku.kernel.due import URGENCY_WORDS
from keizoku.kernel.errors import Refusal
from keizoku.reviews import actions
from keizoku.reviews import queries as reviews
from keizoku.reviews.errors import QuestionsMissing, SnoozeRefused
from keizoku.reviews.policies import queries as policies
from keizoku.reviews.queries import Case, CaseField
from keizoku.reviews.rules.asking_again import WORDS
from keizoku.reviews.rules.limits import LONGEST_NOTE
from keizoku.reviews.rules.owning import HOLDERS, LISTS
from keizoku.reviews.rules.reasons import LEADS_TO, OUTCOME_WORDS, REASONS, Outcome
from keizoku.reviews.rules.service_levels import SNOOZE_WORDS
from keizoku.reviews.rules.states import may_decide
from keizoku.risk import queries as risk
from keizoku.ui.components.display import Comparison
from keizoku.ui.speaking import listed, plainly

# What a decision does, said on its buttons and beside it, and its key; the most usual first.
ACTS: Final = {
    Outcome.APPROVE: (
        "承認して記録に反映する",
        "primary",
        "回答がお客さまの記録になり、リスクを評価し直します。",
        "a",
    ),
    Outcome.ASK_AGAIN: (
        "もう一度おたずねする",
        "secondary",
        "選んだ質問だけを、同じ受付番号でもう一度おたずねします。ほかの回答はそのままです。",
        "r",
    ),
    Outcome.REJECT: ("否認する", "danger", "記録は変わりません。この確認は終わります。", "x"),
    Outcome.WITHDRAW: ("取り下げる", "secondary", "記録は変わりません。この確認は終わります。", "w"),
}
KEYS: Final = (
    ("A", "「承認する」を開く"),
    ("R", "「もう一度おたずねする」を開く"),
    ("X", "「否認する」を開く"),
    ("W", "「取り下げる」を開く"),
    ("S", "「後回しにする」を開く"),
    ("1〜9", "開いているところの理由を選ぶ"),
    ("Enter", "選んだ理由で決定し、次の案件へ進む"),
    ("T", "この案件を取る"),
    ("N", "この案件を戻して、次の案件へ"),
    ("Esc", "入力をやめて、キー操作に戻る"),
)


@screen("customers.unmask")
def case(request: StaffRequest, review_id: int) -> HttpResponse:
    """Opening a case is reading a customer's record: the audit keeps who and when."""
    return _case_page(request, review_id, QueueForm.read(request.GET))


@screen("reviews.decide", "POST")
def decide(request: StaffRequest, review_id: int) -> HttpResponse:
    """The fields of an outcome carry it in their names; ``then`` says whether the next case follows at once."""
    form, queue = DecisionForm.read(request.POST), QueueForm.read(request.POST)
    if form.outcome is None:
        return redirect(case_url(review_id, queue))
    if not form.reason:
        wrong = {f"reason_{form.outcome}": f"「{ACTS[form.outcome][0]}」理由を1つ選んでください。"}
        return _case_page(request, review_id, queue, form=form, errors=wrong, status=422)
    try:
        actions.decide(review_id, form.outcome, form.reason, request.user, note=form.note, again=form.again)
    except QuestionsMissing as refusal:
        return _case_page(
            request, review_id, queue, form=form, errors=errors_of(refusal, "asked"), status=422
        )
    except Refusal as refusal:
        return _case_page(request, review_id, queue, form=form, errors=errors_of(refusal), status=409)
    done = f"決定しました：{OUTCOME_WORDS[form.outcome]}"
    if request.POST.get("then") == "next":
        return to_next(request, queue, done=done)
    tell(request, done, "次の案件に進めます。")
    return redirect(back_to_queue(queue))


@screen("reviews.decide", "POST")
def take(request: StaffRequest, review_id: int) -> HttpResponse:
    queue = QueueForm.read(request.POST)
    actions.take_case(review_id, request.user)
    return redirect(case_url(review_id, queue))


@screen("reviews.decide", "POST")
def release(request: StaffRequest, review_id: int) -> HttpResponse:
    actions.release_case(review_id, request.user)
    tell(request, "案件を戻しました", "ほかの担当者が取れます。")
    return redirect(back_to_queue(QueueForm.read(request.POST)))


@screen("reviews.decide", "POST")
def snooze(request: StaffRequest, review_id: int) -> HttpResponse:
    """The case rests, and the next one follows."""
    form, queue = SnoozeForm.read(request.POST), QueueForm.read(request.POST)
    if form.until is None or not form.reason:
        wrong = {"snooze_day": "後回しにする日を選んでください。"} if form.until is None else {}
        wrong |= {} if form.reason else {"snooze_reason": "後回しにする理由を1つ選んでください。"}
        return _case_page(request, review_id, queue, rest=form, errors=wrong, status=422)
    try:
        actions.snooze(review_id, form.until, form.reason, request.user)
    except SnoozeRefused as refusal:
        wrong = errors_of(refusal, "snooze_day")
        return _case_page(request, review_id, queue, rest=form, errors=wrong, status=422)
    done = f"案件を後回しにしました。{form.until:%Y-%m-%d %H:%M}に戻ります"
    return to_next(request, queue, done=done)


@screen("reviews.decide", "POST")
def wake(request: StaffRequest, review_id: int) -> HttpResponse:
    actions.wake(review_id, request.user)
    tell(request, "後回しをやめました")
    return redirect(case_url(review_id, QueueForm.read(request.POST)))


@screen("reviews.decide", "POST")
def keep_draft(request: StaffRequest, review_id: int) -> HttpResponse:
    """What is being typed; told in one line, or why it is not kept."""
    is_kept = actions.keep_draft(review_id, DecisionForm.read(request.POST).draft, request.user)
    return part(request, "case_draft", is_kept=is_kept, now=timezone.now())


def _case_page(
    request: StaffRequest,
    review_id: int,
    queue: QueueForm,
    *,
    form: DecisionForm | None = None,
    rest: SnoozeForm | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    found = actions.open_case(review_id, request.user)
    customer_id, desk = found.review.customer_id, found.desk
    has_person = (desk.held_by or desk.owner) if desk else None
    involved = {f"staff:{one}" for one in (found.answered_by, has_person) if one}
    names = actor_names(involved | {decision.by for decision in found.decisions})
    kept = DecisionForm.kept(desk.draft) if desk else DecisionForm()
    owners = actions.compare_owners(review_id, request.user) if found.review.is_corporation else []
    notes = [one for one in found.fields if not one.is_change and not one.is_confirmed]
    # Declared owners stand in their comparison, with how the votes are held; here only what it does not hold of them.
    elsewhere = {HOLDERS, *LISTS} if owners else set()
    more = [replace(one, new=one.beside) for one in notes if one.field in elsewhere and one.beside]
    may_decide_it = request.user.may("reviews.decide") and desk is not None
    return page(
        request,
        "case",
        title=f"受付番号 {found.review.code}",
        current="desk",
        trail=way_up("console-desk"),
        status=status,
        errors=errors,
        case=found,
        hidden=queue.hidden,
        answered_by=names.get(f"staff:{found.answered_by}", ""),
        has_case=names.get(f"staff:{has_person}", ""),
        is_mine=desk is not None and desk.held_by == request.user.pk,
        is_others=has_person not in {None, request.user.pk},
        urgency=(URGENCY_WORDS[desk.urgency], URGENCY_TONES[desk.urgency]) if desk else None,
        comparisons=[_comparison(one, found) for one in found.fields if one.is_change or one.is_confirmed],
        new_points=listed(plainly(one.label) for one in found.fields if one.needs_person),
        owners=owners,
        holders=next((one.new for one in notes if owners and one.field == HOLDERS), ""),
        notes=[one for one in notes if one.field not in elsewhere] + more,
        judgements=policies.judgements(review_id),
        standing=risk.standing(customer_id),
        rating=risk.latest_rating(customer_id),
        decisions=[(row, names[row.by]) for row in found.decisions],
        earlier=[row for row in reviews.timeline(customer_id) if row.review_id != review_id],
        sent=_sent(found),
        has_notes=request.user.may("notes.use") and casework.has_notes(customer_id),
        acts=_acts(found, form or kept, errors or {}) if may_decide_it else [],
        has_draft=form is None and kept.outcome is not None,
        rest=_resting(rest, errors or {}) if may_decide_it else None,
        may_decide=may_decide_it,
        longest_note=LONGEST_NOTE,
        keys=KEYS,
        customer_url=reverse("console-customer", args=[customer_id]),
        notes_url=reverse("console-customer-notes", args=[customer_id]),
    )


def _sent(found: Case) -> list[Line]:
    """What the review's campaign has sent; a review of its own belongs to none."""
    if found.review.campaign_id is None:
        return []
    people = why.one(found.review.campaign_id, found.review.customer_id)
    return [line for person in people for line in person.lines if line.at]


def _acts(found: Case, form: DecisionForm, errors: dict[str, str]) -> list[dict[str, object]]:
    """The decisions that may follow now, each with its own closed list of reasons, and with what was typed into it."""
    return [
        {
            "outcome": outcome.value,
            "title": OUTCOME_WORDS[outcome],
            "label": label,
            "kind": kind,
            "words": words,
            "key": key,
            "reason_name": f"reason_{outcome.value}",
            "reason": typed.reason,
            "note_name": f"note_{outcome.value}",
            "note": typed.note,
            "is_open": outcome is (form.outcome or Outcome.APPROVE),
            "error": errors.get(f"reason_{outcome.value}", ""),
            "reasons": list(REASONS[outcome].items()),
            **(_asking(found, typed, errors) if outcome is Outcome.ASK_AGAIN else {}),
        }
        for outcome, (label, kind, words, key) in ACTS.items()
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


def _resting(typed: SnoozeForm | None, errors: dict[str, str]) -> dict[str, object]:
    return {
        "is_open": typed is not None,
        "day": typed.day.isoformat() if typed and typed.day else "",
        "day_error": errors.get("snooze_day", ""),
        "hours": [(str(hour), f"{hour}時") for hour in HOURS],
        "hour": str(typed.hour if typed else HOURS[1]),
        "reasons": [(reason.value, words) for reason, words in SNOOZE_WORDS.items()],
        "reason": typed.reason if typed else "",
        "reason_error": errors.get("snooze_reason", ""),
    }


def _comparison(one: CaseField, found: Case) -> Comparison:
    return Comparison(
        label=one.label,
        old=written(one.field, one.old) or plainly("登録なし"),
        new=written(one.field, one.new),
        source=f"お客さまの回答（{plainly(found.entry)}）",
        old_source=one.source,
        is_changed=one.is_change,
    )
