"""Where two people read a form differently: both side by side, one chosen or another typed by a third act."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import redirect

from keizoku.console.forms import paper as forms
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.kernel.errors import Refusal
from keizoku.reviews.paper import queries, resolving
from keizoku.reviews.paper.queries import Compared
from keizoku.reviews.paper.reading import Typed, typed
from keizoku.reviews.paper.rules import BLANK, Entry, FormState, How

FIRST, SECOND, OTHER = "1", "2", "other"
CHOSEN: Final = "chosen_"
_CHOOSE: Final = "どれにするか選んでください。"


@screen("paper.resolve", "GET", "POST")
def resolve(request: StaffRequest, form_id: int) -> HttpResponse:
    compared = resolving.open_doubts(form_id, request.user)
    if request.method == "GET":
        return _page(request, form_id, compared, Typed({}))
    post = dict(request.POST.lists())
    read = _read(post, compared)
    act = request.POST.get("act", "")
    if act.startswith(forms.MORE):
        return _page(request, form_id, compared, Typed({}), act=act)
    if read.errors:
        return _page(request, form_id, compared, read, status=422)
    try:
        state = resolving.resolve(form_id, read.entries, request.user)
    except Refusal as refusal:
        return _page(request, form_id, compared, read, told=errors_of(refusal), status=409)
    if state is FormState.DOUBTFUL:
        tell(request, "決めた内容を保存しました", "まだ、必要な質問の答えが足りません。")
        return redirect("console-paper-doubts", form_id)
    if state is FormState.HANDED_IN:
        tell(request, "違いがなくなりました", "受領日付けの回答として、審査に渡しました。")
    return redirect("console-paper-form", form_id)


def _read(post: Mapping[str, Sequence[str]], compared: Compared) -> Typed:
    """One entry a doubt: the first's, the second's, or what is typed here."""
    entries: dict[str, Entry] = {}
    errors: dict[str, Mapping[str, str]] = {}
    for question in compared.questionnaire.questions:
        if question.id not in compared.doubts.all:
            continue
        chosen = (post.get(f"{CHOSEN}{question.id}") or [""])[0]
        entry = {FIRST: compared.first, SECOND: compared.second}.get(chosen, {}).get(question.id, BLANK)
        if chosen == OTHER:
            found = typed({**post, f"unreadable_{question.id}": []}, [question])
            errors |= found.errors
            entries |= found.entries
        elif chosen not in (FIRST, SECOND):
            errors[question.id] = {"chosen": _CHOOSE}
        elif entry.how is How.UNREADABLE:
            errors[question.id] = {"chosen": "この入力は「読めない」です。用紙を見て入力してください。"}
        else:
            entries[question.id] = entry
    return Typed(entries, errors)


def _page(
    request: StaffRequest,
    form_id: int,
    compared: Compared,
    read: Typed,
    *,
    act: str = "",
    told: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    row = queries.form(form_id)
    post = dict(request.POST.lists())
    groups = forms.keyed(compared.questionnaire, post, read.errors, act=act, only=compared.doubts.all)
    if wrong := [f"{group.number}. {group.title}" for group in groups if group.errors]:
        told = {"__all__": f"確かめてください：{'、'.join(wrong)}。"}
    return page(
        request,
        "paper_doubts",
        title="2人の入力の違い",
        current="paper",
        trail=way_up("console-paper"),
        status=status,
        errors=told,
        form=row,
        doubts=[_doubt(group, compared, post) for group in groups],
        known_options=forms.KNOWN,
    )


def _doubt(group: forms.Keyed, compared: Compared, post: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    question = compared.questionnaire.question(group.id)
    assert question is not None
    return {
        "q": group,
        "first": forms.entry_words(question, compared.first.get(group.id)),
        "second": forms.entry_words(question, compared.second.get(group.id)),
        "is_missing": group.id in compared.doubts.missing,
        "name": f"{CHOSEN}{group.id}",
        "chosen": (post.get(f"{CHOSEN}{group.id}") or [""])[0],
        "options": ((FIRST, "1人目のとおり"), (SECOND, "2人目のとおり"), (OTHER, "用紙を見て入力する")),
        "error": group.errors.get("chosen", ""),
    }
