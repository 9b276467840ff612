"""A questionnaire's title in each language, and a questionnaire that is new."""

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.console.forms import questionnaire as forms
from keizoku.console.forms.numbers import whole_number
from keizoku.console.page import errors_of, page, refused, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.forms import actions, queries
from keizoku.forms.rules.definition import Kind, Question, Questionnaire
from keizoku.forms.rules.faults import QuestionnaireInvalid
from keizoku.forms.rules.reading import with_words
from keizoku.forms.rules.writing import write_questionnaire
from keizoku.kernel.errors import Refusal

EDIT = "forms.edit"
# A questionnaire has a question from the beginning; its author changes or removes this one.
_FIRST = Question(
    "question_1",
    Kind.LONG_TEXT,
    "お伝えになりたいことがあれば、お書きください",
    "お取引をよりよくするために確認しています。",
    "question_1",
    is_required=False,
)


@screen(EDIT, "GET", "POST")
def new(request: StaffRequest) -> HttpResponse:
    """Its name for the system, which never changes, and its title."""
    if request.method == "GET":
        return _new_page(request)
    name, title = request.POST.get("questionnaire", "").strip(), request.POST.get("title", "").strip()
    if queries.is_known(name):
        taken = {"questionnaire": "この名前の質問票がもうあります。その質問票から下書きを作ってください。"}
        return _new_page(request, errors=taken, status=409)
    try:
        text = write_questionnaire(Questionnaire(name, 1, title, (_FIRST,), ""))
        edition_id = actions.draft(text, request.user.actor)
    except QuestionnaireInvalid as fault:
        return _new_page(request, errors=forms.errors_of(fault), status=422)
    except Refusal as refusal:
        return _new_page(request, errors=errors_of(refusal), status=409)
    tell(request, "下書きを作りました", "質問を足し、はじめからある質問は変えるか、なくしてください。")
    return redirect("console-questionnaire", edition_id)


@screen(EDIT, "POST")
def title(request: StaffRequest, edition_id: int) -> HttpResponse:
    """The title in Japanese and in the other languages; an empty one is missing again."""
    view = queries.edition(edition_id)
    changed = replace(view.questionnaire, title=request.POST.get("title", "").strip())
    seen = whole_number(request.POST.get("seen", "")) or 0
    try:
        for language in forms.TRANSLATED:
            said = request.POST.get(f"{language}_title", "").strip()
            told = {
                place: words for place, words in changed.words.get(language, {}).items() if place != "title"
            }
            changed = with_words(changed, language, {**({"title": said} if said else {}), **told})
        changed = replace(changed, words={code: words for code, words in changed.words.items() if words})
        actions.change(edition_id, changed, request.user.actor, what="titled", seen=seen)
    except Refusal as refusal:
        return refused(
            request, refusal, current="settings", trail=way_up("console-settings", "console-questionnaires")
        )
    tell(request, "題名を変えました")
    return redirect("console-questionnaire", edition_id)


def _new_page(
    request: StaffRequest, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    return page(
        request,
        "questionnaire_new",
        title="新しい質問票",
        current="settings",
        trail=way_up("console-settings", "console-questionnaires"),
        errors=errors,
        status=status,
        typed=request.POST,
        cancel_url=reverse("console-questionnaires"),
    )
