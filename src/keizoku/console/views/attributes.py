"""設定 → 項目の追加: attributes with their versions, a draft, what it changes, its approval by another, its end."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.console import attribute_words as words
from keizoku.console.forms import attribute as forms
from keizoku.console.forms.attribute import AttributeForm
from keizoku.console.forms.numbers import whole_number
from keizoku.console.names import actor_names
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.customers.attributes import actions, queries
from keizoku.customers.attributes.queries import AttributeRow
from keizoku.customers.attributes.rules.definition import State
from keizoku.customers.errors import AttributeInvalid, AttributeRefused
from keizoku.kernel.errors import Refusal
from keizoku.ui.components.display import badge_cell
from keizoku.ui.speaking import plainly


@screen("risk.read")
def listing(request: StaffRequest) -> HttpResponse:
    rows = queries.rows()
    names = actor_names({name for one in rows for name in (one.made_by, one.approved_by) if name})
    return page(
        request,
        "attributes",
        title="項目の追加",
        current="settings",
        trail=way_up("console-settings"),
        columns=words.COLUMNS,
        rows=words.rows(rows, names),
        may_edit=request.user.may(actions.EDIT),
    )


@screen(actions.EDIT, "GET", "POST")
def draft(request: StaffRequest) -> HttpResponse:
    """A new attribute, or with ``from`` the next version of one."""
    from_id = whole_number(request.GET.get("from", ""))
    before = queries.row(from_id).definition if from_id else None
    if request.method == "GET":
        form = forms.of_definition(before) if before else AttributeForm()
        return _draft_page(request, form)
    form = forms.read(request.POST, before)
    try:
        version_id = actions.draft(form.document(), request.user.actor)
    except AttributeInvalid as invalid:
        return _draft_page(request, form, errors=forms.errors_of(invalid), status=422)
    except AttributeRefused as refusal:
        return _draft_page(request, form, errors=errors_of(refusal), status=409)
    tell(request, "下書きを保存しました", "別の承認者が承認すると、すぐに使えるようになります。")
    return redirect("console-attribute", version_id)


@screen("risk.read")
def version(request: StaffRequest, version_id: int) -> HttpResponse:
    return _version_page(request, queries.row(version_id))


@screen(actions.APPROVE, "GET", "POST")
def approve(request: StaffRequest, version_id: int) -> HttpResponse:
    """The approver reads what changes, and types the attribute's label."""
    one = queries.row(version_id)
    if not one.is_draft:
        wrong = {"__all__": "この版は承認待ちではありません。"}
        return _version_page(request, one, errors=wrong, status=409)
    if request.method == "GET":
        return _approval_page(request, one)
    if request.POST.get("typed_label", "").strip() != one.definition.label:
        wrong = {"typed_label": "名称が違います。画面の名称をそのまま入力してください。"}
        return _approval_page(request, one, errors=wrong, status=422)
    try:
        actions.approve(version_id, request.user.actor, digest=request.POST.get("digest", ""))
    except Refusal as refusal:
        return _version_page(request, queries.row(version_id), errors=errors_of(refusal), status=409)
    if one.definition.is_retired:
        tell(request, f"「{one.definition.label}」を廃止しました", "登録済みの値は、これからも読めます。")
    else:
        tell(
            request,
            f"「{one.definition.label}」を有効にしました",
            "取り込み・質問票・キャンペーンの条件・評価表で、すぐに使えます。",
        )
    return redirect("console-attribute", version_id)


@screen(actions.EDIT, "POST")
def withdraw(request: StaffRequest, version_id: int) -> HttpResponse:
    try:
        actions.withdraw(version_id, request.user.actor)
    except Refusal as refusal:
        return _version_page(request, queries.row(version_id), errors=errors_of(refusal), status=409)
    tell(request, "取り下げました")
    return redirect("console-attributes")


@screen(actions.EDIT, "POST")
def end(request: StaffRequest, version_id: int) -> HttpResponse:
    """Draft the end of the attribute; another person approves it."""
    one = queries.row(version_id)
    try:
        drafted = actions.draft_end(one.definition.name, request.user.actor)
    except Refusal as refusal:
        return _version_page(request, one, errors=errors_of(refusal), status=409)
    tell(request, "廃止の下書きを作りました", "別の承認者が承認すると、新しい値を登録できなくなります。")
    return redirect("console-attribute", drafted)


def _draft_page(
    request: StaffRequest, form: AttributeForm, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    return page(
        request,
        "attribute_draft",
        title=f"「{form.label}」の新しい版" if form.is_known else "新しい項目",
        current="settings",
        trail=way_up("console-settings", "console-attributes"),
        errors=errors,
        status=status,
        form=form,
        types=forms.TYPES,
        suspicion=[("yes", "届出・照会・凍結など、疑いに関わる事実ではありません")],
        cancel_url=reverse("console-attributes"),
    )


def _version_page(
    request: StaffRequest, one: AttributeRow, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    names = actor_names({name for name in (one.made_by, one.approved_by) if name})
    has_draft = any(each.is_draft and each.definition.name == one.definition.name for each in queries.rows())
    may_edit = request.user.may(actions.EDIT)
    is_in_force = one.state in (State.ACTIVE, State.RETIRED)
    return page(
        request,
        "attribute",
        title=f"{one.definition.label} 第{one.version}版",
        current="settings",
        trail=way_up("console-settings", "console-attributes"),
        errors=errors,
        status=status,
        attribute=one,
        facts=[
            ("システムで使う名前", one.definition.name),
            ("状態", badge_cell(one.state_words, words.TONES[one.state])),
            ("作った人", names[one.made_by]),
            ("承認した人", names.get(one.approved_by, "—")),
            ("値のあるお客さま", words.held(one.definition.name)),
            ("要約値", one.digest[:16]),
        ],
        change_columns=words.CHANGE_COLUMNS,
        change_rows=words.change_rows(queries.changes_of(one.id)),
        is_first=one.version == 1,
        uses=words.uses(one.definition.name),
        may_renew=may_edit and is_in_force and not has_draft,
        may_end=may_edit and one.state is State.ACTIVE and not has_draft,
        may_withdraw=may_edit and one.is_draft,
        may_approve=request.user.may(actions.APPROVE) and one.is_draft,
    )


def _approval_page(
    request: StaffRequest, one: AttributeRow, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    here = reverse("console-attribute", args=[one.id])
    is_end = one.definition.is_retired
    label = one.definition.label
    return page(
        request,
        "attribute_approve",
        title="項目の廃止の承認" if is_end else "項目の承認",
        current="settings",
        trail=[*way_up("console-settings", "console-attributes"), (f"{label} 第{one.version}版", here)],
        errors=errors,
        status=status,
        attribute=one,
        facts=[
            ("項目", plainly(f"{label}（{one.definition.name}）第{one.version}版")),
            ("値のあるお客さま", words.held(one.definition.name)),
            ("作った人", actor_names({one.made_by})[one.made_by]),
            ("要約値", one.digest[:16]),
        ],
        change_columns=words.CHANGE_COLUMNS,
        change_rows=words.change_rows(queries.changes_of(one.id)),
        uses=words.uses(one.definition.name),
        button=f"「{label}」を廃止する" if is_end else f"「{label}」を有効にする",
        back_url=here,
    )
