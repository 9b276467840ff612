"""鍵とバックアップ: keys by epoch and how much lies under each, a key's end, the last backup and drill. No key is shown."""

import json
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.console.attachments import attached
from keizoku.console.forms.numbers import whole_number
from keizoku.console.page import errors_of, page, part, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.kernel.errors import Refusal
from keizoku.safekeeping import queries
from keizoku.safekeeping.keys import destroying, reencrypting, rotating
from keizoku.safekeeping.queries import EpochRow, PassRow
from keizoku.safekeeping.rules import State
from keizoku.ui.components.display import Column, Row, badge_cell
from keizoku.ui.formats import datetime_jst, number
from keizoku.ui.speaking import plainly

COLUMNS: Final = (
    Column("世代"),
    Column("状態"),
    Column("値の数", is_number=True),
    Column("使い始め"),
)


@screen("keys.read")
def keys(request: StaffRequest) -> HttpResponse:
    return _page(request)


@screen("keys.edit", "POST")
def rotate(request: StaffRequest) -> HttpResponse:
    epoch = rotating.rotate(actor=request.user.actor)
    tell(
        request,
        f"世代 {epoch} の鍵を使い始めました",
        "これから書く値は、この鍵で暗号化します。今ある値は「新しい鍵に切り替える」で移せます。",
    )
    return redirect("console-keys")


@screen("keys.edit", "POST")
def reencrypt(request: StaffRequest) -> HttpResponse:
    reencrypting.start(actor=request.user.actor)
    tell(request, "切り替えを始めました", "業務を続けたまま進みます。このページを閉じても止まりません。")
    return redirect("console-keys")


@screen("keys.read")
def progress(request: StaffRequest) -> HttpResponse:
    """The running pass alone, for the page that polls it."""
    return part(request, "keys_progress", **_running(next(iter(queries.passes(1)), None)))


@screen("keys.edit", "POST")
def request_end(request: StaffRequest, epoch: int) -> HttpResponse:
    try:
        destroying.request(epoch, request.user)
    except Refusal as refusal:
        return _page(request, errors=errors_of(refusal), status=409)
    tell(request, f"世代 {epoch} の鍵の破棄を申請しました", "14日以内に、破棄を承認できる別の人が答えます。")
    return redirect("console-keys")


@screen("keys.approve", "GET", "POST")
def approve_end(request: StaffRequest, destruction_id: int) -> HttpResponse:
    """Asks for the key's number, then destroys it for ever."""
    asked = queries.destruction(destruction_id)
    if asked is None or asked.state != State.REQUESTED:
        raise Http404
    if request.method == "GET":
        return _approval(request, asked)
    if whole_number(request.POST.get("typed_number", "")) != asked.epoch:
        wrong = {"typed_number": f"破棄する鍵の世代の番号（{asked.epoch}）を入力してください。"}
        return _approval(request, asked, errors=wrong, status=422)
    try:
        destroying.approve(destruction_id, request.user)
    except Refusal as refusal:
        return _approval(request, asked, errors=errors_of(refusal), status=409)
    tell(request, f"世代 {asked.epoch} の鍵を破棄しました", "証明書は、この一覧から受け取れます。")
    return redirect("console-keys")


@screen("keys.read", "POST")
def withdraw_end(request: StaffRequest, destruction_id: int) -> HttpResponse:
    destroying.withdraw(destruction_id, request.user)
    tell(request, "破棄の申請を取り下げました", "鍵は元のままです。")
    return redirect("console-keys")


@screen("keys.read")
def certificate(request: StaffRequest, destruction_id: int) -> HttpResponse:  # noqa: ARG001 - a screen's signature
    found = queries.destruction(destruction_id)
    if found is None or found.certificate is None:
        raise Http404
    content = {"certificate": found.certificate, "signature": found.signature}
    answer = HttpResponse(json.dumps(content, ensure_ascii=False, indent=1), content_type="application/json")
    return attached(answer, f"keizoku-key-{found.epoch}-destroyed.json")


def _page(request: StaffRequest, *, errors: dict[str, str] | None = None, status: int = 200) -> HttpResponse:
    epochs = queries.epochs(is_rough=True)
    older = sum(row.values for row in epochs if not row.is_newest)
    requests, last_pass = queries.destructions(), next(iter(queries.passes(1)), None)
    waiting = {row.epoch for row in requests if row.state == State.REQUESTED}
    return page(
        request,
        "keys",
        title="鍵とバックアップ",
        current="settings",
        trail=way_up("console-settings"),
        errors=errors,
        status=status,
        columns=COLUMNS,
        rows=[
            Row((str(row.number), _state(row), number(row.values), datetime_jst(row.created_at)))
            for row in epochs
        ],
        service=queries.key_service(),
        fingerprint=queries.fingerprint(),
        index_epoch=queries.index_epoch(),
        older=older,
        may_edit=request.user.may("keys.edit"),
        may_approve=request.user.may("keys.approve"),
        ends=[
            row.number
            for row in epochs
            if not row.is_newest and not row.is_destroyed and not row.values and row.number not in waiting
        ],
        requests=requests,
        own=request.user.pk,
        last_pass=last_pass,
        backup=queries.last_backup(),
        drills=queries.drills(),
        **_running(last_pass),
    )


def _approval(
    request: StaffRequest,
    asked: queries.DestructionRow,
    *,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    return page(
        request,
        "keys_end",
        title=f"世代 {asked.epoch} の鍵の破棄",
        current="settings",
        trail=[*way_up("console-settings"), ("鍵とバックアップ", reverse("console-keys"))],
        errors=errors,
        status=status,
        epoch=asked.epoch,
        facts=[
            ("破棄する鍵", plainly(f"世代 {asked.epoch}")),
            ("申請した人", asked.requested_by_name),
            ("申請した時刻", datetime_jst(asked.requested_at)),
            ("この鍵で書かれた値", plainly("承認のときにもう一度数え、1件でもあれば破棄しません")),
            (
                "元に戻せるか",
                plainly("戻せません。鍵を含む古いバックアップの値だけは、その鍵で読めます"),
            ),
        ],
        back_url=reverse("console-keys"),
    )


def _state(row: EpochRow) -> object:
    if row.is_destroyed:
        return badge_cell("破棄済み", "neutral")
    return badge_cell("使用中", "good") if row.is_newest else badge_cell("読み出しのみ", "attention")


def _running(last_pass: PassRow | None) -> dict[str, Any]:
    """What ``work_progress`` wants to know of the last pass, unless it is over."""
    running = last_pass
    if running is None or running.finished_at is not None:
        return {"running": None, "poll_url": reverse("console-keys-progress")}
    left = max(running.expected - running.rows, 0)
    return {
        "running": running,
        "seconds_left": left / running.per_second if running.per_second else None,
        "poll_url": reverse("console-keys-progress"),
    }
