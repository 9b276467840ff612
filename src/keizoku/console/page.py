"""The frame of every staff page: navigation by rights, who is signed in, the business clock, what just happened."""

from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from keizoku.accounts.presence.rules import WARNING
from keizoku.campaigns import queries as campaigns
from keizoku.campaigns.silent import queries as silent
from keizoku.customers.casework import queries as casework
from keizoku.identity.desk import queue as identity
from keizoku.kernel.clock import business_now
from keizoku.kernel.database import numbers
from keizoku.kernel.errors import Refusal
from keizoku.kernel.text.sentences import Meant
from keizoku.reviews import queries as reviews
from keizoku.reviews.phone import queries as phone
from keizoku.ui.components import place

if TYPE_CHECKING:
    from keizoku.accounts.access import Staff
    from keizoku.console.screen import StaffRequest

# Place of the walk → the right that opens it, and its first page.
PLACES: Final = {
    "due": ("risk.read", "console-home"),
    "campaigns": ("campaigns.read", "console-campaigns"),
    "silent": ("silent.read", "console-silent"),
    "desk": ("reviews.read", "console-desk"),
    "identity": ("identity.read", "console-verifications"),
    "phone": ("phone_desk.use", "console-phone"),
    "paper": ("paper.key", "console-paper"),
    "tasks": ("tasks.use", "console-tasks"),
    "customers": ("customers.search", "console-customers"),
    "audit": ("audit.read", "console-audit"),
    "settings": ("risk.read", "console-settings"),
}
# What waits there, for those who can do something about it.
WAITING: Final = {
    "campaigns": ("campaigns.approve", campaigns.waiting_for_approval),
    "silent": ("silent.edit", silent.waiting),
    "desk": ("reviews.decide", reviews.waiting),
    "identity": ("identity.decide", identity.waiting),
    "phone": ("phone_desk.use", phone.waiting),
}
TITLES: Final = {
    "console-campaigns": "キャンペーン",
    "console-audiences": "送信の対象",
    "console-incidents": "事案",
    "console-journeys": "連絡手順",
    "console-silent": "回答のない方",
    "console-desk": "審査",
    "console-verifications": "本人確認",
    "console-phone": "電話窓口",
    "console-paper": "紙の回答",
    "console-customers": "お客さま",
    "console-tasks": "タスク",
    "console-letters": "手紙",
    "console-carriers": "通信事業者",
    "console-relation-imports": "関係の取り込み",
    "console-audit": "証跡",
    "console-settings": "設定",
    "console-imports": "取り込み",
    "console-returns": "勘定系への返却",
    "console-scorecards": "評価表",
    "console-retention": "保存と廃棄",
    "console-attributes": "項目の追加",
    "console-questionnaires": "質問票",
    "console-policies": "自動承認",
    "console-methods": Meant("本人確認の方法", "本人確認の方法（法令）"),
    "console-method-proposals": "方法についての申し出",
    "console-methods-resting": "本人確認がよっている方法",
    "console-quality": "品質確認",
}
_NEWS: Final = "console_news"


def page(
    request: "StaffRequest",
    template: str,
    *,
    title: str,
    current: str,
    status: int = 200,
    **context: object,
) -> HttpResponse:
    """One whole page; ``current`` is a key of ``PLACES``."""
    staff = request.user
    frame = {
        "title": title,
        "nav": _navigation(staff, current),
        "staff_name": staff.display_name,
        "staff_role": staff.get_role_display(),
        "own_url": reverse("console-own-sign-in"),
        "business_clock": place.clock_to_show(business_now(), timezone.now()),
        "sign_out_url": reverse("console-sign-out"),
        "news": request.session.pop(_NEWS, None),
        **staying_for(settings.CONSOLE_IDLE_SECONDS),
    }
    return render(request, f"console/{template}.html", frame | context, status=status)


def staying_for(seconds: int) -> dict[str, Any]:
    """When the page asks whether its session ends soon, and whether it warns of that now."""
    until_warning = seconds - int(WARNING.total_seconds())
    return {"is_warning": until_warning <= 0, "asks_in_s": max(until_warning, 5)}


def first_place(staff: "Staff") -> str:
    """The route of the first place in the navigation that this person may open."""
    return next(route for permission, route in PLACES.values() if staff.may(permission))


def way_up(*names: str) -> list[tuple[str, str]]:
    """The pages above this one, by their routes' names."""
    return [(TITLES[name], reverse(name)) for name in names]


def above_customers(staff: "Staff") -> list[tuple[str, str]]:
    """The search, where this person may search, as the page above a customer's."""
    return way_up("console-customers") if staff.may("customers.search") else []


def tell(request: "StaffRequest", title: str, words: str = "") -> None:
    """Keep one sentence for the next page, where the browser is sent after something was done."""
    request.session[_NEWS] = {"title": title, "words": words}


def part(request: HttpRequest, template: str, *, status: int = 200, **context: object) -> HttpResponse:
    """A piece of a page, for htmx to put in its place."""
    return render(request, f"console/{template}.html", context, status=status)


def refused(request: "StaffRequest", refusal: Refusal, *, current: str = "", **context: Any) -> HttpResponse:
    """A refusal that no form shows: its words, what to do, and the way back (``trail``, where there is one)."""
    return page(
        request,
        "refused",
        title="受け付けられませんでした",
        current=current,
        status=409,
        errors=errors_of(refusal),
        **context,
    )


def missing(request: "StaffRequest") -> HttpResponse:
    return page(request, "missing", title="見つかりません", current="", status=404)


def errors_of(refusal: Refusal, field: str = "__all__") -> dict[str, str]:
    """A refusal as a form's errors: what is wrong, then what to do."""
    return {field: f"{refusal.message}{refusal.remedy}"}


def _navigation(staff: "Staff", current: str) -> list[place.NavigationItem]:
    urls = {key: reverse(name) for key, (permission, name) in PLACES.items() if staff.may(permission)}
    asked = {key: number() for key, (permission, number) in WAITING.items() if staff.may(permission)}
    if staff.may("tasks.use"):
        asked["tasks"] = casework.count_open(owner=staff.pk, role=staff.role)
    waiting = dict(zip(asked, numbers.ask(*asked.values()), strict=True))
    return place.navigation(urls, current=current, waiting=waiting)
