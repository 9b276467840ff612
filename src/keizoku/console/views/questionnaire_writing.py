"""Writing a draft in the browser: a question added, changed, moved or removed, and how it looks on a phone meanwhile."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse

from keizoku.campaigns.audiences.groups import FieldGroup
from keizoku.console.forms import questionnaire as forms
from keizoku.console.forms.composer.showing import pickable, shown
from keizoku.console.forms.numbers import whole_number
from keizoku.console.forms.questionnaire import QuestionForm
from keizoku.console.page import errors_of, page, part, refused, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.customers.attributes import queries as attributes
from keizoku.forms import actions, queries
from keizoku.forms.queries import EditionView
from keizoku.forms.rules.definition import KIND_WORDS, LISTS, REGISTER_WORDS, Kind, Questionnaire
from keizoku.forms.rules.facts import KNOWN, fields_after
from keizoku.forms.rules.faults import QuestionnaireInvalid
from keizoku.forms.rules.question_reading import (
    OF_PARTS,
    WITH_BOUNDS,
    WITH_CHOICES,
    WITH_KNOWN_VALUE,
)
from keizoku.forms.rules.showing import blank
from keizoku.forms.rules.wording import EASY, LANGUAGES, in_language, languages_of
from keizoku.kernel.errors import Refusal
from keizoku.ui.speaking import plainly, spoken_in

EDIT = "forms.edit"
_RUBY_HINT = "漢字のすぐ後に読みを《 》で書きます（例：住所《じゅうしょ》）。"


@screen(EDIT, "GET", "POST")
def add(request: StaffRequest, edition_id: int) -> HttpResponse:
    """A new question at the end; its kind is chosen first."""
    view = queries.edition(edition_id)
    kind = request.GET.get("kind", "")
    if request.method == "GET":
        form = forms.new(view.questionnaire, Kind(kind if kind in set(Kind) else Kind.YES_NO))
        return _form_page(request, view, form, "")
    return _save(request, view, "")


@screen(EDIT, "GET", "POST")
def change(request: StaffRequest, edition_id: int, question_id: str) -> HttpResponse:
    view = queries.edition(edition_id)
    question = view.questionnaire.question(question_id)
    if question is None:
        return redirect("console-questionnaire", edition_id)
    if request.method == "GET":
        return _form_page(request, view, forms.of_question(question, view.questionnaire), question_id)
    return _save(request, view, question_id)


@screen(EDIT, "POST")
def arrange(request: StaffRequest, edition_id: int) -> HttpResponse:
    """Up, down or away with one question: ``do`` is the act and the question's id."""
    view = queries.edition(edition_id)
    act, _, name = request.POST.get("do", "").partition(":")
    order = [question.id for question in view.questionnaire.questions]
    if name not in order or act not in ("up", "down", "remove"):
        return redirect("console-questionnaire", edition_id)
    here = order.index(name)
    order.pop(here)
    if act != "remove":
        order.insert(max(here + (-1 if act == "up" else 1), 0), name)
    by_id = {question.id: question for question in view.questionnaire.questions}
    arranged = _without_words_of_others(
        replace(view.questionnaire, questions=tuple(by_id[each] for each in order))
    )
    try:
        seen = whole_number(request.POST.get("seen", "")) or 0
        what = "removed" if act == "remove" else "moved"
        actions.change(edition_id, arranged, request.user.actor, what=what, seen=seen)
    except Refusal as refusal:
        return refused(request, refusal, current="settings", trail=_trail(view))
    tell(request, "質問をなくしました" if act == "remove" else "順番を変えました")
    return redirect("console-questionnaire", edition_id)


@screen(EDIT, "POST")
def compose(request: StaffRequest, edition_id: int) -> HttpResponse:
    """The condition after a button or another field, for htmx; nothing is kept."""
    view = queries.edition(edition_id)
    form = forms.read(request.POST)
    place = _place(view, request.POST.get("before", ""))
    return part(request, "audience_composer", **_composer(view, form, place, {}))


@screen(EDIT, "POST")
def preview(request: StaffRequest, edition_id: int) -> HttpResponse:
    """What was typed so far as a customer would see it, for htmx; nothing is kept."""
    view, form = queries.edition(edition_id), forms.read(request.POST)
    language = request.POST.get("preview_language", "ja")
    try:
        told = _typed_preview(view, form, request.POST.get("before", ""), language)
    except QuestionnaireInvalid as fault:
        told = {"preview_problem": _not_yet(form, fault)}
    return part(request, "questionnaire_preview", **told)


@screen("risk.read")
def look(request: StaffRequest, edition_id: int, question_id: str) -> HttpResponse:
    """One question as a customer sees it, in each language."""
    view = queries.edition(edition_id)
    language = request.GET.get("language", "ja")
    whole = view.questionnaire
    names = [question.id for question in whole.questions]
    if question_id not in names:
        return redirect("console-questionnaire", edition_id)
    here = names.index(question_id)
    return page(
        request,
        "questionnaire_look",
        title="お客さまに見える画面",
        current="settings",
        trail=_trail(view),
        edition=view.row,
        number=here + 1,
        count=len(names),
        before=names[here - 1] if here else "",
        after=names[here + 1] if here + 1 < len(names) else "",
        question_id=question_id,
        languages=languages_of(whole),
        language=language,
        **_preview(whole, question_id, language),
    )


def _save(request: StaffRequest, view: EditionView, before: str) -> HttpResponse:
    form = forms.read(request.POST)
    place = _place(view, before)
    if request.POST.get("do") != "save":
        return _form_page(request, view, form, before)
    if problems := form.problems(view.questionnaire, place):
        return _form_page(request, view, form, before, errors=problems, status=422)
    try:
        question = form.question(view.questionnaire, place)
        whole = _without_words_of_others(forms.placed(view.questionnaire, question, place, before=before))
        seen = whole_number(request.POST.get("seen", "")) or 0
        what = "changed" if before else "added"
        actions.change(view.row.id, form.told(whole, question), request.user.actor, what=what, seen=seen)
    except QuestionnaireInvalid as fault:
        return _form_page(request, view, form, before, errors=forms.errors_of(fault), status=422)
    except Refusal as refusal:
        return _form_page(request, view, form, before, errors=errors_of(refusal), status=409)
    tell(request, "質問を保存しました", "下書きの間は、何度でも変えられ、前の時点に戻せます。")
    return redirect("console-questionnaire", view.row.id)


def _form_page(
    request: StaffRequest,
    view: EditionView,
    form: QuestionForm,
    before: str,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    kind = Kind(form.lines["kind"]) if form.lines["kind"] in set(Kind) else Kind.TEXT
    place = _place(view, before)
    return page(
        request,
        "questionnaire_question",
        title="質問を変える" if before else "質問を足す",
        current="settings",
        trail=_trail(view),
        errors=errors,
        status=status,
        edition=view.row,
        form=form,
        before=before,
        seen=request.POST.get("seen", view.steps[0].number),
        kinds=[(each.value, words) for each, words in KIND_WORDS.items()],
        goes=[("", "回答にだけ残す、または決まった項目に入れる"), *_attributes()],
        registers=[("", "選んでください"), *REGISTER_WORDS.items()],
        ownerships=[("", "受けない"), *_ownerships(view.questionnaire, place)],
        part_kinds=[(each.value, KIND_WORDS[each]) for each in Kind if each in OF_PARTS],
        parts=_part_rows(form),
        must=[("yes", "必ず答える")],
        required="yes" if form.is_required else "",
        known_choice=[("yes", "変わりないかを確かめる")],
        known="yes" if form.is_known else "",
        has_choices=kind in WITH_CHOICES,
        has_bounds=kind in WITH_BOUNDS,
        has_most=kind in LISTS,
        has_detail=kind is Kind.YES_NO,
        has_parts=kind is Kind.PEOPLE,
        has_register=kind is Kind.REGISTERED_NUMBER,
        has_known=kind in WITH_KNOWN_VALUE,
        translations=_translations(form, kind, errors or {}),
        languages=list(LANGUAGES.items())[:3],
        cancel_url=reverse("console-questionnaire", args=[view.row.id]),
        **_composer(view, form, place, errors or {}),
        **_first_preview(view, form, before),
    )


def _first_preview(view: EditionView, form: QuestionForm, before: str) -> dict[str, Any]:
    try:
        return _typed_preview(view, form, before, "ja")
    except QuestionnaireInvalid as fault:
        return {"preview_problem": _not_yet(form, fault)}


def _not_yet(form: QuestionForm, fault: QuestionnaireInvalid) -> str:
    """Why there is no screen to see: what nobody has typed yet is no mistake."""
    if not (form.lines["title"].strip() and form.lines["why"].strip()):
        return "質問とたずねる理由を入力すると、ここに画面が出ます。"
    return fault.problem


def _typed_preview(view: EditionView, form: QuestionForm, before: str, language: str) -> dict[str, Any]:
    """Of the question as it was typed. Raises ``QuestionnaireInvalid``."""
    place = _place(view, before)
    question = form.question(view.questionnaire, place)
    whole = form.told(forms.placed(view.questionnaire, question, place, before=before), question)
    return _preview(whole, question.id, language)


def _preview(whole: Questionnaire, question_id: str, language: str) -> dict[str, Any]:
    told = in_language(whole, language)
    question = told.question(question_id)
    assert question is not None
    place = told.questions.index(question)
    with spoken_in(language):  # the customer's, not that of whoever looks
        body, button = render_to_string("portal/question_body.html", blank(question)), plainly("次へ進む")
    return {
        "preview_body": body,
        "preview_button": button,
        "steps": (place + 1, len(told.questions)),
        "preview_language": language,
    }


def _composer(view: EditionView, form: QuestionForm, place: int, errors: dict[str, str]) -> dict[str, Any]:
    fields = fields_after(view.questionnaire.questions[:place])
    groups = [
        FieldGroup("登録の内容", tuple(KNOWN.values())),
        FieldGroup("前の質問の答え", tuple(field for name, field in fields.items() if name not in KNOWN)),
    ]
    return {
        "root": shown(form.root, fields, errors),
        "picker": pickable([group for group in groups if group.fields]),
        "compose_to": reverse("console-questionnaire-compose", args=[view.row.id]),
    }


def _place(view: EditionView, before: str) -> int:
    """Where the question stands that is written: its own place, or the end."""
    names = [question.id for question in view.questionnaire.questions]
    return names.index(before) if before in names else len(names)


def _without_words_of_others(whole: Questionnaire) -> Questionnaire:
    """Words of questions that are gone go with them."""
    names = {question.id for question in whole.questions} | {"title", "yes", "no"}
    return replace(
        whole,
        words={
            language: {place: said for place, said in told.items() if place.partition(".")[0] in names}
            for language, told in whole.words.items()
        },
    )


def _attributes() -> list[tuple[str, str]]:
    return [(f"{forms.ATTRIBUTE}{one.name}", f"追加の項目「{one.label}」") for one in attributes.usable()]


def _ownerships(questionnaire: Questionnaire, place: int) -> list[tuple[str, str]]:
    return [
        (question.id, question.title)
        for question in questionnaire.questions[:place]
        if question.kind is Kind.OWNERSHIP
    ]


def _part_rows(form: QuestionForm) -> list[dict[str, object]]:
    """The parts that are there and two empty ones."""
    rows = [(part.id, part.kind, part.title, part.is_required) for part in form.parts]
    rows += [(f"part_{len(rows) + more}", "text", "", True) for more in (1, 2)]
    return [
        {
            "number": number,
            "id": name,
            "kind": kind,
            "title": title,
            "required": "yes" if is_required else "",
            "names": {key: f"part_{number}_{key}" for key in ("id", "kind", "title", "required")},
        }
        for number, (name, kind, title, is_required) in enumerate(rows, start=1)
    ]


def _translations(form: QuestionForm, kind: Kind, errors: dict[str, str]) -> list[dict[str, object]]:
    asked = [("title", "質問", 2), ("why", "たずねる理由", 2)]
    if kind is Kind.YES_NO:
        asked.append(("detail", "「はい」のときにたずねること", 1))
    if kind in WITH_CHOICES:
        asked.append(("choices", "選択肢（1行に1つ、「値 = 名称」）", 6))
    if kind is Kind.PEOPLE:
        asked.append(("parts", "たずねる項目（1行に1つ、「名前 = 題名」）", 4))

    def fields(language: str) -> list[tuple[str, str, str, int, str]]:
        typed = form.words.get(language, {})
        named = [(f"{language}_{key}", label, typed.get(key, ""), rows) for key, label, rows in asked]
        return [(name, label, value, rows, errors.get(name, "")) for name, label, value, rows in named]

    return [
        {
            "name": LANGUAGES[language],
            "hint": _RUBY_HINT if language == EASY else "",
            "fields": fields(language),
        }
        for language in forms.TRANSLATED
    ]


def _trail(view: EditionView) -> list[tuple[str, str]]:
    here = reverse("console-questionnaire", args=[view.row.id])
    return [
        *way_up("console-settings", "console-questionnaires"),
        (f"{view.row.title} 第{view.row.version}版", here),
    ]
