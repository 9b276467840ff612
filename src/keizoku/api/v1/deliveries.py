"""Deliveries: what was sent to whom on which channel, with which result and when. No address and no words."""

from datetime import datetime
from typing import Final

from ninja import Query, Router, Schema

from keizoku.api import paging
from keizoku.api.access import ApiRequest, allowed
from keizoku.api.problems import Place, Stopped, Words, invalid
from keizoku.campaigns import queries as campaigns
from keizoku.delivery import pages
from keizoku.delivery.pages import DeliveryRow
from keizoku.reviews import queries as reviews

router: Final = Router(tags=["deliveries"])
OF: Final = "deliveries"
# One customer is in a handful of campaigns: what is more than a page of the longest kind is no list to read.
MOST_OF_ONE: Final = 1000


class Delivery(Schema):
    campaign_id: int
    customer_id: int
    step: int
    channel: str
    result: str
    code: str
    attempts: int
    planned_at: datetime
    first_attempt_at: datetime | None
    result_at: datetime | None


class DeliveryPage(Schema):
    items: list[Delivery]
    next: str | None


class Narrowed(Schema):
    """One of ``campaign`` and ``customer``."""

    campaign: int | None = None
    customer: int | None = None
    cursor: str | None = None
    limit: paging.Limit = paging.USUAL


@router.get("", response=DeliveryPage, **allowed("deliveries:read", "delivery-list", 404))
def listing(request: ApiRequest, narrowed: Query[Narrowed]) -> DeliveryPage:
    """キャンペーンまたはお客さまの送信の記録。 The deliveries of one campaign, or to one customer."""
    if (narrowed.campaign is None) == (narrowed.customer is None):
        words = Words(
            "campaign か customer の、どちらか1つを付けてください。",
            "Send campaign or customer, one of them.",
        )
        raise Stopped(invalid([Place("?campaign", "api.one_of", words)]))
    if narrowed.customer is not None:
        rows = pages.of_customer(narrowed.customer, reviews.campaigns_of(narrowed.customer), MOST_OF_ONE)
        return DeliveryPage(items=[_delivery(row) for row in rows], next=None)
    assert narrowed.campaign is not None
    campaigns.state_of(narrowed.campaign)
    key = paging.read(narrowed.cursor, OF, narrowed.campaign)
    after = (int(key[0]), int(key[1])) if key else None
    shown, following = paging.page(
        pages.of_campaign(narrowed.campaign, after, narrowed.limit + 1),
        narrowed.limit,
        lambda row: (row.wave_id, row.position),
        OF,
        narrowed.campaign,
    )
    return DeliveryPage(items=[_delivery(row) for row in shown], next=following)


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery(**{name: getattr(row, name) for name in Delivery.model_fields})
