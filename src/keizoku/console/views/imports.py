"""取り込み: the bank's files, what became of each, and which rows were not taken."""

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.urls import reverse

from keizoku.console.attachments import attached
from keizoku.console.names import actor_names
from keizoku.console.page import page, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.customers.imports import queries as import_queries
from keizoku.customers.imports.queries import RunRow
from keizoku.customers.written_csv import ENCODINGS, lines
from keizoku.ui.components.display import Column, Row, Tile, badge_cell
from keizoku.ui.formats import datetime_jst, number
from keizoku.ui.speaking import plainly

SHOWN = 50


@screen("imports.run")
def runs(request: StaffRequest) -> HttpResponse:
    before = request.GET.get("before", "")
    found = import_queries.runs(before=int(before) if before.isdigit() else None, limit=SHOWN + 1)
    shown = found[:SHOWN]
    columns = (
        Column("ファイル"),
        Column("いつ時点"),
        Column("状態"),
        Column("行", is_number=True),
        Column("新規", is_number=True),
        Column("更新", is_number=True),
        Column("取り込めない行", is_number=True),
        Column("始めた時刻"),
    )
    return page(
        request,
        "imports",
        title="取り込み",
        current="settings",
        trail=way_up("console-settings"),
        columns=columns,
        rows=[_row(run) for run in shown],
        uploads=import_queries.open_uploads(),
        next_url=f"?before={shown[-1].id}" if len(found) > SHOWN else "",
    )


@screen("imports.run")
def run(request: StaffRequest, run_id: int) -> HttpResponse:
    found = import_queries.run(run_id)
    after = request.GET.get("after", "")
    rejected = import_queries.rejections(
        run_id, after_line=int(after) if after.isdigit() else 0, limit=SHOWN + 1
    )
    shown = rejected[:SHOWN]
    return page(
        request,
        "import_run",
        title=found.file_name,
        current="settings",
        trail=way_up("console-settings", "console-imports"),
        run=found,
        started_by=actor_names([found.started_by])[found.started_by],
        tiles=_tiles(found),
        columns=(
            Column("行", is_number=True),
            Column("項目"),
            Column("理由", is_wide=True),
            Column("コード"),
        ),
        rows=[Row((number(row.line), plainly(row.column), plainly(row.reason), row.code)) for row in shown],
        next_url=f"?after={shown[-1].line}" if len(rejected) > SHOWN else "",
    )


@screen("imports.run")
def rejections(request: StaffRequest, run_id: int) -> HttpResponse:
    """All rows that were not taken, as CSV; ``encoding`` is utf-8 (with its mark) or cp932."""
    encoding = request.GET.get("encoding", "utf-8")
    if encoding not in ENCODINGS:
        raise Http404
    import_queries.run(run_id)
    content = lines(("行", "項目", "コード", "理由"), import_queries.every_rejection(run_id), encoding)
    charset = "Shift_JIS" if encoding == "cp932" else "utf-8"
    answer = StreamingHttpResponse(content, content_type=f"text/csv; charset={charset}")
    return attached(answer, f"rejections-{run_id}-{encoding}.csv")


def _row(run: RunRow) -> Row:
    tone = "bad" if run.is_failed else "good"
    return Row(
        (
            run.file_name,
            run.as_of.isoformat(),
            badge_cell(run.state, tone),
            number(run.rows_read),
            number(run.created),
            number(run.updated),
            number(run.rejected),
            datetime_jst(run.started_at),
        ),
        url=reverse("console-import", args=[run.id]),
    )


def _tiles(run: RunRow) -> list[Tile]:
    return [
        Tile("読んだ行", number(run.rows_read), "行"),
        Tile("新しいお客さま", number(run.created), "人", tone="good"),
        Tile("更新した方", number(run.updated), "人", note=f"変わりない方 {number(run.unchanged)}人"),
        Tile("取り込めない行", number(run.rejected), "行", tone="bad" if run.rejected else "neutral"),
        Tile("確かめたい行", number(run.warnings), "行", tone="attention" if run.warnings else "neutral"),
        Tile("食い違い", number(run.conflicts), "件", note="確認済みの値を残しました。審査担当が決めます"),
    ]
