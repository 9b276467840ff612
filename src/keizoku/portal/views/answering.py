"""The questions, one a page; the answers once more; the receipt."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from keizoku.forms.rules import listed, progress
from keizoku.forms.rules.definition import Kind
from keizoku.forms.rules.progress import Step
from keizoku.portal import pages, visit
from keizoku.portal.pages import page
from keizoku.portal.refusals import for_identified
from keizoku.portal.views.entering import PAGES
from keizoku.portal.visit import Visit
from keizoku.reviews import actions as reviews
from keizoku.reviews import asking
from keizoku.reviews.errors import AnswerIncomplete

# Buttons of a list that keep nothing: a row more, and the tree of what was typed.
LIST_ACTS = ("more", "draw")
# The tree alone, asked for while one types.
TREE = "tree"


@require_safe
@for_identified
def resume(_request: HttpRequest, current: Visit) -> HttpResponse:
    """Where the customer left off, on whatever device."""
    sitting = reviews.open_sitting(current.review_id)
    return _go_on(progress.next_step(sitting.questionnaire, sitting.answers))


@require_http_methods(PAGES)
@for_identified
def question(request: HttpRequest, current: Visit, number: int) -> HttpResponse:
    """One question; a good answer is kept and leads on."""
    sitting = reviews.open_sitting(current.review_id)
    step = progress.step(sitting.questionnaire, sitting.answers, number)
    if step is None:
        return redirect("portal:resume")
    if request.method != "POST":
        return page(request, "question", "question", **pages.question_context(sitting, step))
    posted = asking.posted_answer(dict(request.POST.lists()), step.question)
    act = request.POST.get("do", "")
    if act == TREE and step.question.kind is Kind.OWNERSHIP:
        return render(request, "portal/ownership_drawn.html", listed.drawn(step.question, posted))
    if act in LIST_ACTS and listed.is_list(step.question):
        context = pages.question_context(sitting, step)
        typed = asking.typed_again(step.question, posted, one_more=act == "more")
        return page(request, "question", "question", **{**context, **typed})
    answered = reviews.answer_question(current.review_id, number, posted)
    visit.keep(request)
    if answered is not None and answered.judged.given is None:
        context = pages.question_context(answered.sitting, answered.step)
        again = asking.wrongly_answered(step.question, answered.judged.shown, answered.judged.errors)
        return page(request, "question", "question", **{**context, **again})
    return _go_on(answered.following if answered else None)


@require_http_methods(PAGES)
@for_identified
def confirm(request: HttpRequest, current: Visit) -> HttpResponse:
    """All answers once more; handing them in twice gives the same receipt."""
    if request.method == "POST":
        try:
            receipt = reviews.submit_answer(current.review_id, entry=current.entry)
        except AnswerIncomplete:
            return redirect("portal:resume")
        visit.finish(request, receipt)
        return redirect("portal:done")
    sitting = reviews.open_sitting(current.review_id)
    if not progress.is_complete(sitting.questionnaire, sitting.answers):
        return redirect("portal:resume")
    return page(request, "confirm", "confirm", **pages.confirm_context(sitting))


@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """The receipt, as long as the session lasts."""
    receipt = visit.receipt(request)
    if receipt is None:
        return redirect("portal:start")
    return page(request, "done", "done", code=receipt.code, received_at=receipt.received_at)


def _go_on(following: Step | None) -> HttpResponse:
    if following is None:
        return redirect("portal:confirm")
    return redirect("portal:question", following.number)
