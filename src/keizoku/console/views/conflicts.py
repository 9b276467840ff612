"""取り込みの食い違い: both values, and the choice between them. Opening them leaves an entry."""

from django.http import HttpResponse

from keizoku.console.page import page, tell, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.customers.imports import conflicts as customers
from keizoku.ui.formats import date_jp

CHOICES = {"keep": False, "take": True}


@screen("customers.unmask", "GET", "POST")
def conflicts(request: StaffRequest) -> HttpResponse:
    """POST ``act``: ``open`` shows the values, ``keep`` or ``take`` decides the one named by ``conflict`` first."""
    act, typed = request.POST.get("act", ""), request.POST.get("conflict", "")
    if act in CHOICES and typed.isdigit():
        customers.decide(int(typed), takes_file=CHOICES[act], actor=request.user.actor)
        tell(request, "決めました", "証跡に残しました。")
    rows = customers.waiting(actor=request.user.actor) if request.method == "POST" else []
    return page(
        request,
        "import_conflicts",
        title="取り込みの食い違い",
        current="settings",
        trail=way_up("console-settings"),
        total=customers.waiting_count(),
        rows=[(row, date_jp(row.file_day)) for row in rows],
    )
