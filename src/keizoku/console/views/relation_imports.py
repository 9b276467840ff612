"""関係の取り込み: a file of relations brought in the browser, what became of each, and which rows were not taken."""

from io import BufferedReader, BytesIO

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.console.forms.audit import day
from keizoku.console.names import actor_names
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.customers.errors import FileRefused
from keizoku.customers.relations import importing, queries
from keizoku.kernel.clock import business_today
from keizoku.ui.components.display import Column, Row, Tile
from keizoku.ui.formats import datetime_jst, number

SHOWN = 50
# What one request can take in within its time; the command has no such bound.
MOST_BYTES = 5 * 1024 * 1024
COLUMNS = (
    Column("ファイル"),
    Column("いつ時点"),
    Column("行", is_number=True),
    Column("新規", is_number=True),
    Column("変更", is_number=True),
    Column("変わりなし", is_number=True),
    Column("取り込めない行", is_number=True),
    Column("取り込んだ時刻"),
)


@screen("imports.run", "GET", "POST")
def imports(request: StaffRequest) -> HttpResponse:
    if request.method == "GET":
        return _page(request)
    today, as_of, file = business_today(), day(request.POST.get("as_of", "")), request.FILES.get("file")
    errors = {}
    if as_of is None or as_of > today:
        errors["as_of"] = "ファイルがいつ時点のものかを、今日までの日付で入力してください。"
    if file is None:
        errors["file"] = "ファイルを選んでください。"
    elif file.size is None or file.size > MOST_BYTES:
        errors["file"] = (
            "この画面では5MBまでです。大きなファイルは、コマンド keizoku relation import で取り込んでください。"
        )
    if errors or file is None or as_of is None:
        return _page(request, errors, 422)
    try:
        run = importing.import_stream(
            BufferedReader(BytesIO(file.read())),
            file.name or "relations.csv",
            as_of=as_of,
            actor=request.user.actor,
            today=today,
        )
    except FileRefused as refusal:
        return _page(request, errors_of(refusal, "file"), 409)
    tell(request, "関係のファイルを取り込みました")
    return redirect("console-relation-import", run.id)


@screen("imports.run")
def run(request: StaffRequest, run_id: int) -> HttpResponse:
    found = queries.import_run(run_id)
    after = request.GET.get("after", "")
    rejected = queries.rejections(run_id, after_id=int(after) if after.isdigit() else 0, limit=SHOWN + 1)
    shown = rejected[:SHOWN]
    return page(
        request,
        "relation_import",
        title=found.file_name,
        current="settings",
        trail=way_up("console-settings", "console-relation-imports"),
        run=found,
        started_by=actor_names([found.started_by])[found.started_by],
        tiles=[
            Tile("読んだ行", number(found.rows_read), "行"),
            Tile("新しい関係", number(found.created), "件", tone="good"),
            Tile("変わった関係", number(found.changed), "件"),
            Tile("変わりなし", number(found.unchanged), "件"),
            Tile("取り込めない行", number(found.rejected), "行", tone="bad" if found.rejected else "neutral"),
        ],
        columns=(
            Column("行", is_number=True),
            Column("項目"),
            Column("理由", is_wide=True),
            Column("コード"),
        ),
        rows=[Row((number(line), column, reason, code)) for _, line, column, code, reason in shown],
        next_url=f"?after={shown[-1][0]}" if len(rejected) > SHOWN else "",
    )


def _page(request: StaffRequest, errors: dict[str, str] | None = None, status: int = 200) -> HttpResponse:
    rows = [
        Row(
            (
                run.file_name,
                run.as_of.isoformat(),
                number(run.rows_read),
                number(run.created),
                number(run.changed),
                number(run.unchanged),
                number(run.rejected),
                datetime_jst(run.finished_at),
            ),
            url=reverse("console-relation-import", args=[run.id]),
        )
        for run in queries.imports()
    ]
    return page(
        request,
        "relation_imports",
        title="関係の取り込み",
        current="settings",
        trail=way_up("console-settings"),
        errors=errors,
        status=status,
        typed=request.POST,
        today=business_today().isoformat(),
        columns=COLUMNS,
        rows=rows,
    )
