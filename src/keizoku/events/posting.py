"""Posts what is due: claimed by rows, signed, at least once, in order for each subject, parked after 72 hours.

A posting is tried only while no earlier one of its subject waits for the same subscription. A claim counts the try and
leases the row; its result is written only if no other claim came in between. So a killed worker's posting goes out again
after the lease: receivers compare ``webhook-id``.
"""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import aiohttp
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from keizoku.audit.actions import record
from keizoku.events import secrets
from keizoku.events.connecting import Guarded
from keizoku.events.models import Posting
from keizoku.events.rules import signature, states
from keizoku.events.rules.places import why_refused
from keizoku.kernel import http, installation
from keizoku.kernel.actor import Actor
from keizoku.kernel.http import Answer, NotSent, Unknown
from keizoku.kernel.logs import get_logger

log = get_logger(__name__)

AT_ONCE: Final = 50
# A wake ends after so many seconds; what is left waits for the next one.
LONGEST_WAKE_S: Final = 20.0
TIMEOUT_S: Final = 10.0
Result = Answer | NotSent | Unknown | BaseException
_POSTER: Final = Actor.system("events")
_OK: Final = range(200, 300)
_GONE: Final = 410
_CLAIM: Final = """
WITH due AS (
    SELECT p.id FROM events_posting p
    JOIN events_subscription s ON s.id = p.subscription_id AND s.ended_at IS NULL
    WHERE p.state = 'waiting' AND p.due_at <= clock_timestamp()
      AND (p.leased_until IS NULL OR p.leased_until < clock_timestamp())
      AND NOT EXISTS (
          SELECT FROM events_posting b
          WHERE b.subscription_id = p.subscription_id AND b.subject_kind = p.subject_kind
            AND b.subject_id = p.subject_id AND b.state = 'waiting' AND b.event_id < p.event_id)
    ORDER BY p.due_at, p.id LIMIT %s FOR UPDATE OF p SKIP LOCKED
)
UPDATE events_posting p SET tries = p.tries + 1, leased_until = clock_timestamp() + interval '60 seconds'
FROM due, events_event e, events_subscription s
WHERE p.id = due.id AND e.id = p.event_id AND s.id = p.subscription_id
RETURNING p.id, p.tries, p.give_up_at, e.id, e.kind, e.subject_kind, e.subject_id, e.occurred_at, e.business_at,
          s.id, s.url, s.secret, s.old_secret, s.old_until
"""


@dataclass(frozen=True, slots=True)
class _Claimed:
    """One posting in hand, as ``_CLAIM`` returns it."""

    id: int
    tries: int
    give_up_at: datetime
    event_id: int
    kind: str
    subject_kind: str
    subject_id: int
    occurred_at: datetime
    business_at: datetime
    subscription_id: int
    url: str
    secret: bytes
    old_secret: bytes | None
    old_until: datetime | None


def post_due() -> int:
    """Post what is due, a batch at a time; returns how many were tried."""
    ends, tried, is_demo = time.monotonic() + LONGEST_WAKE_S, 0, installation.is_demo()
    while time.monotonic() < ends and (batch := _claim()):
        results = asyncio.run(_post(batch, is_demo))
        for claimed, result in zip(batch, results, strict=True):  # each settles alone, by its own row
            _settle(claimed, result)
        tried += len(batch)
    return tried


def body_of(kind: str, subject: tuple[str, int], occurred_at: datetime, business_at: datetime) -> bytes:
    """What is posted: type, timestamp and the subject's kind and id; whoever wants more asks the API."""
    told = {
        "type": kind,
        "timestamp": occurred_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "data": {
            "subject": {"kind": subject[0], "id": subject[1]},
            "business_date": timezone.localdate(business_at).isoformat(),
        },
    }
    return json.dumps(told, separators=(",", ":")).encode()


def message_id(event_id: int) -> str:
    return f"evt_{event_id}"


def _claim() -> list[_Claimed]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLAIM, [AT_ONCE])
        return [_Claimed(*row) for row in cursor.fetchall()]


async def _post(batch: Sequence[_Claimed], is_demo: bool) -> list[Result]:  # noqa: FBT001 - what the database is
    resolver = Guarded(is_demo=is_demo, networks=settings.EVENT_NETWORKS)
    connector = aiohttp.TCPConnector(resolver=resolver, use_dns_cache=False)
    async with aiohttp.ClientSession(connector=connector) as session:
        posts = (_post_one(session, one, is_demo) for one in batch)
        return list(await asyncio.gather(*posts, return_exceptions=True))


async def _post_one(session: aiohttp.ClientSession, one: _Claimed, is_demo: bool) -> Result:  # noqa: FBT001 - as above
    if refused := why_refused(one.url, is_demo=is_demo, networks=settings.EVENT_NETWORKS):
        log.warning("events.address_refused", subscription_id=one.subscription_id)
        return NotSent(refused)
    body = body_of(one.kind, (one.subject_kind, one.subject_id), one.occurred_at, one.business_at)
    held = [secrets.opened(one.subscription_id, one.secret, "secret")]
    if one.old_secret is not None and one.old_until is not None and timezone.now() < one.old_until:
        held.append(secrets.opened(one.subscription_id, one.old_secret, "old_secret"))
    headers = signature.headers(held, message_id(one.event_id), int(time.time()), body)
    typed = {"Content-Type": "application/json", "User-Agent": "Keizoku", **headers}
    return await http.post_raw(session, one.url, body, headers=typed, timeout_s=TIMEOUT_S)


def _settle(one: _Claimed, result: Result) -> None:
    """Write what came of it, unless the lease ran out and somebody else has claimed the row meanwhile."""
    now = timezone.now()
    own = Posting.objects.filter(id=one.id, state=states.State.WAITING, tries=one.tries)
    if isinstance(result, Answer) and result.status in _OK:
        own.update(state=states.State.DELIVERED, settled_at=now, fault="", leased_until=None)
        return
    fault = _fault(result)
    due_at = now + states.pause_after(one.tries, one.id)
    is_over = due_at >= one.give_up_at or (isinstance(result, Answer) and result.status == _GONE)
    if not is_over:
        own.update(due_at=due_at, fault=fault, leased_until=None)
        return
    with transaction.atomic():
        if own.update(state=states.State.PARKED, settled_at=now, fault=fault, leased_until=None) == 1:
            record(
                actor=_POSTER,
                action="events.posting.parked",
                subject=("posting", one.id),
                details={"subscription": one.subscription_id, "event": one.event_id, "tries": one.tries},
            )
            log.warning("events.posting_parked", posting_id=one.id, subscription_id=one.subscription_id)


def _fault(result: Result) -> str:
    """A stable word; nothing that the other side said."""
    if isinstance(result, Answer):
        return f"http_{result.status}"
    if isinstance(result, BaseException):  # a fault of ours with this one; the others of the batch go on
        log.error("events.posting_failed", error=type(result).__name__)
        return "failed_here"
    return "not_sent" if isinstance(result, NotSent) else "unknown"
