"""Evidence of contact points taken in by sets. Whoever sends, and whoever takes answers, calls down to me.

Invariants: evidence of a message that was begun before the last evidence, or before the address itself changed, says
nothing; a person's opt-out is no evidence and is never touched here (``customers_reachability`` derives it from the stops).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection

from keizoku.audit import actions as audit
from keizoku.customers.contact.rules import STATES, Sign
from keizoku.kernel.actor import Actor

# The newest proof of each contact point. ``{proofs}`` selects customer_id, point, channel, sign, campaign_id, begun_at, day;
# evidence is written as ``rules.in_words`` reads it.
_TAKE: Final = """
WITH told AS (
    SELECT DISTINCT ON (p.customer_id, p.point) p.customer_id, p.point AS channel,
           %(states)s::jsonb ->> p.sign AS state,
           format('%%s.%%s campaign %%s, %%s', p.channel, p.sign, p.campaign_id, p.day) AS evidence,
           p.begun_at AS moment
    FROM ({proofs}) AS p
    ORDER BY p.customer_id, p.point, p.begun_at DESC NULLS LAST
), proven AS (
    UPDATE customers_contactpoint p
    SET state = told.state, evidence = told.evidence, changed_at = told.moment
    FROM told
    WHERE p.customer_id = told.customer_id AND p.channel = told.channel AND p.changed_at < told.moment
    RETURNING p.customer_id
)
SELECT (SELECT count(*) FROM told), count(*),
       encode(sha256(convert_to(string_agg(id::text, ',' ORDER BY id), 'UTF8')), 'hex')
FROM (SELECT DISTINCT customer_id AS id FROM proven) AS touched
"""
_GIVEN: Final = """
SELECT * FROM json_to_recordset(%(given)s::json) AS p (
    customer_id bigint, point text, channel text, sign text, campaign_id bigint, begun_at timestamptz, day date)
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
    given = json.dumps([asdict(proof) for proof in proofs], default=lambda moment: moment.isoformat())
    return take_evidence_of(_GIVEN, {"given": given}, actor)


def take_evidence_of(proofs: str, parameters: Mapping[str, Any], actor: Actor) -> int:
    """As ``take_evidence``, for whole sets: ``proofs`` is a SELECT with the columns of ``Proof`` and named parameters."""
    names = {**parameters, "states": json.dumps(STATES)}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE.format(proofs=proofs), names)
        told, count, digest = cursor.fetchone()
    if count:
        audit.record_many(
            actor=actor,
            action="customers.contact.proven",
            count=count,
            ids_digest=digest,
            details={"proofs": told},
        )
    return int(count)
