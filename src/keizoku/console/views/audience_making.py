"""Composing an audience by plain posts or in place, the exact numbers, saving under a name or as a version."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.campaigns.audiences import actions
from keizoku.campaigns.audiences import queries as audiences
from keizoku.campaigns.audiences.fields import usable_fields
from keizoku.campaigns.audiences.groups import grouped
from keizoku.console.audience_counts import counts
from keizoku.console.forms import audience as forms
from keizoku.console.forms.audience import AudienceForm
from keizoku.console.forms.composer import writing
from keizoku.console.forms.composer.showing import pickable, shown
from keizoku.console.forms.composer.writing import Written
from keizoku.console.page import errors_of, page, part, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.kernel.conditions import Fields, to_json
from keizoku.kernel.errors import Refusal
from keizoku.kernel.text.sentences import Composed, Given


@screen("campaigns.edit", "GET", "POST")
def new(request: StaffRequest) -> HttpResponse:
    fields = usable_fields()
    if request.method == "GET":
        return _form_page(request, forms.initial(request.GET, fields), fields)
    form = forms.read(request.POST)
    if request.POST.get("do") != "save":
        return _form_page(request, form, fields)
    written = writing.written(form.root, fields)
    if errors := form.problems(written, names=True):
        return _form_page(request, form, fields, errors=errors, status=422)
    condition = to_json(written.condition)
    try:
        version = actions.save(name=form.name, condition=condition, note=form.note, staff=request.user)
    except Refusal as refusal:
        return _form_page(request, form, fields, errors=errors_of(refusal, "name"), status=409)
    tell(request, "対象を保存しました", "見本で確かめてから、キャンペーンに使ってください。")
    return redirect("console-audience", audiences.version(version).audience_id)


@screen("campaigns.edit", "GET", "POST")
def change(request: StaffRequest, audience_id: int) -> HttpResponse:
    """The next version; campaigns made with the versions before keep their conditions."""
    latest, fields = audiences.view(audience_id).row.latest, usable_fields()
    if request.method == "GET":
        return _form_page(request, forms.of_version(latest, fields), fields, audience_id)
    form = replace(forms.read(request.POST), name=latest.name)
    if request.POST.get("do") != "save":
        return _form_page(request, form, fields, audience_id)
    written = writing.written(form.root, fields)
    if errors := form.problems(written, names=False):
        return _form_page(request, form, fields, audience_id, errors=errors, status=422)
    condition = to_json(written.condition)
    try:
        version = actions.add_version(audience_id, condition=condition, note=form.note, staff=request.user)
    except Refusal as refusal:
        return _form_page(request, form, fields, audience_id, errors=errors_of(refusal), status=409)
    if version == latest.id:
        tell(request, "条件は変わっていません", "新しい版は作りませんでした。")
    else:
        tell(request, "新しい版を保存しました", "前の版で作ったキャンペーンは、前の条件のままです。")
    return redirect("console-audience", audience_id)


@screen("campaigns.edit", "POST")
def compose(request: StaffRequest) -> HttpResponse:
    """The composer after a button or another field, for htmx; nothing is kept. It asks for its numbers by itself."""
    form = forms.read(request.POST)
    return part(request, "audience_composer", is_composed=True, **_composer(form, usable_fields(), {}))


@screen("campaigns.edit", "POST")
def count(request: StaffRequest) -> HttpResponse:
    """The exact numbers of what was typed so far; posted, since conditions may be longer than an address."""
    written = writing.written(forms.read(request.POST).root, usable_fields())
    return part(request, "audience_count", **_numbers(written))


def _form_page(
    request: StaffRequest,
    form: AudienceForm,
    fields: Fields,
    audience_id: int | None = None,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    is_new = audience_id is None
    return page(
        request,
        "audience_form",
        title="新しい対象" if is_new else Composed("{0}を変える", Given(form.name)),
        current="campaigns",
        trail=way_up("console-campaigns", "console-audiences"),
        status=status,
        errors=errors,
        form=form,
        is_new=is_new,
        cancel_url=reverse("console-audiences")
        if audience_id is None
        else reverse("console-audience", args=[audience_id]),
        **_composer(form, fields, errors or {}),
        **_numbers(writing.written(form.root, fields)),
    )


def _composer(form: AudienceForm, fields: Fields, errors: dict[str, str]) -> dict[str, Any]:
    return {"root": shown(form.root, fields, errors), "picker": pickable(grouped(fields))}


def _numbers(written: Written) -> dict[str, Any]:
    """Of what can be read so far."""
    return {"counted": counts(to_json(written.condition)), "is_unfinished": bool(written.errors)}
