"""The questions, one a page; the answers once more; the receipt."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from keizoku.forms.rules import listed, progress
from keizoku.forms.rules.definition import Kind
from keizoku.forms.rules.progress import Step
from keizoku.portal import pages, visit
from keizoku.portal import sitting as sittings
from keizoku.portal.pages import page
from keizoku.portal.refusals import for_identified
from keizoku.portal.views.entering import PAGES
from keizoku.portal.visit import Held
from keizoku.reviews import actions as reviews
from keizoku.reviews import asking
from keizoku.reviews.errors import AnswerIncomplete
from keizoku.reviews.proving.ways import changing, strength_of, ways
from keizoku.reviews.queries import Sitting
from keizoku.reviews.rules.proving import Strength
from keizoku.ui import speaking

# Buttons of a list that keep nothing: a row more, and the tree of what was typed.
LIST_ACTS = ("more", "draw")
# The tree alone, asked for while one types.
TREE = "tree"


@require_safe
@for_identified
def resume(_request: HttpRequest, current: Held) -> HttpResponse:
    """Where the customer left off, on whatever device; at the beginning, what is known on one page."""
    sitting = reviews.open_sitting(current.review)
    if pages.unchanged_context(sitting) is not None:
        return redirect("portal:unchanged")
    return _go_on(progress.next_step(sitting.questionnaire, sitting.answers))


@require_http_methods(PAGES)
@for_identified
def unchanged(request: HttpRequest, current: Held) -> HttpResponse:
    """The known values, masked: one press where nothing has changed, or the questions one by one."""
    if request.method == "POST" and request.POST.get("do") == "changed":
        return redirect("portal:question", 1)
    if request.POST.get("do") == "same":
        return _confirmed(request, current)
    sitting = reviews.open_sitting(current.review)
    context = pages.unchanged_context(sitting)
    if context is None:
        return _go_on(progress.next_step(sitting.questionnaire, sitting.answers))
    return page(request, "unchanged", "unchanged", **context)


def _confirmed(request: HttpRequest, current: Held) -> HttpResponse:
    post = dict(request.POST.lists())
    found = reviews.confirm_known(current.review_id, lambda question: asking.posted_answer(post, question))
    visit.keep(request)
    if found is None:
        return redirect("portal:resume")
    context = pages.unchanged_context(found.sitting) if found.judged else None
    if context is not None and found.judged is not None:
        again = asking.wrongly_posted(context["question"].id, found.judged)
        return page(request, "unchanged", "unchanged", **{**context, **again})
    return _go_on(found.following)


@require_http_methods(PAGES)
@for_identified
def question(request: HttpRequest, current: Held, number: int) -> HttpResponse:
    """One question; a good answer is kept and leads on."""
    if request.method != "POST" or request.POST.get("do", "") in (TREE, *LIST_ACTS):
        sitting = reviews.open_sitting(current.review)
        step = progress.step(sitting.questionnaire, sitting.answers, number)
        if step is None:
            return redirect("portal:resume")
        if request.method != "POST":
            return page(request, "question", "question", **pages.question_context(sitting, step))
        if (shown := _shown_only(request, sitting, step)) is not None:
            return shown
    return _kept(request, current, number)


def _shown_only(request: HttpRequest, sitting: Sitting, step: Step) -> HttpResponse | None:
    """What a button of a list shows, keeping nothing; None where the question has no such button."""
    posted, act = asking.posted_answer(dict(request.POST.lists()), step.question), request.POST["do"]
    if act == TREE and step.question.kind is Kind.OWNERSHIP:
        with speaking.spoken_in(visit.language(request)):
            return render(request, "portal/ownership_drawn.html", listed.drawn(step.question, posted))
    if act in LIST_ACTS and step.question.is_list:
        context = pages.question_context(sitting, step)
        typed = asking.typed_again(step.question, posted, one_more=act == "more")
        return page(request, "question", "question", **{**context, **typed})
    return None


def _kept(request: HttpRequest, current: Held, number: int) -> HttpResponse:
    """The answer judged and kept; what is wrong with it is shown on the page again."""
    post = dict(request.POST.lists())
    answered = reviews.answer_question(
        current.review_id, number, lambda question: asking.posted_answer(post, question)
    )
    visit.keep(request)
    if answered is None:
        return redirect("portal:resume")
    if answered.judged.given is not None:
        return _go_on(answered.following)
    context = pages.question_context(answered.sitting, answered.step)
    again = asking.wrongly_answered(answered.step.question, answered.judged.shown, answered.judged.errors)
    return page(request, "question", "question", **{**context, **again})


@require_http_methods(PAGES)
@for_identified
def confirm(request: HttpRequest, current: Held) -> HttpResponse:
    """All answers once more; handing them in twice gives the same receipt."""
    if request.method == "POST":
        try:
            receipt = reviews.submit_answer(
                current.review_id, entry=current.entry, proof_key=current.code_key
            )
        except AnswerIncomplete:
            return redirect("portal:resume")
        visit.finish(request, receipt)
        sittings.begin_after_answer(request, current.review_id, current.review.customer_id)
        return redirect("portal:done")
    sitting = reviews.open_sitting(current.review)
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
    capture_url = reverse("portal:capture_why") if sittings.is_awaited(request) else ""
    context = {"code": receipt.code, "received_at": receipt.received_at, "capture_url": capture_url}
    return page(request, "done", "done", **context)


def _go_on(following: Step | None) -> HttpResponse:
    if following is None:
        return redirect("portal:confirm")
    return redirect("portal:question", following.number)
