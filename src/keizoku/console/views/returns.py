"""勘定系への返却: what waits, the files on their way, the core system's answers, and files that are issued again."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from keizoku.console.attachments import attached
from keizoku.console.names import actor_names
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.customers.errors import ReturnRefused
from keizoku.customers.returns import answering, reissuing, returning
from keizoku.customers.returns import queries as return_queries
from keizoku.customers.returns.queries import FileRow
from keizoku.customers.returns.rules import CAUSE_WORDS, REMEDY_WORDS, Cause, Remedy
from keizoku.ui.components.display import Tile
from keizoku.ui.formats import datetime_jst, number
from keizoku.ui.speaking import plainly

LARGEST_ANSWER = 64 << 20


@dataclass(frozen=True, slots=True)
class _Shown:
    """One file with its people's names; ``is_mine`` where whoever looks has asked for it again."""

    file: FileRow
    produced_by: str
    downloaded_by: str
    asked_by: str
    is_mine: bool


@screen("returns.produce")
def returns(request: StaffRequest) -> HttpResponse:
    stands = return_queries.stands()
    files = return_queries.return_files()
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
                tone="attention" if stand.is_overdue else "neutral",
            )
            for stand in stands
        ],
        can_produce=any(stand.count for stand in stands if stand.label in ("未返却", "再返却待ち")),
        files=_shown(files, str(request.user.actor)),
        refusals=return_queries.refusals(),
        causes=list(CAUSE_WORDS.items()),
        remedies=list(REMEDY_WORDS.items()),
    )


@screen("returns.produce", "POST")
def produce(request: StaffRequest) -> HttpResponse:
    file = returning.produce(actor=request.user.actor)
    tell(
        request,
        f"返却ファイル {file.id} を作りました",
        f"{number(file.rows)}件です。ファイルは1回だけ受け取れます。",
    )
    return redirect("console-returns")


@screen("returns.produce", "POST")
def download(request: StaffRequest, file_id: int) -> HttpResponse:
    """The file, once."""
    content = returning.download(file_id, actor=request.user.actor)
    answer = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")
    return attached(answer, f"keizoku-return-{file_id}.csv")


@screen("returns.produce")
def manifest(request: StaffRequest, file_id: int) -> HttpResponse:  # noqa: ARG001 - a screen's signature
    content = returning.manifest(returning.file_of(file_id))
    return attached(HttpResponse(content, content_type="application/json"), f"keizoku-return-{file_id}.json")


@screen("returns.produce", "POST")
def acknowledge(request: StaffRequest, file_id: int) -> HttpResponse:
    answer = request.FILES.get("answer")
    if answer is None or (answer.size or 0) > LARGEST_ANSWER:
        raise ReturnRefused("受領結果のファイルを選んでください。", remedy="64MBまでのCSVです。")
    accepted, refused = answering.acknowledge(file_id, answer.read(), actor=request.user.actor)
    tell(request, "受領結果を取り込みました", f"受理 {number(accepted)}件、拒否 {number(refused)}件です。")
    return redirect("console-returns")


@screen("returns.produce", "POST")
def settle(request: StaffRequest, file_id: int) -> HttpResponse:
    """Have the values of a file that were refused for one reason go again."""
    remedy = request.POST.get("remedy", "")
    if remedy not in set(Remedy):
        raise ReturnRefused("どう対応したかを選んでください。", remedy="一覧に戻って選び直してください。")
    ids = return_queries.refused_ids(file_id, request.POST.get("reason", ""))
    again, replaced = answering.settle(ids, Remedy(remedy), actor=request.user.actor)
    words = f"{number(again)}件が次の返却ファイルに入ります。"
    if replaced:
        words += f"{number(replaced)}件は、その後に新しい値が決まっているので返しません。"
    tell(request, "もう一度返します", words)
    return redirect("console-returns")


@screen("returns.produce", "POST")
def ask_again(request: StaffRequest, file_id: int) -> HttpResponse:
    """Ask for a lost file; another person confirms."""
    cause = request.POST.get("cause", "")
    if cause not in set(Cause):
        raise ReturnRefused("再発行の理由を選んでください。", remedy="一覧に戻って選び直してください。")
    reissuing.ask(file_id, Cause(cause), actor=request.user.actor)
    tell(request, "再発行を頼みました", "ほかの人が確認すると、もう一度受け取れます。")
    return redirect("console-returns")


@screen("returns.produce", "GET", "POST")
def reissue(request: StaffRequest, reissue_id: int) -> HttpResponse:
    """The second person's look at what would leave the house again."""
    found, file = return_queries.reissue(reissue_id)
    errors: dict[str, str] = {}
    if request.method == "POST":
        typed = request.POST.get("typed_number", "").replace(",", "").strip()
        try:
            reissuing.confirm(
                reissue_id,
                rows=int(typed) if typed.isascii() and typed.isdigit() else -1,
                actor=request.user.actor,
            )
        except ReturnRefused as refusal:
            errors = errors_of(refusal, "typed_number")
        else:
            tell(request, f"返却 {file.id} の再発行を確認しました", "もう一度だけ受け取れます。")
            return redirect("console-returns")
    names = actor_names([found.asked_by, file.downloaded_by])
    return page(
        request,
        "return_reissue",
        title=f"返却 {file.id} の再発行",
        current="settings",
        trail=way_up("console-settings", "console-returns"),
        status=409 if errors else 200,
        errors=errors,
        number=file.rows,
        back_url=reverse("console-returns"),
        button=f"{number(file.rows)}件のファイルをもう一度渡す",
        facts=[
            ("再発行の理由", plainly(found.cause)),
            (
                "頼んだ人",
                format_html(plainly("{}（{}）"), names[found.asked_by], datetime_jst(found.asked_at)),
            ),
            (
                "前に受け取った人",
                format_html(plainly("{}（{}）"), names[file.downloaded_by], datetime_jst(file.downloaded_at)),
            ),
            ("SHA-256", file.sha256),
        ],
    )


@screen("returns.produce", "POST")
def withdraw(request: StaffRequest, reissue_id: int) -> HttpResponse:
    reissuing.withdraw(reissue_id, actor=request.user.actor)
    tell(request, "再発行を取り下げました", "ファイルは渡していません。")
    return redirect("console-returns")


def _shown(files: Sequence[FileRow], me: str) -> list[_Shown]:
    actors = {name for file in files for name in (file.produced_by, file.downloaded_by) if name}
    names = actor_names(actors | {file.reissue.asked_by for file in files if file.reissue})
    return [
        _Shown(
            file,
            names[file.produced_by],
            names.get(file.downloaded_by, ""),
            names[file.reissue.asked_by] if file.reissue else "",
            is_mine=file.reissue is not None and file.reissue.asked_by == me,
        )
        for file in files
    ]
