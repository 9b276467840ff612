"""勘定系への返却: what waits, the files on their way, and the core system's answers."""

from django.http import HttpResponse
from django.shortcuts import redirect

from keizoku.console.page import page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.customers.errors import ReturnRefused
from keizoku.customers.returns import queries as return_queries
from keizoku.customers.returns import returning
from keizoku.ui.components.display import Tile
from keizoku.ui.formats import number

LARGEST_ANSWER = 64 << 20


@screen("returns.produce")
def returns(request: StaffRequest) -> HttpResponse:
    stands = return_queries.stands()
    return page(
        request,
        "returns",
        title="勘定系への返却",
        current="settings",
        trail=way_up("console-settings"),
        tiles=[
            Tile(
                stand.label,
                number(stand.count),
                "件",
                note="" if stand.oldest_days is None else f"いちばん古いもの {stand.oldest_days}日前",
            )
            for stand in stands
        ],
        waiting=stands[0].count,
        files=return_queries.return_files(),
        refusals=return_queries.refusals(),
    )


@screen("returns.produce", "POST")
def produce(request: StaffRequest) -> HttpResponse:
    file = returning.produce(actor=request.user.actor)
    tell(request, f"返却ファイル {file.id} を作りました", "ファイルは1回だけ受け取れます。")
    return redirect("console-returns")


@screen("returns.produce", "POST")
def download(request: StaffRequest, file_id: int) -> HttpResponse:
    """The file, once."""
    content = returning.download(file_id, actor=request.user.actor)
    return _attached(content, f"keizoku-return-{file_id}.csv", "text/csv; charset=utf-8")


@screen("returns.produce")
def manifest(request: StaffRequest, file_id: int) -> HttpResponse:  # noqa: ARG001 - a screen's signature
    content = returning.manifest(returning.file_of(file_id))
    return _attached(content, f"keizoku-return-{file_id}.json", "application/json")


@screen("returns.produce", "POST")
def acknowledge(request: StaffRequest, file_id: int) -> HttpResponse:
    answer = request.FILES.get("answer")
    if answer is None or (answer.size or 0) > LARGEST_ANSWER:
        raise ReturnRefused("受領結果のファイルを選んでください。", remedy="64MBまでのCSVです。")
    accepted, refused = returning.acknowledge(file_id, answer.read(), actor=request.user.actor)
    tell(request, "受領結果を取り込みました", f"受理 {number(accepted)}件、拒否 {number(refused)}件です。")
    return redirect("console-returns")


def _attached(content: bytes, name: str, content_type: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
