"""Appends receipts and their counters in one statement; whoever hears from a carrier comes through here."""

import json
from collections.abc import Sequence

from django.db import connection

from keizoku.delivery import statements
from keizoku.delivery.ports import Event
from keizoku.delivery.rules import Tag


def append(carrier: str, told: Sequence[tuple[Event, Tag]]) -> None:
    """Receipts of deliveries that exist. What was appended before changes nothing."""
    # One JSON document instead of six arrays: psycopg looks at each of an array's elements in Python.
    events = json.dumps(
        [
            {
                "event_id": event.event_id,
                "campaign_id": tag.campaign_id,
                "wave_id": tag.wave_id,
                "position": tag.position,
                "kind": event.kind,
                "occurred_at": event.occurred_at.isoformat(),
            }
            for event, tag in told
        ]
    )
    with connection.cursor() as cursor:
        cursor.execute(statements.APPEND_RECEIPTS, {"carrier": carrier, "events": events})
