"""手紙: batches on their way through the print house, their files, calling off, and what the post brings back."""

from datetime import date
from typing import Final

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.console.attachments import attached
from keizoku.console.forms.numbers import whole_number
from keizoku.console.names import actor_names
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.delivery.letters import actions, queries, returning
from keizoku.delivery.letters.errors import LetterRefused
from keizoku.delivery.letters.queries import SHOWN, BatchRow
from keizoku.delivery.letters.rules import BATCH_WORDS, RETURN_WORDS, BatchState, ReturnReason
from keizoku.kernel.clock import business_today
from keizoku.kernel.text.sentences import Composed
from keizoku.ui.components.display import Column, Row, Tile
from keizoku.ui.formats import datetime_jst, number
from keizoku.ui.speaking import plainly

PIECE: Final = 1 << 18
COLUMNS: Final = (
    Column("束"),
    Column("キャンペーン", is_number=True),
    Column("通数", is_number=True),
    Column("いま", is_wide=True),
    Column("戻り", is_number=True),
    Column("作った時刻"),
)
RETURN_COLUMNS: Final = (
    Column("お客さま"),
    Column("理由", is_wide=True),
    Column("戻った日"),
    Column("記録した人"),
)
REASONS: Final = [(reason.value, words) for reason, words in RETURN_WORDS.items()]
TILES: Final = (
    BatchState.MADE,
    BatchState.HANDED_IN,
    BatchState.PRINTED,
    BatchState.POSTED,
    BatchState.UNCONFIRMED,
)


@screen("campaigns.read")
def listing(request: StaffRequest) -> HttpResponse:
    return _listing(request)


@screen("campaigns.read")
def batch(request: StaffRequest, batch_id: int) -> HttpResponse:
    return _batch(request, queries.batch(batch_id))


@screen("letters.export", "POST")
def download(request: StaffRequest, batch_id: int) -> HttpResponse:
    """The print file: names and addresses leave the house, so the audit has who took it, with its digest."""
    content = actions.hand_out(batch_id, actor=request.user.actor)
    answer = StreamingHttpResponse(iter(lambda: content.read(PIECE), b""), content_type="application/pdf")
    return attached(answer, f"keizoku-letters-{batch_id}.pdf")


@screen("letters.export", "POST")
def manifest(request: StaffRequest, batch_id: int) -> HttpResponse:
    content = actions.manifest(batch_id, actor=request.user.actor)
    return attached(
        HttpResponse(content, content_type="application/json"), f"keizoku-letters-{batch_id}.json"
    )


@screen("letters.call_off", "GET", "POST")
def call_off(request: StaffRequest, batch_id: int) -> HttpResponse:
    row = queries.batch(batch_id)
    errors: dict[str, str] = {}
    if request.method == "POST":
        typed = whole_number(request.POST.get("typed_number", ""))
        try:
            actions.call_off(batch_id, letters=-1 if typed is None else typed, actor=request.user.actor)
        except LetterRefused as refusal:
            errors = errors_of(refusal, "typed_number")
        else:
            tell(request, f"束 {batch_id} の印刷を取りやめました", f"{number(row.letters)}通は届きません。")
            return redirect("console-letter-batch", batch_id)
    return page(
        request,
        "letter_call_off",
        title=f"束 {batch_id} の印刷の取りやめ",
        current="campaigns",
        trail=[*way_up("console-campaigns", "console-letters")],
        status=409 if errors else 200,
        errors=errors,
        number=row.letters,
        button=f"{number(row.letters)}通の印刷を取りやめる",
        back_url=reverse("console-letter-batch", args=[batch_id]),
        facts=[
            ("通数", Composed("{0}通", number(row.letters))),
            ("いま", plainly(row.words)),
            *_cut_off(row),
        ],
    )


@screen("letters.record_return", "POST")
def returned(request: StaffRequest) -> HttpResponse:
    """A letter that came back to us, by the number in its corner."""
    typed = {name: request.POST.get(name, "").strip() for name in ("reference", "reason", "returned_on")}
    errors = _objections(typed)
    if not errors:
        try:
            whose = returning.record_return(
                typed["reference"],
                ReturnReason(typed["reason"]),
                date.fromisoformat(typed["returned_on"]),
                actor=request.user.actor,
            )
        except LetterRefused as refusal:
            errors = errors_of(refusal, "reference")
        else:
            tell(request, "戻ってきた手紙を記録しました", f"お客さま {whose} の記録に加えました。")
            return redirect("console-letters")
    return _listing(request, typed=typed, errors=errors, status=422)


def _listing(
    request: StaffRequest,
    *,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    campaign = whole_number(request.GET.get("campaign", ""))
    rows = queries.batches(campaign_id=campaign, before=whole_number(request.GET.get("before", "")))
    counts = queries.counts()
    return page(
        request,
        "letters",
        title="手紙",
        current="campaigns",
        trail=way_up("console-campaigns"),
        status=status,
        errors=errors,
        tiles=[
            Tile(
                BATCH_WORDS[state],
                number(counts[state][1]),
                "通",
                note=f"{number(counts[state][0])}束",
                tone="attention" if state is BatchState.UNCONFIRMED else "neutral",
            )
            for state in TILES
            if state in counts
        ],
        columns=COLUMNS,
        rows=[_row(row) for row in rows],
        next_url=f"?before={rows[-1].id}" + (f"&campaign={campaign}" if campaign else "")
        if len(rows) == SHOWN
        else "",
        may_record=request.user.may("letters.record_return"),
        typed=typed or {"returned_on": business_today().isoformat()},
        reasons=REASONS,
    )


def _batch(request: StaffRequest, row: BatchRow) -> HttpResponse:
    returns = queries.returns(row.id)
    names = actor_names({each.told_by for each in returns})
    return page(
        request,
        "letter_batch",
        title=f"手紙の束 {row.id}",
        current="campaigns",
        trail=way_up("console-campaigns", "console-letters"),
        batch=row,
        facts=[
            ("いま", plainly(row.words)),
            ("通数", Composed("{0}通（{1}枚）", number(row.letters), number(row.pages))),
            ("作った時刻", datetime_jst(row.made_at)),
            *_cut_off(row),
            *([("投函した日", row.posted_on.isoformat())] if row.posted_on else []),
            ("印刷会社の番号", row.reference or plainly("（まだありません）")),
            ("束の鍵", str(row.key)),
            ("PDFのSHA-256", row.pdf_sha256),
            *([("理由", row.code)] if row.code else []),
        ],
        may_export=row.has_files and request.user.may("letters.export"),
        may_call_off=row.may_be_cancelled and request.user.may("letters.call_off"),
        return_columns=RETURN_COLUMNS,
        returns=[
            Row(
                (
                    Composed("お客さま {0}", each.customer_id),
                    plainly(each.reason),
                    each.returned_on.isoformat(),
                    names.get(each.told_by, plainly("印刷会社")),
                ),
                url=reverse("console-customer", args=[each.customer_id]),
            )
            for each in returns
        ],
    )


def _row(row: BatchRow) -> Row:
    words = Composed("{0}（{1}）", row.words, row.posted_on.isoformat()) if row.posted_on else row.words
    return Row(
        (
            Composed("束 {0}", row.id),
            row.campaign_id or plainly("連絡先変更のお知らせ"),
            number(row.letters),
            plainly(words),
            number(row.returned),
            datetime_jst(row.made_at),
        ),
        url=reverse("console-letter-batch", args=[row.id]),
    )


def _cut_off(row: BatchRow) -> list[tuple[str, object]]:
    return [("印刷会社の締め切り", datetime_jst(row.cutoff_at))] if row.cutoff_at else []


def _objections(typed: dict[str, str]) -> dict[str, str]:
    errors = {}
    if not typed["reference"]:
        errors["reference"] = "手紙の右下の番号を入力してください（例：kz-00001-00003-0000012）。"
    if typed["reason"] not in set(ReturnReason):
        errors["reason"] = "封筒に押された理由を選んでください。"
    try:
        date.fromisoformat(typed["returned_on"])
    except ValueError:
        errors["returned_on"] = "戻ってきた日を、2026-12-01 のように入力してください。"
    return errors
