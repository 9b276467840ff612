"""Keying one form on one page: everything that the questionnaire asks, in its order, and nothing of the record."""

from django.http import HttpResponse
from django.shortcuts import redirect

from keizoku.console.forms import paper as forms
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.kernel.errors import Refusal
from keizoku.reviews.paper import keying, queries
from keizoku.reviews.paper.errors import FormMoved, KeyedBefore
from keizoku.reviews.paper.queries import FormRow
from keizoku.reviews.paper.reading import Typed, typed
from keizoku.reviews.paper.rules import TO_BE_KEYED, FormState

_TOLD = {
    FormState.KEYED_ONCE: ("1人目の入力を保存しました", "2人目の入力は、別の方に依頼してください。"),
    FormState.DOUBTFUL: (
        "2人目の入力を保存しました",
        "1人目と違うところがあります。違いを確かめてください。",
    ),
    FormState.HANDED_IN: ("2人の入力が合いました", "受領日付けの回答として、審査に渡しました。"),
}


@screen("paper.key", "GET", "POST")
def key(request: StaffRequest, form_id: int) -> HttpResponse:
    row = queries.form(form_id)
    if row.state not in TO_BE_KEYED:
        raise FormMoved(row.words)
    if not row.may_be_keyed_by(request.user.pk):
        raise KeyedBefore
    if request.method == "GET":
        return _page(request, row, Typed({}))
    read = typed(dict(request.POST.lists()), queries.published_of(form_id).questionnaire.questions)
    act = request.POST.get("act", "")
    if act.startswith(forms.MORE):
        return _page(request, row, Typed(read.entries), act=act)
    if read.errors:
        return _page(request, row, read, status=422)
    expected = FormState.KEYED_ONCE if request.POST.get("place") == "2" else FormState.REGISTERED
    try:
        state = keying.key(form_id, expected, read.entries, request.user)
    except Refusal as refusal:
        return _page(request, row, read, told=errors_of(refusal), status=409)
    if state in _TOLD:
        tell(request, *_TOLD[state])
    return redirect("console-paper-form", form_id)


def _page(
    request: StaffRequest,
    row: FormRow,
    read: Typed,
    *,
    act: str = "",
    told: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    questionnaire = queries.published_of(row.id).questionnaire
    groups = forms.keyed(questionnaire, dict(request.POST.lists()), read.errors, act=act)
    wrong = [f"{group.number}. {group.title}" for group in groups if group.errors]
    if wrong:
        told = {
            "__all__": f"入力を確かめてください：{'、'.join(wrong)}。読めないときは「読めない」に印を付けてください。"
        }
    place = request.POST.get("place") or ("1" if row.state is FormState.REGISTERED else "2")
    return page(
        request,
        "paper_key",
        title=f"{place}人目の入力",
        current="paper",
        trail=way_up("console-paper"),
        status=status,
        errors=told,
        form=row,
        place=place,
        groups=groups,
        known_options=forms.KNOWN,
        unreadable_options=forms.UNREADABLE_OPTION,
    )
