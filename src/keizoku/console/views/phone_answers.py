"""The caller's questionnaire: the same questions as on his own pages, read out and typed by the desk; drafts are kept."""

from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.forms.rules import progress
from keizoku.forms.rules.progress import Step
from keizoku.kernel.errors import Refusal
from keizoku.reviews import asking
from keizoku.reviews.phone import helping
from keizoku.reviews.queries import Sitting

# Buttons of a list that keep nothing: a row more, and the tree of what was typed.
LIST_ACTS: Final = ("more", "draw")


@screen("phone_desk.use")
def resume(request: StaffRequest, call_id: int) -> HttpResponse:
    """Where the caller, or he himself on his own device, left off."""
    sitting = helping.open_questions(call_id, request.user)
    return _go_on(call_id, progress.next_step(sitting.questionnaire, sitting.answers))


@screen("phone_desk.use", "GET", "POST")
def question(request: StaffRequest, call_id: int, number: int) -> HttpResponse:
    sitting = helping.open_questions(call_id, request.user)
    step = progress.step(sitting.questionnaire, sitting.answers, number)
    if step is None:
        return redirect("console-phone-answers", call_id)
    if request.method == "GET":
        return _question_page(request, call_id, sitting, step, {})
    posted = asking.posted_answer(dict(request.POST.lists()), step.question)
    act = request.POST.get("do", "")
    if act in LIST_ACTS and step.question.is_list:
        again = asking.typed_again(step.question, posted, one_more=act == "more")
        return _question_page(request, call_id, sitting, step, again)
    answered = helping.write_answer(call_id, number, posted, request.user)
    if answered is not None and answered.judged.given is None:
        again = asking.wrongly_answered(step.question, answered.judged.shown, answered.judged.errors)
        return _question_page(request, call_id, answered.sitting, answered.step, again, status=422)
    return _go_on(call_id, answered.following if answered else None)


@screen("phone_desk.use", "GET", "POST")
def confirm(request: StaffRequest, call_id: int) -> HttpResponse:
    """All answers once more, to be read out; then handed in with this member of staff as their writer."""
    sitting = helping.open_questions(call_id, request.user)
    if not progress.is_complete(sitting.questionnaire, sitting.answers):
        return redirect("console-phone-answers", call_id)
    if request.method == "GET":
        return _confirm_page(request, call_id, sitting)
    try:
        receipt = helping.hand_in(call_id, request.user)
    except Refusal as refusal:
        return _confirm_page(request, call_id, sitting, errors=errors_of(refusal), status=409)
    tell(request, "回答を受け付けました", f"受付番号は {receipt.code} です。お客さまに伝えてください。")
    return redirect("console-phone-call", call_id)


def _question_page(
    request: StaffRequest,
    call_id: int,
    sitting: Sitting,
    step: Step,
    again: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    shown = asking.question_context(sitting, step) | again
    back = reverse("console-phone-question", args=[call_id, step.number - 1]) if step.number > 1 else ""
    return page(
        request,
        "phone_question",
        title=f"回答を聞き取る（{step.number} / {step.of}）",
        current="phone",
        trail=_trail(sitting, call_id),
        status=status,
        back_url=back,
        **shown,
    )


def _confirm_page(
    request: StaffRequest,
    call_id: int,
    sitting: Sitting,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    answers = asking.answers_shown(sitting)
    return page(
        request,
        "phone_confirm",
        title="聞き取った回答の確認",
        current="phone",
        trail=_trail(sitting, call_id),
        status=status,
        errors=errors,
        answers=[(one, reverse("console-phone-question", args=[call_id, one.number])) for one in answers],
    )


def _trail(sitting: Sitting, call_id: int) -> list[tuple[str, str]]:
    words = f"お客さま No. {sitting.review.customer_id} との通話"
    return [*way_up("console-phone"), (words, reverse("console-phone-call", args=[call_id]))]


def _go_on(call_id: int, following: Step | None) -> HttpResponse:
    if following is None:
        return redirect("console-phone-confirm", call_id)
    return redirect("console-phone-question", call_id, following.number)
