"""One customer's link with a LINE account: since when, how earlier ones ended; and its end by staff."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.console.names import actor_names
from keizoku.console.page import above_customers, page, tell
from keizoku.console.screen import StaffRequest, screen
from keizoku.customers import queries as customers
from keizoku.customers.errors import LinkRefused
from keizoku.customers.linking import queries
from keizoku.customers.linking.actions import unlink
from keizoku.customers.linking.rules import State
from keizoku.ui.components.display import Column, Row, Tone, badge_cell
from keizoku.ui.formats import datetime_jst

COLUMNS = (Column("状態", is_wide=True), Column("連携した日時"), Column("終わった日時"), Column("だれが"))
TONES: dict[State, Tone] = {
    State.OFFERED: "attention",
    State.LINKED: "good",
    State.ENDED: "neutral",
    State.LAPSED: "neutral",
}


@screen("customers.read")
def listing(request: StaffRequest, customer_id: int) -> HttpResponse:
    """Nothing of the account itself is shown: nobody here needs it."""
    customers.summary(customer_id)  # refuses whoever is not there
    links = queries.links_of(customer_id)
    names = actor_names({link.ended_by for link in links if link.ended_by})
    rows = [
        Row(
            (
                badge_cell(link.words, TONES[link.state]),
                datetime_jst(link.linked_at),
                datetime_jst(link.ended_at),
                names.get(link.ended_by, "—"),
            )
        )
        for link in links
    ]
    return page(
        request,
        "customer_line",
        title=f"お客さま No. {customer_id} のLINE連携",
        current="customers",
        trail=[
            *above_customers(request.user),
            (f"お客さま No. {customer_id}", reverse("console-customer", args=[customer_id])),
        ],
        customer_id=customer_id,
        is_linked=queries.is_linked(customer_id),
        columns=COLUMNS,
        rows=rows,
        may_unlink=request.user.may("consents.record"),
    )


@screen("consents.record", "POST")
def end(request: StaffRequest, customer_id: int) -> HttpResponse:
    try:
        unlink(customer_id, actor=request.user.actor)
    except LinkRefused as refusal:
        tell(request, refusal.message, refusal.remedy)
    else:
        tell(request, "LINEとの連携を解除しました", "LINEの利用者の番号は消しました。")
    return redirect("console-customer-line", customer_id)
