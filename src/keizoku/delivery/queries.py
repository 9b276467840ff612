"""Delivery's reads: counters for funnels, what is unknown, words, mailboxes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from keizoku.delivery.models import Chunk, Counter, Gate, Mailbox, MessageVersion
from keizoku.delivery.rules import Tag
from keizoku.kernel.database import numbers
from keizoku.kernel.database.numbers import Number


def halted(campaign_ids: list[int]) -> list[int]:
    """Those of these campaigns whose gate is closed."""
    return list(
        Gate.objects.filter(campaign_id__in=campaign_ids, is_open=False).values_list("campaign_id", flat=True)
    )


def has_open_chunks(campaign_id: int) -> bool:
    return Chunk.objects.filter(campaign_id=campaign_id).exclude(state="closed").exists()


def has_leased_chunks(campaign_id: int) -> bool:
    """Whether a worker may still have a window of this campaign in its hands."""
    return Chunk.objects.filter(
        campaign_id=campaign_id, state="leased", leased_until__gt=timezone.now()
    ).exists()


def unknown_in_all() -> Number:
    """How many deliveries are unknown still (``unknown_counts``)."""
    return numbers.total(Counter.objects.filter(result="unknown"), "count")


def unknown_counts() -> dict[int, int]:
    """Campaign → how many of its deliveries are unknown still, from counters; campaigns without any are absent.

    What settles one (the carrier's word, a receipt, a person) takes it off the counters (``reconciling.settle``).
    """
    rows = Counter.objects.filter(result="unknown").values("campaign_id").annotate(total=Sum("count"))
    return {row["campaign_id"]: row["total"] for row in rows if row["total"] > 0}


@dataclass(frozen=True, slots=True)
class Words:
    """A message version as people read it."""

    id: int
    channel: str
    name: str
    subject: str
    body: str
    button_label: str
    digest: str
    has_form: bool = False


def words(message_id: int) -> Words:
    return words_in(MessageVersion.objects.get(id=message_id))


def words_of(message_ids: Collection[int]) -> dict[int, Words]:
    """Each of these messages as people read it."""
    return {message.id: words_in(message) for message in MessageVersion.objects.filter(id__in=message_ids)}


def words_in(message: MessageVersion) -> Words:
    return Words(
        message.id,
        message.channel,
        message.name,
        message.subject,
        message.body,
        message.button_label,
        message.digest,
        message.has_form,
    )


@dataclass(frozen=True, slots=True)
class Planned:
    """How many deliveries were opened since some moments of business time, and how many of those before still wait."""

    since: int
    waiting_from_before: int


def planned_since(
    campaign_id: int, course: int, step: int | None, since: Sequence[datetime]
) -> list[Planned]:
    """For each moment, what waves of this course (and step) opened since, and what of earlier ones is not sent yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT COALESCE((
                       SELECT sum(w.size) FROM delivery_wave w
                       WHERE w.campaign_id = %(campaign)s AND w.course = %(course)s
                         AND (%(step)s::int IS NULL OR w.step = %(step)s) AND w.planned_at > moment
                   ), 0)::int,
                   COALESCE((
                       SELECT sum(c.high - c.low + 1) FROM delivery_chunk c JOIN delivery_wave w ON w.id = c.wave_id
                       WHERE c.state <> 'closed' AND w.campaign_id = %(campaign)s AND w.course = %(course)s
                         AND (%(step)s::int IS NULL OR w.step = %(step)s) AND w.planned_at <= moment
                   ), 0)::int
            FROM unnest(%(since)s::timestamptz[]) WITH ORDINALITY AS moments (moment, place) ORDER BY place
            """,
            {"campaign": campaign_id, "course": course, "step": step, "since": list(since)},
        )
        return [Planned(*row) for row in cursor.fetchall()]


def customers_of(tags: Sequence[Tag]) -> list[int]:
    """Whose deliveries these are, each customer once."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT d.customer_id
            FROM unnest(%s::bigint[], %s::bigint[], %s::int[]) AS t (campaign_id, wave_id, position)
            JOIN delivery_delivery d USING (campaign_id, wave_id, position) ORDER BY 1
            """,
            [
                [tag.campaign_id for tag in tags],
                [tag.wave_id for tag in tags],
                [tag.position for tag in tags],
            ],
        )
        return [customer_id for (customer_id,) in cursor.fetchall()]


_OF_CUSTOMER = """
    FROM delivery_delivery d JOIN delivery_wave w ON w.id = d.wave_id
    JOIN {table} o ON (o.campaign_id, o.wave_id, o.position) = (d.campaign_id, d.wave_id, d.position)
    WHERE d.campaign_id = %s AND d.customer_id = %s
"""


def channels_tried(campaign_id: int, customer_id: int) -> frozenset[str]:
    """The channels by which a message to this customer may have arrived: every one that was tried."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT w.channel" + _OF_CUSTOMER.format(table="delivery_attempt"),
            [campaign_id, customer_id],
        )
        return frozenset(channel for (channel,) in cursor.fetchall())


def last_message(campaign_id: int, customer_id: int) -> tuple[str, datetime] | None:
    """(channel, business time) of the last message to this customer that a carrier took or may have taken."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w.channel, COALESCE(o.business_at, o.at)"
            + _OF_CUSTOMER.format(table="delivery_outcome")
            + "AND o.result IN ('accepted', 'unknown') ORDER BY o.at DESC LIMIT 1",
            [campaign_id, customer_id],
        )
        row = cursor.fetchone()
    return (row[0], row[1]) if row else None


@dataclass(frozen=True, slots=True)
class MailboxRow:
    """A mailbox of returned messages, as people see it."""

    channel: str
    looked_at: datetime | None
    fault: str
    returned: int
    complained: int
    passed_over: int
    unread: int


def mailboxes() -> list[MailboxRow]:
    """All mailboxes that have ever been looked for."""
    names = ("channel", "looked_at", "fault", "returned", "complained", "passed_over", "unread")
    return [MailboxRow(*row) for row in Mailbox.objects.order_by("channel").values_list(*names)]
