"""簡素な顧客管理: how many are under it, who lost it, and by which condition."""

from datetime import date, timedelta
from typing import Final

from django.http import HttpResponse
from django.urls import reverse

from keizoku.console.forms.numbers import whole_number
from keizoku.console.page import page, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.kernel.clock import business_today
from keizoku.risk import simplified
from keizoku.risk.errors import NoActiveScorecard
from keizoku.risk.queries import active_scorecard
from keizoku.risk.rules.simplified import CONDITIONS, YEAR, failed_words
from keizoku.ui.components.display import Column, Row, Tile
from keizoku.ui.formats import date_jp, number
from keizoku.ui.speaking import plainly

DAYS: Final = 90
PAGE: Final = 50
FAILED_COLUMNS: Final = (Column("満たさなくなった条件", is_wide=True), Column("人数", is_number=True))
COLUMNS: Final = (Column("お客さま"), Column("外れた日"), Column("満たさなくなった条件", is_wide=True))


@screen("risk.read")
def listing(request: StaffRequest) -> HttpResponse:
    """``after``: the key behind which the list goes on."""
    today = business_today()
    since = today - timedelta(days=DAYS)
    found = simplified.summary(since)
    rows = simplified.withdrawals(since, before=whole_number(request.GET.get("after", "")), limit=PAGE)
    monitoring_on = _monitoring_on()
    may_read = request.user.may("customers.read")
    here = reverse("console-simplified")
    return page(
        request,
        "risk_simplified",
        title="簡素な顧客管理",
        current="settings",
        trail=way_up("console-settings"),
        tiles=[
            Tile("いま対象のお客さま", number(found.customers)),
            Tile(f"この{DAYS}日に外れた方", number(found.withdrawn)),
        ],
        is_monitored=monitoring_on is not None and today - YEAR <= monitoring_on <= today,
        monitoring_words=date_jp(monitoring_on) if monitoring_on else plainly("記録なし"),
        failed_columns=FAILED_COLUMNS,
        failed_rows=[
            Row((plainly(CONDITIONS[condition - 1]), number(count)))
            for condition, count in found.failed.items()
        ],
        columns=COLUMNS,
        rows=[
            Row(
                (f"No. {one.customer_id}", one.on.isoformat(), failed_words(list(one.failed))),
                url=reverse("console-customer-risk", args=[one.customer_id]) if may_read else "",
            )
            for _, one in rows
        ],
        next_url=f"{here}?after={rows[-1][0]}" if len(rows) == PAGE else "",
        days=DAYS,
    )


def _monitoring_on() -> date | None:
    """Nothing is in force before the first scorecard, and nobody is under it."""
    try:
        return active_scorecard().definition.monitoring_assured_on
    except NoActiveScorecard:
        return None
