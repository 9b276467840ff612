"""お客さま → 情報の古さ: which values were confirmed when, for whom, and a way to ask those customers again."""

from typing import Final

from django.http import HttpResponse, QueryDict
from django.urls import reverse

from keizoku.console.page import above_customers, page
from keizoku.console.screen import StaffRequest, screen
from keizoku.kernel.clock import business_today
from keizoku.kernel.conditions import All, Compare, Condition, Operator
from keizoku.risk import freshness
from keizoku.risk.confirmations import VALUES
from keizoku.ui.components.display import Column, Row
from keizoku.ui.formats import number
from keizoku.ui.speaking import plainly

MOST_SHOWN: Final = 50
LEVELS: Final = (("high", "リスク高"), ("medium", "リスク中"), ("low", "リスク低"))
KINDS: Final = (("individual", "個人"), ("sole_proprietor", "個人事業主"), ("corporation", "法人"))
AGES: Final = (("365", "1年"), ("730", "2年"), ("1095", "3年"))
COLUMNS: Final = (
    Column("項目"),
    Column("1年以内", is_number=True),
    Column("2年以内", is_number=True),
    Column("3年以内", is_number=True),
    Column("3年より前", is_number=True),
    Column("確認なし", is_number=True),
    Column("登録なし", is_number=True),
)
CUSTOMER_COLUMNS: Final = (Column("お客さま"), Column("確認した日"))


@screen("customers.read")
def stale(request: StaffRequest) -> HttpResponse:
    """Counts for all values; for a chosen one its customers, by number and day alone."""
    chosen = request.GET.get("field", "")
    known = freshness.values()
    field = chosen if chosen in known else ""
    days = request.GET.get("days", "730")
    days = days if days in dict(AGES) else "730"
    audience, today = _audience(request.GET), business_today()
    return page(
        request,
        "freshness",
        title="情報の古さ",
        current="customers",
        trail=above_customers(request.user),
        columns=COLUMNS,
        rows=[_row(ages) for ages in freshness.overview(audience, today)],
        fields=[("", "選ばない"), *((name, one.label) for name, one in known.items())],
        ages=AGES,
        levels=LEVELS,
        kinds=KINDS,
        form={
            "field": field,
            "days": days,
            "levels": request.GET.getlist("levels"),
            "kinds": request.GET.getlist("kinds"),
        },
        may_make=request.user.may("campaigns.edit"),
        found=_found(request.GET, audience, known[field].label, int(days)) if field else None,
    )


def _found(query: QueryDict, audience: Condition, label: str, days: int) -> dict[str, object]:
    field, today = query.get("field", ""), business_today()
    after = query.get("after", "")
    rows = freshness.stale_customers(
        audience, field, days, today, after=int(after) if after.isdecimal() else 0, limit=MOST_SHOWN + 1
    )
    shown = rows[:MOST_SHOWN]
    more = query.copy()
    if len(rows) > MOST_SHOWN:
        more["after"] = str(shown[-1].id)
    return {
        "label": label,
        "age": dict(AGES)[str(days)],
        "count": freshness.count_stale(audience, field, days, today),
        "columns": CUSTOMER_COLUMNS,
        "rows": [
            Row(
                (f"No. {one.id}", one.confirmed_on.isoformat() if one.confirmed_on else "—"),
                url=reverse("console-customer", args=[one.id]),
            )
            for one in shown
        ],
        "more_url": f"?{more.urlencode()}" if len(rows) > MOST_SHOWN else "",
        "asked": {"field": field, "days": days} if field in VALUES else None,
    }


def _audience(query: QueryDict) -> Condition:
    levels = tuple(value for value, _ in LEVELS if value in query.getlist("levels"))
    kinds = tuple(value for value, _ in KINDS if value in query.getlist("kinds"))
    parts = [
        *([Compare("level", Operator.ONE_OF, levels)] if levels else []),
        *([Compare("kind", Operator.ONE_OF, kinds)] if kinds else []),
    ]
    return All(tuple(parts))


def _row(ages: freshness.Ages) -> Row:
    return Row((plainly(ages.label), *(number(ages.counts[bucket]) for bucket in freshness.BUCKETS)))
