"""Who is due when."""

from datetime import date
from typing import Final, Literal

from ninja import Query, Router, Schema

from keizoku.api import paging
from keizoku.api.access import ApiRequest, allowed
from keizoku.risk.due_pages import DueFilter, due_page
from keizoku.risk.rules.scale import Level

router: Final = Router(tags=["due"])
OF: Final = "due"


class Due(Schema):
    customer_id: int
    level: str
    is_provisional: bool
    due_on: date
    planned_on: date
    kind: str
    prefecture: int


class DuePage(Schema):
    items: list[Due]
    next: str | None


class Narrowed(Schema):
    """``level``, ``kind`` and ``prefecture`` may be repeated."""

    level: list[Level] = []
    kind: list[Literal["individual", "sole_proprietor", "corporation"]] = []
    prefecture: list[int] = []
    until: date | None = None
    cursor: str | None = None
    limit: paging.Limit = paging.USUAL


@router.get("", response=DuePage, **allowed("due:read", "due-list"))
def listing(request: ApiRequest, narrowed: Query[Narrowed]) -> DuePage:
    """期日の順に、取引中のお客さま。 Active customers in the order of their due days."""
    asked = DueFilter(narrowed.level, narrowed.kind, narrowed.prefecture, narrowed.until)
    key = paging.read(narrowed.cursor, OF, asked)
    after = (date.fromisoformat(key[0]), int(key[1])) if key else None
    rows = due_page(asked, after, narrowed.limit + 1)
    shown, following = paging.page(
        rows, narrowed.limit, lambda row: (row.due_on.isoformat(), row.customer_id), OF, asked
    )
    return DuePage(
        items=[
            Due(
                customer_id=row.customer_id,
                level=row.level.value,
                is_provisional=row.is_provisional,
                due_on=row.due_on,
                planned_on=row.planned_on,
                kind=row.kind,
                prefecture=row.prefecture,
            )
            for row in shown
        ],
        next=following,
    )
