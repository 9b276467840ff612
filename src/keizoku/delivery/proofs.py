"""What receipts and refusals prove of a contact point, handed down to the customers' room by the batch.

A carrier's acceptance proves nothing; its receipt of delivery does, and so does a relay that knows no such recipient. That
LINE cannot match a phone number says nothing of the number itself.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import connection

from keizoku.customers.contact.actions import Proof, take_evidence
from keizoku.customers.contact.rules import Sign
from keizoku.delivery.ports import Event, Outcome, Result
from keizoku.delivery.rules import CONTACT_POINTS, HARD_REFUSALS, Tag
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import TOKYO, business_today

ACTOR: Final = Actor.system("delivery")
_SIGNS: Final = {"delivered": Sign.DELIVERED, "undelivered": Sign.BOUNCED, "bounced": Sign.BOUNCED}
# When the last attempt of each delivery was begun: what came before a new address says nothing of it.
_BEGUN: Final = """
SELECT t.ordinal, d.customer_id, max(a.started_at)
FROM unnest(%s::bigint[], %s::bigint[], %s::int[]) WITH ORDINALITY AS t (campaign_id, wave_id, position, ordinal)
JOIN delivery_delivery d USING (campaign_id, wave_id, position)
JOIN delivery_attempt a USING (campaign_id, wave_id, position)
GROUP BY t.ordinal, d.customer_id
"""


def take_receipts(carrier: str, tagged: Sequence[tuple[Event, Tag]]) -> int:
    """Of one carrier's events; returns of how many customers something was written."""
    telling = [(event, tag) for event, tag in tagged if event.kind in _SIGNS and event.blames_address]
    if not telling or carrier not in CONTACT_POINTS:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            _BEGUN,
            [
                [tag.campaign_id for _, tag in telling],
                [tag.wave_id for _, tag in telling],
                [tag.position for _, tag in telling],
            ],
        )
        begun = {ordinal: (customer_id, at) for ordinal, customer_id, at in cursor.fetchall()}
    return take_evidence(
        [
            Proof(
                customer_id=begun[ordinal][0],
                point=CONTACT_POINTS[carrier],
                channel=carrier,
                sign=_SIGNS[event.kind],
                campaign_id=tag.campaign_id,
                begun_at=begun[ordinal][1],
                day=event.occurred_at.astimezone(TOKYO).date(),
            )
            for ordinal, (event, tag) in enumerate(telling, start=1)
            if ordinal in begun
        ],
        ACTOR,
    )


def has_refusals(channel: str, outcomes: Sequence[Outcome]) -> bool:
    """Whether any of these outcomes is about the address itself."""
    hard = HARD_REFUSALS.get(channel, frozenset())
    return bool(hard) and any(
        outcome.result is Result.REJECTED and outcome.code in hard for outcome in outcomes
    )


def take_refusals(
    channel: str, campaign_id: int, outcomes: Mapping[int, Outcome], *, begun_at: datetime
) -> int:
    """Of one window's outcomes by customer: refusals that are about the address itself."""
    hard = HARD_REFUSALS.get(channel, frozenset())
    refused = [
        customer_id
        for customer_id, outcome in outcomes.items()
        if outcome.result is Result.REJECTED and outcome.code in hard
    ]
    if not refused:
        return 0
    day = business_today()
    return take_evidence(
        [
            Proof(customer_id, CONTACT_POINTS[channel], channel, Sign.REFUSED, campaign_id, begun_at, day)
            for customer_id in refused
        ],
        ACTOR,
    )
