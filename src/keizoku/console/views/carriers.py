"""通信事業者: how much of each carrier's limits is used, mailboxes, and callbacks that could not be understood."""

from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect

from keizoku.console.forms.numbers import whole_number
from keizoku.console.page import errors_of, page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.delivery import put_aside
from keizoku.delivery import queries as deliveries
from keizoku.delivery.allowances import queries
from keizoku.delivery.allowances.queries import Use
from keizoku.delivery.errors import CallbackRefused
from keizoku.delivery.queries import MailboxRow
from keizoku.delivery.rules import CHANNEL_WORDS
from keizoku.kernel.errors import Refusal
from keizoku.kernel.text.sentences import Composed, Given
from keizoku.ui.components.display import Column, Row, badge_cell
from keizoku.ui.formats import datetime_jst, number
from keizoku.ui.speaking import plainly

COLUMNS: Final = (
    Column("手段"),
    Column("いま", is_wide=True),
    Column("1秒の上限", is_number=True),
    Column("今日", is_number=True),
    Column("今月", is_number=True),
)
MAILBOX_COLUMNS: Final = (
    Column("手段"),
    Column("最後に読んだ時刻", is_wide=True),
    Column("不達", is_number=True),
    Column("迷惑メールの申告", is_number=True),
    Column("読めずに残したもの", is_number=True),
)
FULL_PACE: Final = 100


@screen("campaigns.read")
def shown(request: StaffRequest) -> HttpResponse:
    return _page(request)


@screen("callbacks.settle", "POST")
def try_all_again(request: StaffRequest) -> HttpResponse:
    """Safe at any time: what was counted is not counted twice."""
    some = put_aside.try_all_again(actor=request.user.actor)
    tell(request, f"{number(some)}件を読み直します", "読めなかったものは、数秒後にまたここに並びます。")
    return redirect("console-carriers")


@screen("callbacks.settle", "POST")
def try_again(request: StaffRequest, callback_id: int) -> HttpResponse:
    try:
        put_aside.try_again(callback_id, actor=request.user.actor)
    except CallbackRefused as refusal:
        return _page(request, errors=errors_of(refusal), status=409)
    tell(request, "読み直します", "読めなかったときは、数秒後にまたここに並びます。")
    return redirect("console-carriers")


@screen("callbacks.settle", "POST")
def let_go(request: StaffRequest, callback_id: int) -> HttpResponse:
    """Never read again; the reason stays in the audit."""
    field = f"reason_{callback_id}"
    reason = request.POST.get(field, "")
    try:
        put_aside.let_go(callback_id, reason=reason, actor=request.user.actor)
    except Refusal as refusal:
        return _page(request, errors=errors_of(refusal, field), typed=(callback_id, reason), status=422)
    tell(request, "通知を取り除きました", "理由は証跡に残りました。")
    return redirect("console-carriers")


def _page(
    request: StaffRequest,
    *,
    errors: dict[str, str] | None = None,
    typed: tuple[int, str] = (0, ""),
    status: int = 200,
) -> HttpResponse:
    after = whole_number(request.GET.get("after", "")) or 0
    found = put_aside.listing(after, put_aside.SHOWN + 1)
    waiting = found[: put_aside.SHOWN]
    return page(
        request,
        "carriers",
        title="通信事業者",
        current="campaigns",
        trail=way_up("console-campaigns"),
        errors=errors,
        status=status,
        columns=COLUMNS,
        rows=[_use(use) for use in queries.uses()],
        mailbox_columns=MAILBOX_COLUMNS,
        mailboxes=[_mailbox(box) for box in deliveries.mailboxes()],
        total=put_aside.count(),
        days=put_aside.LONGEST.days,
        waiting=[
            {
                "told": one,
                "carrier": plainly(CHANNEL_WORDS.get(one.carrier, one.carrier)),
                "field": f"reason_{one.id}",
                "error": (errors or {}).get(f"reason_{one.id}", ""),
                "typed": typed[1] if one.id == typed[0] else "",
            }
            for one in waiting
        ],
        next_url=f"?after={waiting[-1].id}" if len(found) > len(waiting) else "",
        may_settle=request.user.may(put_aside.PERMISSION),
    )


def _use(use: Use) -> Row:
    return Row(
        (
            plainly(CHANNEL_WORDS.get(use.channel, use.channel)),
            _stand(use),
            number(use.limit.a_second) if use.limit.a_second else plainly("上限なし"),
            _used(use.used_today, use.limit.a_day),
            _used(use.used_this_month, use.limit.a_month),
        )
    )


def _stand(use: Use) -> object:
    """The one thing that holds sending up, the hardest first."""
    if use.limit.a_month and use.used_this_month >= use.limit.a_month:
        return badge_cell("今月の上限に達しました。来月まで送りません", "bad")
    if use.limit.a_day and use.used_today >= use.limit.a_day:
        return badge_cell("今日の上限に達しました。明日続けます", "attention")
    if use.pace < FULL_PACE:
        slow = Composed("混み合うため、{0}%の速さで送ります", use.pace)
        if use.waits_s >= 1:
            slow = Composed(
                "混み合うため、{0}%の速さで送ります。あと{1:.0f}秒待ちます", use.pace, use.waits_s
            )
        return badge_cell(slow, "attention")
    return badge_cell("送れます", "good")


def _used(used: int, limit: int) -> str:
    return f"{number(used)} / {number(limit)}" if limit else number(used)


def _mailbox(box: MailboxRow) -> Row:
    looked: object = datetime_jst(box.looked_at) if box.looked_at else plainly("まだ読んでいません")
    if box.fault:
        looked = badge_cell(Composed("いま読めません（{0}）", Given(box.fault)), "bad")
    return Row(
        (
            plainly(CHANNEL_WORDS.get(box.channel, box.channel)),
            looked,
            number(box.returned),
            number(box.complained),
            number(box.unread),
        )
    )
