"""Evidence of contact points taken in by sets. Whoever sends, and whoever takes answers, calls down to me.

Invariants: evidence of a message that was begun before the last evidence, or before the address itself changed, says
nothing; a person's opt-out is no evidence and is never touched here (``customers_reachability`` derives it from the stops).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection

from keizoku.audit import actions as audit
from keizoku.customers.contact.rules import STATES, Sign, written
from keizoku.kernel.actor import Actor

_TAKE: Final = """
WITH told AS (
    SELECT DISTINCT ON (t.customer_id, t.channel) t.*
    FROM unnest(%(customers)s::bigint[], %(channels)s::text[], %(states)s::text[], %(evidence)s::text[],
                %(moments)s::timestamptz[]) AS t (customer_id, channel, state, evidence, moment)
    ORDER BY t.customer_id, t.channel, t.moment DESC
), proven AS (
    UPDATE customers_contactpoint p
    SET state = told.state, evidence = told.evidence, changed_at = told.moment
    FROM told
    WHERE p.customer_id = told.customer_id AND p.channel = told.channel AND p.changed_at < told.moment
    RETURNING p.customer_id
)
SELECT count(*), encode(sha256(convert_to(string_agg(id::text, ',' ORDER BY id), 'UTF8')), 'hex')
FROM (SELECT DISTINCT customer_id AS id FROM proven) AS touched
"""


@dataclass(frozen=True, slots=True)
class Proof:
    """What was seen of one message to one customer.

    Attributes:
        point: the contact point, as the record names it: "phone", "email" or "address".
        channel: the channel that the message went by.
        begun_at: when the message was begun, in wall time: the order of evidence.
        day: the business day to show.
    """

    customer_id: int
    point: str
    channel: str
    sign: Sign
    campaign_id: int
    begun_at: datetime
    day: date


def take_evidence(proofs: Sequence[Proof], actor: Actor) -> int:
    """Write what the newest proof says of each contact point; returns of how many customers. Safe to repeat."""
    if not proofs:
        return 0
    names: dict[str, Any] = {
        "customers": [proof.customer_id for proof in proofs],
        "channels": [proof.point for proof in proofs],
        "states": [STATES[proof.sign] for proof in proofs],
        "evidence": [written(p.channel, p.sign, p.campaign_id, p.day) for p in proofs],
        "moments": [proof.begun_at for proof in proofs],
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, names)
        count, digest = cursor.fetchone()
    if count:
        audit.record_many(
            actor=actor,
            action="customers.contact.proven",
            count=count,
            ids_digest=digest,
            details={"proofs": len(proofs)},
        )
    return int(count)
