"""設定 → 質問票: versions, what one changes, its approval by somebody who wrote nothing of it, and what was answered."""

from collections.abc import Callable
from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.console import questionnaire_words as words
from keizoku.console.names import actor_names
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.forms import actions, queries
from keizoku.forms.queries import EditionView
from keizoku.forms.rules.definition import KIND_WORDS
from keizoku.forms.rules.facts import fields_after
from keizoku.forms.rules.states import ASKED_OF, State
from keizoku.kernel.conditions import describe
from keizoku.kernel.errors import Refusal
from keizoku.reviews.queries.choices import chosen
from keizoku.ui.components.display import badge_cell
from keizoku.ui.speaking import listed, plainly

EDIT, APPROVE = "forms.edit", "forms.approve"


@screen("risk.read")
def listing(request: StaffRequest) -> HttpResponse:
    found = queries.editions()
    names = actor_names({name for one in found for name in (*one.makers, one.approved_by) if name})
    return page(
        request,
        "questionnaires",
        title="質問票",
        current="settings",
        trail=way_up("console-settings"),
        columns=words.COLUMNS,
        rows=words.rows(found, names),
        may_edit=request.user.may(EDIT),
    )


@screen("risk.read")
def version(request: StaffRequest, edition_id: int) -> HttpResponse:
    return _version_page(request, queries.edition(edition_id))


@screen(EDIT, "POST")
def begin(request: StaffRequest) -> HttpResponse:
    """The next version, as a copy of the one in use."""
    edition_id = actions.begin(request.POST.get("questionnaire", ""), request.user.actor)
    tell(request, "下書きを作りました", "使用中の版は、承認されるまで変わりません。")
    return redirect("console-questionnaire", edition_id)


@screen(EDIT, "POST")
def ask(request: StaffRequest, edition_id: int) -> HttpResponse:
    act = partial(actions.request, edition_id, request.user.actor)
    further = "この版を書いていない承認者が承認すると、使い始めます。"
    return _act(request, edition_id, act, "承認を申請しました", further)


@screen(APPROVE, "GET", "POST")
def approve(request: StaffRequest, edition_id: int) -> HttpResponse:
    """The approver reads what changes, and types the questionnaire's title."""
    view = queries.edition(edition_id)
    if view.row.state is not State.REQUESTED:
        wrong = {"__all__": "この版は承認待ちではありません。"}
        return _version_page(request, view, errors=wrong, status=409)
    if request.method == "GET":
        return _approval_page(request, view)
    if request.POST.get("typed_title", "").strip() != view.questionnaire.title:
        wrong = {"typed_title": "題名が違います。画面の題名をそのまま入力してください。"}
        return _approval_page(request, view, errors=wrong, status=422)
    act = partial(actions.approve, edition_id, request.user.actor, digest=request.POST.get("digest", ""))
    done = f"「{view.questionnaire.title}」第{view.row.version}版を使い始めました"
    further = "これから答え始める方に、この版でたずねます。途中まで答えた方は、前の版のまま答え終えます。"
    return _act(request, edition_id, act, done, further)


@screen("risk.read", "POST")
def send_back(request: StaffRequest, edition_id: int) -> HttpResponse:
    """By an approver, or by those who wrote it; the action asks which."""
    return _act(
        request,
        edition_id,
        partial(actions.send_back, edition_id, request.user.actor),
        "差し戻しました。下書きとして、また変えられます",
    )


@screen(EDIT, "POST")
def withdraw(request: StaffRequest, edition_id: int) -> HttpResponse:
    return _act(
        request, edition_id, partial(actions.withdraw, edition_id, request.user.actor), "取り下げました"
    )


@screen(APPROVE, "POST")
def retire(request: StaffRequest, edition_id: int) -> HttpResponse:
    return _act(
        request, edition_id, partial(actions.retire, edition_id, request.user.actor), "使用を終えました"
    )


@screen(EDIT, "POST")
def undo(request: StaffRequest, edition_id: int, number: int) -> HttpResponse:
    act = partial(actions.undo, edition_id, number, request.user.actor)
    return _act(request, edition_id, act, "前の時点に戻しました")


def _act(
    request: StaffRequest, edition_id: int, act: Callable[[], object], done: str, further: str = ""
) -> HttpResponse:
    """Do it and go back to the version's page; a refusal is told there."""
    try:
        act()
    except Refusal as refusal:
        return _version_page(request, queries.edition(edition_id), errors=errors_of(refusal), status=409)
    tell(request, done, further)
    return redirect("console-questionnaire", edition_id)


def _version_page(
    request: StaffRequest, view: EditionView, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    row = view.row
    names = actor_names(
        {*row.makers, *(step.made_by for step in view.steps), row.requested_by, row.approved_by} - {""}
    )
    may_edit, is_draft = request.user.may(EDIT), row.state is State.DRAFT
    is_asked = row.questionnaire in ASKED_OF.values()
    return page(
        request,
        "questionnaire",
        title=f"{row.title} 第{row.version}版",
        current="settings",
        trail=way_up("console-settings", "console-questionnaires"),
        errors=errors,
        status=status,
        edition=row,
        seen=view.steps[0].number,
        titles={language: said.get("title", "") for language, said in view.questionnaire.words.items()},
        facts=[
            ("システムで使う名前", row.questionnaire),
            ("状態", badge_cell(row.state_words, words.TONES[row.state])),
            ("書いた人", listed(names[maker] for maker in row.makers)),
            ("承認した人", names.get(row.approved_by, "—")),
            ("要約値", row.digest[:16]),
        ],
        questions=_questions(view),
        change_columns=words.CHANGE_COLUMNS,
        change_rows=words.change_rows(queries.changes_of(view)),
        is_first=queries.before(view) is None,
        notices=words.notice_lines(view.questionnaire),
        steps=words.step_lines(view.steps, names),
        chosen_columns=words.CHOSEN_COLUMNS,
        chosen_rows=words.chosen_rows(chosen(row.published_id)) if row.published_id else [],
        may_write=may_edit and is_draft,
        may_begin=may_edit and row.state is State.ACTIVE and not queries.is_in_making(row.questionnaire),
        may_send_back=row.state is State.REQUESTED and (may_edit or request.user.may(APPROVE)),
        may_approve=row.state is State.REQUESTED and request.user.may(APPROVE),
        may_retire=row.state is State.ACTIVE and request.user.may(APPROVE) and not is_asked,
    )


def _questions(view: EditionView) -> list[dict[str, str]]:
    """Each question in words, in order."""
    asked = view.questionnaire.questions
    return [
        {
            "id": question.id,
            "title": question.title,
            "why": question.why,
            "kind": KIND_WORDS[question.kind],
            "target": question.attribute or question.target,
            "when": "" if question.when is None else describe(question.when, fields_after(asked[:place])),
            "required": "" if question.is_required else "答えなくてもよい",
        }
        for place, question in enumerate(asked)
    ]


def _approval_page(
    request: StaffRequest, view: EditionView, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    row = view.row
    here = reverse("console-questionnaire", args=[row.id])
    return page(
        request,
        "questionnaire_approve",
        title="質問票の承認",
        current="settings",
        trail=[
            *way_up("console-settings", "console-questionnaires"),
            (f"{row.title} 第{row.version}版", here),
        ],
        errors=errors,
        status=status,
        edition=row,
        facts=[
            ("質問票", plainly(f"{row.title}（{row.questionnaire}）第{row.version}版")),
            ("書いた人", listed(actor_names(set(row.makers)).values())),
            ("要約値", row.digest[:16]),
        ],
        change_columns=words.CHANGE_COLUMNS,
        change_rows=words.change_rows(queries.changes_of(view)),
        notices=words.notice_lines(view.questionnaire),
        button=f"「{row.title}」第{row.version}版を使い始める",
        back_url=here,
    )
