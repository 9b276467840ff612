"""What happened, for whoever would rather ask than be told: the same events as are posted."""

from datetime import datetime
from typing import Final, Literal

from ninja import Query, Router, Schema

from keizoku.api import paging
from keizoku.api.access import ApiRequest, allowed
from keizoku.events.queries import events_after
from keizoku.events.rules.kinds import KINDS

router: Final = Router(tags=["events"])
OF: Final = "events"


class Event(Schema):
    id: str
    type: str
    subject_kind: str
    subject_id: int
    occurred_at: datetime


class EventPage(Schema):
    items: list[Event]
    next: str | None


class Narrowed(Schema):
    type: list[Literal[KINDS]] = []  # type: ignore[valid-type]  # a tuple of names
    limit: paging.Limit = paging.USUAL
    cursor: str | None = None


@router.get("", response=EventPage, **allowed("events:read", "event-list"))
def listing(request: ApiRequest, narrowed: Query[Narrowed]) -> EventPage:
    """30日分の出来事を、起きた順に。 The events of 30 days in their order; `next` is null when there are no more yet."""
    filters = tuple(narrowed.type)
    key = paging.read(narrowed.cursor, OF, filters)
    rows = events_after(int(key[0]) if key else 0, narrowed.limit + 1, filters)
    shown, following = paging.page(rows, narrowed.limit, lambda row: (row.id,), OF, filters)
    return EventPage(
        items=[
            Event(
                id=f"evt_{row.id}",
                type=row.kind,
                subject_kind=row.subject_kind,
                subject_id=row.subject_id,
                occurred_at=row.occurred_at,
            )
            for row in shown
        ],
        next=following,
    )
