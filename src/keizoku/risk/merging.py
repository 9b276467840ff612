"""What becomes of ratings when two customers become one.

Circumstances that hold the level up and events that pull the date forward go along; an upper bound does not: nobody's
level is lowered by a merge. Then the survivor is rated at once. Ratings of the one merged away stay as history; its
standing goes, so that no count, plan or audience has it.
"""

import uuid

from django.db import connection

from keizoku.audit.actions import grant_read, record
from keizoku.customers.duplicates.parts import Merge, Part, register
from keizoku.kernel.crypto import field
from keizoku.risk.actions import rate_one
from keizoku.risk.errors import NoActiveScorecard
from keizoku.risk.models import Circumstance, Standing

_PAYLOAD = "risk_circumstance.payload"


def register_part() -> None:
    register(Part("risk", 90, carry))


def carry(merge: Merge) -> None:
    _carry_circumstances(merge)
    _carry_events(merge)
    Standing.objects.filter(customer_id=merge.other_id).delete()
    try:
        rate_one(merge.survivor_id, merge.actor, merge.today)
    except NoActiveScorecard:
        return  # a bank that has not begun to rate


def _carry_circumstances(merge: Merge) -> None:
    """Each is sealed anew under a key of its own. The entries tell that one was recorded, and not which."""
    bounds = Circumstance.objects.filter(
        customer_id=merge.other_id,
        state=Circumstance.State.IN_FORCE,
        bound=Circumstance.Bound.AT_LEAST,
        until_on__gte=merge.today,
    )
    found = list(bounds.order_by("id"))
    if not found:
        return
    grant = grant_read(actor=merge.actor, purpose="risk.circumstances", subjects=[merge.other_id])
    for row in found:  # a few at most
        text = field.decrypt(
            bytes(row.payload), where=_PAYLOAD, record=str(row.key), subject=merge.other_id, grant=grant
        )
        key = uuid.uuid4()
        Circumstance.objects.create(
            customer_id=merge.survivor_id,
            key=key,
            payload=field.encrypt(text, where=_PAYLOAD, record=str(key)),
            bound=row.bound,
            level=row.level,
            from_on=row.from_on,
            until_on=row.until_on,
            state=row.state,
            made_by=row.made_by,
            decided_by=row.decided_by,
            decided_at=row.decided_at,
        )
        record(actor=merge.actor, action="risk.circumstance.changed", subject=("customer", merge.survivor_id))


def _carry_events(merge: Merge) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO risk_event (customer_id, kind, occurred_on, recorded_by, recorded_at) "
            "SELECT %s, kind, occurred_on, recorded_by, recorded_at FROM risk_event WHERE customer_id = %s "
            "ON CONFLICT DO NOTHING",
            [merge.survivor_id, merge.other_id],
        )
