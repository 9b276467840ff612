"""What receipts and refusals prove of a contact point, handed down to the customers' room by the batch.

A carrier's acceptance proves nothing; its receipt of delivery does, and so does a relay that knows no such recipient. That
LINE cannot match a phone number says nothing of the number itself.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from keizoku.customers.contact.actions import Proof, take_evidence, take_evidence_of
from keizoku.customers.contact.rules import Sign
from keizoku.delivery.ports import Event, Outcome, Result
from keizoku.delivery.rules import CONTACT_POINTS, HARD_REFUSALS, Tag
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import TOKYO, business_today

ACTOR: Final = Actor.system("delivery")
_SIGNS: Final = {"delivered": Sign.DELIVERED, "undelivered": Sign.BOUNCED, "bounced": Sign.BOUNCED}
# What the last attempt of each told delivery proves; what came before a new address says nothing of it.
_TOLD: Final = """
SELECT d.customer_id, %(point)s AS point, %(channel)s AS channel, t.sign, t.campaign_id,
       (SELECT max(a.started_at) FROM delivery_attempt a
        WHERE a.campaign_id = t.campaign_id AND a.wave_id = t.wave_id AND a.position = t.position) AS begun_at, t.day
FROM json_to_recordset(%(told)s::json) AS t (campaign_id bigint, wave_id bigint, position int, sign text, day date)
JOIN delivery_delivery d USING (campaign_id, wave_id, position)
"""


def take_receipts(carrier: str, tagged: Sequence[tuple[Event, Tag]]) -> int:
    """Of one carrier's events; returns of how many customers something was written."""
    if carrier not in CONTACT_POINTS:
        return 0
    told = [
        {
            "campaign_id": tag.campaign_id,
            "wave_id": tag.wave_id,
            "position": tag.position,
            "sign": _SIGNS[event.kind],
            "day": event.occurred_at.astimezone(TOKYO).date().isoformat(),
        }
        for event, tag in tagged
        if event.kind in _SIGNS and event.blames_address
    ]
    if not told:
        return 0
    parameters = {"point": CONTACT_POINTS[carrier], "channel": carrier, "told": json.dumps(told)}
    return take_evidence_of(_TOLD, parameters, ACTOR)


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
