"""期日: how many are due, by level; what waits for a person; what this role does next."""

from collections.abc import Callable
from typing import Final

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.accounts.access import Staff
from keizoku.audit import anchoring
from keizoku.campaigns import queries as campaigns
from keizoku.campaigns.incidents import queries as incidents
from keizoku.campaigns.silent import queries as silent
from keizoku.console.page import first_place, page
from keizoku.console.screen import StaffRequest, screen
from keizoku.customers.casework import queries as casework
from keizoku.delivery import put_aside
from keizoku.delivery import queries as deliveries
from keizoku.kernel.clock import business_today
from keizoku.kernel.database import numbers
from keizoku.reviews import queries as reviews
from keizoku.risk import queries as risk
from keizoku.risk.queries import DueCounts, DueSummary
from keizoku.ui.components.display import Column, Row, Tile, Tone, level_cell
from keizoku.ui.formats import number
from keizoku.ui.speaking import plainly

COLUMNS: Final = (
    Column("リスク"),
    Column("期日を過ぎた", is_number=True),
    Column("今日が期日", is_number=True),
    Column("30日以内", is_number=True),
    Column("90日以内", is_number=True),
    Column("全員", is_number=True),
)


@screen("own.sign_in")
def home(request: StaffRequest) -> HttpResponse:
    """The first page after signing in; whoever has no right to the due dates begins at the first place that is his."""
    if not request.user.may("risk.read"):
        return redirect(first_place(request.user))
    due = risk.due_summary(business_today())
    waits = _waiting(due)
    return page(
        request,
        "home",
        title="期日",
        current="due",
        tiles=_tiles(request.user, waits),
        next_step=next((step(waits) for right, step in NEXT_STEPS if request.user.may(right)), None),
        columns=COLUMNS,
        rows=[
            *(_row(level_cell(level), counts) for level, counts in due.by_level.items()),
            _row(plainly("合計"), due.total),
        ],
        unrated=due.unrated,
        provisional=due.total.provisional,
        is_audit_unanchored=request.user.may("audit.read") and anchoring.needs_attention(),
    )


@screen("risk.read")
def nowhere(request: StaffRequest, rest: str) -> HttpResponse:  # noqa: ARG001 - the route's name for the address
    """An address that leads nowhere, told in the staff's own frame."""
    raise Http404


def _waiting(due: DueSummary) -> dict[str, int]:
    asked = {
        "approval": campaigns.waiting_for_approval(),
        "first_wave": campaigns.waiting_after_first_wave(),
        "desk": reviews.waiting(),
        "incidents": incidents.count_open(),
        "put_aside": put_aside.waiting(),
        "unknown": deliveries.unknown_in_all(),
        "silent": silent.waiting(),
        "tasks": casework.count_open(overdue_on=business_today()),
    }
    return {
        "due": due.total.overdue + due.total.due_today,
        "overdue": due.total.overdue,
        "soon": due.total.due_in_30_days,
        **dict(zip(asked, numbers.ask(*asked.values()), strict=True)),
    }


def _tiles(staff: Staff, waits: dict[str, int]) -> list[Tile]:
    """What waits, with a way to it for those who may open it."""
    campaigns_url = reverse("console-campaigns")
    desk_url = reverse("console-desk") if staff.may("reviews.read") else ""
    silent_url = reverse("console-silent") if staff.may("silent.read") else ""
    tasks_url = f"{reverse('console-tasks')}?whose=all&which=overdue" if staff.may("tasks.use") else ""
    today = f"うち今日が期日 {number(waits['due'] - waits['overdue'])}人"
    return [
        _tile("期日を迎えた方", waits["due"], "人", note=today, tone="attention"),
        _tile("30日以内に期日", waits["soon"], "人", note="今日を含む", tone="neutral"),
        _tile("審査を待つ", waits["desk"], "件", url=desk_url, tone="progress"),
        _tile("承認を待つ", waits["approval"], "件", url=campaigns_url, tone="progress"),
        *_rare("先行送信の確認を待つ", waits["first_wave"], campaigns_url, tone="attention"),
        _tile("対応中の事案", waits["incidents"], "件", url=reverse("console-incidents"), tone="bad"),
        _tile("届いたか不明", waits["unknown"], "件", url=campaigns_url, tone="bad"),
        *_rare("読み取れなかった通知", waits["put_aside"], reverse("console-carriers"), tone="bad"),
        _tile("回答のない方（未決定）", waits["silent"], "人", url=silent_url, tone="attention"),
        _tile("期限を過ぎたタスク", waits["tasks"], "件", url=tasks_url, tone="bad"),
    ]


def _rare(label: str, count: int, url: str, *, tone: Tone) -> list[Tile]:
    """What has no place of its own on a day without any."""
    return [_tile(label, count, "件", url=url, tone=tone)] if count else []


def _tile(label: str, count: int, unit: str, *, tone: Tone, note: str = "", url: str = "") -> Tile:
    """A colour only where something waits."""
    return Tile(label, number(count), unit, note=note, url=url, tone=tone if count else "neutral")


def _row(head: object, counts: DueCounts) -> Row:
    numbers = (
        counts.overdue,
        counts.due_today,
        counts.due_in_30_days,
        counts.due_in_90_days,
        counts.customers,
    )
    return Row((head, *(number(count) for count in numbers)))


Step = dict[str, object]


def _make_campaign(waits: dict[str, int]) -> Step:
    """A campaign that stands still comes before a new one to the same people."""
    if waits["first_wave"]:
        words = "先行送信が終わって止まっています。結果を確かめるまで、残りの方には送りません。"
        label = f"先行送信の確認を待つ {number(waits['first_wave'])}件を見る"
        return {"words": words, "label": label, "url": reverse("console-campaigns"), "is_open": True}
    url = f"{reverse('console-campaign-new')}?due=0"
    words = "今日までに期日を迎えた方に、確認のお願いを送ります。送る前に、対象と文面を確かめ、承認者が承認します。"
    label = f"期日を迎えた {number(waits['due'])}人のキャンペーンを作る"
    return {"words": words, "label": label, "url": url, "is_open": waits["due"] > 0}


def _approve(waits: dict[str, int]) -> Step:
    words = "対象の人数・文面・費用を確かめて、承認するか、理由を書いて差し戻します。"
    label = f"承認を待つ {number(waits['approval'])}件を見る"
    return {
        "words": words,
        "label": label,
        "url": reverse("console-campaigns"),
        "is_open": waits["approval"] > 0,
    }


def _review(waits: dict[str, int]) -> Step:
    words = f"{number(waits['desk'])}件が待っています。いちばん長く待っている案件から始めます。"
    label = "次の案件を取る"
    return {
        "words": words,
        "label": label,
        "post_url": reverse("console-desk-next"),
        "is_open": waits["desk"] > 0,
    }


def _verify(_waits: dict[str, int]) -> Step:
    words = "証跡が書きかえられていないことを、いつでも検証できます。"
    return {"words": words, "label": "証跡を検証する", "url": reverse("console-audit"), "is_open": True}


def _look_after(_waits: dict[str, int]) -> Step:
    return {
        "words": "職員の一覧と、業務日付を確かめられます。",
        "label": "設定を開く",
        "url": reverse("console-settings"),
        "is_open": True,
    }


# The first right that a role holds tells what it does next; compliance reads before anything else.
NEXT_STEPS: Final[tuple[tuple[str, Callable[[dict[str, int]], Step]], ...]] = (
    ("campaigns.edit", _make_campaign),
    ("campaigns.approve", _approve),
    ("reviews.decide", _review),
    ("audit.read", _verify),
    ("staff.read", _look_after),
)
