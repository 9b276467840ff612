"""What receipts and refusals prove of a contact point, handed down to the customers' room by the batch.

A carrier's acceptance proves nothing; its receipt of delivery does, and so does a relay that knows no such recipient. That
LINE cannot match a phone number says nothing of the number itself.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from keizoku.customers.contact.actions import Proof, take_evidence, take_evidence_of
from keizoku.customers.contact.rules import Sign
from keizoku.delivery import receipts
from keizoku.delivery.ports import Outcome, Result
from keizoku.delivery.rules import CONTACT_POINTS, HARD_REFUSALS
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today
from keizoku.kernel.database import prepared

ACTOR: Final = Actor.system("delivery")
_SIGNS: Final = {"delivered": Sign.DELIVERED, "undelivered": Sign.BOUNCED, "bounced": Sign.BOUNCED}
# What the last attempt of each told delivery proves; what came before a new address says nothing of it. One campaign's.
_TOLD: Final = """
SELECT d.customer_id, %(point)s AS point, %(channel)s AS channel, t.sign, %(campaign_{n})s::bigint AS campaign_id,
       (SELECT max(a.started_at) FROM delivery_attempt a
        WHERE a.campaign_id = %(campaign_{n})s AND a.wave_id = t.wave_id AND a.position = t.position) AS begun_at,
       (to_timestamp(t.moment) AT TIME ZONE 'Asia/Tokyo')::date AS day
FROM unnest(%(waves_{n})s::bigint[], %(positions_{n})s::int[], %(signs_{n})s::text[], %(moments_{n})s::float8[])
     AS t (wave_id, position, sign, moment)
JOIN delivery_delivery d ON d.campaign_id = %(campaign_{n})s AND d.wave_id = t.wave_id AND d.position = t.position
"""


def take_receipts(carrier: str, told: receipts.Told) -> int:
    """Of one carrier's events; returns of how many customers something was written.

    All campaigns in one statement, which goes from customer to customer: two workers then meet none in opposite orders.
    """
    speaking = [each for each in told if each[0].kind in _SIGNS and each[0].blames_address]
    if carrier not in CONTACT_POINTS or not speaking:
        return 0
    named: dict[str, object] = {"point": CONTACT_POINTS[carrier], "channel": carrier}
    campaigns = receipts.by_campaign(speaking)
    for n, (campaign_id, events) in enumerate(campaigns.items()):
        signs = {"signs": prepared.text_array(_SIGNS[event.kind] for event, _ in events)}
        columns = signs | receipts.places(campaign_id, events)
        named |= {f"{name}_{n}": column for name, column in columns.items()}
    told_of = [_TOLD.format(n=n) for n in range(len(campaigns))]
    return take_evidence_of(" UNION ALL ".join(told_of), named, ACTOR)


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
