"""From the audit's entries to the outbox: each settled entry that is an event becomes one, and a posting for who wants it.

The audit is the outbox's source: every verb writes its entry in its own transaction, which a test of the whole code holds,
so an event can be neither forgotten nor told of what was rolled back. Entries are read in the order of their transactions
below ``pg_snapshot_xmin`` (as the sealing does): nothing can appear later in what was read. The price: a long transaction
anywhere holds up all events until its end.
"""

from typing import Any, Final

from django.db import connection, transaction

from keizoku.events.models import Cursor
from keizoku.events.rules.kinds import EVENT_OF
from keizoku.events.rules.states import LONGEST_WAIT

_ONE_GATHERER: Final = 0x4B5A_0E01  # advisory lock
_GATHER: Final = """
WITH chosen AS (
    SELECT e.xid, e.id, k.kind, e.subject_kind, e.subject_id, e.at, e.business_at
    FROM audit_entry e
    JOIN unnest(%(actions)s::text[], %(kinds)s::text[]) AS k(action, kind) ON k.action = e.action
    WHERE e.xid >= %(from)s::text::xid8 AND e.xid < %(to)s::text::xid8 AND e.subject_id IS NOT NULL
), event AS (
    INSERT INTO events_event (kind, subject_kind, subject_id, entry_id, occurred_at, business_at, gathered_at)
    SELECT kind, subject_kind, subject_id, id, at, business_at, clock_timestamp() FROM chosen ORDER BY xid, id
    RETURNING id, kind, subject_kind, subject_id
), posting AS (
    INSERT INTO events_posting
        (subscription_id, event_id, subject_kind, subject_id, state, tries, due_at, give_up_at, fault)
    SELECT s.id, event.id, event.subject_kind, event.subject_id, 'waiting', 0, clock_timestamp(),
           clock_timestamp() + %(longest)s, ''
    FROM event JOIN events_subscription s ON s.ended_at IS NULL AND s.kinds ? event.kind
    ORDER BY event.id, s.id
)
SELECT count(*) FROM event
"""


def gather() -> int:
    """Take in what has settled since the last time; returns how many events. May run twice, stop anywhere, start late."""
    with transaction.atomic():
        if not _is_alone():
            return 0
        cursor, horizon = Cursor.objects.filter(id=1).first(), _horizon()
        if cursor is None:
            Cursor.objects.create(id=1, xid=horizon)  # nothing from before the first look is told
            return 0
        if horizon <= cursor.xid:
            return 0
        names: dict[str, Any] = {
            "actions": list(EVENT_OF),
            "kinds": list(EVENT_OF.values()),
            "from": cursor.xid,
            "to": horizon,
            "longest": LONGEST_WAIT,
        }
        with connection.cursor() as db:
            db.execute(_GATHER, names)
            (count,) = db.fetchone()
        Cursor.objects.filter(id=1).update(xid=horizon)
    return int(count)


def _is_alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_ONE_GATHERER])
        return bool(cursor.fetchone()[0])


def _horizon() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
        return int(cursor.fetchone()[0])
