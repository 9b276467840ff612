"""確認記録: what was confirmed of one customer, when, how it was proved and by whom."""

from django.http import HttpResponse
from django.urls import reverse

from keizoku.console.names import actor_names
from keizoku.console.page import above_customers, page
from keizoku.console.screen import StaffRequest, screen
from keizoku.customers import queries as customers
from keizoku.reviews.confirmations import queries
from keizoku.ui.components.display import Column, Row
from keizoku.ui.formats import day
from keizoku.ui.speaking import listed, plainly

COLUMNS = (
    Column("確認した日"),
    Column("確認した項目"),
    Column("変わった項目"),
    Column("質問票"),
    Column("答え方と本人確認"),
    Column("決めた人"),
    Column("記録の版", is_number=True),
)


@screen("customers.read")
def of_customer(request: StaffRequest, customer_id: int) -> HttpResponse:
    customers.summary(customer_id)  # refuses whoever is not there
    found = queries.of_customer(customer_id)
    names = actor_names({row.decided_by for row in found})
    rows = [
        Row(
            (
                day(row.confirmed_on),
                listed(map(plainly, row.confirmed)) or "—",
                listed(map(plainly, row.changed)) or "—",
                plainly(f"{row.questionnaire} 第{row.questionnaire_version}版"),
                listed([plainly(row.entry), plainly(row.proof)], "・"),
                plainly(f"自動承認の決まり 第{row.policy}版") if row.policy else names[row.decided_by],
                row.record_version or "—",
            )
        )
        for row in found
    ]
    return page(
        request,
        "customer_confirmations",
        title="確認記録",
        current="customers",
        trail=[*above_customers(request.user), ("お客さま", reverse("console-customer", args=[customer_id]))],
        columns=COLUMNS,
        rows=rows,
    )
