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
from keizoku.reviews.proving.ways import changing, strength_of, ways
from keizoku.reviews.rules.proving import Strength
from keizoku.ui import speaking

# Buttons of a list that keep nothing: a row more, and the tree of what was typed.
LIST_ACTS = ("more", "draw")
# The tree alone, asked for while one types.
TREE = "tree"


@require_safe
@for_identified
def resume(_request: HttpRequest, current: Visit) -> HttpResponse:
    """Where the customer left off, on whatever device; at the beginning, what is known on one page."""
    sitting = reviews.open_sitting(current.review_id)
    if pages.unchanged_context(sitting) is not None:
        return redirect("portal:unchanged")
    return _go_on(progress.next_step(sitting.questionnaire, sitting.answers))


@require_http_methods(PAGES)
@for_identified
def unchanged(request: HttpRequest, current: Visit) -> HttpResponse:
    """The known values, masked: one press where nothing has changed, or the questions one by one."""
    if request.method == "POST" and request.POST.get("do") == "changed":
        return redirect("portal:question", 1)
    sitting = reviews.open_sitting(current.review_id)
    context = pages.unchanged_context(sitting)
    if context is None:
        return redirect("portal:resume")
    if request.POST.get("do") != "same":
        return page(request, "unchanged", "unchanged", **context)
    post = dict(request.POST.lists())
    found = reviews.confirm_known(current.review_id, lambda question: asking.posted_answer(post, question))
    visit.keep(request)
    if found is not None and found.judged is not None:
        again = asking.wrongly_posted(context["question"].id, found.judged)
        return page(request, "unchanged", "unchanged", **{**context, **again})
    return _go_on(found.following if found else None)


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
        with speaking.spoken_in(visit.language(request)):
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
            receipt = reviews.submit_answer(
                current.review_id, entry=current.entry, proof_key=current.code_key
            )
        except AnswerIncomplete:
            return redirect("portal:resume")
        visit.finish(request, receipt)
        return redirect("portal:done")
    sitting = reviews.open_sitting(current.review_id)
    if not progress.is_complete(sitting.questionnaire, sitting.answers):
        return redirect("portal:resume")
    context = pages.confirm_context(sitting)
    if fields := changing(sitting):
        strength = strength_of(sitting, fields, current.code_key)
        if strength is Strength.WEAK and not current.without and ways(sitting, fields, entry=current.entry):
            return redirect("portal:prove")
        context |= pages.confirm_note(strength)
    return page(request, "confirm", "confirm", **context)


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
