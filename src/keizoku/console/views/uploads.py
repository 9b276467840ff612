"""取り込み: a file brought in the browser, its columns, the trial, the import that goes on when the page is closed."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.console.page import errors_of, page, part, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.customers.attributes import queries as attributes
from keizoku.customers.errors import FileRefused, MappingRefused
from keizoku.customers.imports import mapping, upload_requests, uploading
from keizoku.customers.imports import queries as import_queries
from keizoku.customers.imports.queries import UploadRow
from keizoku.customers.imports.rules.columns import ATTRIBUTE, COLUMNS
from keizoku.customers.imports.rules.uploads import AT_WORK, UploadState
from keizoku.kernel.clock import business_today
from keizoku.ui.components.display import Column, Row, Tile
from keizoku.ui.formats import number
from keizoku.ui.speaking import plainly

MINUTE = 60


@screen("imports.run", "GET", "POST")
def new(request: StaffRequest) -> HttpResponse:
    """Takes the file and the day whose state it shows."""
    if request.method == "GET":
        return _form(request)
    errors = {}
    typed = request.POST.get("as_of", "")
    day = _day(typed)
    if day is None or day > business_today():
        errors["as_of"] = "ファイルがいつ時点のものかを、今日までの日付で入力してください。"
    file = request.FILES.get("file")
    if file is None:
        errors["file"] = "ファイルを選んでください。"
    if errors or file is None or day is None:
        return _form(request, typed, errors, status=422)
    try:
        upload_id = uploading.receive(
            file.chunks(), file.name or "customers.csv", as_of=day, actor=request.user.actor
        )
    except FileRefused as refusal:
        return _form(request, typed, errors_of(refusal, "file"), status=409)
    return redirect("console-upload", upload_id)


@screen("imports.run")
def upload(request: StaffRequest, upload_id: int) -> HttpResponse:
    """Shows whatever the file's state asks of a person."""
    found = import_queries.upload(upload_id)
    if found.run_id is not None:
        return redirect("console-import", found.run_id)
    return _upload_page(request, found, mapping.guess(found.header), found.mapping_name)


@screen("imports.run")
def progress(request: StaffRequest, upload_id: int) -> HttpResponse:
    """A piece of the page; when the work is over, the browser is sent to what comes next."""
    found = import_queries.upload(upload_id)
    if found.state in AT_WORK:
        return part(request, "import_upload_progress", **_progress(found))
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = reverse("console-upload", args=[upload_id])
    return answer


@screen("imports.run", "POST")
def check(request: StaffRequest, upload_id: int) -> HttpResponse:
    columns = {str(column): request.POST.get(f"column_{n}", "") for n, column in enumerate(COLUMNS)}
    columns |= {
        f"{ATTRIBUTE}{one.name}": request.POST.get(f"attribute_{one.name}", "") for one in attributes.usable()
    }
    name = request.POST.get("name", "")
    try:
        upload_requests.ask_for_check(upload_id, columns, name, actor=request.user.actor)
    except MappingRefused as refusal:
        found = import_queries.upload(upload_id)
        return _upload_page(request, found, columns, name, errors=errors_of(refusal), status=422)
    return redirect("console-upload", upload_id)


@screen("imports.run", "POST")
def sheet(request: StaffRequest, upload_id: int) -> HttpResponse:
    """Read another sheet of the workbook."""
    uploading.choose_sheet(upload_id, request.POST.get("sheet", ""))
    return redirect("console-upload", upload_id)


@screen("imports.run", "POST")
def take(request: StaffRequest, upload_id: int) -> HttpResponse:
    upload_requests.ask_for_import(upload_id, actor=request.user.actor)
    return redirect("console-upload", upload_id)


@screen("imports.run", "POST")
def discard(request: StaffRequest, upload_id: int) -> HttpResponse:
    uploading.discard(upload_id, actor=request.user.actor)
    tell(request, "取りやめました", "預かったファイルは削除しました。")
    return redirect("console-imports")


def _form(
    request: StaffRequest, typed: str = "", errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    return page(
        request,
        "import_new",
        title="ファイルを取り込む",
        current="settings",
        trail=way_up("console-settings", "console-imports"),
        status=status,
        errors=errors,
        typed=typed or business_today().isoformat(),
    )


def _upload_page(
    request: StaffRequest,
    found: UploadRow,
    chosen: dict[str, str],
    name: str,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    options = [("", "（選んでください）"), *((each, each) for each in found.header if each.strip())]
    return page(
        request,
        "import_upload",
        title=found.file_name,
        current="settings",
        trail=way_up("console-settings", "console-imports"),
        status=status,
        upload=found,
        sheets=[(each, each) for each in found.sheets] if found.sheets[1:] else [],
        remarks=found.checked.get("remarks", []),
        takes=found.checked["read"] - found.checked["rejected"] if found.checked else 0,
        errors=errors,
        name=name or "標準",
        fields=[
            (f"column_{n}", str(column), chosen.get(str(column), "")) for n, column in enumerate(COLUMNS)
        ],
        options=options,
        attribute_fields=[
            (f"attribute_{one.name}", one.label, chosen.get(f"{ATTRIBUTE}{one.name}", ""))
            for one in attributes.usable()
        ],
        attribute_options=[("", "（取り込まない）"), *options[1:]],
        tiles=_tiles(found.checked) if found.checked else [],
        columns=(
            Column("行", is_number=True),
            Column("項目"),
            Column("理由", is_wide=True),
            Column("コード"),
        ),
        rows=[
            Row((number(each["line"]), plainly(each["column"]), plainly(each["reason"]), each["code"]))
            for each in found.checked.get("rejections", [])
        ],
        **_progress(found),
    )


def _progress(found: UploadRow) -> dict[str, Any]:
    left = found.seconds_left
    return {
        "is_at_work": found.state in AT_WORK,
        "work": "取り込んでいます" if found.state == UploadState.IMPORTING else "試しに読んでいます",
        "done": min(found.rows_done, found.rows_total),
        "total": max(found.rows_total, 1),
        "time_left": ""
        if left is None
        else f"残り約{left // MINUTE + 1}分"
        if left > MINUTE
        else f"残り約{left}秒",
        "progress_url": reverse("console-upload-progress", args=[found.id]),
    }


def _tiles(checked: dict[str, Any]) -> list[Tile]:
    return [
        Tile("読んだ行", number(checked["read"]), "行"),
        Tile("新しいお客さま", number(checked["created"]), "人", tone="good"),
        Tile(
            "更新する方",
            number(checked["updated"]),
            "人",
            note=f"変わりない方 {number(checked['unchanged'])}人",
        ),
        Tile(
            "取り込めない行",
            number(checked["rejected"]),
            "行",
            tone="bad" if checked["rejected"] else "neutral",
        ),
        Tile(
            "確かめたい行",
            number(checked.get("warnings", 0)),
            "行",
            note="取り込みますが、警告があります",
            tone="attention" if checked.get("warnings") else "neutral",
        ),
        Tile("食い違い", number(checked["conflicts"]), "件", note="あとで人が決めます"),
    ]


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
