"""Messages whose result is unknown, and those that were and are settled: what a person looks at and decides.

Nothing is sent again from here: without a key of the carrier's a repetition may reach somebody twice (ADR 0030). A person
who has asked the carrier or the customer says whether it reached, and the journey's next step follows from that.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from keizoku.accounts.access import authorise
from keizoku.audit import actions as audit
from keizoku.delivery.errors import DoubtRefused
from keizoku.delivery.models import Counter
from keizoku.delivery.ports import Outcome, Result
from keizoku.delivery.reconciling import Unsettled, settle
from keizoku.kernel.actor import Actor

SHOWN: Final = 50
A_ROUND: Final = 500
REACHED: Final = Outcome(Result.ACCEPTED, "person_reached")
NOT_REACHED: Final = Outcome(Result.REJECTED, "person_not_reached")
BY_RECEIPT: Final = Outcome(Result.ACCEPTED, "receipt")
LONGEST_REASON: Final = 150

_HIGHER: Final = """
    SELECT FROM delivery_outcome b
    WHERE b.campaign_id = o.campaign_id AND b.wave_id = o.wave_id AND b.position = o.position
      AND delivery_rank(b.result) > delivery_rank('unknown')
"""
_RECEIPT: Final = """
    SELECT FROM delivery_receipt t
    WHERE t.campaign_id = o.campaign_id AND t.wave_id = o.wave_id AND t.position = o.position
"""
_OPEN: Final = f"""
SELECT o.wave_id, o.position, o.number, d.customer_id, d.step, w.channel, o.code, o.at, '', NULL::timestamptz
FROM delivery_outcome o
JOIN delivery_delivery d ON d.campaign_id = o.campaign_id AND d.wave_id = o.wave_id AND d.position = o.position
JOIN delivery_wave w ON w.id = o.wave_id
WHERE o.campaign_id = %(campaign)s AND o.result = 'unknown' AND (o.wave_id, o.position) > (%(wave)s, %(position)s)
  AND NOT EXISTS ({_HIGHER}) AND NOT EXISTS ({_RECEIPT})
ORDER BY o.wave_id, o.position LIMIT %(limit)s
"""  # noqa: S608 - constants of ours
_SETTLED: Final = """
SELECT o.wave_id, o.position, o.number, d.customer_id, d.step, w.channel, o.code, o.at, s.code, s.at
FROM delivery_outcome o
JOIN LATERAL (
    SELECT b.code, b.at FROM delivery_outcome b
    WHERE b.campaign_id = o.campaign_id AND b.wave_id = o.wave_id AND b.position = o.position
      AND delivery_rank(b.result) > delivery_rank('unknown')
    ORDER BY delivery_rank(b.result) DESC LIMIT 1
) s ON true
JOIN delivery_delivery d ON d.campaign_id = o.campaign_id AND d.wave_id = o.wave_id AND d.position = o.position
JOIN delivery_wave w ON w.id = o.wave_id
WHERE o.campaign_id = %(campaign)s AND o.result = 'unknown'
ORDER BY o.wave_id, o.position LIMIT %(limit)s
"""
_RECEIVED: Final = f"""
SELECT o.campaign_id, o.wave_id, o.position, o.number, o.at FROM delivery_outcome o
WHERE o.campaign_id = %(campaign)s AND o.result = 'unknown' AND NOT EXISTS ({_HIGHER}) AND EXISTS ({_RECEIPT})
ORDER BY o.wave_id, o.position LIMIT %(limit)s
"""  # noqa: S608 - constants of ours


@dataclass(frozen=True, slots=True)
class Doubt:
    """One message whose result was unknown. ``settled_by`` is the code that settled it, "" while it is in doubt."""

    wave_id: int
    position: int
    number: int
    customer_id: int
    step: int
    channel: str
    code: str
    at: datetime
    settled_by: str
    settled_at: datetime | None


def in_doubt(campaign_id: int, after: tuple[int, int] = (0, 0), limit: int = SHOWN) -> list[Doubt]:
    """A page of what nobody knows, in the order of waves and places, behind ``after``."""
    return _doubts(_OPEN, campaign_id, limit, after)


def settled(campaign_id: int, limit: int = SHOWN) -> list[Doubt]:
    """What was unknown and is not any more."""
    return _doubts(_SETTLED, campaign_id, limit)


def mark(
    campaign_id: int, wave_id: int, position: int, *, has_reached: bool, reason: str, actor: Actor
) -> None:
    """Write down that a person found out whether a message reached; nothing is sent by it.

    Raises:
        NotPermitted: the actor may not.
        DoubtRefused: no reason, or the message is not in doubt (any more).
    """
    authorise(actor, "campaigns.edit")
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise DoubtRefused(
            f"どうやって確かめたかを、{LONGEST_REASON}文字までで入力してください。",
            remedy="氏名や連絡先は書かないでください。",
        )
    found = _doubts(_OPEN, campaign_id, 1, (wave_id, position - 1))
    if not found or (found[0].wave_id, found[0].position) != (wave_id, position):
        raise DoubtRefused("この連絡は、もう結果が分かっています。", remedy="画面を開き直してください。")
    one = found[0]
    with transaction.atomic():
        unsettled = Unsettled(campaign_id, wave_id, position, one.number, one.at)
        if not settle(unsettled, REACHED if has_reached else NOT_REACHED):
            raise DoubtRefused("この連絡は、もう結果が分かっています。", remedy="画面を開き直してください。")
        audit.record(
            actor=actor,
            action="delivery.unknown.marked",
            subject=("customer", one.customer_id),
            purpose=reason.strip(),
            details={
                "campaign": campaign_id,
                "wave": wave_id,
                "position": position,
                "result": "reached" if has_reached else "not_reached",
            },
        )


def settle_received() -> int:
    """Unknown messages of which a receipt came: the carrier had taken them. Safe to run twice; returns how many.

    Counters follow by the same way as for what the carrier was asked about, so that screens need only add them up.
    """
    total = 0
    touched = Counter.objects.filter(result="unknown").values_list("campaign_id", flat=True).distinct()
    for campaign_id in sorted(touched):  # the campaigns whose counters ever named one
        with connection.cursor() as cursor:
            cursor.execute(_RECEIVED, {"campaign": campaign_id, "limit": A_ROUND})
            waiting = [Unsettled(*row) for row in cursor.fetchall()]
        total += sum(settle(each, BY_RECEIPT) for each in waiting)
    return total


def _doubts(statement: str, campaign_id: int, limit: int, after: tuple[int, int] = (0, 0)) -> list[Doubt]:
    named: dict[str, Any] = {
        "campaign": campaign_id,
        "limit": limit,
        "wave": after[0],
        "position": after[1],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, named)
        return [Doubt(*row) for row in cursor.fetchall()]
