"""Reads of the outgoing events."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Q, Subquery

from keizoku.events.models import Event, Posting, Subscription
from keizoku.events.rules.states import State


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """One place with how its postings stand; the secret is nowhere. ``last_fault`` is the newest posting's that failed."""

    id: int
    name: str
    url: str
    kinds: tuple[str, ...]
    made_by: str
    made_at: datetime
    ended_at: datetime | None
    waiting: int
    delivered: int
    parked: int
    last_fault: str


@dataclass(frozen=True, slots=True)
class EventRow:
    id: int
    kind: str
    subject_kind: str
    subject_id: int
    occurred_at: datetime
    business_at: datetime


def subscriptions() -> list[SubscriptionRow]:
    """All, those that have not ended first."""
    failed = Posting.objects.filter(subscription_id=OuterRef("id")).exclude(fault="").order_by("-id")
    rows = Subscription.objects.annotate(
        **{state.value: Count("posting", filter=Q(posting__state=state.value)) for state in State},
        last_fault=Subquery(failed.values("fault")[:1]),
    )
    return [_row(row) for row in rows.order_by("-ended_at", "id")]


def events_after(after: int, limit: int, kinds: tuple[str, ...] = ()) -> list[EventRow]:
    """The next ``limit`` events behind an id, in the order in which they were settled."""
    rows = Event.objects.filter(id__gt=after).order_by("id")
    if kinds:
        rows = rows.filter(kind__in=kinds)
    return [
        EventRow(row.id, row.kind, row.subject_kind, row.subject_id, row.occurred_at, row.business_at)
        for row in rows[:limit]
    ]


def _row(row: Subscription) -> SubscriptionRow:
    counts = {state: int(getattr(row, state.value)) for state in State}
    return SubscriptionRow(
        id=row.id,
        name=row.name,
        url=row.url,
        kinds=tuple(row.kinds),
        made_by=row.made_by,
        made_at=row.made_at,
        ended_at=row.ended_at,
        waiting=counts[State.WAITING],
        delivered=counts[State.DELIVERED],
        parked=counts[State.PARKED],
        last_fault=getattr(row, "last_fault", None) or "",
    )
